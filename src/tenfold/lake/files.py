"""Data files: one a day and commit, its rows in order of time."""

import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from pyiceberg.io.pyarrow import pyarrow_to_schema, write_file
from pyiceberg.manifest import DataFile
from pyiceberg.partitioning import PartitionFieldValue, PartitionKey
from pyiceberg.table import Table, WriteTask

_EPOCH = date(1970, 1, 1)
"""The day from which Iceberg counts days."""


class DayRows(NamedTuple):
    """The rows of one day (UTC) in order of time, and the file they go to."""

    day: date
    rows: pa.Table
    task: WriteTask
    path: str


def days_of(times: pa.ChunkedArray) -> pa.ChunkedArray:
    """The day of each time, in UTC, as date32."""
    return times.cast(pa.date32())


def day_of(file: DataFile) -> date:
    """The day whose rows a data file holds."""
    return _EPOCH + timedelta(days=file.partition[0])


def by_day(table: Table, rows: pa.Table, commit: uuid.UUID) -> list[DayRows]:
    """Cut rows into days; nothing is copied, nothing written.

    Args:
        table: where they will go.
        rows: of the schema `CLOUDTRAIL`, in order of time.
        commit: will stand in the name of each file.
    """
    counts = pc.value_counts(days_of(rows["event_time"])).to_pylist()  # in the order of the rows
    parts, start = [], 0
    for number, count in enumerate(counts):
        parts.append(_part(table, count["values"], rows.slice(start, count["counts"]), number, commit))
        start += count["counts"]
    return parts


def _part(table: Table, day: date, rows: pa.Table, number: int, commit: uuid.UUID) -> DayRows:
    (field,) = table.spec().fields
    key = PartitionKey([PartitionFieldValue(field, (day - _EPOCH).days)], table.spec(), table.schema())
    schema = pyarrow_to_schema(rows.schema, name_mapping=table.schema().name_mapping)
    task = WriteTask(commit, number, schema, rows.to_batches(), partition_key=key)
    name = task.generate_data_file_filename("parquet")
    return DayRows(day, rows, task, table.location_provider().new_data_location(name, key))


def written(table: Table, parts: list[DayRows]) -> Iterator[DataFile]:
    """Write the files one after the other: memory stays low, and when one fails no other is still being written.

    Raises:
        OSError: when the disk is full or fails; what was written of the files stays.
    """
    for part in parts:
        yield from write_file(table.io, table.metadata, iter([part.task]))
