"""Inside the confined child: DuckDB over the files and tables it is given, locked before it sees the user's text."""

from typing import BinaryIO

import duckdb
import msgspec
import pyarrow as pa

_ROWS = 10_000
"""Rows of an answer that are held at a time."""


class Job(msgspec.Struct, frozen=True):
    """One question.

    Args:
        sql: the user's text.
        files: Parquet files, by the name of the view over them.
        tables: Arrow IPC streams, by the name of the table.
        memory: bytes that DuckDB may use.
        threads: how many it may start.
    """

    sql: str
    files: dict[str, tuple[str, ...]]
    tables: dict[str, memoryview]
    memory: int
    threads: int


def answer(job: memoryview, out: BinaryIO) -> None:
    """Answer a Job with an Arrow IPC stream.

    Raises:
        duckdb.Error: what DuckDB says against the text.
        PermissionError: the text is not one SELECT.
    """
    asked = msgspec.msgpack.decode(job, type=Job)
    with duckdb.connect(config={"threads": asked.threads, "memory_limit": f"{asked.memory}B"}) as connection:
        _furnish(connection, asked)
        _lock(connection, [path for paths in asked.files.values() for path in paths])
        kinds = [statement.type for statement in connection.extract_statements(asked.sql)]
        if kinds != [duckdb.StatementType.SELECT]:
            raise PermissionError("not one SELECT")
        reader = connection.sql(asked.sql).to_arrow_reader(_ROWS)
        with pa.ipc.new_stream(out, reader.schema) as writer:
            for batch in reader:
                writer.write_batch(batch)


def _furnish(connection: duckdb.DuckDBPyConnection, asked: Job) -> None:
    for name, stream in asked.tables.items():
        connection.register(name, pa.ipc.open_stream(pa.py_buffer(stream)).read_all())
    for name, paths in asked.files.items():
        # Folders are named by day; as columns they would be what no record says.
        connection.read_parquet(list(paths), union_by_name=True, hive_partitioning=False).create_view(name)


def _lock(connection: duckdb.DuckDBPyConnection, paths: list[str]) -> None:
    settings: dict[str, object] = {
        "TimeZone": "UTC",
        "temp_directory": "",
        "python_enable_replacements": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "allowed_paths": paths,
        "enable_external_access": False,
        "lock_configuration": True,
    }
    for name, value in settings.items():
        connection.execute(f"SET {name} = $value", {"value": value})
