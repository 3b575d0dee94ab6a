"""Log files into the buckets of the trails, as CloudTrail delivers them."""

import gzip
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from moto.cloudtrail.models import Trail, cloudtrail_backends
from moto.s3.models import s3_backends

from tenfold.sandbox.dice import dice_of
from tenfold.sandbox.journal import Record, time_of
from tenfold.sandbox.trails.files import LogFile, covered_accounts, log_key, write
from tenfold.sandbox.trails.selectors import takes
from tenfold.sandbox.trails.status import Statuses
from tenfold.sandbox.trails.waiting import Waiting

_HEADERS = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
_SUFFIX_LENGTH = 16
_REDELIVERY = timedelta(days=30)
"""How long CloudTrail tries again when a bucket does not take a file."""

Lateness = Callable[[Trail, Record], timedelta]
Obstacle = Callable[[Trail], str]


class Pending(NamedTuple):
    """A record on its way into a trail."""

    trail: Trail
    record: Record


def no_bucket(trail: Trail) -> str:
    """`NoSuchBucket` when a trail's bucket is gone; empty when nothing is in the way."""
    return "" if trail.bucket_name in s3_backends.bucket_accounts else "NoSuchBucket"


class Delivery:
    """Takes records for the trails that log, and writes them into their buckets.

    Args:
        now: the time that files carry in their names.
        statuses: where the trails' status is kept.
        lateness: how long after its call a record is delivered.
        obstacle: the error code of what keeps a trail from writing into its bucket.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        statuses: Statuses,
        lateness: Lateness,
        obstacle: Obstacle,
    ) -> None:
        self._now, self._statuses = now, statuses
        self._lateness, self._obstacle = lateness, obstacle
        self._waiting: Waiting[Pending] = Waiting()
        self.on_file: list[Callable[[LogFile], None]] = []
        """Told of each file that was written."""
        self.on_delivery: list[Callable[[Sequence[LogFile]], None]] = []
        """Told of the files that were written at once."""

    def take(self, record: Record, watching: Iterable[Trail]) -> None:
        """Keep a record for each trail that takes it. `watching` are the trails that logged when the call came.

        So the call that stops or deletes a trail is the last one in it, and the one that starts a trail is not.
        """
        now = self._now()
        for trail in watching:
            if takes(trail, record, covered_accounts(trail)):
                self._waiting.add(now + self._lateness(trail, record), Pending(trail, record))

    def tick(self, now: datetime) -> None:
        """Write what is due."""
        self._write_all(self._waiting.take(now))

    def deliver(self) -> int:
        """Write all that is pending, due or not; the number of files. Records of a bucket that is gone wait for it."""
        return self._write_all(self._waiting.take())

    def _write_all(self, due: Iterable[Pending]) -> int:
        files: defaultdict[tuple[int, str, str], list[Pending]] = defaultdict(list)
        for pending in due:
            files[id(pending.trail), pending.record["recipientAccountId"], pending.record["awsRegion"]].append(pending)
        written = [file for pendings in files.values() if (file := self._write(pendings))]
        for hear in self.on_delivery if written else ():
            hear(written)
        return len(written)

    def _write(self, file: list[Pending]) -> LogFile | None:
        trail, now = file[0].trail, self._now()
        error = self._obstacle(trail)
        self._statuses.of(trail).delivery.note(now, error)
        if error:
            for pending in file:
                if now - time_of(pending.record) < _REDELIVERY:
                    self._waiting.add(now, pending)
            return None
        written = write_file(trail, [pending.record for pending in file], now, "CloudTrail")
        for hear in self.on_file:
            hear(written)
        return written


def write_file(trail: Trail, records: list[Record], at: datetime, kind: str) -> LogFile:
    """Write records of one account and region into the bucket of a trail, which must exist."""
    account, region = records[0]["recipientAccountId"], records[0]["awsRegion"]
    content = json.dumps({"Records": records}, separators=(",", ":")).encode()
    digest = hashlib.sha256(content).hexdigest()
    suffix = dice_of(trail.arn, digest).letters(_SUFFIX_LENGTH)  # whichever beat it is written at
    key = log_key(trail, account, region, at, suffix, kind=kind)
    # without the time of writing in it, equal records are equal bytes
    write(trail.bucket_name, key, gzip.compress(content, mtime=0), _HEADERS, kms_key=trail.kms_key_id)
    times = [time_of(record) for record in records]
    return LogFile(trail, account, region, trail.bucket_name, key, digest, min(times), max(times), at)


def logging_trails() -> list[Trail]:
    """The trails that log at this moment, of all accounts and regions."""
    regions = [backend for account in list(cloudtrail_backends.values()) for backend in list(account.values())]
    return [trail for backend in regions for trail in list(backend.trails.values()) if trail.status.is_logging]
