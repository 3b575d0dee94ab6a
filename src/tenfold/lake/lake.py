"""The lake: one table of events, added to by one committer at a time, read by anybody."""

import contextlib
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import CommitFailedException
from pyiceberg.expressions import AlwaysTrue, BooleanExpression
from pyiceberg.table import Table

from tenfold.lake import catalog, history
from tenfold.lake.batch import Batch, Committed, ObjectRef
from tenfold.lake.disk import refuse_network
from tenfold.lake.failures import failing_clearly
from tenfold.lake.files import DayRows, by_day, written
from tenfold.lake.journal import Entry, Journal, checked
from tenfold.lake.known import Known
from tenfold.lake.schema import CLOUDTRAIL
from tenfold.lake.sift import sift
from tenfold.model.clock import Clock
from tenfold.model.errors import StoreError

LEASE = "lake"
"""The name under which the right to commit is held."""

_WAIT = timedelta(minutes=1)
"""How long a commit waits for another committer."""

_PAUSE = 0.05
"""Seconds between two tries to get the lease."""

_TRIES = 5
"""Commits that others, who do not hold the lease, may get in before ours fails."""

_MEMORY = 128 << 20
"""Bytes of event ids that are kept."""


class Lake:
    """An open lake. Every method raises StoreError when its disk, files or catalog fail.

    Any number of processes may read while one commits: they see whole snapshots. A Lake commits from one thread
    at a time.
    """

    def __init__(
        self, root: Path, tables: SqlCatalog, clock: Clock, lease: Callable[[str], AbstractContextManager[None]]
    ) -> None:
        self.root = root
        self._catalog, self._clock, self._lease = tables, clock, lease
        self._journal = Journal(root / "batches")
        self._known = Known(_MEMORY)
        self._clean = False

    @classmethod
    def open(cls, root: Path, *, clock: Clock, lease: Callable[[str], AbstractContextManager[None]]) -> Self:
        """Open the lake in a folder, made when there is none; an older version's table gets the columns it lacks.

        Args:
            root: of a disk of this machine; files in it are private (0600, folders 0700). It cannot be moved: tables
                name their files by absolute path.
            clock: for waiting.
            lease: gives the right to commit, for a block; raises StoreError when another has it.

        Raises:
            StoreError: a network file system, a place that cannot be written, a file that is no catalog, or a lease
                that stays taken while something must be made.
        """
        root = root.absolute()
        with failing_clearly(root):
            refuse_network(root)
            for folder in (root, root / "batches", root / "warehouse"):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not (root / catalog.FILE).exists():
                with _held(lease, clock):
                    catalog.make(root)
            lake = cls(root, catalog.connected(root), clock, lease)
            with ExitStack() as failed:
                failed.callback(lake.close)
                lake._widen()
                failed.pop_all()
        return lake

    def commit(self, batch: Batch) -> Committed:
        """Add a batch's rows that the table does not hold yet: all of them, in one snapshot, or none.

        Memory beside the batch: a copy of its new rows, what the writer holds of one day, and the ids of the days it
        touches, up to 128 MiB.

        Args:
            batch: see Batch. Committing the same rows again, under any id, adds nothing.

        Raises:
            StoreError: a full disk, a broken file, or another committer that does not let go of the lease. The table
                is as it was before, but for a failure at the very end; committing again is right in any case.
            ValueError: rows of another schema, or an id that cannot be the name of a file.
        """
        rows, name = batch.rows.cast(CLOUDTRAIL), checked(batch.id)
        with _held(self._lease, self._clock), failing_clearly(self.root), ExitStack() as ending:
            ending.push(self._undo)
            self._ready()
            for _ in range(_TRIES):
                table = self._table()
                self._known.follow(table)
                new, duplicates, conflicts = sift(table, self._known, rows)
                with contextlib.suppress(CommitFailedException):
                    if len(new):
                        self._add(table, new, batch)
                    return Committed(name, len(new), duplicates, conflicts)
        raise StoreError(
            f"others have changed the table during each of {_TRIES} commits",
            where=str(self.root),
            next="Let tenfold alone write to it; then run again. Nothing of the batch was added.",
        )

    def repair(self) -> None:
        """Remove what commits that did not end left behind. The first commit of a Lake does it by itself.

        Raises:
            StoreError: when the files cannot be read or removed, or another committer has the lease.
        """
        with _held(self._lease, self._clock), failing_clearly(self.root):
            self._repair()

    def committed_batches(self) -> Iterator[tuple[str, tuple[ObjectRef, ...]]]:
        """The last batches that are in the table, by id, with what they came from: `history.KEPT` at least.

        For a caller that keeps a list of what it has committed and may have been ended before it wrote there.
        A batch that added nothing is not among them.
        """
        with failing_clearly(self.root):
            committed = history.commits(self._table())
            found = [(entry.id, entry.objects) for entry in self._journal.entries() if entry.commit in committed]
        yield from found

    def data_files(self, table: str = "cloudtrail") -> list[str]:
        """The absolute paths of the Parquet files whose rows the table holds now, each file whole.

        Raises:
            StoreError: also when there is no such table.
        """
        with failing_clearly(self.root):
            return [task.file.file_path for task in self._table(table).scan().plan_files()]

    def rows(self, columns: Sequence[str] = tuple(CLOUDTRAIL.names), where: str = "") -> pa.Table:
        """Rows of the table as it is now, all in memory, in no order.

        Args:
            columns: names.
            where: PyIceberg's row filter, as `event_name = 'StopLogging'`; all rows when empty.
        """
        with failing_clearly(self.root):
            condition: str | BooleanExpression = where or AlwaysTrue()
            found = self._table().scan(condition, selected_fields=tuple(columns)).to_arrow()
            return found.select(columns).cast(pa.schema([CLOUDTRAIL.field(name) for name in columns]))

    def close(self) -> None:
        """Let go of the catalog."""
        self._catalog.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _table(self, name: str = "cloudtrail") -> Table:
        return self._catalog.load_table((catalog.NAMESPACE, name))

    def _widen(self) -> None:
        if catalog.lacks_columns(self._table()):
            with _held(self._lease, self._clock):
                catalog.widen(self._table())

    def _ready(self) -> None:
        if not self._clean:
            self._repair()
        history.trim(self._table(), self._journal)

    def _add(self, table: Table, rows: pa.Table, batch: Batch) -> None:
        commit = uuid.uuid4()
        parts = by_day(table, rows, commit)
        entry = Entry(batch.id, batch.objects, commit, tuple(part.path for part in parts))
        self._clean = False
        self._journal.write(entry)
        try:
            _append(table, entry, parts)
        except CommitFailedException:  # another one's commit came first: ours did not happen
            self._withdraw(table, entry)
            raise
        self._clean = True
        self._known.added(table, parts)

    def _withdraw(self, table: Table, entry: Entry) -> None:
        history.remove(table, entry)
        self._journal.forget(entry.id)
        self._clean = True

    def _repair(self) -> None:
        table = self._table()
        self._journal.clear_halves()
        committed = history.commits(table)
        for entry in [entry for entry in self._journal.entries() if entry.commit not in committed]:
            # Whoever else removes old snapshots leaves entries that look unfinished and are not.
            if not {task.file.file_path for task in table.scan().plan_files()} & {*entry.files}:
                history.remove(table, entry)
            self._journal.forget(entry.id)
        history.sweep(table)
        self._clean = True

    def _undo(self, kind: type[BaseException] | None, *_: object) -> None:
        # After Ctrl-C PyIceberg's thread may still be writing: then it is left to the next commit, here or elsewhere.
        if not self._clean and kind is not None and issubclass(kind, Exception):
            self._repair()


@contextlib.contextmanager
def _held(lease: Callable[[str], AbstractContextManager[None]], clock: Clock) -> Iterator[None]:
    with ExitStack() as stack:
        deadline = clock.now() + _WAIT
        while True:
            try:
                stack.enter_context(lease(LEASE))
                break
            except StoreError:
                if clock.now() >= deadline:
                    raise
            clock.wait(_PAUSE)
        yield


def _append(table: Table, entry: Entry, parts: list[DayRows]) -> None:
    files = list(written(table, parts))
    about = {history.BATCH: entry.id, history.COMMIT: str(entry.commit)}
    with (
        table.transaction() as transaction,
        transaction.update_snapshot(snapshot_properties=about).merge_append() as append,
    ):
        append.commit_uuid = entry.commit
        for file in files:
            append.append_data_file(file)
