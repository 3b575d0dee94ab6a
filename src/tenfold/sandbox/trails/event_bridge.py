"""Records on the event buses, as EventBridge gets them: within seconds, at best effort."""

from collections.abc import Callable, Iterable
from typing import Any

from moto.cloudtrail.models import Trail

from tenfold.sandbox.dice import dice_of
from tenfold.sandbox.journal import Record, time_of
from tenfold.sandbox.messages import buses
from tenfold.sandbox.tables import EVENT_SOURCE_SUFFIX
from tenfold.sandbox.trails.files import covered_accounts
from tenfold.sandbox.trails.selectors import takes

DETAIL_TYPES = {
    "AwsApiCall": "AWS API Call via CloudTrail",
    "AwsCloudTrailInsight": "AWS Insight via CloudTrail",
    "AwsConsoleAction": "AWS Console Action via CloudTrail",
    "AwsConsoleSignIn": "AWS Console Sign In via CloudTrail",
    "AwsServiceEvent": "AWS Service Event via CloudTrail",
}


class EventBridge:
    """Puts records on the default bus of the account and region that they are of, when a trail logs them.

    Args:
        loses: whether the event of a record never arrives.
    """

    def __init__(self, loses: Callable[[Record], bool]) -> None:
        self._loses = loses

    def take(self, record: Record, watching: Iterable[Trail]) -> None:
        """Put a record on its bus, if one of the trails that were watching takes it."""
        if any(takes(trail, record, covered_accounts(trail)) for trail in watching):
            self.put(record)

    def put(self, record: Record) -> None:
        """Put a record on its bus, whichever trail logs it."""
        if self._loses(record):
            return
        event = event_of(record)
        at = int(time_of(record).timestamp() * 1000)
        buses.put(event["account"], event["region"], event, _states(record), milliseconds=at)


def event_of(record: Record) -> dict[str, Any]:
    """The event whose `detail` a record is."""
    service = record.get("eventSource", "cloudtrail").removesuffix(EVENT_SOURCE_SUFFIX)  # an Insight names no source
    return {
        "version": "0",
        "id": dice_of("event", record["eventID"]).uuid(),
        "detail-type": DETAIL_TYPES[record["eventType"]],
        "source": f"aws.{service}",
        "account": record["recipientAccountId"],
        "time": record["eventTime"],
        "region": record["awsRegion"],
        "resources": [],
        "detail": record,
    }


def _states(record: Record) -> tuple[str, ...]:
    """Of the rules that see a record: reads among the management events are for those that ask for all of them."""
    reads = record.get("readOnly", False) and record.get("managementEvent", False)
    return (buses.ENABLED_FOR_READS,) if reads else buses.STATES
