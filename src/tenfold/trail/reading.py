"""Which objects are being read, in a file that outlives the process: none is to kill its reader for ever."""

import contextlib
import fcntl
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tenfold.store.ledger import DeadKind, DeadLetter, Version

GIVEN_UP = 3
"""After so many processes ended while they read an object, it is not read any more."""

_ENDED = "tenfold was killed, or crashed, while it read this object"
_NEXT = "It is tried again, three times in all. Then look at the object and at the machine's memory; then replay."


class Reading:
    """The object that this process reads, and those that others read when they ended.

    A help, not a duty: where the file cannot be written, work goes on without it.

    Args:
        folder: for one file a process; made when needed.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"{uuid.uuid4().hex}.json"
        self._file: int | None = None

    @contextlib.contextmanager
    def of(self, version: Version) -> Iterator[None]:
        """This object is read now."""
        with contextlib.suppress(OSError):
            if self._file is None:
                self._file = self._opened()
            os.pwrite(self._file, msgspec.json.encode(version), 0)
        yield
        with contextlib.suppress(OSError):
            if self._file is not None:
                os.ftruncate(self._file, 0)

    def end(self) -> None:
        """Nothing more is read."""
        if self._file is not None:
            self._path.unlink(missing_ok=True)
            os.close(self._file)
            self._file = None

    def _opened(self) -> int:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX)  # the system takes it back when we end, however we do
        return file

    def left(self) -> list[Version]:
        """What processes were reading when they ended; told once."""
        found = []
        with contextlib.suppress(OSError):
            for path in self._path.parent.glob("*.json"):
                found += _taken_over(path)
        return found


def _taken_over(path: Path) -> list[Version]:
    """The object that a file names, which is removed; none when its process lives, or was reading none."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        text = path.read_bytes()
        path.unlink()
        return [msgspec.json.decode(text, type=Version)]
    except (BlockingIOError, FileNotFoundError, msgspec.DecodeError):
        return []
    finally:
        os.close(file)


def letter(version: Version) -> DeadLetter:
    """The dead letter of an object over which a process ended; solved when it is read."""
    return DeadLetter(DeadKind.OBJECT, _ENDED, *version, next=_NEXT)


def deaths(letters: list[DeadLetter]) -> dict[Version, int]:
    """How many processes ended over each object, by its open letter."""
    return {(one.bucket, one.key, one.etag): one.tries for one in letters if one.reason == _ENDED}
