"""What a call of LookupEvents asks for, checked as CloudTrail checks it."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tenfold.sandbox.trails.refusal import Refusal

KEPT = timedelta(days=90)
PAGE = 50
ATTRIBUTES = {
    "AccessKeyId": "access_key = ?",
    "EventId": "id = ?",
    "EventName": "name = ?",
    "EventSource": "source = ?",
    "ReadOnly": "read_only = ?",
    "ResourceName": "number IN (SELECT number FROM resource WHERE name = ?)",
    "ResourceType": "number IN (SELECT number FROM resource WHERE type = ?)",
    "Username": "user = ?",
}
_OF_INSIGHTS = frozenset({"EventId", "EventName", "EventSource"})
_BAD_TOKEN = Refusal("InvalidNextTokenException", "The specified token is invalid, or was given out for another call.")
Position = tuple[float, int]  # time and number of an event


@dataclass(frozen=True)
class Query:
    """Which events are asked for: at most `size`, those before `after` when it is a further page."""

    category: str
    attribute: tuple[str, str] | None
    start: datetime
    end: datetime
    size: int
    after: Position | None
    asked: str

    def token(self, last: Position) -> str:
        """The token for what comes after the event at `last`; good for a call that asks the same."""
        return base64.b64encode(json.dumps([self.asked, *last]).encode()).decode()


def read_query(asked: Mapping[str, Any], now: datetime) -> Query:
    """The parameters of a call.

    Raises:
        Refusal: when they are not valid.
    """
    category = {None: "Management", "insight": "Insight"}.get(asked.get("EventCategory"))
    if category is None:
        raise Refusal("InvalidEventCategoryException", "The event category is not valid. The valid one is insight.")
    start, end = _moment(asked.get("StartTime")), _moment(asked.get("EndTime"))
    if start and end and start > end:
        raise Refusal("InvalidTimeRangeException", "The start time is after the end time.")
    size = int(asked.get("MaxResults", PAGE))
    if not 1 <= size <= PAGE:
        raise Refusal("InvalidMaxResultsException", f"The number of results must be between 1 and {PAGE}.")
    attribute, same = _attribute(asked, category), _digest(asked)
    oldest = now - KEPT
    after = _position(str(asked["NextToken"]), same) if asked.get("NextToken") else None
    return Query(category, attribute, max(start or oldest, oldest), end or now, size, after, same)


def _attribute(asked: Mapping[str, Any], category: str) -> tuple[str, str] | None:
    attributes = asked.get("LookupAttributes") or []
    if not attributes:
        return None
    key, value = str(attributes[0].get("AttributeKey")), str(attributes[0].get("AttributeValue"))
    if len(attributes) > 1:
        raise Refusal("InvalidLookupAttributesException", "You can specify only one lookup attribute.")
    if key not in (_OF_INSIGHTS if category == "Insight" else ATTRIBUTES):
        raise Refusal("InvalidLookupAttributesException", f"{key} is not a valid lookup attribute.")
    return key, value


def _moment(value: Any) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value.astimezone(UTC) if value and value.tzinfo else value and value.replace(tzinfo=UTC)
    return datetime.fromtimestamp(float(value), UTC)


def _digest(asked: Mapping[str, Any]) -> str:
    """Stands for what is asked for, whichever page of it."""
    same = {key: value for key, value in asked.items() if key not in {"NextToken", "MaxResults"}}
    return hashlib.sha256(json.dumps(same, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _position(token: str, same: str) -> Position:
    try:
        asked, at, number = json.loads(base64.b64decode(token, validate=True))
        position = float(at), int(number)
    except (ValueError, TypeError, binascii.Error):
        raise _BAD_TOKEN from None
    if asked != same:
        raise _BAD_TOKEN
    return position
