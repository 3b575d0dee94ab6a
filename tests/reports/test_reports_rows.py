"""The formats for programs: uniform rows, and cells that no spreadsheet runs."""

import csv
import io
import json

import pytest
from inline_snapshot import snapshot
from tests.reports.make import PUBLIC, START, bucket, finding, full, report, seen

from tenfold.model.errors import ConfigError
from tenfold.model.run import Report
from tenfold.reports import registry
from tenfold.reports.characters import printable
from tenfold.reports.rows import FIELDS, name_of


def written(name: str, report: Report) -> str:
    out = io.BytesIO()
    registry.find(name)(report, out)
    assert not out.closed
    return out.getvalue().decode()


def test_formats_are_found_by_walking() -> None:
    assert {"csv", "json", "text"} <= set(registry.names())
    with pytest.raises(ConfigError, match=r"no report format 'yaml'.*csv, json, text"):
        registry.find("yaml")


def test_two_formats_of_one_name() -> None:
    registry.find("json")
    with pytest.raises(ValueError, match=r"two report formats are named json: tenfold\.reports\.json_rows"):
        registry.report("json")(lambda _report, _out: None)


def test_json_is_an_array_of_uniform_rows() -> None:
    rows = json.loads(written("json", full()))
    assert len(rows) == len(full().findings)
    assert {tuple(row) for row in rows} == {FIELDS}
    assert FIELDS[:12] == (
        *("partition", "account", "region", "kind", "arn", "name", "check"),
        *("risk", "risk_title", "severity", "status", "title"),
    )
    assert {row["status"] for row in rows} == {"open", "unknown"}
    assert all((row["gap"] is None) == (row["status"] == "open") for row in rows)


def test_a_row() -> None:
    (row,) = json.loads(
        written("json", report([finding(PUBLIC, bucket("a"), "anyone can read", seen("policy", START))]))
    )
    assert row == snapshot(
        {
            "partition": "aws",
            "account": "111122223333",
            "region": "eu-west-1",
            "kind": "s3.bucket",
            "arn": "arn:aws:s3:::a",
            "name": "a",
            "check": "s3-001",
            "risk": 2,
            "risk_title": "Publicly accessible S3 buckets",
            "severity": "critical",
            "status": "open",
            "title": "Bucket is open to anyone",
            "message": "anyone can read",
            "first_seen": "2026-03-01T12:00:00Z",
            "last_seen": "2026-03-01T12:00:00Z",
            "key": "s3-001|arn:aws:s3:::a",
            "evidence": [{"source": "policy", "seen": "2026-03-01T12:00:00Z", "as_of": "2026-03-01T12:00:00Z"}],
            "gap": None,
        }
    )


def test_json_of_hostile_text_is_ascii() -> None:
    text = written("json", report([finding(PUBLIC, bucket("a"), "\x1b[31m \u202e \ud800", seen("policy", 10**30))]))
    assert text.isascii()
    assert "\x1b" not in text
    (row,) = json.loads(text)
    assert (row["message"], row["evidence"][0]["seen"]) == ("\x1b[31m \u202e \ud800", 10**30)


def test_no_findings() -> None:
    assert written("json", report([])) == "[]\n"
    assert written("csv", report([])).splitlines() == [",".join(FIELDS)]


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_csv_cells_are_not_run(begin: str) -> None:
    formula = f'{begin}HYPERLINK("http://x";"y")'
    harmless = "a=b, c"
    text = written("csv", report([finding(PUBLIC, bucket("a"), formula), finding(PUBLIC, bucket("b"), harmless)]))
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["message"] for row in rows] == [f"'{printable(formula)}", harmless]


def test_csv_does_not_act_on_a_terminal() -> None:
    text = written("csv", report([finding(PUBLIC, bucket("a"), "\x1b[31mred\u202e")]))
    assert "\\x1b[31mred\\u202e" in text
    assert not any(character in text for character in "\x1b\u202e")


def test_csv_holds_the_json_rows() -> None:
    table = list(csv.DictReader(io.StringIO(written("csv", full()), newline="")))
    for cells, row in zip(table, json.loads(written("json", full())), strict=True):
        assert tuple(cells) == FIELDS
        assert json.loads(cells["evidence"]) == row["evidence"]
        assert cells["gap"] == "" if row["gap"] is None else json.loads(cells["gap"]) == row["gap"]
        assert [cells[field] for field in FIELDS[:5]] == [row[field] for field in FIELDS[:5]]


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        ("arn:aws:s3:::logs", "logs"),
        ("arn:aws-cn:iam::111122223333:user/path/ann", "path/ann"),
        ("arn:aws:iam::111122223333:root", "111122223333"),
        ("arn:aws:cloudtrail:eu-west-1:111122223333:trail/main", "main"),
        ("arn:aws:sns:eu-west-1:111122223333:topic", "topic"),
        ("no arn", "no arn"),
    ],
)
def test_name(arn: str, name: str) -> None:
    assert name_of(arn) == name
