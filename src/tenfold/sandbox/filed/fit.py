"""Values made to fit a model: times as times, numbers as numbers, and nothing that the model does not know."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.model import Shape

from tenfold.sandbox.filed.template import said

_INTEGERS, _FLOATS = frozenset({"integer", "long"}), frozenset({"float", "double"})


def fit(shape: Shape, value: Any) -> Any:
    """A value as the shape wants it. Members that the shape does not have are left out."""
    kind = shape.type_name
    if kind == "structure" and isinstance(value, Mapping):
        members = shape.members or dict.fromkeys(value)
        return {
            name: value[name] if member is None else fit(member, value[name])
            for name, member in members.items()
            if value.get(name) is not None
        }
    if kind == "list":
        return [fit(shape.member, item) for item in value]
    if kind == "map" and isinstance(value, Mapping):
        return {str(key): fit(shape.value, item) for key, item in value.items()}
    return _scalar(kind, value)


def _scalar(kind: str, value: Any) -> Any:
    if kind == "timestamp":
        return as_time(value)
    if kind in _INTEGERS:
        return int(value)
    if kind in _FLOATS:
        return float(value)
    if kind == "boolean":
        return value if isinstance(value, bool) else str(value).lower() == "true"
    return said(value) if kind == "string" else value


def as_time(value: Any) -> datetime:
    """A time, from ISO 8601 text or seconds since 1970; without zone it is UTC."""
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return at if at.tzinfo else at.replace(tzinfo=UTC)
