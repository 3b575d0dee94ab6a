"""Which events the table holds: the ids of the days that are being written to, in memory."""

from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyiceberg.manifest import DataFile
from pyiceberg.table import Table

from tenfold.lake.files import DayRows, day_of, days_of

Ids: TypeAlias = pa.StringArray

_ID_BYTES = 40
"""What an event id takes in memory: a UUID and where it begins."""

_PIECE = 8 << 20
"""Bytes of ids that are looked through at a time."""

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

    def follow(self, table: Table) -> None:
        """Learn what others have added since the last question; to be called after each refresh of the table."""
        now = table.metadata.current_snapshot_id
        if now == self._at:
            return
        if self._at is None or table.snapshot_by_id(self._at) is None:
            self._days.clear()
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
        """For each row, whether the table holds an event of its id on its day.

        Args:
            table: refreshed, and followed.
            rows: `event_id`, `event_time`; no id twice.
        """
        days = days_of(rows["event_time"])
        # Those in memory first: the others may push them out.
        wanted = sorted(days.unique().to_pylist(), key=lambda day: day not in self._days)
        files = _files(table, [day for day in wanted if day not in self._days])
        found = []
        for day in wanted:
            ids = rows["event_id"].filter(pc.equal(days, day))
            found += [piece.filter(pc.is_in(piece, value_set=ids)) for piece in self._pieces(day, files[day])]
        return pc.is_in(rows["event_id"].combine_chunks(), value_set=_joined(found))

    def _pieces(self, day: date, files: Collection[DataFile]) -> Iterable[Ids]:
        if day not in self._days:
            if sum(file.record_count for file in files) * _ID_BYTES > self._limit:
                return _read(files)
            self._days[day] = [_joined(_read(files))]
        pieces = self._days[day]
        self._keep(day, pieces)
        return pieces

    def _add(self, day: date, ids: Ids) -> None:
        if day in self._days:
            self._keep(day, [*self._days[day], ids])

    def _keep(self, day: date, pieces: list[Ids]) -> None:
        self._days[day] = pieces if len(pieces) <= _PIECES else [_joined(pieces)]
        self._days.move_to_end(day)
        while sum(piece.nbytes for kept in self._days.values() for piece in kept) > self._limit:
            self._days.popitem(last=False)


def _files(table: Table, days: Collection[date]) -> dict[date, list[DataFile]]:
    files: dict[date, list[DataFile]] = defaultdict(list)
    if days:
        ranges = (_between(first, last + timedelta(days=1)) for first, last in _runs(sorted(days)))
        for task in table.scan(" or ".join(ranges)).plan_files():
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


def _between(start: date, end: date) -> str:
    return f"(event_time >= '{start}T00:00:00+00:00' and event_time < '{end}T00:00:00+00:00')"


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
