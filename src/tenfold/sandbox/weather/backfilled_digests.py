"""Which log files the digest of their hour leaves out."""

from tenfold.sandbox.trails.files import LogFile
from tenfold.sandbox.weather.habit import Habit

_SHARE = 0.005


class BackfilledDigests(Habit):
    """One log file in two hundred is not in the digest of its hour; a backfill digest names it hours later."""

    def overlooks(self, file: LogFile) -> bool:
        """Drawn for the file's own place and content."""
        return self.draw.share(file.trail.arn, file.account, file.region, file.digest) < _SHARE
