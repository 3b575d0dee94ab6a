"""Block public access of a bucket and its account, and the writes that it refuses."""

from collections.abc import Callable

from moto.s3.models import FakeBucket, PublicAccessBlock, s3_backends
from moto.s3control.models import s3control_backends

from tenfold.policy.parse import PolicyError, parse
from tenfold.policy.public import aws_public
from tenfold.sandbox.calls import Call
from tenfold.sandbox.denial import denied, iam_action
from tenfold.sandbox.faults import BAD_REQUEST, fault
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.resources import target_arn
from tenfold.sandbox.wire import Reply

ENFORCED = "BucketOwnerEnforced"
_PUBLIC_ACLS = frozenset({"public-read", "public-read-write", "authenticated-read"})
_PUBLIC_GROUPS = ("global/AllUsers", "global/AuthenticatedUsers")
_GRANTS = ("x-amz-grant-full-control", "x-amz-grant-read", "x-amz-grant-read-acp", "x-amz-grant-write")
_HARMLESS_ACLS = frozenset({"", "private", "bucket-owner-full-control"})


def bucket_named(name: str) -> FakeBucket | None:
    """The bucket of a name, in any account; None when there is none."""
    place = s3_backends.bucket_accounts.get(name)
    return s3_backends[place[1]][place[0]].buckets.get(name) if place else None


def blocks(bucket: FakeBucket, flag: str) -> bool:
    """Whether a flag, such as `restrict_public_buckets`, is on for the bucket or for its whole account."""
    levels: tuple[PublicAccessBlock | None, ...] = (
        bucket.public_access_block,
        s3control_backends[bucket.account_id][bucket.partition].public_access_block,
    )
    return any(getattr(level, flag) for level in levels if level)


def ownership(bucket: FakeBucket) -> str:
    """The bucket's object ownership; empty where none is set. moto keeps it in two forms."""
    rule = bucket.ownership_rule
    return rule if isinstance(rule, str) else str((rule or {}).get("ObjectOwnership", ""))


def policy_is_public(bucket: FakeBucket) -> bool:
    """Whether S3 calls the bucket's policy public: by its documented meaning of the word."""
    return bucket.policy is not None and document_is_public(bucket.policy.decode())


def document_is_public(document: str) -> bool:
    """Whether S3 calls a policy public; one that it cannot read, it does not."""
    try:
        return bool(aws_public(parse(document)).public)
    except PolicyError:
        return False


def refused_write(call: Call, caller: Caller) -> Reply | None:
    """The refusal of a write that block public access or object ownership forbids; None when it may go on."""
    rule = _RULES.get(call.operation) if call.service == "s3" else None
    bucket = bucket_named(call.parameters.get("Bucket", "")) if rule else None
    return rule(call, caller, bucket) if rule and bucket else None


def _policy(call: Call, caller: Caller, bucket: FakeBucket) -> Reply | None:
    if blocks(bucket, "block_public_policy") and document_is_public(call.parameters.get("Policy", "")):
        return _prevented(call, caller, "public policies are prevented by the BlockPublicPolicy setting")
    return None


def _acl(call: Call, caller: Caller, bucket: FakeBucket) -> Reply | None:
    canned = call.parameters.get("ACL", "")
    if ownership(bucket) == ENFORCED and (canned not in _HARMLESS_ACLS or _grants(call)):
        return fault(call, "AccessControlListNotSupported", "The bucket does not allow ACLs", BAD_REQUEST)
    public = canned in _PUBLIC_ACLS or any(group.encode() in _acl_text(call) for group in _PUBLIC_GROUPS)
    if public and blocks(bucket, "block_public_acls"):
        return _prevented(call, caller, "public ACLs are prevented by the BlockPublicAcls setting")
    return None


def _grants(call: Call) -> bool:
    headers = call.wire.request().headers
    named = any(header in headers for header in _GRANTS)
    return named or (call.operation in {"PutBucketAcl", "PutObjectAcl"} and b"<Grant>" in call.wire.body)


def _acl_text(call: Call) -> bytes:
    """What the request says of grants: its headers, and its body where that is an ACL."""
    headers = " ".join(call.wire.request().headers.get(header, "") for header in _GRANTS).encode()
    return headers + (call.wire.body if call.operation in {"PutBucketAcl", "PutObjectAcl"} else b"")


def _prevented(call: Call, caller: Caller, reason: str) -> Reply:
    return denied(
        call,
        f"User: {caller.arn} is not authorized to perform: {iam_action(call)} on resource: "
        f'"{target_arn(call, caller)}" because {reason} in S3 Block Public Access.',
    )


_RULES: dict[str, Callable[[Call, Caller, FakeBucket], Reply | None]] = {
    "PutBucketPolicy": _policy,
    "PutBucketAcl": _acl,
    "PutObjectAcl": _acl,
    "PutObject": _acl,
    "CopyObject": _acl,
    "CreateMultipartUpload": _acl,
}
