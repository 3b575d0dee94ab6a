"""Files of this machine that are private, and that lie on the disk itself before anything names them."""

import io
import os
from pathlib import Path

from pyiceberg.io import OutputStream
from pyiceberg.io.pyarrow import PyArrowFile, PyArrowFileIO

from tenfold.model.errors import StoreError
from tenfold.model.mounts import NETWORK, filesystem


class DurableFileIO(PyArrowFileIO):
    """How PyIceberg reads and writes the lake: each file is flushed to the disk when it is closed.

    A snapshot names a manifest, which names data files; what is named later must not outlive, in a power cut,
    what it names. A new file's own name goes to the disk with it on the file systems of Linux that keep a journal.
    """

    def new_output(self, location: str) -> PyArrowFile:
        """The file at an absolute path, to write."""
        return _DurableFile(location, location, self.fs_by_scheme("file", ""))


class _DurableFile(PyArrowFile):
    def create(self, overwrite: bool = False) -> OutputStream:
        """A stream into the file, which only its owner may read."""
        path = Path(self.location)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | (os.O_TRUNC if overwrite else os.O_EXCL)
        return _Stream(path, flags)


class _Stream(io.BufferedWriter):
    """Buffered, because a bare file may take a part of what it is given, and PyArrow does not ask how much."""

    def __init__(self, path: Path, flags: int) -> None:
        super().__init__(io.FileIO(os.open(path, flags, 0o600), "wb"), io.DEFAULT_BUFFER_SIZE * 16)

    def close(self) -> None:
        """Close it when it is on the disk."""
        if self.closed:
            return
        try:
            self.flush()
            os.fsync(self.fileno())
        finally:
            super().close()


_MOUNTS = Path("/proc/mounts")


def refuse_network(folder: Path) -> None:
    """Refuse a folder that other machines can write to as well: locks and the catalog do not work there.

    Raises:
        StoreError: the folder lies on a network file system.
        OSError: when the mounts cannot be read.
    """
    kind = filesystem(folder.resolve(), _MOUNTS.read_text(errors="replace") if _MOUNTS.exists() else "")
    if kind in NETWORK:
        raise StoreError(
            f"the lake cannot lie on a network file system ({kind})",
            where=str(folder),
            next="Point TENFOLD_HOME at a directory on a local disk.",
        )


def write_whole(path: Path, data: bytes) -> None:
    """Write a private file so that it is there whole or not at all, whatever happens.

    Raises:
        OSError: when it cannot be written; a `.new` file beside it may remain.
    """
    new = path.with_name(f"{path.name}.new")
    with _Stream(new, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_TRUNC) as stream:
        stream.write(data)
    new.replace(path)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder outlive a power cut.

    Raises:
        OSError: when the folder cannot be opened or flushed.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
