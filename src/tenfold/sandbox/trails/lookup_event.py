"""A record as LookupEvents answers it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tenfold.sandbox.journal import Record, time_of
from tenfold.sandbox.trails.tables import RESOURCE_KEYS


def lookup_event(record: Record) -> dict[str, Any]:
    """The event: what can be asked for, the resources, and the record itself as text; times in seconds since 1970."""
    identity = record.get("userIdentity", {})
    details = record.get("insightDetails", {})
    event = {
        "EventId": record["eventID"],
        "EventName": record.get("eventName") or details.get("eventName"),
        "ReadOnly": json.dumps(record["readOnly"]) if "readOnly" in record else None,
        "AccessKeyId": identity.get("accessKeyId"),
        "EventTime": time_of(record).timestamp(),
        "EventSource": record.get("eventSource") or details.get("eventSource"),
        "Username": _user_name(identity),
    }
    resources = [{"ResourceType": kind, "ResourceName": name} for kind, name in dict.fromkeys(_resources(record))]
    known = {key: value for key, value in event.items() if value}
    return known | {"Resources": resources, "CloudTrailEvent": json.dumps(record, separators=(",", ":"))}


def _user_name(identity: Mapping[str, Any]) -> str | None:
    """The user's name, the session's, or `root`."""
    if identity.get("type") == "Root":
        return "root"
    if identity.get("userName"):
        return str(identity["userName"])
    return str(identity.get("principalId") or "").partition(":")[2] or identity.get("invokedBy")


def _resources(record: Record) -> Iterator[tuple[str, str]]:
    """Type and name of what the record lists, and of what its parameters and its answer name."""
    for resource in record.get("resources") or ():
        if "type" in resource and "ARN" in resource:
            yield resource["type"], resource["ARN"]
    yield from _named(record.get("requestParameters"))
    yield from _named(record.get("responseElements"))


def _named(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for item in value:
            yield from _named(item)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if key in RESOURCE_KEYS and isinstance(inner, str):
                yield RESOURCE_KEYS[key], inner
            else:
                yield from _named(inner)
