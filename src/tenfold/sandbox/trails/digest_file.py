"""A digest file: what is in it, where it lies, and how it is signed.

The form is that of AWS's user guide, "CloudTrail digest file structure" and "Custom implementations of CloudTrail log
file integrity validation".
"""

import gzip
import hashlib
import json
from datetime import datetime
from typing import Any, NamedTuple

from moto.cloudtrail.models import Trail

from tenfold.sandbox.trails.files import LogFile, folder, write
from tenfold.sandbox.trails.keys import SigningKey

_KIND = "CloudTrail-Digest"
_SIGNATURE, _HASH = "SHA256withRSA", "SHA-256"


class Hour(NamedTuple):
    """From `start` (inclusive) to `end`, and the log files delivered in it."""

    start: datetime
    end: datetime
    files: list[LogFile]


class Written(NamedTuple):
    """A digest that lies in its bucket: what the next one says of it."""

    bucket: str
    key: str
    hash: str
    signature: str


class DigestFile(NamedTuple):
    """The digest of an hour.

    Args:
        trail: whose digest it is.
        account: whose log files it names; `region`: where their records were made.
        hour: what it says.
        previous: the one before it in its chain; None at a start.
        generated: when a backfill is made; None for the hour's own digest.
    """

    trail: Trail
    account: str
    region: str
    hour: Hour
    previous: Written | None
    generated: datetime | None

    @property
    def key(self) -> str:
        """Where it lies. Its name ends with the end of the hour, and names the home region of the trail."""
        end, trail = self.hour.end, self.trail
        ending = "_backfill.json.gz" if self.generated else ".json.gz"
        name = f"{self.account}_{_KIND}_{self.region}_{trail.trail_name}_{trail.region_name}_{end:%Y%m%dT%H%M%SZ}"
        return f"{folder(trail, self.account, _KIND, self.region, end)}/{name}{ending}"

    def write(self, key: SigningKey) -> Written:
        """Sign it and put it into the trail's bucket, which must exist."""
        content = json.dumps(self._content(key), separators=(",", ":")).encode()
        digest = hashlib.sha256(content).hexdigest()
        before = self.previous.signature if self.previous else "null"
        bucket, place = self.trail.bucket_name, self.key
        signature = key.sign(f"{_time(self.hour.end)}\n{bucket}/{place}\n{digest}\n{before}")
        write(bucket, place, gzip.compress(content, mtime=0), self._headers(signature))
        return Written(bucket, place, digest, signature)

    def _content(self, key: SigningKey) -> dict[str, Any]:
        hour, previous = self.hour, self.previous
        return {
            "awsAccountId": self.account,
            "digestStartTime": _time(hour.start),
            "digestEndTime": _time(hour.end),
            "digestS3Bucket": self.trail.bucket_name,
            "digestS3Object": self.key,
            "digestPublicKeyFingerprint": key.fingerprint,
            "digestSignatureAlgorithm": _SIGNATURE,
            "newestEventTime": max((_time(file.newest) for file in hour.files), default=None),
            "oldestEventTime": min((_time(file.oldest) for file in hour.files), default=None),
            "previousDigestS3Bucket": previous and previous.bucket,
            "previousDigestS3Object": previous and previous.key,
            "previousDigestHashValue": previous and previous.hash,
            "previousDigestHashAlgorithm": previous and _HASH,
            "previousDigestSignature": previous and previous.signature,
            "logFiles": [_log_file(file) for file in hour.files],
        }

    def _headers(self, signature: str) -> dict[str, str]:
        headers = {
            "Content-Type": "application/json",
            "Content-Encoding": "gzip",
            "x-amz-meta-signature": signature,
            "x-amz-meta-signature-algorithm": _SIGNATURE,
        }
        if self.generated:
            headers["x-amz-meta-backfill-generation-timestamp"] = _time(self.generated)
        return headers


def _log_file(file: LogFile) -> dict[str, str]:
    return {
        "s3Bucket": file.bucket,
        "s3Object": file.key,
        "hashValue": file.digest,
        "hashAlgorithm": _HASH,
        "newestEventTime": _time(file.newest),
        "oldestEventTime": _time(file.oldest),
    }


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
