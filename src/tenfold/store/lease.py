"""One holder a name on this machine, by a lock that the system takes back when its holder dies."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from tenfold.model.errors import StoreError
from tenfold.store.failures import failing_clearly


class Holder(msgspec.Struct, frozen=True):
    """Who holds a lease: process, host, since when. Written into the lock file for the next one to read."""

    pid: int
    host: str
    since: datetime

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host} since {self.since:%Y-%m-%d %H:%M:%S} UTC"


@contextlib.contextmanager
def held(path: Path, name: str, now: datetime) -> Iterator[None]:
    """Hold the lease whose lock file is `path` until the block ends or the process does, however it does.

    The lock file stays: two processes could otherwise lock two files of the same name.

    Raises:
        StoreError: when another process (or another block of this one) holds it, or the file cannot be written.
    """
    with failing_clearly(path):
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        with failing_clearly(path):
            _take(lock, path, name)
            _write(lock, msgspec.json.encode(Holder(os.getpid(), os.uname().nodename, now)))
        yield
    finally:
        os.close(lock)


def _take(lock: int, path: Path, name: str) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StoreError(
            f"{_holder(lock)} is at work on this state ({name})",
            where=str(path),
            next="Wait until it has ended, or end it; or use another state with TENFOLD_HOME.",
        ) from None


def _holder(lock: int) -> str:
    try:
        return str(msgspec.json.decode(os.pread(lock, 4096, 0), type=Holder))
    except msgspec.DecodeError:  # it has the lock and has not written yet
        return "another process"


def _write(lock: int, text: bytes) -> None:
    os.ftruncate(lock, 0)
    os.pwrite(lock, text, 0)
