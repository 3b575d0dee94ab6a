"""Insights: calls and errors that come at an unusual rate, for the trails that ask for them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from moto.cloudtrail.models import Trail

from tenfold.sandbox.dice import dice_of
from tenfold.sandbox.journal import Record, time_of
from tenfold.sandbox.trails.delivery import logging_trails
from tenfold.sandbox.trails.files import covered_accounts
from tenfold.sandbox.trails.insight_series import Series, Unusual
from tenfold.sandbox.trails.selectors import takes

_EVENT_VERSION = "1.11"
WARM_UP = timedelta(hours=36)
"""How long CloudTrail watches before it tells anything."""
CALLS, ERRORS = "ApiCallRateInsight", "ApiErrorRateInsight"
Hear = Callable[[Record, Sequence[Trail]], None]


class Kind(NamedTuple):
    """What is counted together; `error` is empty where calls are counted."""

    type: str
    account: str
    region: str
    source: str
    name: str
    error: str


class Insights:
    """Counts the management events of the trails with Insight selectors.

    Args:
        now: the time.
        hear: is told of each Insight event, with the trails that take it.
        warm_up: how long it counts before it tells.
    """

    def __init__(self, now: Callable[[], datetime], hear: Hear, warm_up: timedelta = WARM_UP) -> None:
        self._now, self._hear = now, hear
        self.warm_up = warm_up
        self._since: dict[tuple[str, str, str], datetime] = {}
        self._series: dict[Kind, Series] = {}
        self._shared: dict[Kind, str] = {}

    def take(self, record: Record, watching: Iterable[Trail]) -> None:
        """Count a management event, if a trail that takes it asks for Insights."""
        if not record.get("managementEvent"):
            return
        asking = [trail for trail in watching if trail.insight_selectors]
        wanted = {name for trail in asking if takes(trail, record, covered_accounts(trail)) for name in _types(trail)}
        for kind in _kinds(record):
            if kind.type in wanted:
                since = self._since.setdefault(kind[:3], self._now())
                self._series.setdefault(kind, Series(since)).add(time_of(record), record)

    def tick(self, now: datetime) -> None:
        """Judge the minutes that are over."""
        for kind, series in list(self._series.items()):
            warm = now - self._since[kind[:3]] >= self.warm_up
            for unusual in list(series.advance(now, warm=warm)):
                self._tell(kind, unusual)
            if series.idle:
                del self._series[kind]

    def _tell(self, kind: Kind, unusual: Unusual) -> None:
        """Make the record; start and end of the same share an id."""
        dice = dice_of(*kind, unusual.at.isoformat())
        if unusual.state == "Start":
            self._shared[kind] = dice.uuid()
        record = insight_record(kind, unusual, dice.uuid(), self._shared[kind])
        if unusual.state == "End":
            del self._shared[kind]
        self._hear(record, [trail for trail in logging_trails() if _asks(trail, kind)])


def insight_record(kind: Kind, unusual: Unusual, event_id: str, shared_id: str) -> Record:
    """The record of an Insight."""
    details = {"state": unusual.state, "eventSource": kind.source, "eventName": kind.name, "insightType": kind.type}
    return {
        "eventVersion": _EVENT_VERSION,
        "eventTime": f"{unusual.at:%Y-%m-%dT%H:%M:%SZ}",
        "awsRegion": kind.region,
        "eventID": event_id,
        "eventType": "AwsCloudTrailInsight",
        "recipientAccountId": kind.account,
        "sharedEventID": shared_id,
        "insightDetails": details
        | ({"errorCode": kind.error} if kind.error else {})
        | {"insightContext": unusual.context},
        "eventCategory": "Insight",
    }


def _kinds(record: Record) -> Iterator[Kind]:
    """Writes count as calls; whatever failed counts as an error."""
    what = (record["recipientAccountId"], record["awsRegion"], record["eventSource"], record["eventName"])
    if not record["readOnly"]:
        yield Kind(CALLS, *what, "")
    if error := record.get("errorCode"):
        yield Kind(ERRORS, *what, error)


def _types(trail: Trail) -> list[str]:
    return [selector["InsightType"] for selector in trail.insight_selectors]


def _asks(trail: Trail, kind: Kind) -> bool:
    here = trail.is_multi_region or trail.region_name == kind.region
    return bool(here and kind.type in _types(trail) and kind.account in covered_accounts(trail))
