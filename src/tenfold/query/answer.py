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


_ENDLESS = {2**63 - 1: "infinity", 1 - 2**63: "-infinity", 2**31 - 1: "infinity", 1 - 2**31: "-infinity"}
"""How DuckDB counts what never comes, in times and in dates."""


def rows(table: pa.Table) -> Iterator[dict[str, Plain]]:
    """The rows of an answer as plain values.

    Times are ISO 8601 text, those of a zone in UTC with `Z`; bytes are hexadecimal text; decimals without
    a fraction are integers, others floats; numbers that JSON cannot write (NaN, infinity), intervals and other rare
    types are text; so are times that Python does not have: `infinity`, years beyond 9999, nanoseconds.
    """
    for batch in table.to_batches(max_chunksize=1024):
        for row in _read(batch):
            yield {name: _plain(value) for name, value in row.items()}


def _read(batch: pa.RecordBatch) -> list[dict[str, object]]:
    try:
        found: list[dict[str, object]] = batch.to_pylist()
    except (OverflowError, ValueError):  # at some value; which one is not told
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        found = [{name: _one(column[at]) for name, column in columns.items()} for at in range(batch.num_rows)]
    return found


def _one(value: pa.Scalar) -> object:
    try:
        return value.as_py()
    except (OverflowError, ValueError):
        if isinstance(value, pa.StructScalar):
            return {name: _one(item) for name, item in value.items()}
        if isinstance(value, pa.ListScalar):
            return [_one(item) for item in value.values]
        return _ENDLESS.get(value.value) or value.cast(pa.string()).as_py()


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
