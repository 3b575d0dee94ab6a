"""What goes into a commit, and what came of it."""

import msgspec
import pyarrow as pa


class ObjectRef(msgspec.Struct, frozen=True):
    """One object whose records a batch holds.

    Args:
        bucket: the bucket's name; `file` for a local file.
        key: the object's key; the absolute path of a local file.
        etag: the version that was read, as S3 names it.
        records: how many rows of the batch came from it, duplicates counted.
    """

    bucket: str
    key: str
    etag: str
    records: int


class Batch(msgspec.Struct, frozen=True):
    """Rows to commit together.

    Args:
        id: up to 200 letters, digits, `.`, `_` and `-`, not beginning with `.`; another one for other objects.
        rows: of the schema `CLOUDTRAIL`, in any order; of two that contradict each other the first counts. Some tens
            of MiB: a commit costs about 60 ms of CPU and six flushes of the disk however small it is, and memory of
            five times the rows.
        objects: where the rows came from; those without a record too.
    """

    id: str
    rows: pa.Table
    objects: tuple[ObjectRef, ...]


class Conflict(msgspec.Struct, frozen=True):
    """A row that was not added: another one with its event id, but with another body, came first."""

    event_id: str
    object_bucket: str
    object_key: str
    record_index: int


class Committed(msgspec.Struct, frozen=True):
    """What a commit did. Every row of the batch was added, or is a duplicate, or is a conflict.

    Args:
        batch: its id.
        added: rows that the table holds now and did not before.
        duplicates: rows whose event the batch or the table already held.
        conflicts: rows that were not added and say something else than the one that was.
    """

    batch: str
    added: int
    duplicates: int
    conflicts: tuple[Conflict, ...] = ()
