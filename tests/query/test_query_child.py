"""The second wall: hostile text that goes to the child as it is, past the text check."""

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pyarrow as pa
import pytest
from tests.confinement.methods import confined, each_method
from tests.query import events

from tenfold.confinement.errors import ChildError, Limit, StoppedError
from tenfold.confinement.fences import Method
from tenfold.confinement.limits import MIB, Limits
from tenfold.confinement.run import run
from tenfold.query.child import Job

SECRET = "AKIAIOSFODNN7EXAMPLE"
LIMITS = Limits(seconds=20, memory=768 * MIB, answer=16 * MIB)

REFUSED = (
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM read_csv('/etc/passwd', header=false, sep=':')",
    "SELECT * FROM read_json_auto('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM '{secret}'",
    "SELECT * FROM read_text('{secret}')",
    "SELECT * FROM read_text('{folder}/*')",
    "SELECT * FROM read_text('/proc/self/environ')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM read_csv('http://127.0.0.1:{port}/x.csv')",
    "SELECT * FROM read_parquet('s3://bucket/x.parquet')",
    "SELECT getenv('AWS_SECRET_ACCESS_KEY')",
    "SELECT * FROM asked",  # a variable of the child's own Python
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "COPY (SELECT 1) TO '{folder}/out.csv'",
    "COPY (SELECT 1) TO '/tmp/tenfold-out.csv'",
    "EXPORT DATABASE '{folder}/out'",
    "ATTACH '{folder}/out.db' AS other",
    "ATTACH '/etc/passwd' AS other (TYPE sqlite)",
    "CREATE TABLE t AS SELECT 1",
    "INSERT INTO findings VALUES (1)",
    "DROP VIEW cloudtrail",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "RESET enable_external_access",
    "SET allowed_directories = ['/']",
    "PRAGMA database_list",
    "INSTALL httpfs",
    "LOAD httpfs",
    "LOAD '{folder}/x.duckdb_extension'",
    "CREATE SECRET s (TYPE s3, KEY_ID 'x', SECRET 'y')",
    "CALL pragma_version()",
    "SELECT 1; SELECT 2",
    "SELECT 1; COPY (SELECT 1) TO '{folder}/out.csv'",
    "",
)


@pytest.fixture
def secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    path = tmp_path / "secret.csv"
    path.write_text(f"{SECRET}\n{SECRET}\n")
    return path


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield server


def filled(sql: str, secret: Path, server: socket.socket) -> str:
    return sql.format(secret=secret, folder=secret.parent, port=server.getsockname()[1])


def assert_quiet(server: socket.socket) -> None:
    with pytest.raises(BlockingIOError):
        server.accept()


def ask(sql: str, folder: Path, method: Method | None = None, limits: Limits = LIMITS) -> pa.Table:
    """What the child answers to a text that nobody checked, over five rows of `cloudtrail`."""
    paths = events.write(folder, 5)
    job = Job(sql, {"cloudtrail": tuple(map(str, paths))}, {}, memory=256 * MIB, threads=2)
    packages = ("duckdb", "pyarrow")
    answer = run(
        "tenfold.query.child:answer",
        msgspec.msgpack.encode(job),
        reads=paths,
        packages=packages,
        limits=limits,
        method=method,
    )
    return pa.ipc.open_stream(answer).read_all()


@each_method
def test_answers(method: Method, tmp_path: Path) -> None:
    assert ask("SELECT count(*) AS n FROM cloudtrail", tmp_path, method).to_pylist() == [{"n": 5}]


@confined
@pytest.mark.parametrize("sql", REFUSED, ids=range(len(REFUSED)))
def test_refuses(sql: str, tmp_path: Path, secret: Path, listener: socket.socket) -> None:
    before = sorted(tmp_path.iterdir())
    with pytest.raises(ChildError) as told:
        ask(filled(sql, secret, listener), tmp_path)
    assert told.value.kind.endswith(("Exception", "PermissionError")), told.value.kind
    assert not told.value.kind.startswith("SIG")
    assert SECRET not in str(told.value)
    assert sorted({*tmp_path.iterdir()} - {tmp_path / "event_time_day=2026-03-01"}) == before
    assert_quiet(listener)


