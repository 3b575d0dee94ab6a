"""Values to bytes and back: MessagePack, compressed when large.

MessagePack and not JSON, because a facet's value may hold a datetime anywhere, and it must come back as one.
"""

import zlib
from datetime import datetime
from typing import TypeVar

import msgspec

T = TypeVar("T")

_LARGE = 512
"""Bytes; below this zlib saves nothing worth its time."""

_ZLIB = 0x78
"""The first byte of a zlib stream. A struct is written as a map, which begins with 0x80 or above."""

_INT64, _UINT64 = -(2**63), 2**64

_ENCODER = msgspec.msgpack.Encoder()


def packed(value: msgspec.Struct) -> bytes:
    """The bytes of a struct.

    Raises:
        UnicodeEncodeError, OverflowError: for values that `mended` would mend.
    """
    data = _ENCODER.encode(value)
    return zlib.compress(data, 1) if len(data) >= _LARGE else data


def unpacked(data: bytes, kind: type[T]) -> T:
    """The struct of type `kind` that `packed` made these bytes of.

    Raises:
        zlib.error, msgspec.DecodeError: when the bytes are damaged.
    """
    return msgspec.msgpack.decode(zlib.decompress(data) if data[:1] == bytes([_ZLIB]) else data, type=kind)


def mended(value: T) -> T:
    """The value itself when it can be stored; else a copy in which what cannot is written as text that can.

    Whoever may write a bucket policy or a tag must not be able to stop a run from being saved:
    half a surrogate pair becomes U+FFFD, a number beyond 64 bits its digits.
    """
    try:
        _ENCODER.encode(value)
    except (UnicodeEncodeError, OverflowError):
        plain = msgspec.to_builtins(value, builtin_types=(datetime, bytes))
        return msgspec.convert(_mended(plain), type(value))
    return value


def _mended(value: object) -> object:
    match value:
        case dict():
            return {_mended(key): _mended(item) for key, item in value.items()}
        case list() | tuple():
            return [_mended(item) for item in value]
        case str():
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case int() if not _INT64 <= value < _UINT64:
            return str(value)
        case _:
            return value
