"""The moments that an eventTime may say, and the ways in which it says them."""

import re
from datetime import UTC, datetime

import msgspec

from tenfold.model.resource import Json

_WRITTEN = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)[T ](\d\d):?(\d\d):?(\d\d)(\.\d+)?\s*(?:Z|UTC|([+-]\d\d):?(\d\d))?", re.IGNORECASE
)
_MILLISECONDS_FROM = 1e11
"""As seconds this is the year 5138; as milliseconds it is 1973."""


def moment(value: Json) -> datetime | None:
    """The time that a value says, in UTC; None when it says none.

    Args:
        value: ISO 8601 text with or without colons and zone (UTC then), or seconds or milliseconds since 1970.
    """
    match value:
        case bool():
            return None
        case int() | float():
            return _since_1970(float(value))
        case str() if value.strip().replace(".", "", 1).isdigit():
            return _since_1970(float(value))
        case str():
            return _written(value.strip())
    return None


def _since_1970(number: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(number / 1000 if number >= _MILLISECONDS_FROM else number, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _written(text: str) -> datetime | None:
    found = _WRITTEN.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second, fraction, ahead, minutes = found.groups()
    zone = f"{ahead}:{minutes}" if ahead else "Z"
    try:
        iso = f"{year}-{month}-{day}T{hour}:{minute}:{second}{fraction or ''}{zone}"
        return msgspec.convert(iso, datetime).astimezone(UTC)
    except (msgspec.ValidationError, OverflowError):
        return None