UNLOCKED = (
    "SELECT content FROM read_text('/etc/passwd')",
    "SELECT content FROM read_text('{secret}')",
    "SELECT * FROM read_csv('{secret}')",
    "SELECT content FROM read_text('/proc/self/environ')",
    "COPY (SELECT 1) TO '{folder}/out.csv'",
    "COPY (SELECT 1) TO '/tmp/tenfold-out.csv'",
    "ATTACH '{folder}/out.db' AS other",
    "EXPORT DATABASE '{folder}/out'",
    "SET extension_directory = '{folder}/extensions'; INSTALL httpfs FROM 'http://127.0.0.1:{port}'",
    "SET home_directory = '{folder}'; SELECT * FROM read_csv('http://127.0.0.1:{port}/x.csv')",
)


@each_method
@pytest.mark.parametrize("sql", UNLOCKED, ids=range(len(UNLOCKED)))
def test_walls_hold_when_duckdb_is_not_locked(
    method: Method, sql: str, tmp_path: Path, secret: Path, listener: socket.socket
) -> None:
    job = filled(sql, secret, listener).encode()
    ended, said = outcome(job, method)
    assert ended in {"IOException", "HTTPException", "Error", "answered"}  # Error: an extension cannot be fetched
    assert ended != "answered" or said == b"[]"  # for DuckDB a text that is not there is no text
    assert SECRET.encode() not in said
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]
    assert_quiet(listener)


def outcome(job: bytes, method: Method) -> tuple[str, bytes]:
    """How it ended, and what was said."""
    try:
        return "answered", run("tests.query.unlocked:ask", job, packages=["duckdb"], limits=LIMITS, method=method)
    except ChildError as error:
        return error.kind, str(error).encode()


@each_method
def test_lists_no_files_when_duckdb_is_not_locked(method: Method, secret: Path) -> None:
    job = f"SELECT file FROM glob(['{secret.parent}/*', '/etc/*', '/proc/*/environ'])".encode()
    answer = run("tests.query.unlocked:ask", job, packages=["duckdb"], limits=LIMITS, method=method)
    assert answer in {b"[]", b"[('/etc/ld.so.cache',)]"}  # the linker's, which bubblewrap shows


ENDLESS = (
    "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t",
    "SELECT sum(hash(a.range, b.range)) FROM range(10000000) a, range(10000000) b",
    "SELECT sleep_ms(1000000)",
)


@each_method
@pytest.mark.parametrize("sql", ENDLESS, ids=range(len(ENDLESS)))
def test_stops_what_does_not_end(method: Method, sql: str, tmp_path: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(StoppedError) as stopped:
        ask(sql, tmp_path, method, Limits(seconds=2))
    assert stopped.value.limit is Limit.TIME
    assert time.monotonic() - begun < 20


BOMBS = (
    "SELECT repeat('x', 3000000000)",
    "SELECT list(range) FROM range(1000000000)",
    "SELECT string_agg(range::VARCHAR) FROM range(1000000000)",
    "SELECT range AS r, count(*) FROM range(1000000000) GROUP BY r ORDER BY 2 LIMIT 1",
    "SELECT * FROM range(1000000000) ORDER BY hash(range) DESC LIMIT 100000000",
    "SELECT list_transform(range(100000000), lambda x: repeat('x', 1000))",
    "SELECT map_from_entries(list_transform(range(100000000), lambda x: {'k': x, 'v': x}))",
)


@each_method
@pytest.mark.parametrize("sql", BOMBS, ids=range(len(BOMBS)))
def test_stops_memory_bombs(method: Method, sql: str, tmp_path: Path) -> None:
    before = memory_left()
    with pytest.raises((StoppedError, ChildError)) as stopped:
        ask(sql, tmp_path, method)
    told = getattr(stopped.value, "kind", "") or getattr(stopped.value, "limit", "")
    # A signal: what DuckDB does not count meets the limit of the process, and not all of its code stands that.
    assert told in {"OutOfMemoryException", Limit.MEMORY, "SIGSEGV", "SIGABRT"}, stopped.value
    assert memory_left() > before - 2048 * MIB


def memory_left() -> int:
    return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


@each_method
def test_stops_a_huge_answer(method: Method, tmp_path: Path) -> None:
    with pytest.raises(StoppedError) as stopped:
        ask("SELECT * FROM range(1000000000)", tmp_path, method)
    assert stopped.value.limit is Limit.ANSWER
