"""When an event can be looked up, and how often one may look."""

from datetime import timedelta

from tenfold.sandbox.journal import Record
from tenfold.sandbox.weather.habit import Habit

_SHORTEST, _LONGEST = timedelta(minutes=2), timedelta(minutes=15)
_A_SECOND = 2


class SlowLookups(Habit):
    """LookupEvents answers 2 calls a second per account and region, and knows events 2 to 15 minutes after the call."""

    def event_lateness(self, record: Record) -> timedelta:
        """Drawn for the event's id."""
        return self.draw.between(_SHORTEST, _LONGEST, record.get("eventID"))

    def lookups_a_second(self) -> int | None:
        """CloudTrail's own limit."""
        return _A_SECOND
