"""Hours in which nobody wants to be told, in their own time zone."""

import re
import zoneinfo
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import msgspec

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_WEEK: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_DAY = 24 * 60
_HOPS = 16
"""Spans that follow each other without a gap; a week of whole days has 7."""


class Quiet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Quiet hours: `hours` is `HH:MM-HH:MM` on the clock of `time_zone`.

    A span that ends at or before its begin ends on the next day; `days` are those on which it begins.
    """

    time_zone: str
    hours: str = "00:00-24:00"
    days: tuple[Day, ...] = _WEEK

    def __post_init__(self) -> None:
        begin, end = self._minutes()
        if begin >= _DAY or end > _DAY:
            msg = f"there is no such time in {self.hours!r}"
            raise ValueError(msg)
        self._zone()

    def end(self, now: datetime) -> datetime | None:
        """When the span that holds `now` ends, in UTC; None when it is not quiet."""
        today = now.astimezone(self._zone()).date()
        for day in (today - timedelta(days=1), today):
            begin, end = self._span(day)
            if _WEEK[day.weekday()] in self.days and begin <= now < end:
                return end
        return None

    def _span(self, day: date) -> tuple[datetime, datetime]:
        """Begin and end in UTC: only there do times compare when the clocks change."""
        begin, end = self._minutes()
        midnight = datetime.combine(day, datetime.min.time(), self._zone())
        at = (midnight + timedelta(minutes=minutes) for minutes in (begin, end if end > begin else end + _DAY))
        first, last = (moment.astimezone(UTC) for moment in at)
        return first, last

    def _minutes(self) -> tuple[int, int]:
        found = _HOURS.fullmatch(self.hours)
        if not found:
            msg = f"quiet hours are HH:MM-HH:MM, not {self.hours!r}"
            raise ValueError(msg)
        hour, minute, until_hour, until_minute = map(int, found.groups())
        return hour * 60 + minute, until_hour * 60 + until_minute

    def _zone(self) -> zoneinfo.ZoneInfo:
        try:
            return zoneinfo.ZoneInfo(self.time_zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
            msg = f"there is no time zone {self.time_zone!r}"
            raise ValueError(msg) from error


def quiet_until(spans: Sequence[Quiet], now: datetime) -> datetime:
    """When it is next not quiet: `now` itself when it is not.

    Raises:
        ValueError: when it never is.
    """
    at = now
    for _ in range(_HOPS):
        ends = [end for end in (span.end(at) for span in spans) if end]
        if not ends:
            return at
        at = max(ends)
    msg = "these quiet hours leave no time in the week"
    raise ValueError(msg)
