"""Rows, batches and lakes to test with; what child processes do to a lake."""

import resource
import signal
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pyarrow as pa

from tenfold.lake.batch import Batch, ObjectRef
from tenfold.lake.lake import Lake
from tenfold.lake.schema import CLOUDTRAIL
from tenfold.model.clock import SystemClock
from tenfold.model.errors import StoreError
from tenfold.store.lease import held

MIDNIGHT = datetime(2024, 3, 1, tzinfo=UTC)


def row(event_id: str, *, days: float = 0.5, **values: Any) -> dict[str, Any]:
    """One event, `days` after midnight, from a file of its own."""
    origin = {"object_bucket": "trails", "object_key": f"{event_id}.json.gz", "record_index": 0}
    return {"event_id": event_id, "event_time": MIDNIGHT + timedelta(days=days), **origin, **values}


def table(rows: Sequence[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=CLOUDTRAIL)


def batch(name: str, *rows: dict[str, Any]) -> Batch:
    return Batch(name, table(rows), (ObjectRef("trails", f"{name}.json.gz", "etag", len(rows)),))


def opened(root: Path) -> Lake:
    """The lake with the real lease, as the program opens it."""

    def lease(name: str) -> AbstractContextManager[None]:
        return held(root.with_name(f"{root.name}.{name}.lock"), name, MIDNIGHT)

    return Lake.open(root, clock=SystemClock(), lease=lease)


def ids(lake: Lake) -> list[str]:
    """All event ids of the table, a double twice."""
    return sorted(lake.rows(["event_id"])["event_id"].to_pylist())


def left_behind(lake: Lake) -> set[str]:
    """Files under the lake that nothing in it speaks of."""
    current = lake._table()
    named = {current.metadata_location, *(version.metadata_file for version in current.metadata.metadata_log)}
    for snapshot in current.snapshots():
        named |= {snapshot.manifest_list, *(manifest.manifest_path for manifest in snapshot.manifests(current.io))}
    named |= {*lake.data_files(), str(lake.root / "catalog.sqlite")}
    named |= {str(lake.root / "batches" / f"{name}.json") for name, _ in lake.committed_batches()}
    return {str(path) for path in lake.root.rglob("*") if path.is_file()} - named


def numbered(number: int) -> Batch:
    """The batch of this number: thirty events on three days, ten of them also in the batch before."""
    return batch(
        f"batch-{number}", *(row(f"event-{k}", days=k % 3 + 0.2) for k in range(20 * number, 20 * number + 30))
    )


def truth(batches: int) -> list[str]:
    """The event ids of the first so many numbered batches."""
    return sorted({f"event-{number}" for number in range(20 * batches + 10)})


def commit_numbered(root: Path, ledger: Path, batches: int, started: Connection) -> None:
    """Commit what the ledger does not have yet, and write it there, as one who may be killed at any moment."""
    with opened(root) as lake:
        started.send_bytes(b"open")
        done = {*ledger.read_text().split(), *(name for name, _ in lake.committed_batches())}
        for number in range(batches):
            if f"batch-{number}" not in done:
                lake.commit(numbered(number))
            with ledger.open("a") as lines:
                lines.write(f"batch-{number}\n")


def commit_on_full_disk(root: Path, size: int, answer: Connection) -> None:
    """Commit while no file may grow beyond `size` bytes, as on a disk that is full; say what came of it."""
    with opened(root) as lake:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        try:
            lake.commit(batch("big", *(row(f"big-{k}", days=k) for k in range(30))))
        except StoreError as error:
            answer.send(str(error))
        else:
            answer.send("committed")
