"""Which rows of a batch are new, which are there already, and which contradict what is there."""

from collections.abc import Iterator
from functools import reduce
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow.dataset import dataset
from pyiceberg.table import Table

from tenfold.lake.batch import Conflict
from tenfold.lake.known import Known
from tenfold.lake.schema import BODIES, CLOUDTRAIL, ORIGIN

_CONTENT = [name for name in CLOUDTRAIL.names if name not in ORIGIN]

_SCHEMA = pa.schema([CLOUDTRAIL.field(name) for name in _CONTENT])

_NONE: pa.Table = _SCHEMA.empty_table()


class Sifted(NamedTuple):
    """A batch's rows: new ones by time, how many are duplicates, and which contradict."""

    new: pa.Table
    duplicates: int
    conflicts: tuple[Conflict, ...]


def sift(table: Table, known: Known, rows: pa.Table) -> Sifted:
    """Compare rows with each other and with the table.

    An event id that comes again is a duplicate when its row says the same, wherever it lies, else a conflict; of the
    rows of a batch the first one counts. In the table an id is looked for on the row's own day, and wherever else
    Known says.

    Args:
        table: refreshed.
        known: what has followed the table.
        rows: of the schema `CLOUDTRAIL`.
    """
    first = _first_of_each(rows["event_id"])
    again = pc.not_equal(first, pa.array(range(len(first)), pa.int64()))
    repeats, originals = rows.filter(again), rows.take(first.filter(again))
    held = _held(table, known, rows.select(["event_id", "event_time"]), pc.invert(again))
    stored = rows.filter(held)
    conflicts = _conflicts(repeats, originals) + _conflicts(stored, _stored(table, stored))
    duplicates = len(repeats) + len(stored) - len(conflicts)
    return Sifted(_in_order(rows, pc.invert(pc.or_(again, held))), duplicates, conflicts)


def _first_of_each(ids: pa.ChunkedArray) -> pa.Int64Array:
    """For each id the position at which it stands first."""
    seen: dict[str, int] = {}
    return pa.array([seen.setdefault(id_, position) for position, id_ in enumerate(ids.to_pylist())], pa.int64())


def _held(table: Table, known: Known, keys: pa.Table, asked: pa.BooleanArray) -> pa.BooleanArray:
    """For each row whether it is asked about and the table holds its event."""
    answers = known.held(table, keys.filter(asked))
    return pc.fill_null(pc.replace_with_mask(pa.nulls(len(keys), pa.bool_()), asked, answers), fill_value=False)


def _in_order(rows: pa.Table, wanted: pa.BooleanArray) -> pa.Table:
    """The wanted rows by time: copied once, however many there are."""
    positions = pc.indices_nonzero(wanted)
    return rows.take(positions.take(pc.sort_indices(rows["event_time"].take(positions))))


def _stored(table: Table, rows: pa.Table) -> pa.Table:
    """The table's row for each of these, in their order; nulls where it has none of that id at about that time."""
    if not len(rows):
        return rows
    times = pc.min_max(rows["event_time"]).as_py()
    span = f"event_time >= '{times['min'].isoformat()}' and event_time <= '{times['max'].isoformat()}'"
    files = [task.file.file_path for task in table.scan(span).plan_files()]
    ids = rows["event_id"].combine_chunks()
    found = (
        dataset(files, _SCHEMA, format="parquet").to_table(filter=pc.field("event_id").isin(ids)) if files else _NONE
    )
    return found.take(pc.index_in(ids, value_set=found["event_id"]))


def _conflicts(rows: pa.Table, others: pa.Table) -> tuple[Conflict, ...]:
    """Those of the rows that say something else than the other one beside them; where they lie does not matter."""
    differs = reduce(pc.or_, (_unequal(rows[name], others[name]) for name in _CONTENT))
    pairs = zip(_each(rows.filter(differs)), _each(others.filter(differs)), strict=True)
    return tuple(
        Conflict(row["event_id"], *(row[name] for name in ORIGIN)) for row, other in pairs if not _same(row, other)
    )


def _each(rows: pa.Table) -> Iterator[dict[str, Any]]:
    return (row for batch in rows.to_batches(max_chunksize=1000) for row in batch.to_pylist())


def _same(row: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two rows say the same: bodies that a tool has written anew have other blanks and another order."""
    odd = [name for name in _CONTENT if row[name] != other[name]]
    return all(name in BODIES and row[name] and other[name] for name in odd) and all(
        _canonical(row[name]) == _canonical(other[name]) for name in odd
    )


def _canonical(body: str) -> bytes | str:
    """A JSON text with its keys in order and no blanks; as it stands when it is none that can be read whole."""
    try:
        return msgspec.json.encode(msgspec.json.decode(body), order="deterministic")
    except (msgspec.DecodeError, RecursionError):
        return body


def _unequal(left: pa.ChunkedArray, right: pa.ChunkedArray) -> pa.ChunkedArray:
    one_is_null = pc.xor(pc.is_null(left), pc.is_null(right))
    return pc.or_(one_is_null, pc.fill_null(pc.not_equal(left, right), fill_value=False))
