"""S3's own answers about buckets: the list of them, and whether a policy is public."""

from collections.abc import Iterator

from moto.s3.models import FakeBucket, s3_backends
from moto.utilities.utils import get_partition

from tenfold.sandbox.buckets.blocks import blocks, bucket_named, policy_is_public
from tenfold.sandbox.buckets.owners import canonical_id
from tenfold.sandbox.calls import Call
from tenfold.sandbox.faults import BAD_REQUEST, fault
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.rules.state import Rule, State
from tenfold.sandbox.serialize import serialize
from tenfold.sandbox.wire import Reply

_PAGE_OF_BUCKETS = 10_000


def _list_buckets(_: State, call: Call, caller: Caller) -> Reply:
    """ListBuckets in pages. The region of each bucket is told to who asks with a parameter, and not otherwise."""
    asked = call.parameters
    size = int(asked.get("MaxBuckets", _PAGE_OF_BUCKETS))
    if not 1 <= size <= _PAGE_OF_BUCKETS:
        return fault(call, "InvalidArgument", "Argument maxBuckets must be an integer between 1 and 10000", BAD_REQUEST)
    found = sorted(_wanted_buckets(call, caller), key=lambda bucket: bucket.name)
    page = found[:size]
    buckets = [{"Name": one.name, "CreationDate": one.creation_date} for one in page]
    if asked:
        buckets = [row | {"BucketRegion": one.region_name} for row, one in zip(buckets, page, strict=True)]
    more = page[-1].name if len(found) > size else None
    owner = {"ID": canonical_id(caller.account)}
    return serialize(
        call, {"Owner": owner, "Buckets": buckets, "ContinuationToken": more, "Prefix": asked.get("Prefix")}
    )


def _wanted_buckets(call: Call, caller: Caller) -> Iterator[FakeBucket]:
    prefix, region = call.parameters.get("Prefix", ""), call.parameters.get("BucketRegion")
    after = call.parameters.get("ContinuationToken", "")
    for bucket in list(s3_backends[caller.account][get_partition(call.region)].buckets.values()):
        if bucket.name.startswith(prefix) and bucket.name > after and region in {None, bucket.region_name}:
            yield bucket


def _policy_status(_: State, call: Call, __: Caller) -> Reply | None:
    """Whether the policy is public; not while the bucket or its account restricts public buckets."""
    bucket = bucket_named(call.parameters["Bucket"])
    if bucket is None or bucket.policy is None:
        return None
    public = policy_is_public(bucket) and not blocks(bucket, "restrict_public_buckets")
    return serialize(call, {"PolicyStatus": {"IsPublic": public}})


RULES: dict[str, Rule] = {"s3:GetBucketPolicyStatus": _policy_status, "s3:ListBuckets": _list_buckets}
