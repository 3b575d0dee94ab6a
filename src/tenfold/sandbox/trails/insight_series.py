"""How often one kind of call comes: minute by minute, against the usual rate, and whether that is unusual."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from tenfold.sandbox.journal import Record

MINUTE = timedelta(minutes=1)
BASELINE = timedelta(days=7)
_QUIET = 5
"""Minutes at the usual rate after which an unusual time is over."""
_TIMES, _AT_LEAST = 10, 10
"""A rate is unusual from so many times the usual one on, and from so many calls a minute on. [K] AWS does not say."""
_ATTRIBUTES = ("userIdentityArn", "userAgent", "errorCode")
_SHOWN, _KEPT = 5, 50


class Unusual(NamedTuple):
    """The beginning or end of an unusual time: `state` Start or End, the minute, the figures as CloudTrail has them."""

    state: str
    at: datetime
    context: dict[str, Any]


@dataclass
class Tally:
    """Calls, and who made them."""

    count: int = 0
    by: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in _ATTRIBUTES})

    def add(self, record: Record) -> None:
        """Count a call."""
        self.count += 1
        identity = record.get("userIdentity", {})
        values = (identity.get("arn") or identity.get("invokedBy"), record.get("userAgent"), record.get("errorCode"))
        for name, value in zip(_ATTRIBUTES, values, strict=True):
            self.by[name][str(value or "null")] += 1

    def join(self, other: "Tally") -> None:
        """Count another's calls too; of many who call, those who call most are remembered."""
        self.count += other.count
        for name, counter in self.by.items():
            counter.update(other.by[name])
            if len(counter) > 2 * _KEPT:
                self.by[name] = Counter(dict(counter.most_common(_KEPT)))

    def averages(self, minutes: float) -> dict[str, list[dict[str, Any]]]:
        """Calls a minute by who made them."""
        return {
            name: [{"value": value, "average": count / minutes} for value, count in counter.most_common(_SHOWN)]
            for name, counter in self.by.items()
        }


class Series:
    """The calls of one kind.

    Args:
        since: when counting began; the usual rate is that of the week before, or of the time since then.
    """

    def __init__(self, since: datetime) -> None:
        self._since = since = _minute(since)
        self._minutes: dict[datetime, Tally] = {}
        self._hours: deque[tuple[datetime, int]] = deque()
        self._usual = Tally()
        self._unusual: Tally | None = None
        self._begun = self._last = self._seen = since

    @property
    def idle(self) -> bool:
        """Whether there is nothing to remember."""
        return not self._minutes and not self._hours and self._unusual is None

    def add(self, at: datetime, record: Record) -> None:
        """Count a call."""
        self._minutes.setdefault(_minute(at), Tally()).add(record)

    def advance(self, now: datetime, *, warm: bool) -> Iterator[Unusual]:
        """Judge the minutes that are over; before it is `warm`, they only make up the usual rate."""
        for minute in self._over(now):
            tally = self._minutes.pop(minute, Tally())
            average, length = self._baseline(minute)
            high = tally.count >= max(_AT_LEAST, average * _TIMES)
            if self._unusual is None and not (warm and high):
                self._remember(minute, tally)
                continue
            if self._unusual is None:
                self._unusual, self._begun = Tally(), minute
            self._unusual.join(tally)
            if high:
                self._last = minute
            if self._begun == minute:
                yield Unusual("Start", minute, self._context(average, length, MINUTE))
            elif minute - self._last >= _QUIET * MINUTE:
                yield Unusual("End", minute, self._context(average, length, self._last + MINUTE - self._begun))
                self._unusual = None

    def _over(self, now: datetime) -> list[datetime]:
        """The minutes to judge: those with calls, and while something unusual goes on each one."""
        current = _minute(now)
        minutes = sorted(minute for minute in self._minutes if minute < current)
        if self._unusual is not None or minutes:
            start = minutes[0] if self._unusual is None else self._seen + MINUTE
            minutes = [start + MINUTE * step for step in range(int((current - start) / MINUTE))]
        self._seen = minutes[-1] if minutes else self._seen
        return minutes

    def _baseline(self, minute: datetime) -> tuple[float, float]:
        """The usual calls a minute, and the minutes that this is known of."""
        while self._hours and minute - self._hours[0][0] > BASELINE:
            self._hours.popleft()
        length = max(1.0, min(BASELINE, minute - self._since) / MINUTE)
        return sum(count for _, count in self._hours) / length, length

    def _remember(self, minute: datetime, tally: Tally) -> None:
        """Let a minute count towards the usual rate."""
        if not tally.count:
            return
        self._usual.join(tally)
        hour = minute.replace(minute=0)
        before = self._hours.pop()[1] if self._hours and self._hours[-1][0] == hour else 0
        self._hours.append((hour, before + tally.count))

    def _context(self, average: float, length: float, lasted: timedelta) -> dict[str, Any]:
        assert self._unusual is not None
        minutes = lasted / MINUTE
        usual, unusual = self._usual.averages(length), self._unusual.averages(minutes)
        return {
            "statistics": {
                "baseline": {"average": average},
                "insight": {"average": self._unusual.count / minutes},
                "insightDuration": int(minutes),
                "baselineDuration": int(length),
            },
            "attributions": [
                {"attribute": name, "insight": unusual[name], "baseline": usual[name]} for name in _ATTRIBUTES
            ],
        }


def _minute(at: datetime) -> datetime:
    """The minute that a time is in."""
    return at.astimezone(UTC).replace(second=0, microsecond=0)
