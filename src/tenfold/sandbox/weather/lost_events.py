"""Which records never become events on a bus."""

from tenfold.sandbox.journal import Record
from tenfold.sandbox.weather.habit import Habit

_SHARE = 0.01


class LostEvents(Habit):
    """One in a hundred CloudTrail events never reaches EventBridge."""

    def loses(self, record: Record) -> bool:
        """Drawn for the event's id."""
        return self.draw.share(record.get("eventID")) < _SHARE
