"""One CloudTrail record, typed: as it should be in one pass, else field by field without losing any."""

import json
from datetime import UTC, datetime
from typing import Any, get_args

import msgspec
from msgspec import Raw

from tenfold.model.errors import InputError
from tenfold.model.resource import Json
from tenfold.trail.split import EVENT, Bytes, not_cloudtrail
from tenfold.trail.times import moment

_NULL = Raw(b"null")
_ACRONYMS = {
    "event_id": "eventID",
    "request_id": "requestID",
    "shared_event_id": "sharedEventID",
    "source_ip_address": "sourceIPAddress",
}


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return _ACRONYMS.get(name) or first + "".join(word.capitalize() for word in others)


class Fields(msgspec.Struct, rename=_camel, forbid_unknown_fields=True, gc=False):
    """The top level of a record of any eventVersion (1.0 to 1.11), named as the lake's columns are."""

    event_time: datetime
    event_version: str | None = None
    event_source: str | None = None
    event_name: str | None = None
    aws_region: str | None = None
    source_ip_address: str | None = None
    user_agent: str | None = None
    error_code: str | None = None
    error_message: str | None = None
    request_id: str | None = None
    event_id: str | None = None
    event_type: str | None = None
    event_category: str | None = None
    recipient_account_id: str | None = None
    shared_event_id: str | None = None
    vpc_endpoint_id: str | None = None
    api_version: str | None = None
    read_only: bool | str | None = None
    management_event: bool | str | None = None
    session_credential_from_console: bool | str | None = None
    user_identity: Raw = _NULL
    request_parameters: Raw = _NULL
    response_elements: Raw = _NULL
    additional_event_data: Raw = _NULL
    resources: Raw = _NULL
    service_event_details: Raw = _NULL
    tls_details: Raw = _NULL
    addendum: Raw = _NULL
    event_context: Raw = _NULL
    insight_details: Raw = _NULL
    vpc_endpoint_account_id: Raw = _NULL
    edge_device_details: Raw = _NULL


class Issuer(msgspec.Struct, rename=_camel, gc=False):
    """Whose session it is."""

    arn: str | None = None


class Attributes(msgspec.Struct, rename=_camel, gc=False):
    """How the session began."""

    mfa_authenticated: bool | str | None = None


class Session(msgspec.Struct, rename=_camel, gc=False):
    """Of a session, what has a column."""

    session_issuer: Issuer | None = None
    attributes: Attributes | None = None
    source_identity: str | None = None


class Identity(msgspec.Struct, rename=_camel, gc=False):
    """Of userIdentity, what has a column."""

    type: str | None = None
    principal_id: str | None = None
    arn: str | None = None
    account_id: str | None = None
    access_key_id: str | None = None
    user_name: str | None = None
    invoked_by: str | None = None
    session_context: Session | None = None


class Addendum(msgspec.Struct, gc=False):
    """Which event this one corrects, and why."""

    original: str | None = msgspec.field(default=None, name="originalEventID")
    reason: str | None = None


_LISTED = {field.encode_name: field for field in msgspec.structs.fields(Fields)}
BODIES = tuple(field.name for field in _LISTED.values() if field.type is Raw)
TEXTS = frozenset(field.name for field in _LISTED.values() if field.type == str | None)
FLAGS = frozenset(field.name for field in _LISTED.values() if field.type == bool | str | None)
WITHOUT_COLUMN = ("vpc_endpoint_account_id", "edge_device_details")
WITH_COLUMN = tuple(name for name in BODIES if name not in WITHOUT_COLUMN)

_NOTICE = "aws:"
"""What the eventSource of an S3 notice begins with; the names of its fields are those of a record."""

_FLAG: dict[Json, bool] = {True: True, False: False, "true": True, "false": False, "True": True, "False": False}

_as_it_should_be = msgspec.json.Decoder(Fields).decode
_by_name = msgspec.json.Decoder(dict[str, Raw]).decode
_identity = msgspec.json.Decoder(Identity | None).decode
_addendum = msgspec.json.Decoder(Addendum | None).decode
_ordinary = msgspec.json.Decoder().decode
_INT_DIGITS = 4000
"""Python makes a number of no more; a longer one stays text."""


