"""An entry with a DuckDB that is not locked at all: only the walls around the process are left."""

from typing import BinaryIO

import duckdb


def ask(job: memoryview, out: BinaryIO) -> None:
    with duckdb.connect(config={"memory_limit": "256MiB", "threads": 2}) as connection:
        out.write(repr(connection.execute(bytes(job).decode()).fetchall()).encode())
