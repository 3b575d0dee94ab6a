"""A queue's message to the objects that it tells of: five ways of saying the same."""

from collections.abc import Iterator
from urllib.parse import unquote_plus

import msgspec

from tenfold.model.errors import InputError
from tenfold.model.resource import Json
from tenfold.trail.source import Named, is_bucket

_NEXT = "Let the queue receive S3's notices only, be it directly, through SNS or from EventBridge."
_CREATED = ("ObjectCreated:", "s3:ObjectCreated:")
_ABOUT_SUBSCRIPTIONS = frozenset({"SubscriptionConfirmation", "UnsubscribeConfirmation"})
_ENVELOPES = 3
"""SNS within SNS is possible; more is somebody's joke."""


def named(body: str | bytes) -> list[Named]:
    """The objects that a message says were written; none for S3's test event, SNS's own messages and deletions.

    Raises:
        InputError: not JSON, or no notice in a form that is known.
    """
    for _ in range(_ENVELOPES):
        if _is_validation(body):
            return []
        message = _decoded(body)
        if "Message" not in message or "TopicArn" not in message:
            return list(_objects(message))
        if message.get("Type") in _ABOUT_SUBSCRIPTIONS:
            return []
        body = str(message["Message"])
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
                # Each notice is read, whatever it tells of: records of CloudTrail have the same frame.
                told = [(record["eventName"], _of_s3(record)) for record in records]
                yield from (named for name, named in told if name.startswith(_CREATED))
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


def _named(bucket: Json, key: Json, etag: Json = None, size: Json = None) -> Named:
    if not (isinstance(bucket, str) and bucket and isinstance(key, str) and key):
        raise InputError("a notice without bucket or key", next=_NEXT)
    if not is_bucket(bucket):
        raise InputError(f"a notice of a bucket that cannot be: {bucket!r}", next=_NEXT)
    known = isinstance(size, int) and size >= 0
    return Named(bucket, key, etag.strip('"') if isinstance(etag, str) else "", size if known else -1)


def _is_validation(body: str | bytes) -> bool:
    """CloudTrail tries a topic with a sentence of plain text."""
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
    return not text.lstrip().startswith(("{", "[")) and "CloudTrail" in text
