"""Digests as somebody else reads and checks them, by AWS's description of them alone."""

import gzip
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from tests.sandbox import aws

from tenfold.sandbox.clock import SandboxClock
from tenfold.sandbox.server import Sandbox

ACCOUNT, BUCKET = "123456789012", "log-bucket"
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Digest:
    key: str
    content: bytes
    metadata: dict[str, str]

    def __getitem__(self, field: str) -> Any:
        return json.loads(self.content)[field]


def still_sandbox(start: datetime = START, **settings: Any) -> Sandbox:
    """A sandbox whose time passes only when it is told so."""
    clock = SandboxClock(start=start)
    clock.hold()
    return Sandbox(delivery_seconds=3600, clock=clock, **settings)


def leap(sandbox: Sandbox, by: timedelta) -> None:
    """Let time pass, not all in one request: the first hour of a trail makes a key for each region."""
    while by:
        step = min(by, timedelta(minutes=20))
        aws.control(sandbox, "clock", {"seconds": step.total_seconds()})
        by -= step


def trail(sandbox: Sandbox, keys: dict[str, Any] | None = None, **settings: Any) -> Any:
    """A trail that logs with validation into a new bucket, as the client that made it."""
    settings = {"Name": "main", "S3BucketName": BUCKET, "EnableLogFileValidation": True} | settings
    aws.client(sandbox, "s3", keys).create_bucket(Bucket=settings["S3BucketName"])
    cloudtrail = aws.client(sandbox, "cloudtrail", keys)
    cloudtrail.create_trail(**settings)
    cloudtrail.start_logging(Name=settings["Name"])
    return cloudtrail


def digests(
    sandbox: Sandbox, prefix: str = f"AWSLogs/{ACCOUNT}/CloudTrail-Digest/", bucket: str = BUCKET
) -> list[Digest]:
    """The digests under a prefix, in the order of their keys."""
    s3 = aws.client(sandbox, "s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return [read(s3, bucket, entry["Key"]) for page in pages for entry in page.get("Contents", [])]


def read(s3: Any, bucket: str, key: str) -> Digest:
    found = s3.get_object(Bucket=bucket, Key=key)
    return Digest(key, gzip.decompress(found["Body"].read()), found["Metadata"])


def public_keys(sandbox: Sandbox, region: str = aws.REGION) -> dict[str, bytes]:
    found = aws.client(sandbox, "cloudtrail", region=region).list_public_keys(
        StartTime=datetime(2020, 1, 1, tzinfo=UTC)
    )
    return {key["Fingerprint"]: key["Value"] for key in found["PublicKeyList"]}


def verify(digest: Digest, keys: dict[str, bytes]) -> None:
    """Raise when a digest is not signed as it says."""
    bucket, previous = digest["digestS3Bucket"], digest["previousDigestSignature"] or "null"
    hashed = hashlib.sha256(digest.content).hexdigest()
    text = "\n".join([digest["digestEndTime"], f"{bucket}/{digest.key}", hashed, previous])
    key: Any = load_der_public_key(keys[digest["digestPublicKeyFingerprint"]])
    key.verify(bytes.fromhex(digest.metadata["signature"]), text.encode(), PKCS1v15(), SHA256())


def follows(later: Digest, earlier: Digest) -> bool:
    """Whether a digest names another as the one before it."""
    said = [later["previousDigestS3Object"], later["previousDigestHashValue"], later["previousDigestSignature"]]
    return said == [earlier.key, hashlib.sha256(earlier.content).hexdigest(), earlier.metadata["signature"]]


def starts(digest: Digest) -> bool:
    """Whether a digest names none before it."""
    return {value for field, value in json.loads(digest.content).items() if field.startswith("previous")} == {None}
