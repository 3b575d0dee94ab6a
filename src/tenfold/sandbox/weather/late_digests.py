"""When the digest of an hour comes."""

from datetime import datetime, timedelta

from moto.cloudtrail.models import Trail

from tenfold.sandbox.weather.habit import AT_ONCE, Habit

_SHARE = 0.5
_LONGEST = timedelta(hours=5)


class LateDigests(Habit):
    """Every second digest comes up to 5 hours later than it is due."""

    def digest_lateness(self, trail: Trail, account: str, region: str, end: datetime) -> timedelta:
        """Drawn for the trail, account, region and hour."""
        hour = trail.arn, account, region, end
        if self.draw.share("late", *hour) >= _SHARE:
            return AT_ONCE
        return self.draw.between(timedelta(0), _LONGEST, *hour)
