"""Which event selectors and Insight selectors CloudTrail takes for a trail: what PutEventSelectors checks."""

from collections.abc import Mapping, Sequence
from typing import Any

from tenfold.sandbox.tables import EVENT_SOURCE_SUFFIX
from tenfold.sandbox.trails.refusal import Refusal

Selector = Mapping[str, Any]

DEFAULT: list[dict[str, Any]] = [
    {
        "ReadWriteType": "All",
        "IncludeManagementEvents": True,
        "DataResources": [],
        "ExcludeManagementEventSources": [],
    }
]
"""What a trail records that nobody gave selectors: all management events, no others."""

INSIGHT_TYPES = ("ApiCallRateInsight", "ApiErrorRateInsight")
_EXCLUDABLE = frozenset({f"kms{EVENT_SOURCE_SUFFIX}", f"rdsdata{EVENT_SOURCE_SUFFIX}"})
_BASIC_TYPES = {"AWS::S3::Object": "s3", "AWS::Lambda::Function": "lambda", "AWS::DynamoDB::Table": "dynamodb"}
_OPERATORS = ("Equals", "StartsWith", "EndsWith", "NotEquals", "NotStartsWith", "NotEndsWith")
_ONLY_EQUALS = frozenset({"eventCategory", "readOnly", "resources.type", "errorCode"})
_FIELDS = {
    "Management": frozenset({"eventCategory", "eventSource", "readOnly"}),
    "Data": frozenset(
        {
            "eventCategory",
            "eventName",
            "eventSource",
            "eventType",
            "readOnly",
            "resources.ARN",
            "resources.type",
            "sessionCredentialFromConsole",
            "userIdentity.arn",
        }
    ),
    "NetworkActivity": frozenset({"errorCode", "eventCategory", "eventName", "eventSource", "vpcEndpointId"}),
}
_REQUIRED = {"Management": (), "Data": ("resources.type",), "NetworkActivity": ("eventSource",)}
_MAX_SELECTORS, _MAX_RESOURCES, _MAX_VALUES = 5, 250, 500


def check_basic(selectors: Sequence[Selector]) -> list[dict[str, Any]]:
    """Basic selectors, with what they leave open filled in.

    Raises:
        Refusal: when they are not valid.
    """
    _demand(1 <= len(selectors) <= _MAX_SELECTORS, "A trail has between 1 and 5 event selectors.")
    filled = [{**DEFAULT[0], **selector} for selector in selectors]
    values = [value for selector in filled for wanted in selector["DataResources"] for value in wanted["Values"]]
    _demand(len(values) <= _MAX_RESOURCES, "A trail has at most 250 data resources.")
    for selector in filled:
        kind, excluded = selector["ReadWriteType"], selector["ExcludeManagementEventSources"]
        _demand(kind in {"All", "ReadOnly", "WriteOnly"}, f"{kind} is not a valid ReadWriteType.")
        _demand(_EXCLUDABLE.issuperset(excluded), f"Only {' and '.join(sorted(_EXCLUDABLE))} can be excluded.")
        for wanted in selector["DataResources"]:
            _check_resource(wanted)
    return filled


def _check_resource(wanted: Mapping[str, Any]) -> None:
    service = _BASIC_TYPES.get(wanted["Type"])
    _demand(service is not None, f"{wanted['Type']} is not a data resource of event selectors.")
    for value in wanted["Values"]:
        parts = value.split(":")
        whole = parts[0] == "arn" and parts[2:3] == [service]
        _demand(whole, f"Value {value} for DataResources.Values is invalid.")
        named = ":".join(parts[3:]).strip(":")
        # a bucket's name without the slash behind it would be the beginning of other buckets' names
        _demand(service != "s3" or not named or "/" in named, f"Value {value} for DataResources.Values is invalid.")


def check_advanced(selectors: Sequence[Selector]) -> list[dict[str, Any]]:
    """Advanced selectors as they are.

    Raises:
        Refusal: when they are not valid.
    """
    conditions = [condition for selector in selectors for condition in selector["FieldSelectors"]]
    values = [value for condition in conditions for name in _OPERATORS for value in condition.get(name) or ()]
    _demand(len(values) <= _MAX_VALUES, "A trail has at most 500 values in its advanced event selectors.")
    for selector in selectors:
        _check_fields({condition["Field"]: condition for condition in selector["FieldSelectors"]})
    return [dict(selector) for selector in selectors]


def _check_fields(fields: Mapping[str, Mapping[str, Any]]) -> None:
    category = _single(fields, "eventCategory")
    _demand(category in _FIELDS, "The field eventCategory is required; it is Management, Data or NetworkActivity.")
    allowed = _FIELDS[str(category)]
    for name, condition in fields.items():
        _demand(name in allowed, f"The field {name} is not valid for events of the category {category}.")
        given = _operators(condition)
        _demand(bool(given), f"The field {name} needs an operator with a value.")
        _demand(name not in _ONLY_EQUALS or given == ["Equals"], f"The field {name} takes the operator Equals only.")
    for name in _REQUIRED[str(category)]:
        _demand(_single(fields, name) is not None, f"The field {name} is required, with one value.")
    _demand(_single(fields, "readOnly") in {None, "true", "false"}, "The field readOnly is true or false.")
    if category == "Management" and (source := fields.get("eventSource")):
        excludes = _operators(source) == ["NotEquals"] and _EXCLUDABLE.issuperset(source["NotEquals"])
        _demand(excludes, f"The field eventSource takes NotEquals of {' and '.join(sorted(_EXCLUDABLE))} only.")


def _operators(condition: Mapping[str, Any]) -> list[str]:
    """Those that a condition gives values for."""
    return [operator for operator in _OPERATORS if condition.get(operator)]


def _single(fields: Mapping[str, Mapping[str, Any]], name: str) -> str | None:
    """The one value that a field is to equal; None when there is no field or not one value."""
    values = fields.get(name, {}).get("Equals") or []
    return str(values[0]) if len(values) == 1 else None


def check_insights(selectors: Sequence[Selector]) -> list[dict[str, Any]]:
    """Insight selectors; none turn them off.

    Raises:
        Refusal: when a type is none of CloudTrail's.
    """
    for selector in selectors:
        kind = selector.get("InsightType")
        if kind not in INSIGHT_TYPES:
            raise Refusal("InvalidInsightSelectorsException", f"{kind} is not a valid Insight type.")
    return [dict(selector) for selector in selectors]


def _demand(holds: object, message: str) -> None:
    if not holds:
        raise Refusal("InvalidEventSelectorsException", message)
