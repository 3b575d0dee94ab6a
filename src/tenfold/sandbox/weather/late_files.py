"""When a record comes into a log file."""

from datetime import UTC, datetime, timedelta

from moto.cloudtrail.models import Trail

from tenfold.sandbox.journal import Record, time_of
from tenfold.sandbox.weather.habit import Habit

_SLOT = timedelta(minutes=5)
# after the end of those five minutes, so that the longest way takes 15
_USUAL = timedelta(minutes=2), timedelta(minutes=5)
_LAGGING = timedelta(minutes=8), timedelta(minutes=10)
_LAGGARDS = 1 / 3  # enough that the next file overtakes one now and then


class LateFiles(Habit):
    """Log files come 2 to 15 minutes after the calls that are in them, and a younger one may come before an older.

    The records of one trail, account, region and five minutes come together.
    """

    def file_lateness(self, trail: Trail, record: Record) -> timedelta:
        """Until the end of the five minutes, and then for a time of their own."""
        called = time_of(record)
        slot = called - (called - datetime.min.replace(tzinfo=UTC)) % _SLOT
        file = trail.arn, record["recipientAccountId"], record["awsRegion"], slot
        way = _LAGGING if self.draw.share("lags", *file) < _LAGGARDS else _USUAL
        return slot + _SLOT + self.draw.between(*way, *file) - called
