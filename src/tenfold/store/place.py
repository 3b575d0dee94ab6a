"""Where the state lies: a private file on a disk of this machine."""

import os
import re
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from tenfold.model.errors import StoreError
from tenfold.store.failures import failing_clearly

_MOUNTS = Path("/proc/mounts")

_NETWORK = frozenset(
    {"afs", "ceph", "cifs", "davfs", "fuse.glusterfs", "fuse.s3fs", "fuse.sshfs"}
    | {"glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs"}
)
"""SQLite's write-ahead log does not work across a network: https://www.sqlite.org/wal.html.

9p is not among them: it is how some sandboxes and virtual machines mount a disk of their own host.
"""


def prepared(where: Path | str) -> Path:
    """The path of the state file, which exists afterwards: file 0600, a directory made for it 0700.

    A directory or file that was there keeps its mode.

    Args:
        where: a path, or an URL `sqlite:///relative` or `sqlite:////absolute`.

    Raises:
        StoreError: another database's URL, a network file system, a place that cannot be made or written.
    """
    path = _path(where).absolute()
    with failing_clearly(path):
        kind = filesystem(path.resolve(), _MOUNTS.read_text(errors="replace") if _MOUNTS.exists() else "")
        if kind in _NETWORK:
            raise StoreError(
                f"the state cannot lie on a network file system ({kind})",
                where=str(path),
                next="Point TENFOLD_HOME at a directory on a local disk.",
            )
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    return path


def filesystem(path: Path, mounts: str) -> str:
    """The type of the file system that an absolute path lies on, by the text of /proc/mounts; '' when none fits."""
    longest, kind = Path(), ""
    for line in mounts.splitlines():
        _, mount, mounted, *_ = line.split(" ")
        point = Path(_unescaped(mount))
        # The same point may be mounted over; the later line is the one that is seen.
        if path.is_relative_to(point) and len(point.parts) >= len(longest.parts):
            longest, kind = point, mounted
    return kind


def _unescaped(mount: str) -> str:
    """The kernel writes blanks and backslashes of a mount point as three octal digits."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), mount)


def _path(where: Path | str) -> Path:
    if isinstance(where, Path) or "://" not in where:
        return Path(where)
    try:
        url = make_url(where)
    except ArgumentError as error:
        raise StoreError("this is not the URL of a database", where=where) from error
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        raise StoreError(
            "this tenfold keeps its state in a SQLite file only",
            where=url.render_as_string(hide_password=True),
            next="Give a path, or sqlite:////absolute/path.",
        )
    return Path(url.database)
