"""A record as detections see it."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from tenfold.aws import partitions
from tenfold.model.arn import Arn, Scope
from tenfold.model.event import Actor, Event, Origin
from tenfold.model.resource import Json
from tenfold.trail.decode import Decoded, decode
from tenfold.trail.decode import Origin as ObjectOrigin
from tenfold.trail.fields import body, value
from tenfold.trail.split import Bytes

_COLUMNS = ["event_id", "event_time", "object_bucket", "object_key", "record_index"]


def events_of(data: bytes, origin: ObjectOrigin) -> Iterator[Event]:
    """The events of an object's bytes; what cannot be read is left out, see `decode`."""
    return events(decode(data, origin))


def events(decoded: Decoded) -> Iterator[Event]:
    """The events of a decoded object, in its order."""
    columns = (decoded.rows.column(name).to_pylist() for name in _COLUMNS)
    for row, record in zip(zip(*columns, strict=True), decoded.records, strict=True):
        event_id, time, bucket, key, index = row
        yield event(event_id, time, _whole(record), Origin(bucket, key, index))


def event(event_id: str, time: datetime, record: Json, origin: Origin | None) -> Event:
    """One record as an Event; fields of an unexpected type read as empty.

    Args:
        event_id: its eventID, or what stands for it.
        time: its eventTime.
        record: the decoded object.
        origin: where its bytes lie.
    """
    identity = _object(record.get("userIdentity"))
    service = _text(record, "eventSource").partition(".")[0]
    region = _text(record, "awsRegion")
    arn = _text(identity, "arn")
    partition = arn.split(":")[1] if arn.startswith("arn:") and arn.count(":") > 1 else partitions.of_region(region)
    account = _text(record, "recipientAccountId") or _text(identity, "accountId")
    return Event(
        id=event_id,
        time=time,
        scope=Scope(partition, account, region, service),
        actor=_actor(identity),
        action=f"{service}:{_text(record, 'eventName')}",
        targets=tuple(dict.fromkeys(_targets(record, partition))),
        source=_text(record, "sourceIPAddress"),
        record=record,
        origin=origin,
    )


def _whole(record: Bytes) -> Json:
    """The record; with texts in place of what is nested too deep for anybody to walk through."""
    try:
        return value(record)
    except RecursionError:
        return {name: body(raw) for name, raw in msgspec.json.decode(record, type=dict[str, msgspec.Raw]).items()}


def _actor(identity: Json) -> Actor:
    return Actor(
        type=_text(identity, "type"),
        arn=_text(identity, "arn"),
        account=_text(identity, "accountId"),
        access_key_id=_text(identity, "accessKeyId"),
        source_identity=_text(_object(identity.get("sessionContext")), "sourceIdentity"),
    )


def _targets(record: Json, partition: str) -> Iterator[str]:
    """ARNs of what was acted on: those that AWS lists, the bucket, and ARNs among the parameters."""
    resources = record.get("resources")
    for resource in resources if isinstance(resources, list) else ():
        if arn := _text(_object(resource), "ARN"):
            yield arn
    parameters = _object(record.get("requestParameters"))
    bucket = _text(parameters, "bucketName")
    if bucket and not bucket.startswith("arn:"):
        yield str(Arn(partition, "s3", "", "", bucket))
    yield from (given for given in parameters.values() if isinstance(given, str) and given.startswith("arn:"))


def _object(found: Json) -> Json:
    return found if isinstance(found, dict) else {}


def _text(whole: Json, name: str) -> str:
    found = whole.get(name)
    return found if isinstance(found, str) else ""
