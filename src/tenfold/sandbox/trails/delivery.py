"""Log files into the buckets of the trails, as CloudTrail delivers them."""

import gzip
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import NamedTuple

from moto.cloudtrail.models import Trail, cloudtrail_backends

from tenfold.sandbox.dice import Dice
from tenfold.sandbox.journal import Record
from tenfold.sandbox.trails.files import LogFile, covered_accounts, log_key, write
from tenfold.sandbox.trails.selectors import takes

_HEADERS = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
_SUFFIX_LENGTH = 16
Lateness = Callable[[Trail, Record], timedelta]


class _Pending(NamedTuple):
    due: datetime
    trail: Trail
    record: Record


class Delivery:
    """Takes records for the trails that log, and writes them into their buckets.

    Args:
        now: the time that files carry in their names.
        dice: draws the ends of the files' names.
        lateness: how long after its call a record is delivered.
    """

    def __init__(self, now: Callable[[], datetime], dice: Dice, lateness: Lateness | None = None) -> None:
        self._now, self._dice = now, dice
        self._lateness = lateness
        self._lock = Lock()
        self._pending: list[_Pending] = []
        self.on_file: list[Callable[[LogFile], None]] = []
        """Told of each file that was written."""

    def take(self, record: Record, watching: Iterable[Trail]) -> None:
        """Keep a record for each trail that takes it. `watching` are the trails that logged when the call came.

        So the call that stops or deletes a trail is the last one in it, and the one that starts a trail is not.
        """
        now = self._now()
        for trail in watching:
            if takes(trail, record, covered_accounts(trail)):
                late = self._lateness(trail, record) if self._lateness else timedelta(0)
                with self._lock:
                    self._pending.append(_Pending(now + late, trail, record))

    def tick(self, now: datetime) -> None:
        """Write what is due."""
        self._write_all(lambda pending: pending.due <= now)

    def deliver(self) -> int:
        """Write all that is pending, due or not; the number of files. Records of a bucket that is gone wait for it."""
        return self._write_all(lambda _: True)

    def _write_all(self, is_due: Callable[[_Pending], bool]) -> int:
        with self._lock:
            due = [pending for pending in self._pending if is_due(pending)]
            self._pending = [pending for pending in self._pending if not is_due(pending)]
        files: defaultdict[tuple[int, str, str], list[_Pending]] = defaultdict(list)
        for pending in due:
            files[id(pending.trail), pending.record["recipientAccountId"], pending.record["awsRegion"]].append(pending)
        return sum(self._write(file) for file in files.values())

    def _write(self, file: list[_Pending]) -> bool:
        trail, records = file[0].trail, [pending.record for pending in file]
        account, region, at = records[0]["recipientAccountId"], records[0]["awsRegion"], self._now()
        content = json.dumps({"Records": records}, separators=(",", ":")).encode()
        key = log_key(trail, account, region, at, self._dice.letters(_SUFFIX_LENGTH))
        # without the time of writing in it, equal records are equal bytes
        if not write(trail.bucket_name, key, gzip.compress(content, mtime=0), _HEADERS):
            with self._lock:
                self._pending.extend(file)
            return False
        times = [datetime.strptime(record["eventTime"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) for record in records]
        digest = hashlib.sha256(content).hexdigest()
        written = LogFile(trail, account, region, trail.bucket_name, key, digest, min(times), max(times), at)
        for hear in self.on_file:
            hear(written)
        return True


def logging_trails() -> list[Trail]:
    """The trails that log at this moment, of all accounts and regions."""
    regions = [backend for account in list(cloudtrail_backends.values()) for backend in list(account.values())]
    return [trail for backend in regions for trail in list(backend.trails.values()) if trail.status.is_logging]
