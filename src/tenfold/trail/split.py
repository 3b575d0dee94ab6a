"""A log file's text to its records, each as the bytes that stand there."""

import re
from collections.abc import Iterator, Sequence

import msgspec

from tenfold.model.errors import InputError

Bytes = bytes | msgspec.Raw

_DIGEST = frozenset({"digestStartTime", "digestEndTime", "logFiles"})
EVENT = frozenset({"eventTime", "eventName", "eventID", "eventVersion"})
_NEXT = "Look at the object. If it does not belong there, take it out of the trail's folder; then replay."
_document = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_array = msgspec.json.Decoder(list[msgspec.Raw]).decode

_HEAD = re.compile(rb'(?:\{\s*"Records"\s*:\s*)?\[')
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[][{}]', re.DOTALL)
_ESCAPE = re.compile(rb"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(u[dD][89a-fA-F]..)|.)", re.DOTALL)
"""A whole surrogate pair, or half of one (the group), or any other escape."""
_AT = re.compile(r"\(byte (\d+)\)")


class DigestError(InputError):
    """The text is a digest file, which holds no events."""


def records(text: bytes) -> Sequence[Bytes]:
    """The records of `{"Records": [...]}`, of an array of events, of one event, or of JSON lines.

    A record that the JSON reader refuses (too deep, half a surrogate pair, NaN) is split off by its brackets, so
    that it does not take its neighbours along.

    Raises:
        InputError: it is none of these.
        DigestError: it is a digest file.
    """
    text = _utf8(text.removeprefix(b"\xef\xbb\xbf")).strip()
    if not text:
        raise InputError("the object is empty", offset=0, next=_NEXT)
    try:
        return _array(text) if text[:1] == b"[" else _of_object(text)
    except (RecursionError, msgspec.DecodeError) as error:
        pieces = _by_brackets(text)
        if pieces is None:
            raise InputError(f"not JSON: {error}", offset=_offset(error, text), next=_NEXT) from error
        return pieces


def _of_object(text: bytes) -> Sequence[Bytes]:
    head, newline, rest = text.partition(b"\n")
    if newline and rest.lstrip()[:1] == b"{" and head.rstrip()[-1:] == b"}":
        return [line for line in text.split(b"\n") if line.strip()]
    fields = _document(text)
    if "Records" in fields:
        return _array(fields["Records"])
    if fields.keys() >= _DIGEST:
        raise DigestError("a digest file")
    if fields.keys() & EVENT:
        return [text]
    raise not_cloudtrail(f"an object with {', '.join(sorted(fields)[:5]) or 'no fields'}")


def not_cloudtrail(what: str) -> InputError:
    """The error for JSON that holds something else."""
    return InputError(f"JSON, but not CloudTrail: {what}", next=_NEXT)


def _by_brackets(text: bytes) -> list[bytes] | None:
    """The records by counting brackets outside strings; None when the text does not come to its end."""
    head = _HEAD.match(text)
    pieces = list(_pieces(text, head.end())) if head else []
    return [_mended(piece) for piece in pieces] if pieces and pieces.pop() == b"]" else None


def _pieces(text: bytes, start: int) -> Iterator[bytes]:
    """Each bracketed item of the array that begins at `start`; at the array's end, `]`."""
    depth = begin = 0
    for token in _TOKEN.finditer(text, start):
        sign = token[0]
        if sign in (b"{", b"["):
            begin = begin if depth else token.start()
            depth += 1
        elif sign in (b"}", b"]"):
            depth -= 1
            if depth < 0:
                yield sign
                return
            if depth == 0:
                yield text[begin : token.end()]


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
