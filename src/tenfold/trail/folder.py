"""Log files in a folder of this machine."""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from tenfold.model.errors import InputError
from tenfold.store.ledger import DeadKind, DeadLetter
from tenfold.trail.source import LOCAL, Delivery, Named

_ESCAPED = re.compile(rb"\\x([0-9a-f]{2})")


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
    key = os.fsencode(path).decode("utf-8", "backslashreplace")
    try:
        found = path.stat()
    except OSError as error:  # a link to nowhere, or removed since it was listed
        reason = f"the file cannot be read: {error.strerror}"
        return Delivery(letters=(DeadLetter(DeadKind.VANISHED, reason, LOCAL, key),))
    return Delivery((Named(LOCAL, key, etag(found), found.st_size),))


def etag(found: os.stat_result) -> str:
    """What tells one version of a local file from another: its size and when it was written."""
    return f"{found.st_size}-{found.st_mtime_ns}"


def path_of(key: str) -> Path:
    r"""The file that a key names: bytes of its name that are not UTF-8 stand there as `\xff`."""
    if "\\x" not in key or os.path.lexists(key):
        return Path(key)
    return Path(os.fsdecode(_ESCAPED.sub(lambda found: bytes.fromhex(found[1].decode()), key.encode())))


def _refuse(error: OSError) -> None:
    raise InputError(f"a folder cannot be read: {error.strerror}", where=str(error.filename)) from error
