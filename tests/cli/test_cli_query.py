"""`tenfold query` by the real program."""

import csv
import io
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.cli import logs
from tests.cli.program import Program

COUNTS = "SELECT event_name, count(*) AS events FROM cloudtrail GROUP BY 1 ORDER BY 2 DESC, 1"
ANSWER = [("DescribeVpcs", 2), ("ListBuckets", 1), ("ListUsers\u202e", 1), ("StopLogging", 1)]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """With five events in the lake."""
    home = tmp_path_factory.mktemp("home")
    program = Program(home, keys=None)
    assert program.run("trail", "backfill", str(logs.folder(home / "logs"))).code == 0
    return program


def test_an_answer_in_each_form(program: Program, tmp_path: Path) -> None:
    text = program.run("query", COUNTS)
    assert text.code == 0, text.err
    assert next(line.split() for line in text.out.splitlines() if line.strip()) == ["event_name", "events"]
    assert "ListUsers\\u202e" in text.out, "what turns the reading direction is an escape"
    assert "\u202e" not in text.out
    rows = program.run("query", COUNTS, "--format", "json").rows
    assert [(row["event_name"], row["events"]) for row in rows] == ANSWER
    head, *lines = csv.reader(io.StringIO(program.run("query", COUNTS, "--format", "csv").out))
    assert (head, len(lines), lines[0]) == (["event_name", "events"], 4, ["DescribeVpcs", "2"])
    ended = program.run("query", COUNTS, "--parquet", str(tmp_path / "answer.parquet"))
    assert (ended.code, ended.out) == (0, "")
    table = pq.read_table(tmp_path / "answer.parquet")
    assert list(zip(*table.to_pydict().values(), strict=True)) == ANSWER


def test_incidents_are_a_table_too(program: Program) -> None:
    (row,) = program.run("query", "SELECT count(*) AS n FROM incidents", "--format", "json").rows
    assert row == {"n": 1}


def test_a_tables_name_shows_its_columns(program: Program) -> None:
    shown = program.run("query", "cloudtrail")
    lines = [line.strip() for line in shown.out.splitlines()]
    assert shown.code == 0
    assert lines[0] == "event_id  string"
    assert "event_time  timestamp[us, tz=UTC]" in lines
    unknown = program.run("query", "cloudtrial")
    assert unknown.code == 2
    assert "there is no table 'cloudtrial'" in unknown.err
    assert "cloudtrail" in unknown.err


REFUSED = {
    "SELECT * FROM read_csv('/etc/passwd')": "read_csv",
    "SELECT * FROM '/etc/passwd'": "/etc/passwd",
    "ATTACH '/tmp/x.db'": "only SELECT",
    "COPY cloudtrail TO '/tmp/x'": "only SELECT",
    "SELECT 1; SELECT 2": "2 statements",
    "SELECT FROM WHERE": "",
}


@pytest.mark.parametrize("sql", REFUSED)
def test_refused(program: Program, sql: str) -> None:
    ended = program.run("query", sql)
    assert ended.code in (2, 4)
    assert ended.out == ""
    assert ended.err.startswith("tenfold: ")
    assert REFUSED[sql] in ended.err
    assert "root:" not in ended.err
