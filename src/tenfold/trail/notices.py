"""A queue's message to the objects that it tells of: five ways of saying the same."""

from collections.abc import Iterator
from urllib.parse import unquote_plus

import msgspec

from tenfold.model.errors import InputError
from tenfold.model.resource import Json
from tenfold.trail.source import Named

_NEXT = "Let the queue receive S3's notices only, be it directly, through SNS or from EventBridge."
_CREATED = ("ObjectCreated:", "s3:ObjectCreated:")
_ENVELOPES = 3
"""SNS within SNS is possible; more is somebody's joke."""


def named(body: str | bytes) -> list[Named]:
    """The objects that a message says were written; none for S3's test event, SNS's own messages and deletions.

    Raises:
        InputError: not JSON, or no notice in a form that is known.
    """
    for _ in range(_ENVELOPES):
        message = _decoded(body)
        if "Message" not in message or "TopicArn" not in message:
            return list(_objects(message))
        body = str(message["Message"])
        if message.get("Type") == "SubscriptionConfirmation" or _is_validation(body):
            return []
    raise InputError("a message within too many envelopes", next=_NEXT)


def _decoded(body: str | bytes) -> dict[str, Json]:
    try:
        return msgspec.json.decode(body, type=dict[str, Json])
    except msgspec.ValidationError as error:
        raise InputError(f"not a notice: {error}", next=_NEXT) from error
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as error:
        raise InputError(f"not JSON: {error}", next=_NEXT) from error


def _objects(message: dict[str, Json]) -> Iterator[Named]:
    try:
        match message:
            case {"Event": "s3:TestEvent"}:
                return
            case {"Records": [*records]}:
                yield from (_of_s3(record) for record in records if record["eventName"].startswith(_CREATED))
            case {"source": "aws.s3", "detail": {"bucket": {"name": bucket}, "object": written}}:
                if message.get("detail-type") == "Object Created":
                    yield _named(bucket, written["key"], written.get("etag"), written.get("size"))
            case {"s3Bucket": str(bucket), "s3ObjectKey": [*keys]}:
                yield from (_named(bucket, key) for key in keys)
            case _:
                raise InputError(f"a message with {', '.join(sorted(message)[:5]) or 'no fields'}", next=_NEXT)
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(f"a notice that lacks {error}", next=_NEXT) from error


def _of_s3(record: Json) -> Named:
    written = record["s3"]["object"]
    return _named(
        record["s3"]["bucket"]["name"], unquote_plus(written["key"]), written.get("eTag"), written.get("size")
    )


def _named(bucket: str, key: str, etag: str | None = None, size: int | None = None) -> Named:
    if not bucket or not key or not isinstance(bucket, str) or not isinstance(key, str):
        raise InputError("a notice without bucket or key", next=_NEXT)
    return Named(bucket, key, (etag or "").strip('"'), -1 if size is None else size)


def _is_validation(body: str) -> bool:
    """CloudTrail tries a topic with a sentence of plain text."""
    return not body.lstrip().startswith(("{", "[")) and "CloudTrail" in body
