"""What every bucket of AWS has and those of moto have not: default encryption, with keys of S3 until others are set."""

from moto.s3.models import s3_backends

from tenfold.sandbox.calls import Call
from tenfold.sandbox.faults import BAD_REQUEST
from tenfold.sandbox.wire import Reply

_CALLS = frozenset({"s3:CreateBucket", "s3:DeleteBucketEncryption"})
_S3_KEYS = {"Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}}


def encrypt(call: Call, reply: Reply) -> None:
    """Give the bucket that a call has made, or whose settings it has deleted, the encryption that is always there."""
    if call.name not in _CALLS or reply.status >= BAD_REQUEST:
        return
    name = call.parameters["Bucket"]
    partition, account = s3_backends.bucket_accounts[name]
    bucket = s3_backends[account][partition].buckets[name]
    bucket.encryption = bucket.encryption or _S3_KEYS
