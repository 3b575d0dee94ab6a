"""What the disk and the database say, in words that tell what to do."""

import contextlib
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path

import msgspec
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from tenfold.model.errors import StoreError

_UNCHANGED = "Nothing of it was saved; the state is as it was before."
_ELSEWHERE = "Give tenfold another place with TENFOLD_HOME."

_CAUSES = (
    ("SQLITE_FULL", "the disk is full", f"Free some space and run again. {_UNCHANGED}"),
    ("SQLITE_BUSY", "another process has been writing to the state for too long", f"Try again later. {_UNCHANGED}"),
    ("SQLITE_NOTADB", "this is not a SQLite database", f"It was left as it is. {_ELSEWHERE}"),
    ("SQLITE_CORRUPT", "the state file is damaged", "Restore it from a backup, or move it away and scan again."),
    ("SQLITE_READONLY", "the state cannot be written", f"Check who owns the file and its directory. {_ELSEWHERE}"),
    ("SQLITE_CANTOPEN", "the state cannot be opened", f"Check who owns the file and its directory. {_ELSEWHERE}"),
    ("SQLITE_IOERR", "the disk cannot be read or written", f"Look at the disk and the system log. {_UNCHANGED}"),
)
"""SQLite's name of an error (its extended names begin with it), what it means here, what to do."""


@contextlib.contextmanager
def failing_clearly(where: Path) -> Iterator[None]:
    """Turn what fails inside into a StoreError about the file `where`; KeyboardInterrupt passes through.

    Raises:
        StoreError: for every error of the database, of the file system, and of stored bytes that cannot be read.
    """
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise _told(error, where) from error
    except OSError as error:
        what = f"the state cannot be opened: {error.strerror or error}"
        raise StoreError(what, where=str(where), next=_ELSEWHERE) from error
    except (msgspec.DecodeError, zlib.error) as error:
        what = f"the state holds a row that cannot be read: {error}"
        raise StoreError(what, where=str(where), next="Restore it from a backup, or move it away.") from error


def _told(error: SQLAlchemyError | sqlite3.Error, where: Path) -> StoreError:
    cause = error.orig if isinstance(error, DBAPIError) else error
    name = cause.sqlite_errorname if isinstance(cause, sqlite3.Error) else ""
    for begin, what, then in _CAUSES:
        if name.startswith(begin):
            return StoreError(f"{what}: {cause}", where=str(where), next=then)
    if isinstance(error, IntegrityError):
        return StoreError(f"the state refused a row: {cause}", where=str(where), next=_UNCHANGED)
    return StoreError(f"the state cannot be used: {cause}", where=str(where), next=_UNCHANGED)
