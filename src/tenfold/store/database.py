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
    """An engine on the SQLite file: write-ahead log, foreign keys checked, transactions begun by us alone."""
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
    """Bring the layout up to this version's, in one transaction.

    Raises:
        StoreError: when a newer tenfold or another program wrote the file.
    """
    config = Config()
    config.set_main_option("script_location", "tenfold.store:migrations")
    known = ScriptDirectory.from_config(config)
    head = known.get_current_head()
    with engine.connect() as connection:
        if _revision(connection) == head:
            return
    with writing(engine) as connection:
        _refuse_foreign(connection, path)
        current = _revision(connection)
        if current not in {None, *(revision.revision for revision in known.walk_revisions())}:
            raise _newer(connection, path, f"{current}", f"{head}")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.execute(WRITTEN_BY.delete())
        connection.execute(WRITTEN_BY.insert(), {"version": __version__})


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _set_up(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    # The driver begins transactions late and commits before DDL; a migration would not be whole.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")


def _begin(connection: Connection) -> None:
    # A transaction that reads first and writes later would fail when another wrote in between.
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


def _newer(connection: Connection, path: Path, current: str, head: str) -> StoreError:
    version = connection.execute(select(WRITTEN_BY.c.version)).scalar_one()
    return StoreError(
        f"a newer tenfold wrote this state: {version} with layout {current}; "
        f"this is {__version__}, which knows layouts up to {head}",
        where=str(path),
        next=f"Install tenfold {version} or later, or point TENFOLD_HOME elsewhere.",
    )
