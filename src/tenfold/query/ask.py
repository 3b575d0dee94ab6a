"""Asking: the text is checked here, and run by a confined child that checks it again."""

import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import msgspec
import pyarrow as pa

from tenfold.confinement.errors import ChildError, Limit, StoppedError
from tenfold.confinement.limits import MIB, Limits
from tenfold.confinement.run import run
from tenfold.lake.lake import Lake
from tenfold.lake.schema import CLOUDTRAIL
from tenfold.model.errors import StoreError, TenfoldError
from tenfold.query import tables
from tenfold.query.admit import admit
from tenfold.query.child import Job
from tenfold.query.errors import QueryError
from tenfold.store.store import Store

_LAKE = "cloudtrail"
SCHEMAS = {_LAKE: CLOUDTRAIL, **tables.SCHEMAS}
"""What can be asked of: the columns of each table by its name."""

_MOST_THREADS = 4
_OURS = 512 * MIB
"""Of the child's memory, what DuckDB does not count: Python, libraries, the answer on its way out."""

_ADVICE = {
    Limit.TIME: "Narrow event_time, or raise the limit.",
    Limit.CPU: "Narrow event_time, or raise the limit.",
    Limit.MEMORY: "Group or sort fewer rows or columns, or raise the limit.",
    Limit.ANSWER: "Add LIMIT, or name fewer columns.",
}


def query(sql: str, lake: Lake | Sequence[Path], store: Store, *, limits: Limits | None = None) -> pa.Table:
    """Answer one SELECT over `cloudtrail`, `resources`, `coverage`, `findings` and `incidents` (SCHEMAS).

    Args:
        sql: DuckDB's SQL; hostile.
        lake: where `cloudtrail` lies; or Parquet files that have its columns.
        store: where the others lie.
        limits: time, memory and size of the answer; times are in UTC.

    Raises:
        QueryError: the text is refused or wrong.
        StoppedError: the answer takes more than the limits.
        ConfinementError: this machine cannot confine a child, so nothing is asked.
        StoreError: lake or store cannot be read.
    """
    used = admit(sql, SCHEMAS)
    bounds = limits or Limits()
    files = _files(lake) if _LAKE in used else ()
    job = _job(sql, files, {name: _table(name, store) for name in used if name != _LAKE or not files}, bounds)
    try:
        answer = run(
            "tenfold.query.child:answer",
            msgspec.msgpack.encode(job),
            reads=_readable(lake, files),
            packages=("duckdb", "pyarrow"),
            limits=bounds,
        )
    except StoppedError as error:
        raise StoppedError(error.limit, error.what, next=_ADVICE[error.limit]) from None
    except ChildError as error:
        raise _told(error, used, bounds) from None
    table = _checked(answer)
    return table.rename_columns(_apart(table.column_names))


def _checked(answer: bytes) -> pa.Table:
    """The answer, which was written by a process that read hostile text."""
    table = pa.ipc.open_stream(answer).read_all()
    try:
        table.validate(full=True)
    except pa.ArrowInvalid as error:
        what = f"the answer holds a value that cannot be written: {error}"
        raise QueryError(what, next="Cast it to another type, such as VARCHAR.") from error
    return table


def _job(sql: str, files: Sequence[Path], held: Mapping[str, pa.Table], limits: Limits) -> Job:
    return Job(
        sql=sql,
        files={_LAKE: tuple(map(str, files))} if files else {},
        tables={name: _stream(table) for name, table in held.items()},
        memory=max(_OURS, limits.memory - _OURS),
        threads=min(_MOST_THREADS, os.cpu_count() or 1),
    )


def _table(name: str, store: Store) -> pa.Table:
    """A table that goes to the child as Arrow: one of the store's, or a lake without files."""
    return CLOUDTRAIL.empty_table() if name == _LAKE else tables.read(store, name)


def _files(lake: Lake | Sequence[Path]) -> tuple[Path, ...]:
    return tuple(map(Path, lake.data_files())) if isinstance(lake, Lake) else tuple(path.absolute() for path in lake)


def _readable(lake: Lake | Sequence[Path], files: Sequence[Path]) -> Sequence[Path]:
    """What the child may read. Of a lake the folder that holds the files: they can be many thousands.

    DuckDB is held to the files themselves (child.py).
    """
    if not isinstance(lake, Lake) or not files:
        return files
    return [Path(os.path.commonpath([file.parent for file in files]))]


def _stream(table: pa.Table) -> memoryview:
    out = pa.BufferOutputStream()
    with pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table)
    return memoryview(out.getvalue())


def _told(  # noqa: PLR0911 - a table of kinds
    error: ChildError, used: Collection[str], limits: Limits
) -> TenfoldError:
    """What DuckDB says, in words that help: its first paragraph, and what there is to ask."""
    said, _, rest = error.what.partition("\n\n")
    match error.kind:
        case "OutOfMemoryException":
            what = f"more than {limits.memory / MIB:g} MiB of memory are needed"
            return StoppedError(Limit.MEMORY, what, next=_ADVICE[Limit.MEMORY])
        case "BinderException":
            there = " ".join(f"{name} has {', '.join(SCHEMAS[name].names)}." for name in sorted(used))
            return QueryError(said, where=rest, next=there)
        case kind if kind.startswith("SIG"):
            return ChildError(
                kind, f"DuckDB ended with {kind}, most likely because {limits.memory / MIB:g} MiB are too few"
            )
        case "IOException":  # the text cannot name files: it is the lake's
            return StoreError(f"the lake cannot be read: {said}")
        case "PermissionException" | "PermissionError":
            return QueryError(f"refused: {said}")
        case kind if kind.endswith("Exception") and kind != "InternalException":
            return QueryError(said, where=rest)
    return error


def _apart(names: Sequence[str]) -> list[str]:
    """Names of which no two are alike: a second `count` becomes `count_1`."""
    taken: dict[str, None] = {}
    for name in names:
        number, unique = 0, name
        while unique in taken:
            number += 1
            unique = f"{name}_{number}"
        taken[unique] = None
    return list(taken)
