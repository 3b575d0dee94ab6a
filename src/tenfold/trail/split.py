"""A log file's text to its records, each as the bytes that stand there."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

import msgspec

from tenfold.model.errors import InputError
from tenfold.trail.limits import LIMITS

Bytes = bytes | msgspec.Raw

_DIGEST = frozenset({"digestStartTime", "digestEndTime", "logFiles"})
EVENT = frozenset({"eventTime", "eventName", "eventID", "eventVersion"})
_NEXT = "Look at the object. If it does not belong there, take it out of the trail's folder; then replay."
_document = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_array = msgspec.json.Decoder(list[msgspec.Raw]).decode

_HEAD = re.compile(rb'(?:\{\s*"Records"\s*:\s*)?\[')
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[][{},]', re.DOTALL)
"""A string (one that is not closed goes to the end, once: nothing is looked through twice), a bracket, a comma."""
_ESCAPE = re.compile(rb"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(u[dD][89a-fA-F]..)|.)", re.DOTALL)
"""A whole surrogate pair, or half of one (the group), or any other escape."""
_RECORDS = b'"Records"'
_OPENING, _CLOSING = (b"{", b"["), (b"}", b"]")
_AT = re.compile(r"\(byte (\d+)\)")
_NO_BRACKETS = bytes({*range(256)} - {*b"{["})
_UNCOUNTED = 4
_DEEPEST = 100_000
"""Brackets within each other; the JSON reader gives up much sooner."""


class DigestError(InputError):
    """The text is a digest file, which holds no events."""


def records(text: bytes, most: int = LIMITS.records) -> Sequence[Bytes]:
    """The records of `{"Records": [...]}`, of an array of events, of one event, or of JSON lines.

    Documents may stand one after the other, as in files that were put together. A record that the JSON reader
    refuses (too deep, half a surrogate pair, NaN) is split off by its brackets, so that it does not take its
    neighbours along.

    Args:
        text: of the object.
        most: records that are taken.

    Raises:
        InputError: it is none of these, or holds more.
        DigestError: it is a digest file.
    """
    text = _utf8(text.removeprefix(b"\xef\xbb\xbf")).strip()
    if not text:
        raise InputError("the object is empty", offset=0, next=_NEXT)
    by_line = _stands_by_line(text)
    if _separators(text, by_line, most) >= most:
        raise _too_many(most)
    try:
        found = _of_lines(text) if by_line else _of_document(text)
    except msgspec.ValidationError as error:
        raise not_cloudtrail(str(error)) from error
    except (RecursionError, msgspec.DecodeError) as error:
        found = _by_brackets(text, most, error)
    if len(found) > most:
        raise _too_many(most)
    return found


def not_cloudtrail(what: str) -> InputError:
    """The error for JSON that holds something else."""
    return InputError(f"JSON, but not CloudTrail: {what}", next=_NEXT)


def _stands_by_line(text: bytes) -> bool:
    head, newline, rest = text.partition(b"\n")
    return bool(newline) and rest.lstrip()[:1] == b"{" and head.rstrip()[-1:] == b"}"


def _of_lines(text: bytes) -> Sequence[Bytes]:
    """Each line is an event, or a document of its own."""
    lines = [line for line in text.split(b"\n") if line.strip()]
    if not _HEAD.match(text):
        return lines
    return [record for line in lines for record in _of_document(line)]


def _of_document(text: bytes) -> Sequence[Bytes]:
    if text[:1] == b"[":
        return _array(text)
    fields = _document(text)
    if "Records" in fields:
        _refuse_twice(text, fields["Records"])
        return _array(fields["Records"])
    if fields.keys() >= _DIGEST:
        raise DigestError("a digest file")
    if fields.keys() & EVENT:
        return [text]
    raise not_cloudtrail(f"an object with {', '.join(sorted(fields)[:5]) or 'no fields'}")


def _refuse_twice(text: bytes, taken: Bytes) -> None:
    """Of two fields of one name the last would count, and the other be lost."""
    if text.count(_RECORDS) > 1 and text.replace(bytes(taken), b"").count(_RECORDS) > 1:
        raise InputError('the object has two fields "Records"', next="Look at who wrote it: CloudTrail writes one.")


def _separators(text: bytes, by_line: bool, most: int) -> int:
    """What stands between records, counted before any is made: two bytes of text would become fifty of memory.

    Zero when there are so few commas and lines in all that the records may be counted when they are there.
    """
    if text.count(b",") + text.count(b"\n") < _UNCOUNTED * most:
        return 0
    head = _HEAD.match(text)
    if by_line and not head:
        return text.count(b"\n")
    depth = len(head[0].translate(None, delete=_NO_BRACKETS)) if head else 1
    return sum(1 for _ in islice(_commas(text, depth), most))


def _too_many(most: int) -> InputError:
    what = f"more than {most:,} records in one object; a log file never has so many"
    return InputError(what, next="Look at who wrote it. If it is meant to be so, split it into smaller objects.")


def _commas(text: bytes, wanted: int) -> Iterator[None]:
    """One for each comma that stands within so many brackets."""
    depth = 0
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if sign in _OPENING:
            depth += 1
        elif sign in _CLOSING:
            depth -= 1
        elif sign == b"," and depth == wanted:
            yield


def _by_brackets(text: bytes, most: int, error: Exception) -> Sequence[Bytes]:
    """The records by counting brackets outside strings: of one document, or of several that stand side by side."""
    documents = _spans(text, 0, most)
    between = [0, *(place for span in documents for place in span), len(text)]
    gaps = (text[start:end] for start, end in zip(between[::2], between[1::2], strict=True))
    if any(gap.strip() for gap in gaps) or any(text[begin : begin + 1] in _CLOSING for begin, _ in documents):
        raise InputError(f"not JSON: {error}", offset=_offset(error, text), next=_NEXT) from error
    if len(documents) == 1:
        return _items(text, most, error)
    return [record for begin, end in documents for record in _of_one(text[begin:end], most)]


def _of_one(document: bytes, most: int) -> Sequence[Bytes]:
    try:
        return _of_document(document)
    except (RecursionError, msgspec.DecodeError) as error:
        return _items(document, most, error)


def _items(document: bytes, most: int, error: Exception) -> Sequence[Bytes]:
    """The records of one whole document."""
    head = _HEAD.match(document)
    spans = _spans(document, head.end(), most) if head else []
    if not spans or document[spans[-1][0] :][:1] != b"]":
        raise InputError(f"not JSON: {error}", offset=_offset(error, document), next=_NEXT) from error
    return [_mended(document[begin:end]) for begin, end in spans[:-1]]


def _spans(text: bytes, start: int, most: int) -> list[tuple[int, int]]:
    """Where the bracketed items from `start` on begin and end; last of all the bracket that closes around them."""
    found = list(islice(_each_span(text, start), most + 2))
    if len(found) > most + 1:
        raise _too_many(most)
    return found


def _each_span(text: bytes, start: int) -> Iterator[tuple[int, int]]:
    depth = begin = 0
    for token in _TOKEN.finditer(text, start):
        sign = token[0]
        if sign in _OPENING:
            begin = begin if depth else token.start()
            depth += 1
            if depth > _DEEPEST:
                return
        elif sign in _CLOSING:
            depth -= 1
            if depth <= 0:
                yield begin if depth == 0 else token.start(), token.end()
            if depth < 0:
                return


def _mended(record: bytes) -> bytes:
    r"""The record with each half of a surrogate pair written as `\ufffd`: a text that was cut short may end in one."""
    return _ESCAPE.sub(lambda escape: rb"\ufffd" if escape[1] else escape[0], record)


def _utf8(text: bytes) -> bytes:
    if text.isascii():
        return text
    return text.decode("utf-8", "replace").encode()


def _offset(error: Exception, text: bytes) -> int | None:
    if "truncated" in str(error):
        return len(text)
    at = _AT.search(str(error))
    return int(at[1]) if at else None
