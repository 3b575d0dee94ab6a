"""An answer on its way to people and programs."""

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, BinaryIO

import pyarrow as pa
from pyarrow import parquet

Plain = Any
"""What JSON can say: dict, list, str, int, float, bool or None."""


def rows(table: pa.Table) -> Iterator[dict[str, Plain]]:
    """The rows of an answer as plain values.

    Times are ISO 8601 text, those of a zone in UTC with `Z`; bytes are hexadecimal text; decimals without
    a fraction are integers, others floats; numbers that JSON cannot write (NaN, infinity), intervals and other rare
    types are text.
    """
    for batch in table.to_batches(max_chunksize=1024):
        for row in batch.to_pylist():
            yield {name: _plain(value) for name, value in row.items()}


def write_parquet(table: pa.Table, out: BinaryIO) -> None:
    """Write an answer as one Parquet file, compressed with zstd."""
    parquet.write_table(table, out, compression="zstd")


def _plain(value: object) -> Plain:  # noqa: PLR0911 - a table of types
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case datetime():
            return _instant(value)
        case date() | time():
            return value.isoformat()
        case bytes():
            return value.hex()
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case _:
            return str(value)


def _instant(value: datetime) -> str:
    if value.tzinfo is None:
        return value.isoformat()
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