def typed(record: Bytes) -> tuple[Fields, dict[str, str]]:
    """The fields of a record, and the JSON texts of those that no column holds, by name.

    Raises:
        InputError: it cannot be typed: no object, not a record of CloudTrail, no readable time, nested too deep.
    """
    try:
        fields, rest = _fields(record)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InputError(f"the record cannot be read: {error}", next="Read it where it lies.") from error
    fields.event_time = _utc(fields.event_time)
    if (fields.event_source or "").startswith(_NOTICE):
        raise not_cloudtrail("a notice about an object, not an event")
    for name in WITHOUT_COLUMN:
        if text := body(getattr(fields, name)):
            rest[_camel(name)] = text
    return fields, rest


def _fields(record: Bytes) -> tuple[Fields, dict[str, str]]:
    try:
        return _as_it_should_be(record), {}
    except msgspec.ValidationError:
        return _field_by_field(record)


def value(raw: Bytes) -> Json:
    """A JSON value, with numbers that only JSON can write too.

    Raises:
        RecursionError: nested too deep.
    """
    try:
        return _ordinary(raw)
    except msgspec.DecodeError:
        return json.loads(bytes(raw), parse_int=lambda digits: int(digits) if len(digits) < _INT_DIGITS else digits)


def body(raw: Bytes) -> str | None:
    """The JSON text of a value as it stands; None for null."""
    text = str(raw, "utf-8", "replace")
    return None if text == "null" else text


def flag(found: Json) -> bool | None:
    """What a flag says, be it a boolean or its name; None when it says neither."""
    return _FLAG.get(found)


def identity(raw: Bytes) -> Identity:
    """What has a column of a userIdentity; what has another type there is given as text."""
    try:
        return _identity(raw) or Identity()
    except msgspec.ValidationError:
        return msgspec.convert(_loosened(value(raw), Identity), Identity)


def addendum(raw: Bytes) -> Addendum:
    """Which event a record corrects."""
    try:
        return _addendum(raw) or Addendum()
    except msgspec.ValidationError:
        return msgspec.convert(_loosened(value(raw), Addendum), Addendum)


def _loosened(found: Json, kind: type[msgspec.Struct]) -> dict[str, Json]:
    """The fields of `kind` in a value of whatever type, each made to fit."""
    fitting: dict[str, Json] = {}
    for field in msgspec.structs.fields(kind) if isinstance(found, dict) else ():
        inner = found.get(field.encode_name)
        if isinstance(inner, dict) and (struct := _struct_in(field.type)):
            fitting[field.encode_name] = _loosened(inner, struct)
        elif inner is not None and not _struct_in(field.type):
            fitting[field.encode_name] = inner if isinstance(inner, str | bool) else json.dumps(inner)
    return fitting


def _struct_in(kind: object) -> type[msgspec.Struct] | None:
    """The struct of an optional field, if it is one."""
    inner = [some for some in get_args(kind) if isinstance(some, type) and issubclass(some, msgspec.Struct)]
    return inner[0] if inner else None


def _field_by_field(record: Bytes) -> tuple[Fields, dict[str, str]]:
    try:
        values = _by_name(record)
    except msgspec.ValidationError:
        raise not_cloudtrail("a record that is no object") from None
    if not values.keys() & EVENT:
        raise not_cloudtrail("a record with no field of an event")
    known = {field.name: values.pop(name) for name, field in _LISTED.items() if name in values}
    rest = {name: bytes(raw).decode() for name, raw in values.items()}
    time = _time(known.pop("event_time", _NULL))
    usable: dict[str, Any] = {name: _string(raw) if name in TEXTS else raw for name, raw in known.items()}
    for name in known.keys() & FLAGS:
        usable[name] = value(known[name])
        if not isinstance(usable[name], bool | str | None):
            usable[name] = None
            rest[_camel(name)] = bytes(known[name]).decode()
    return Fields(event_time=time, **usable), rest


def _string(raw: Raw) -> str | None:
    """A text field: its string; of another type, its JSON text."""
    found = value(raw)
    return found if isinstance(found, str) or found is None else bytes(raw).decode()


def _utc(time: datetime) -> datetime:
    """A time without a zone is in UTC, as CloudTrail's all are."""
    try:
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except OverflowError:
        raise InputError(f"eventTime says no time in UTC: {time}", next="Read the record where it lies.") from None


def _time(raw: Raw) -> datetime:
    found = moment(value(raw))
    if found is None:
        raise InputError(f"eventTime says no time: {body(raw) or 'nothing'}", next="Read the record where it lies.")
    return found
