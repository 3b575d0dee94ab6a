"""CloudTrail as a whole: the parts that hear of records and of time, joined."""

from collections.abc import Callable, Sequence
from datetime import datetime

from moto.cloudtrail.models import Trail

from tenfold.sandbox.journal import Record
from tenfold.sandbox.trails.answers import TrailAnswers
from tenfold.sandbox.trails.bucket_policy import policy_obstacle
from tenfold.sandbox.trails.delivery import Delivery, no_bucket, write_file
from tenfold.sandbox.trails.event_bridge import EventBridge
from tenfold.sandbox.trails.insights import Insights
from tenfold.sandbox.trails.log_group import LogGroups
from tenfold.sandbox.trails.lookup import Lookup
from tenfold.sandbox.trails.notices import Notices
from tenfold.sandbox.trails.status import Statuses
from tenfold.sandbox.weather.weather import Weather


class CloudTrail:
    """Everything that becomes of a record, but for the digests.

    Args:
        now: the time.
        weather: how late things come, and whether they come.
        strict: whether buckets must let CloudTrail write, as AWS has it.
    """

    def __init__(self, now: Callable[[], datetime], weather: Weather, *, strict: bool = False) -> None:
        self.obstacle = policy_obstacle if strict else no_bucket
        self._now = now
        self.statuses = Statuses()
        self.delivery = Delivery(now, self.statuses, weather.file_lateness, self.obstacle)
        self.notices = Notices(self.statuses)
        self.event_bridge = EventBridge(weather.loses)
        self.log_groups = LogGroups(now, self.statuses, weather.file_lateness)
        self.lookup = Lookup(now, weather.event_lateness, weather.lookups_a_second)
        self.insights = Insights(now, self._deliver_insight)
        self.answers = TrailAnswers(self.statuses, self.lookup, self.obstacle, strict)
        self.delivery.on_delivery.append(self.notices.tell)

    def take(self, record: Record, watching: Sequence[Trail]) -> None:
        """Hear of a record; `watching` are the trails that logged when the call came."""
        for part in (self.lookup, self.delivery, self.event_bridge, self.log_groups, self.insights):
            part.take(record, watching)

    def tick(self, now: datetime) -> None:
        """Do what is due."""
        for part in (self.delivery, self.log_groups, self.insights, self.lookup):
            part.tick(now)

    def deliver(self) -> int:
        """Write all that is pending into buckets and log groups; the number of files."""
        self.log_groups.deliver()
        return self.delivery.deliver()

    def close(self) -> None:
        """Deliver what is left, and let go of the rest."""
        self.deliver()
        self.lookup.close()

    def _deliver_insight(self, record: Record, trails: Sequence[Trail]) -> None:
        """An Insight goes where the records of its trails go, in files of its own, which no digest names."""
        if not trails:
            return
        self.lookup.add(record)
        self.event_bridge.put(record)
        for trail in trails:
            self.log_groups.add(trail, record)
            if not self.obstacle(trail):
                self.notices.tell([write_file(trail, [record], self._now(), "CloudTrail-Insight")])
