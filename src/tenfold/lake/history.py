"""The files that describe the table: what may go, and what a commit that did not end left behind."""

from pathlib import Path
from uuid import UUID

from pyiceberg.table import Table
from pyiceberg.table.snapshots import Snapshot

from tenfold.lake.journal import Entry, Journal

KEPT = 10
"""Snapshots. Each metadata file lists all of them, so they cannot be let grow; a reader needs the one it began with."""

BATCH, COMMIT = "tenfold.batch", "tenfold.commit"
"""Names in a snapshot's summary: the batch's id, and the attempt that succeeded."""


def commits(table: Table) -> set[UUID]:
    """The commits whose snapshots the table has."""
    return {UUID(about[COMMIT]) for snapshot in table.snapshots() if COMMIT in (about := summary(snapshot))}


def summary(snapshot: Snapshot) -> dict[str, str]:
    """What was written of a snapshot beside it."""
    return snapshot.summary.additional_properties if snapshot.summary else {}


def trim(table: Table, journal: Journal) -> None:
    """Forget all but the newest `KEPT` snapshots once there are twice as many; rows stay.

    Raises:
        CommitFailedException, OSError, SQLAlchemyError: when the table cannot be changed.
    """
    snapshots = sorted(table.snapshots(), key=lambda snapshot: snapshot.sequence_number or 0)
    if len(snapshots) < 2 * KEPT:
        return
    old = snapshots[:-KEPT]
    # First, because an entry without a snapshot is what a commit that did not end looks like.
    for snapshot in old:
        if batch := summary(snapshot).get(BATCH):
            journal.forget(batch)
    table.maintenance.expire_snapshots().by_ids([snapshot.snapshot_id for snapshot in old]).commit()
    sweep(table)


def sweep(table: Table) -> None:
    """Remove what describes no snapshot that the table still has; under the lease, for others' commits look so too.

    Raises:
        OSError: when a file cannot be read or removed.
    """
    snapshots = table.snapshots()
    named = {table.metadata_location, *(version.metadata_file for version in table.metadata.metadata_log)}
    named |= {snapshot.manifest_list for snapshot in snapshots}
    named |= {manifest.manifest_path for snapshot in snapshots for manifest in snapshot.manifests(table.io)}
    for path in _metadata(table).iterdir():
        if str(path) not in named:
            path.unlink()


def remove(table: Table, entry: Entry) -> None:
    """Remove what a commit that has no snapshot wrote, but for versions of the table that nobody ever saw.

    Raises:
        OSError: when a file cannot be removed.
    """
    for path in (*map(Path, entry.files), *_metadata(table).glob(f"*{entry.commit}*")):
        path.unlink(missing_ok=True)


def _metadata(table: Table) -> Path:
    return Path(table.location()) / "metadata"
