"""What is about to be committed, written before it is: one small file a batch."""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tenfold.lake.batch import ObjectRef
from tenfold.lake.disk import write_whole

_ID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}")


class Entry(msgspec.Struct, frozen=True):
    """One attempt to commit a batch.

    Args:
        id: the batch's.
        objects: what its rows came from.
        commit: stands in the name of each file that the attempt writes.
        files: paths of the data files that it writes.
    """

    id: str
    objects: tuple[ObjectRef, ...]
    commit: uuid.UUID
    files: tuple[str, ...]


class Journal:
    """The entries of the batches that were tried and not yet forgotten, in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, entry: Entry) -> None:
        """Write an entry over the one of its id.

        Raises:
            OSError: when it cannot be written; the entry that was there before still is.
        """
        write_whole(self._path(entry.id), msgspec.json.encode(entry))

    def forget(self, batch: str) -> None:
        """Remove the entry of a batch, if there is one."""
        self._path(batch).unlink(missing_ok=True)

    def entries(self) -> Iterator[Entry]:
        """The entries, by id.

        Raises:
            msgspec.DecodeError: when a file is not an entry.
        """
        for path in sorted(self._folder.glob("*.json")):
            yield msgspec.json.decode(path.read_bytes(), type=Entry)

    def clear_halves(self) -> None:
        """Remove what writes that did not end left behind; for the one committer."""
        for path in self._folder.glob("*.new"):
            path.unlink()

    def _path(self, batch: str) -> Path:
        return self._folder / f"{batch}.json"


def checked(batch: str) -> str:
    """The batch id, which can be the name of a file.

    Raises:
        ValueError: when it cannot.
    """
    if not _ID.fullmatch(batch):
        msg = f"a batch id is up to 200 letters, digits, '.', '_' and '-', and does not begin with '.': {batch!r}"
        raise ValueError(msg)
    return batch
