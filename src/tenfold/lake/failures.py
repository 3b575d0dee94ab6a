"""What the disk, the catalog and the files say, in words that tell what to do."""

import contextlib
import errno
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pyarrow as pa
from pyiceberg.exceptions import (
    CommitFailedException,
    NoSuchNamespaceError,
    NoSuchTableError,
    ValidationError,
    ValidationException,
)
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from tenfold.model.errors import StoreError

_UNCHANGED = "The lake is as it was before."

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

_ICEBERG = (CommitFailedException, NoSuchNamespaceError, NoSuchTableError, ValidationError, ValidationException)


@contextlib.contextmanager
def failing_clearly(where: Path) -> Iterator[None]:
    """Turn what fails inside into a StoreError about the lake at `where`; KeyboardInterrupt passes through.

    Raises:
        StoreError: for every error of the catalog, of the file system and of files that cannot be read.
    """
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise _of_catalog(error, where) from error
    except OSError as error:
        raise _of_disk(error, where) from error
    except _ICEBERG as error:
        what = f"the lake's table cannot be used: {error}"
        raise StoreError(what, where=str(where), next=f"Run again. {_UNCHANGED}") from error
    except (pa.ArrowException, msgspec.DecodeError) as error:
        what = f"the lake holds a file that cannot be read: {error}"
        raise StoreError(what, where=str(where), next="Restore it from a backup.") from error


def _of_catalog(error: SQLAlchemyError | sqlite3.Error, where: Path) -> StoreError:
    cause = error.orig if isinstance(error, DBAPIError) else error
    name = cause.sqlite_errorname if isinstance(cause, sqlite3.Error) else ""
    # SQLite tells a limit on the file's size as an error of input and output, as it does a broken disk.
    what = "the disk is full" if name == "SQLITE_FULL" else "the lake's catalog cannot be used"
    return StoreError(f"{what}: {cause}", where=str(where), next=f"Look at the disk and run again. {_UNCHANGED}")


def _of_disk(error: OSError, where: Path) -> StoreError:
    if error.errno in _FULL:
        what, then = "the disk is full", f"Free some space and run again. {_UNCHANGED}"
    else:
        what, then = "the lake cannot be read or written", f"Check the disk and who owns the files. {_UNCHANGED}"
    return StoreError(f"{what}: {error}", where=str(where), next=then)
