"""Where the state lies: a private file on a disk of this machine."""

import os
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from tenfold.model.errors import StoreError
from tenfold.model.mounts import NETWORK, filesystem
from tenfold.store.failures import failing_clearly

_MOUNTS = Path("/proc/mounts")


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
        if kind in NETWORK:
            raise StoreError(
                f"the state cannot lie on a network file system ({kind})",
                where=str(path),
                next="Point TENFOLD_HOME at a directory on a local disk.",
            )
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    return path


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
