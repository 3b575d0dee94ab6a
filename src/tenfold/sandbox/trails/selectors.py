"""Which records a trail takes: by region, by account, and by its event selectors."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from moto.cloudtrail.models import Trail

from tenfold.sandbox.journal import Record
from tenfold.sandbox.tables import EVENT_SOURCE_SUFFIX, GLOBAL_SERVICES, HOME_REGIONS

_GLOBAL_SOURCES = frozenset(service + EVENT_SOURCE_SUFFIX for service in GLOBAL_SERVICES)
_S3, _OBJECT = f"s3{EVENT_SOURCE_SUFFIX}", "AWS::S3::Object"
_SERVICE_ONLY = 2  # colons in arn:PARTITION:SERVICE
_READ_WRITE = {"ReadOnly": (True,), "WriteOnly": (False,), "All": (True, False)}


def takes(trail: Trail, record: Record, accounts: Iterable[str]) -> bool:
    """Whether a trail that covers `accounts` takes a record."""
    return record["recipientAccountId"] in accounts and _in_region(trail, record) and _selected(trail, record)


def _in_region(trail: Trail, record: Record) -> bool:
    """Global services belong to the home region of the partition, and to trails that include them."""
    if record["eventSource"] in _GLOBAL_SOURCES:
        home = HOME_REGIONS.get(trail.partition, trail.region_name)
        return bool(trail.include_global_service_events) and (bool(trail.is_multi_region) or trail.region_name == home)
    return bool(trail.is_multi_region) or trail.region_name == record["awsRegion"]


def _selected(trail: Trail, record: Record) -> bool:
    if trail.event_selectors:
        return any(_basic(selector, record) for selector in trail.event_selectors)
    if trail.advanced_event_selectors:
        return any(_advanced(selector, record) for selector in trail.advanced_event_selectors)
    return bool(record["managementEvent"])


def _basic(selector: Mapping[str, Any], record: Record) -> bool:
    if record["readOnly"] not in _READ_WRITE[selector.get("ReadWriteType", "All")]:
        return False
    if record["managementEvent"]:
        excluded = selector.get("ExcludeManagementEventSources") or ()
        return bool(selector.get("IncludeManagementEvents", True)) and record["eventSource"] not in excluded
    return any(_data_resource(wanted, record) for wanted in selector.get("DataResources") or ())


def _data_resource(wanted: Mapping[str, Any], record: Record) -> bool:
    """A type with the beginnings of ARNs; the beginning `arn:PARTITION:s3` alone stands for every bucket.

    A function and a table are named whole, so that `table/one` is not the beginning of `table/one-more`.
    """
    kind, arns = data_resource(record)
    return kind == wanted["Type"] and any(
        arn == value or (arn.startswith(value) and (kind == _OBJECT or value.count(":") == _SERVICE_ONLY))
        for value in wanted.get("Values") or ()
        for arn in arns
    )


def data_resource(record: Record) -> tuple[str, list[str]]:
    """Type and ARNs of the resource that a data event is about; listing a bucket is about all objects in it."""
    resources = [resource for resource in record.get("resources") or () if resource.get("ARN")]
    if record["eventSource"] == _S3 and not record["managementEvent"]:
        named = [resource["ARN"] for resource in resources if resource.get("type") == _OBJECT]
        return _OBJECT, named or [f"{resource['ARN']}/" for resource in resources]
    kind = str(resources[0].get("type", "")) if resources else ""
    return kind, [resource["ARN"] for resource in resources if resource.get("type") == kind]


def _advanced(selector: Mapping[str, Any], record: Record) -> bool:
    return all(_field(condition, record) for condition in selector["FieldSelectors"])


def _field(condition: Mapping[str, Any], record: Record) -> bool:
    """All operators that are given must hold: a positive one for one of its values, a negative one for none."""
    values = _values(condition["Field"], record)
    for operator, holds in _OPERATORS.items():
        wanted = condition.get(operator) or ()
        if wanted and not any(holds(value, text) for value in values for text in wanted):
            return False
        unwanted = condition.get("Not" + operator) or ()
        if any(holds(value, text) for value in values for text in unwanted):
            return False
    return True


def _values(field: str, record: Record) -> list[str]:
    """The values of a selector's field in a record."""
    if field.startswith("resources."):
        kind, arns = data_resource(record)
        return ([kind] if kind else []) if field == "resources.type" else arns
    value: Any = record
    for step in field.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    if value is None:
        return []
    return [str(value).lower() if isinstance(value, bool) else str(value)]


_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "Equals": str.__eq__,
    "StartsWith": str.startswith,
    "EndsWith": str.endswith,
}
