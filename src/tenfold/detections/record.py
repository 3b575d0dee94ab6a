"""Reading a CloudTrail record that may be anything: what is missing or of another shape reads as nothing."""

from collections.abc import Mapping

from tenfold.model.event import Event
from tenfold.model.resource import Json

_DENIED = ("AccessDenied", "Unauthorized")  # within codes such as AccessDeniedException, Client.UnauthorizedOperation


def within(value: Json, path: str) -> Json:
    """What stands at a dotted path; None where there is nothing, or where the way leads through no object."""
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def at(event: Event, path: str) -> Json:
    """What stands at a dotted path of the record, such as `requestParameters.userName`."""
    return within(event.record, path)


def text(event: Event, path: str) -> str:
    """The text at a path; empty when there is none."""
    found = at(event, path)
    return found if isinstance(found, str) else ""


def first_text(event: Event, *paths: str) -> str:
    """The first text that stands at one of the paths."""
    return next(filter(None, (text(event, path) for path in paths)), "")


def texts(value: Json) -> list[str]:
    """The text, or the texts of a list: headers of S3 stand in records in both forms."""
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def many(value: Json) -> list[Json]:
    """A list in any form that records give it: a list, EC2's `{"items": [...]}`, or one object for a list of one."""
    if isinstance(value, Mapping):
        inner = value.get("items", value.get("item", [value] if value else []))
        return inner if isinstance(inner, list) else []
    return value if isinstance(value, list) else []


def flag(value: Json) -> bool | None:
    """A truth value, written as such or as text; None when it is neither."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower())
    return value if isinstance(value, bool) else None


def failed(event: Event) -> bool:
    """Whether AWS answered the call with an error; tools that write records anew say "" or "null" for none."""
    return at(event, "errorCode") not in (None, "", "null")


def denied(event: Event) -> bool:
    """Whether AWS refused the call for want of permission."""
    return any(word in text(event, "errorCode") for word in _DENIED)
