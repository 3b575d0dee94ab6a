"""Commits that do not end well: killed, on a full disk, beside others. Nothing is lost, doubled or left behind."""

import contextlib
import multiprocessing
import random
import signal
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from tests.lake import make
from tests.lake.make import batch, ids, left_behind, numbered, opened, row, table, truth

from tenfold.lake.batch import Batch, Committed
from tenfold.lake.files import by_day, written
from tenfold.lake.journal import Entry, Journal
from tenfold.lake.lake import Lake
from tenfold.model.clock import SystemClock
from tenfold.model.errors import StoreError

PROCESSES = multiprocessing.get_context("forkserver")  # real processes that need not import everything again
PROCESSES.set_forkserver_preload(["tenfold.lake.lake"])

KILLS = 15


def committer(root: Path, batches: int) -> tuple[BaseProcess, Path]:
    """A process at work, its lake open."""
    ledger = root.with_name("ledger")
    ledger.touch()
    ours, theirs = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=make.commit_numbered, args=(root, ledger, batches, theirs))
    process.start()
    theirs.close()
    with ours:
        assert ours.recv_bytes() == b"open"
    return process, ledger


def test_killed_at_any_moment(root: Path) -> None:
    moments = random.Random(4)
    for _ in range(KILLS):
        process, ledger = committer(root, 100_000)
        time.sleep(moments.uniform(0, 0.4))
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL
    batches = len(set(ledger.read_text().split())) + 5
    process, _ = committer(root, batches)
    process.join()
    assert process.exitcode == 0
    with opened(root) as lake:
        lake.repair()
        assert ids(lake) == truth(batches)
        assert left_behind(lake) == set()


def half_done(lake: Lake, *rows: dict[str, Any]) -> Entry:
    """What a commit leaves that ended before its snapshot: an entry, data files, a description, half an entry."""
    current, commit = lake._table(), uuid.uuid4()
    parts = by_day(current, table(rows), commit)
    entry = Entry("killed", (), commit, tuple(part.path for part in parts))
    Journal(lake.root / "batches").write(entry)
    assert [file.file_path for file in written(current, parts)] == [*entry.files]
    for name in (f"{commit}-m0.avro", f"00099-{uuid.uuid4()}.metadata.json"):
        Path(current.location(), "metadata", name).touch()
    (lake.root / "batches" / "other.json.new").write_bytes(b'{"id":')
    return entry


def test_what_a_killed_commit_left_is_removed(lake: Lake, root: Path) -> None:
    lake.commit(batch("done", row("a")))
    half_done(lake, row("b"), row("c", days=3))
    assert len(left_behind(lake)) == 6
    with opened(root) as later:
        assert [name for name, _ in later.committed_batches()] == ["done"]
        later.repair()
        assert left_behind(later) == set()
        assert ids(later) == ["a"]
        assert later.commit(batch("killed", row("b"))).added == 1


def test_the_next_committer_repairs_by_itself(lake: Lake, root: Path) -> None:
    half_done(lake, row("b"))
    with opened(root) as later:
        later.commit(batch("next", row("a")))
        assert left_behind(later) == set()


def test_a_batch_whose_caller_was_killed_after_the_commit(lake: Lake, root: Path) -> None:
    lake.commit(batch("done", row("a")))
    with opened(root) as later:
        later.repair()
        assert [name for name, _ in later.committed_batches()] == ["done"]
        assert ids(later) == ["a"]


def test_rows_stay_when_somebody_else_removes_their_snapshot(lake: Lake, root: Path) -> None:
    for name in ("a", "b"):
        lake.commit(batch(name, row(name)))
    current = lake._table()
    current.maintenance.expire_snapshots().by_id(current.snapshots()[0].snapshot_id).commit()
    with opened(root) as later:
        later.repair()
        assert ids(later) == ["a", "b"]
        assert [name for name, _ in later.committed_batches()] == ["b"]


def test_a_full_disk_changes_nothing(lake: Lake, root: Path) -> None:
    lake.commit(batch("before", row("before")))
    with lake._table().transaction() as transaction:
        transaction.set_properties(long="x" * 40_000)
    # What does not fit: the entry, a data file, the list of thirty data files, the table's new version.
    for size in (100, 8_000, 16_500, 35_000):
        assert "the disk is full" in on_full_disk(root, size)
        assert ids(lake) == ["before"]
        assert left_behind(lake) == set()
    assert on_full_disk(root, 100_000) == "committed"
    assert len(ids(lake)) == 31


def on_full_disk(root: Path, size: int) -> str:
    ours, theirs = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=make.commit_on_full_disk, args=(root, size, theirs))
    process.start()
    with ours, theirs:
        answer = ours.recv()
    process.join()
    return str(answer)


def test_two_processes_commit_in_turn(root: Path) -> None:
    with opened(root) as lake:
        working = [committer(root, 6)[0] for _ in range(2)]
        for process in working:
            process.join()
        assert [process.exitcode for process in working] == [0, 0]
        assert ids(lake) == truth(6)


def test_two_committers_without_a_lease_double_nothing(root: Path) -> None:
    def commit_all(lake: Lake) -> int:
        return sum(commit_at_last(lake, numbered(number)).added for number in range(5))

    with ExitStack() as stack, ThreadPoolExecutor(2) as threads:
        unheld = partial(Lake.open, root, clock=SystemClock(), lease=lambda _: contextlib.nullcontext())
        lakes = [stack.enter_context(unheld()) for _ in range(2)]
        for lake in lakes:
            lake.repair()  # now, since without the lease it would take the other one's work for what a killed one left
        assert sum(threads.map(commit_all, lakes)) == len(truth(5))
        assert ids(lakes[0]) == truth(5)


def commit_at_last(lake: Lake, wanted: Batch) -> Committed:
    while True:
        with contextlib.suppress(StoreError):
            return lake.commit(wanted)


def test_a_reader_sees_whole_snapshots(root: Path) -> None:
    with opened(root) as lake:
        process, _ = committer(root, 8)
        seen = set()
        while process.is_alive():
            seen.add(len(ids(lake)))
            seen.add(sum(pq.read_metadata(path).num_rows for path in lake.data_files()))
        assert process.exitcode == 0
        assert len(seen) > 2
        assert seen <= {0, *(len(truth(number)) for number in range(1, 9))}
