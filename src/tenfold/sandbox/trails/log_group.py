"""Records in the log groups of trails, as CloudWatch Logs gets them: one JSON object a log event."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime

from moto.cloudtrail.models import Trail

from tenfold.sandbox.journal import Record, time_of
from tenfold.sandbox.messages.post import Line, to_log_group
from tenfold.sandbox.trails.delivery import Lateness
from tenfold.sandbox.trails.files import covered_accounts, organization_id
from tenfold.sandbox.trails.selectors import takes
from tenfold.sandbox.trails.status import Statuses
from tenfold.sandbox.trails.waiting import Waiting

_MAX_BYTES = 256 * 1024


class LogGroups:
    """Puts the records of trails with a log group into its streams.

    Args:
        now: the time.
        statuses: where the trails' status is kept.
        lateness: how long after its call a record comes.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        statuses: Statuses,
        lateness: Lateness,
    ) -> None:
        self._now, self._statuses = now, statuses
        self._lateness = lateness
        self._waiting: Waiting[tuple[Trail, Record]] = Waiting()

    def take(self, record: Record, watching: Iterable[Trail]) -> None:
        """Keep a record for each trail with a log group that takes it."""
        for trail in watching:
            if trail.cw_log_group_arn and takes(trail, record, covered_accounts(trail)):
                self.add(trail, record)

    def add(self, trail: Trail, record: Record) -> None:
        """Keep a record for the log group of a trail, if it has one."""
        if trail.cw_log_group_arn:
            self._waiting.add(self._now() + self._lateness(trail, record), (trail, record))

    def tick(self, now: datetime) -> None:
        """Put what is due."""
        self._put(self._waiting.take(now))

    def deliver(self) -> None:
        """Put all that is pending."""
        self._put(self._waiting.take())

    def _put(self, due: Iterable[tuple[Trail, Record]]) -> None:
        streams: defaultdict[tuple[Trail, str], list[Line]] = defaultdict(list)
        for trail, record in due:
            text = json.dumps(record, separators=(",", ":"))
            if len(text.encode()) <= _MAX_BYTES:
                line = Line(int(time_of(record).timestamp() * 1000), text)
                streams[trail, _stream(trail, record)].append(line)
        for (trail, stream), lines in streams.items():
            error = to_log_group(trail.cw_log_group_arn, stream, lines)
            self._statuses.of(trail).log_group.note(self._now(), error)


def _stream(trail: Trail, record: Record) -> str:
    """`ACCOUNT_CloudTrail_REGION`, for a trail of an organization with its id before that."""
    organization = organization_id(trail)
    name = f"{record['recipientAccountId']}_CloudTrail_{record['awsRegion']}"
    return f"{organization}_{name}" if organization else name
