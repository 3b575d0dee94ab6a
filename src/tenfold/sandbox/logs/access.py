"""S3's server access logs: lines by bucket, written now and then into the buckets that were named for them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from moto.cloudtrail.models import Trail
from moto.s3.models import FakeBucket, S3Backend, s3_backends

from tenfold.sandbox.dice import Dice
from tenfold.sandbox.journal import Record
from tenfold.sandbox.logs.access_lines import line
from tenfold.sandbox.tables import EVENT_SOURCE_SUFFIX
from tenfold.sandbox.trails.files import write

_S3 = f"s3{EVENT_SOURCE_SUFFIX}"
_EVERY = timedelta(minutes=10)
_SUFFIX = 16


class AccessLogs:
    """Takes the records of S3 calls for the buckets that have logging on.

    Args:
        dice: draws the ends of the files' names.
    """

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._lines: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        self._last: datetime | None = None

    def take(self, record: Record, watching: Sequence[Trail]) -> None:  # noqa: ARG002 - trails have no part in it
        """Keep the line of a call on a bucket that logs."""
        if record["eventSource"] != _S3 or _is_the_owners_copy(record):
            return
        bucket = _bucket(str((record.get("requestParameters") or {}).get("bucketName")))
        if bucket is not None and bucket.logging:
            place = (bucket.logging["TargetBucket"], bucket.logging.get("TargetPrefix") or "")
            self._lines[place].append(line(record, bucket.account_id))

    def tick(self, now: datetime) -> None:
        """Write what has come together, every ten minutes."""
        if self._last is None or now - self._last >= _EVERY:
            self._last = now
            lines, self._lines = self._lines, defaultdict(list)
            for (target, prefix), text in lines.items():
                name = f"{prefix}{now:%Y-%m-%d-%H-%M-%S}-{self._dice.letters(_SUFFIX).upper()}"
                write(target, name, ("\n".join(text) + "\n").encode(), {"Content-Type": "text/plain"})


@contextmanager
def in_place_of_motos() -> Iterator[None]:
    """Keep moto from writing an access log of its own, one file a request with invented fields."""
    before = S3Backend.log_incoming_request
    S3Backend.log_incoming_request = _nothing  # type: ignore[method-assign, assignment]  # undone below
    try:
        yield
    finally:
        S3Backend.log_incoming_request = before  # type: ignore[method-assign]  # as it was


def _nothing(*_: Any) -> None:
    """Write nothing."""


def _is_the_owners_copy(record: Record) -> bool:
    """Whether this is the second record of a call from another account, which does not say who called."""
    identity = record["userIdentity"]
    return "sharedEventID" in record and identity.get("type") == "AWSAccount" and identity["accountId"].isdigit()


def _bucket(name: str) -> FakeBucket | None:
    place = s3_backends.bucket_accounts.get(name)
    if place is None:
        return None
    partition, owner = place
    return s3_backends[owner][partition].buckets.get(name)
