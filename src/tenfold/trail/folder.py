"""Log files in a folder of this machine."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from tenfold.model.errors import InputError
from tenfold.store.ledger import DeadKind, DeadLetter
from tenfold.trail.source import LOCAL, Delivery, Named


class Folder:
    """A folder with all that lies below it, or one file.

    Args:
        path: of the folder or file.

    Raises:
        InputError: there is nothing.
    """

    every = 5.0

    def __init__(self, path: Path) -> None:
        self._path = path.absolute()
        if not self._path.exists():
            raise InputError("there is no such file or folder", where=str(path))

    def deliveries(self) -> Iterator[Delivery]:
        """One for each file, in the order of the paths."""
        if self._path.is_file():
            yield _delivery(self._path)
            return
        for folder, subfolders, names in os.walk(self._path, onerror=_refuse):
            subfolders.sort()
            for name in sorted(names):
                yield _delivery(Path(folder, name))

    def give_back(self) -> None:
        """The next walk finds it again."""

    def acknowledge(self, _receipts: Sequence[str]) -> None:
        """Nobody waits for it."""


def _delivery(path: Path) -> Delivery:
    key = path.as_posix()
    if not key.isascii() and key.encode("utf-8", "replace").decode() != key:
        shown = os.fsencode(key).decode("utf-8", "backslashreplace")
        return Delivery(letters=(_unnamed(shown, "the file's name is not UTF-8", "Rename it; then replay."),))
    try:
        found = path.stat()
    except OSError as error:  # a link to nowhere, or removed since it was listed
        return Delivery(letters=(_unnamed(key, f"the file cannot be read: {error.strerror}", "", DeadKind.VANISHED),))
    return Delivery((Named(LOCAL, key, etag(found), found.st_size),))


def etag(found: os.stat_result) -> str:
    """What tells one version of a local file from another: its size and when it was written."""
    return f"{found.st_size}-{found.st_mtime_ns}"


def _unnamed(key: str, reason: str, next_: str, kind: DeadKind = DeadKind.OBJECT) -> DeadLetter:
    return DeadLetter(kind, reason, LOCAL, key, next=next_)


def _refuse(error: OSError) -> None:
    raise InputError(f"a folder cannot be read: {error.strerror}", where=str(error.filename)) from error
