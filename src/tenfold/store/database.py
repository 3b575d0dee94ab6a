"""One SQLite file: its connections, its transactions, its layout."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, inspect, select
from sqlalchemy.engine import URL
from sqlalchemy.pool import ConnectionPoolEntry

from tenfold import __version__
from tenfold.model.errors import StoreError
from tenfold.store.schema import WRITTEN_BY

_BUSY_SECONDS = 15

_APPLICATION = 0x74656E66
"""`tenf`: SQLite's application_id, so that another program's database is never taken for ours."""


def connected(path: Path) -> Engine:
    """An engine on the SQLite file: foreign keys checked, transactions begun by us alone."""
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": _BUSY_SECONDS})
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


@contextlib.contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that has the one right to write from its start, and ends whole or not at all."""
    with engine.connect().execution_options(immediate=True) as connection, connection.begin():
        yield connection


def migrate(engine: Engine, path: Path) -> None:
    """Bring the layout up to this version's, in one transaction; from then on the file has a write-ahead log.

    Raises:
        StoreError: when a newer tenfold or another program wrote the file, which is then left as it is.
    """
    config = Config()
    config.set_main_option("script_location", "tenfold.store:migrations")
    known = ScriptDirectory.from_config(config)
    with engine.connect() as connection:
        current = _revision(connection)
    if current != known.get_current_head():
        with writing(engine) as connection:
            _refuse_foreign(connection, path)
            _refuse_newer(connection, path, known)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.execute(WRITTEN_BY.delete())
            connection.execute(WRITTEN_BY.insert(), {"version": __version__})
    # Kept in the file; cannot be set inside a transaction, and must not be set in another program's file.
    with contextlib.closing(engine.raw_connection()) as raw:
        raw.cursor().execute("PRAGMA journal_mode = WAL")


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _set_up(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    # The driver by itself would begin only at the first write: reads would not belong together, and a migration would
    # not be whole. One that writes takes that right at once, or it would fail when another wrote after its first read.
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _refuse_foreign(connection: Connection, path: Path) -> None:
    application = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    if application == _APPLICATION:
        return
    if application != 0 or inspect(connection).get_table_names():
        raise StoreError(
            "this is the SQLite database of another program",
            where=str(path),
            next="It was left as it is. Give tenfold another place with TENFOLD_HOME.",
        )
    connection.exec_driver_sql(f"PRAGMA application_id = {_APPLICATION}")


def _refuse_newer(connection: Connection, path: Path, known: ScriptDirectory) -> None:
    current = _revision(connection)
    if current in {None, *(revision.revision for revision in known.walk_revisions())}:
        return
    version = connection.execute(select(WRITTEN_BY.c.version)).scalar_one()
    raise StoreError(
        f"a newer tenfold wrote this state: {version} with layout {current}; "
        f"this is {__version__}, which knows layouts up to {known.get_current_head()}",
        where=str(path),
        next=f"Install tenfold {version} or later, or point TENFOLD_HOME elsewhere.",
    )
