"""Gzip to text, bounded: a few bytes may unpack to many gigabytes."""

import msgspec
from isal import isal_zlib
from isal.igzip_lib import IsalError

from tenfold.model.errors import InputError
from tenfold.trail.limits import MIB, Limits

_MAGIC = b"\x1f\x8b"
_GZIP_WBITS = 31
_MEMBERS = 100
_AGAIN = "Fetch the object again and compare its size with the bucket's; then replay."


class Text(msgspec.Struct, frozen=True):
    """The unpacked bytes, and how many bytes stood after the end of the gzip stream, which nobody may have written."""

    data: bytes
    trailing: int = 0


def unpacked(data: bytes, limits: Limits) -> Text:
    """The text of an object, whether it is gzip (of one or more members) or plain.

    Raises:
        InputError: empty, too large, truncated or damaged; with the offset.
    """
    if len(data) > limits.stored:
        raise too_large("stored", limits.stored)
    if data[:2] != _MAGIC:
        return Text(data)
    parts: list[bytes] = []
    rest, room = data, limits.text
    while rest[:2] == _MAGIC:
        if len(parts) == _MEMBERS:
            raise InputError(f"more than {_MEMBERS} gzip members", next="Look at who wrote it.")
        text, rest = _member(rest, room, len(data) - len(rest))
        parts.append(text)
        room -= len(text)
        if room < 0:
            raise too_large("when unpacked", limits.text)
    return Text(b"".join(parts), len(rest.lstrip(b"\0")))


def too_large(kind: str, limit: int) -> InputError:
    """The error for an object with more bytes than are taken."""
    return InputError(
        f"more than {limit / MIB:g} MiB {kind}; a log file is never so large",
        next="Look at who wrote it. If it is meant to be so, split it into smaller objects.",
    )


def _member(data: bytes, room: int, start: int) -> tuple[bytes, bytes]:
    """One gzip member's text, of which no more than one byte beyond `room`, and the bytes after it."""
    stream = isal_zlib.decompressobj(wbits=_GZIP_WBITS)
    try:
        text = stream.decompress(data, room + 1)
    except IsalError as error:  # type: ignore[misc]  # the stub declares no class
        raise InputError(f"the gzip stream is damaged: {error}", offset=start, next=_AGAIN) from error
    if not stream.eof and len(text) <= room:
        raise InputError("the gzip stream ends early", offset=start + len(data), next=_AGAIN)
    return text, stream.unused_data
