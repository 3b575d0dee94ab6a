"""Which events the table holds: the ids of the days that are being written to, in memory."""

from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyiceberg.expressions import AlwaysTrue
from pyiceberg.manifest import DataFile
from pyiceberg.table import Table

from tenfold.lake.files import DayRows, day_of, days_of

Ids: TypeAlias = pa.StringArray

_ID_BYTES = 40
"""What an event id takes in memory: a UUID and where it begins."""

_PIECE = 8 << 20
"""Bytes of ids that are looked through at a time."""

_WHOLE = 1_000_000
"""Rows of a table in which an id is looked for on every day, as far as their ids fit into memory."""

_WHOLE_FILES = 500
"""All of these are read at a process's first commit, some milliseconds each."""

_PIECES = 16
"""A day's pieces, each from one commit, are joined when there are more."""


class Known:
    """The ids of each day that was asked about, up to a limit; a day beyond it is read again at each question.

    Args:
        limit: bytes for all days together. The day asked about longest ago goes first.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._days: OrderedDict[date, list[Ids]] = OrderedDict()
        self._at: int | None = None
        self._whole = False  # whether all days of the table are here

    def follow(self, table: Table) -> None:
        """Learn what others have added since the last question; to be called after each refresh of the table."""
        now = table.metadata.current_snapshot_id
        if now == self._at:
            return
        if self._at is None or table.snapshot_by_id(self._at) is None:
            self._days.clear()
            self._whole = False
        else:
            for task in table.incremental_append_scan(from_snapshot_id_exclusive=self._at).plan_files():
                self._add(day_of(task.file), _joined(_read([task.file])))
        self._at = now

    def added(self, table: Table, parts: Iterable[DayRows]) -> None:
        """Learn what we have just added ourselves, to the snapshot that `follow` saw."""
        for part in parts:
            self._add(part.day, _joined(part.rows["event_id"].chunks))
        self._at = table.metadata.current_snapshot_id

    def held(self, table: Table, rows: pa.Table) -> pa.BooleanArray:
        """For each row, whether the table holds an event of its id: on its day, the day before or the day after.

        On any day in a table of up to `_WHOLE` rows in `_WHOLE_FILES` files. A neighbouring day that is too large to
        be kept is left out: an id that comes again on another day is no duplicate, but a contradiction that somebody
        made.

        Args:
            table: refreshed, and followed.
            rows: `event_id`, `event_time`; no id twice.
        """
        ids = rows["event_id"].combine_chunks()
        own = days_of(rows["event_time"]).unique().to_pylist()
        asked = self._asked(table, own)
        files = _files(table, [day for day in asked if day not in self._days])
        kept = [day for day in asked if day in self._days]
        found = [_among(ids, [piece for day in kept for piece in self._days[day]])]
        for day in kept:
            self._days.move_to_end(day)
        for day in files:  # those in memory came first: these may push them out
            if day in own or self._fits(files[day]):
                found += [_among(ids, [piece]) for piece in self._pieces(day, files[day])]
        return pc.is_in(ids, value_set=_joined(found))

    def _asked(self, table: Table, own: Collection[date]) -> Collection[date]:
        if not _is_small(table):
            self._whole = False
        elif not self._whole:
            files = _files(table, None)
            self._whole = True  # unless a day is pushed out again
            for day in files.keys() - self._days.keys():
                self._keep(day, [_joined(_read(files[day]))])
        if self._whole:
            return {*own, *self._days}
        return {date.fromordinal(near) for day in own for near in _near(day.toordinal())}

    def _pieces(self, day: date, files: Collection[DataFile]) -> Iterable[Ids]:
        if not self._fits(files):
            return _read(files)
        pieces = [_joined(_read(files))]
        self._keep(day, pieces)
        return pieces

    def _fits(self, files: Collection[DataFile]) -> bool:
        return sum(file.record_count for file in files) * _ID_BYTES <= self._limit

    def _add(self, day: date, ids: Ids) -> None:
        if day in self._days or self._whole:
            self._keep(day, [*self._days.get(day, ()), ids])

    def _keep(self, day: date, pieces: list[Ids]) -> None:
        self._days[day] = pieces if len(pieces) <= _PIECES else [_joined(pieces)]
        self._days.move_to_end(day)
        while sum(piece.nbytes for kept in self._days.values() for piece in kept) > self._limit:
            self._days.popitem(last=False)
            self._whole = False


def _is_small(table: Table) -> bool:
    snapshot = table.current_snapshot()
    if snapshot is None or snapshot.summary is None:
        return True
    rows, files = (int(snapshot.summary[name] or 0) for name in ("total-records", "total-data-files"))
    return rows <= _WHOLE and files <= _WHOLE_FILES


def _near(day: int) -> range:
    return range(max(day - 1, date.min.toordinal()), min(day + 1, date.max.toordinal()) + 1)


def _among(ids: Ids, pieces: list[Ids]) -> Ids:
    """Those of the pieces' ids that are asked about."""
    held = pa.chunked_array(pieces, pa.string())
    return held.filter(pc.is_in(held, value_set=ids)).combine_chunks()


def _files(table: Table, days: Collection[date] | None) -> dict[date, list[DataFile]]:
    """The files of each of these days; of all when it is None."""
    files: dict[date, list[DataFile]] = defaultdict(list)
    if days is None or days:
        ranges = (_between(first, last) for first, last in _runs(sorted(days or ())))
        for task in table.scan(" or ".join(ranges) or AlwaysTrue()).plan_files():
            files[day_of(task.file)].append(task.file)
    return files


def _runs(days: list[date]) -> list[tuple[date, date]]:
    """Ranges of days without a gap: years of days are a few ranges, and each range costs time for each file."""
    runs: list[tuple[date, date]] = []
    for day in days:
        if runs and day - runs[-1][1] == timedelta(days=1):
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def _between(first: date, last: date) -> str:
    return f"(event_time >= '{first}T00:00:00+00:00' and event_time <= '{last}T23:59:59.999999+00:00')"


def _read(files: Iterable[DataFile]) -> Iterator[Ids]:
    """The ids in files, in pieces; only this one column is read."""
    piece: list[Ids] = []
    for file in files:
        with pq.ParquetFile(file.file_path) as parquet:
            for batch in parquet.iter_batches(columns=["event_id"]):
                piece.append(batch.column(0))
                if sum(ids.nbytes for ids in piece) > _PIECE:
                    yield _joined(piece)
                    piece = []
    yield _joined(piece)


def _joined(pieces: Iterable[Ids]) -> Ids:
    return pa.concat_arrays([pa.array([], pa.string()), *(piece.cast(pa.string()) for piece in pieces)])
