"""How a trail fares: when it last delivered, told and logged, and what kept it from that."""

from dataclasses import dataclass, field
from datetime import datetime
from weakref import WeakKeyDictionary

from moto.cloudtrail.models import Trail


@dataclass
class Outcome:
    """Of one way of delivering: the last success, and why the last attempt failed (empty when it did not)."""

    at: datetime | None = None
    error: str = ""

    def note(self, at: datetime, error: str = "") -> None:
        """Take note of an attempt."""
        self.error = error
        if not error:
            self.at = at


@dataclass(frozen=True)
class Status:
    """The outcomes of one trail."""

    delivery: Outcome = field(default_factory=Outcome)
    notification: Outcome = field(default_factory=Outcome)
    log_group: Outcome = field(default_factory=Outcome)
    digest: Outcome = field(default_factory=Outcome)


class Statuses:
    """The status of each trail; it goes when the trail goes."""

    def __init__(self) -> None:
        self._by_trail: WeakKeyDictionary[Trail, Status] = WeakKeyDictionary()

    def of(self, trail: Trail) -> Status:
        """The status of a trail."""
        return self._by_trail.setdefault(trail, Status())
