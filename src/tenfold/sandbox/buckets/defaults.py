"""What every new bucket of AWS has: encryption with keys of S3 always; blocks and no ACLs since April 2023."""

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket, PublicAccessBlock

from tenfold.sandbox.buckets.blocks import ENFORCED, bucket_named, ownership
from tenfold.sandbox.calls import Call
from tenfold.sandbox.faults import BAD_REQUEST
from tenfold.sandbox.wire import Reply

_CALLS = frozenset({"CreateBucket", "DeleteBucketEncryption"})
_S3_KEYS = {"Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}}
_BORN = "get_permission"  # replaced in a bucket that has been given what it starts with


def equip(call: Call, reply: Reply, *, modern: bool) -> None:
    """Give the bucket that a call has made what it has at birth, and back what can only be set and not removed.

    `modern` buckets start with all four blocks on and with ACLs off, unless the call says who owns the objects.
    """
    if call.service != "s3" or call.operation not in _CALLS or reply.status >= BAD_REQUEST:
        return
    bucket = bucket_named(call.parameters["Bucket"])
    if bucket is None:
        return
    bucket.encryption = bucket.encryption or _S3_KEYS
    if call.operation == "CreateBucket" and _BORN not in vars(bucket):
        vars(bucket)[_BORN] = _decided  # for moto knows neither principals nor conditions
        if modern:
            _close(bucket)


def _decided(_: str, __: str) -> PermissionResult:
    """What the bucket's policy says of an object: the gate has asked it already."""
    return PermissionResult.PERMITTED


def _close(bucket: FakeBucket) -> None:
    bucket.public_access_block = PublicAccessBlock("true", "true", "true", "true")
    if not ownership(bucket):
        bucket.ownership_rule = ENFORCED  # type: ignore[assignment]  # moto itself keeps the text of the header here
