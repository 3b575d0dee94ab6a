"""The hours of one account, region and trail, and the digests that wait for their time."""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple
from zlib import crc32

from moto.cloudtrail.models import Trail

from tenfold.sandbox.trails.digest_file import Hour, Written
from tenfold.sandbox.trails.files import LogFile

HOUR = timedelta(hours=1)
_SIGNING = timedelta(minutes=5)  # from the end of an hour to its digest, when nothing is late
_BACKFILL = timedelta(hours=6)  # ... to the one that names what the first had overlooked
Lateness = Callable[[Trail, str, str, datetime], timedelta]
"""How much later than usual the digest of a trail, account and region comes whose hour ends then."""


class Waiting(NamedTuple):
    """An hour whose digest is to be signed at one moment and to be in the bucket at another."""

    signed: datetime
    due: datetime
    hour: Hour


class Line:
    """Digests that follow each other: those that wait, and the last that was written."""

    def __init__(self, *, backfill: bool) -> None:
        self.backfill = backfill
        self.waiting: deque[Waiting] = deque()
        self.previous: Written | None = None


class Chain:
    """Hours without a gap, from a start of logging or validation to its stop.

    The hours of a chain begin at a minute and second of its own, as CloudTrail's do; the first one is short.

    Args:
        trail: whose digests they are; `account` and `region`: whose log files they name.
        start: when logging, or validation, started.
        lateness: asked once for each digest that is not a backfill.
    """

    def __init__(self, trail: Trail, account: str, region: str, start: datetime, lateness: Lateness) -> None:
        self.trail, self.account, self.region = trail, account, region
        self.digests, self.backfills = Line(backfill=False), Line(backfill=True)
        self._lateness = lateness
        self._overlooked: list[LogFile] = []
        self._until: datetime | None = None
        self._hour: Hour | None = Hour(start, self._first_end(start), [])

    @property
    def stopped(self) -> bool:
        """Whether its last hour has come."""
        return self._until is not None or self._hour is None

    @property
    def finished(self) -> bool:
        """Whether nothing more is to come of it."""
        return not (self._hour or self.digests.waiting or self.backfills.waiting)

    def add(self, file: LogFile, *, overlooked: bool) -> None:
        """Take a log file into the hour in which it was delivered, or else into that hour's backfill."""
        self.advance(file.at)
        if self._hour:
            (self._overlooked if overlooked else self._hour.files).append(file)

    def advance(self, now: datetime) -> None:
        """Finish the hours that have ended."""
        while self._hour and self._hour.end <= now:
            end = self._hour.end
            self._finish(self._hour)
            self._hour = None if self._until and end >= self._until else Hour(end, end + HOUR, [])

    def stop(self, until: datetime) -> None:
        """Let the hour in which `until` lies be the last."""
        if not self.stopped:
            self._until = until

    def cut(self, at: datetime) -> None:
        """End at once: another chain begins."""
        self.advance(at)
        if self._hour and self._hour.start < at:
            self._finish(self._hour._replace(end=at))
        self._hour = None

    def _finish(self, hour: Hour) -> None:
        signed = hour.end + _SIGNING
        late = self._lateness(self.trail, self.account, self.region, hour.end)
        self.digests.waiting.append(Waiting(signed, signed + late, hour))
        if self._overlooked:
            signed = hour.end + _BACKFILL
            self.backfills.waiting.append(Waiting(signed, signed, hour._replace(files=self._overlooked)))
            self._overlooked = []

    def _first_end(self, start: datetime) -> datetime:
        """The first moment after `start` at the seconds of the hour that belong to this chain."""
        own = crc32(f"{self.trail.arn}/{self.account}/{self.region}".encode()) % int(HOUR.total_seconds())
        end = start.replace(minute=0, second=0, microsecond=0) + timedelta(seconds=own)
        return end if end > start else end + HOUR
