"""Questions from end to end: text in, table out."""

import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet
from tests.clock import ManualClock
from tests.confinement.methods import confined
from tests.query import events
from tests.store import make

from tenfold.confinement import run as running
from tenfold.confinement.errors import ConfinementError, Limit, StoppedError
from tenfold.confinement.limits import MIB, Limits
from tenfold.lake.batch import Batch
from tenfold.lake.lake import Lake
from tenfold.lake.schema import CLOUDTRAIL
from tenfold.model.alert import Incident, IncidentStatus
from tenfold.model.arn import Scope
from tenfold.model.errors import StoreError
from tenfold.model.evidence import Evidence
from tenfold.model.finding import Severity
from tenfold.model.gap import Gap, GapKind
from tenfold.model.party import Owner
from tenfold.model.snapshot import ListCoverage, ListStatus, Snapshot
from tenfold.query.answer import rows, write_parquet
from tenfold.query.ask import SCHEMAS, query
from tenfold.query.errors import QueryError
from tenfold.store import incidents
from tenfold.store.incidents import Case, Member
from tenfold.store.store import Store

pytestmark = confined


def test_counts_what_was_committed(lake: Lake, store: Store) -> None:
    lake.commit(Batch("one", events.rows(60), ()))
    lake.commit(Batch("two", events.rows(70), ()))  # of which 60 are known
    table = query("SELECT event_name, count(*) AS n FROM cloudtrail GROUP BY 1 ORDER BY 2 DESC, 1", lake, store)
    assert table.to_pylist() == [
        {"event_name": "GetObject", "n": 28},
        {"event_name": "ConsoleLogin", "n": 14},
        {"event_name": "ListBuckets", "n": 14},
        {"event_name": "StopLogging", "n": 14},
    ]


def test_rows_come_back_as_they_were(lake: Lake, store: Store) -> None:
    lake.commit(Batch("one", events.rows(60), ()))
    table = query("SELECT * FROM cloudtrail ORDER BY event_id", lake, store)
    assert table.cast(CLOUDTRAIL).equals(events.rows(60))


def test_an_empty_lake_has_no_rows(lake: Lake, store: Store) -> None:
    assert query("SELECT count(*) AS n FROM cloudtrail", lake, store).to_pylist() == [{"n": 0}]


def test_reads_inside_bodies(tmp_path: Path, store: Store) -> None:
    sql = """
        SELECT json_extract_string(request_parameters, '$.bucketName') AS bucket,
               request_parameters -> '$.nested.keys[0]' AS first
        FROM cloudtrail WHERE request_parameters ->> '$.bucketName' = 'b3'
    """
    table = query(sql, events.write(tmp_path, 5), store)
    assert table.to_pylist() == [{"bucket": "b3", "first": "3"}]


def test_times_are_utc_and_days_follow(tmp_path: Path, store: Store) -> None:
    sql = (
        "SELECT event_time::DATE AS day, count(*) AS n, min(event_time) AS first FROM cloudtrail GROUP BY 1 ORDER BY 1"
    )
    answer = list(rows(query(sql, events.write(tmp_path, 60), store)))
    assert answer == [
        {"day": "2026-03-01", "n": 30, "first": "2026-03-01T23:30:00Z"},
        {"day": "2026-03-02", "n": 30, "first": "2026-03-02T00:00:00Z"},
    ]


def test_files_with_fewer_columns_have_nulls_there(tmp_path: Path, store: Store) -> None:
    first, second = events.write(tmp_path, 5, 5)
    parquet.write_table(parquet.read_table(second, partitioning=None).drop_columns(["addendum"]), second)
    sql = "SELECT count(*) AS n, count(addendum) AS a FROM cloudtrail"
    assert query(sql, [second, first], store).to_pylist() == [{"n": 10, "a": 0}]


def test_the_days_of_folders_are_no_columns(lake: Lake, store: Store) -> None:
    lake.commit(Batch("one", events.rows(3), ()))
    assert query("SELECT * FROM cloudtrail", lake, store).column_names == CLOUDTRAIL.names


def test_resources_and_findings_of_the_store(lake: Lake, store: Store) -> None:
    found = make.opened("logs")
    store.save(make.run(1), make.snapshot("logs", "other"), [found, make.unknown("other")], ["s3-001"])
    sql = """
        SELECT name, severity, status, risk, gap ->> '$.kind' AS gap, tags ->> '$.team' AS team, r.region
        FROM resources AS r JOIN findings USING (arn) ORDER BY name
    """
    assert query(sql, lake, store).to_pylist() == [
        {"name": "logs", "severity": "high", "status": "open", "risk": 2, "gap": None, "team": "a", "region": "eu-west-1"},
        {"name": "other", "severity": "high", "status": "unknown", "risk": 2, "gap": "denied", "team": "a", "region": "eu-west-1"},
    ]  # fmt: skip


def test_what_was_not_read_is_told_apart_from_what_is_not_there(lake: Lake, store: Store) -> None:
    scope, now = Scope("aws", "111122223333", "eu-west-1", "s3"), ManualClock().now()
    gap = Gap(GapKind.DENIED, "s3:ListAllMyBuckets")
    lists = (
        ListCoverage("sqs.queue", scope, ListStatus.COMPLETE, 0, now),
        ListCoverage("s3.bucket", scope, ListStatus.MISSING, 0, now, gap),
    )
    store.save(make.run(1), Snapshot(now, lists=lists), [], [])
    answer = query("SELECT kind, status, count, gap ->> '$.kind' AS gap FROM coverage ORDER BY kind", lake, store)
    assert answer.to_pylist() == [
        {"kind": "s3.bucket", "status": "missing", "count": 0, "gap": "denied"},
        {"kind": "sqs.queue", "status": "complete", "count": 0, "gap": None},
    ]
    row = query("FROM coverage LIMIT 1", lake, store).to_pylist()[0]
    assert (row["account"], row["region"], row["as_of"], row["taken_at"]) == (scope.account, scope.region, now, now)


def test_incidents_of_the_store(lake: Lake, store: Store) -> None:
    now = ManualClock().now()
    member = Member("ct-001|e", "k", "ct-001", "alert", "the-arn", "111122223333", Severity.HIGH, now, "t", "m", ())
    proof = Evidence("policy", seen=[1])
    incident = Incident("k", "A trail was stopped", Severity.HIGH, IncidentStatus.CLOSED, now, now, (), proof)
    with store.writing() as connection:
        incidents.put(connection, Case(incident, member, Owner("team-a", "tag")))
        incidents.put_member(connection, member, incidents.MemberState.STANDING)
    (row,) = rows(query("SELECT * FROM incidents", lake, store))
    assert json.loads(row.pop("proof"))["seen"] == [1]
    assert row == {
        "key": "k",
        "title": "A trail was stopped",
        "severity": "high",
        "status": "closed",
        "kind": "alert",
        "arn": "the-arn",
        "account": "111122223333",
        "owner": "team-a",
        "opened_at": "2026-03-01T12:00:00Z",
        "updated_at": "2026-03-01T12:00:00Z",
        "members": ["ct-001|e"],
    }


@pytest.mark.parametrize("table", SCHEMAS)
def test_an_empty_store_has_tables_without_rows(table: str, lake: Lake, store: Store) -> None:
    answer = query(f"FROM {table}", lake, store)
    assert (answer.num_rows, answer.column_names) == (0, SCHEMAS[table].names)


def test_columns_of_one_name_are_told_apart(lake: Lake, store: Store) -> None:
    table = query("SELECT 1 AS n, 2 AS n, 3 AS n_1", lake, store)
    assert table.to_pylist() == [{"n": 1, "n_1": 2, "n_1_1": 3}]


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELECT even_name FROM cloudtrail", '"even_name" not found.*cloudtrail has event_id, event_time'),
        ("SELECT 1 FROM findings f JOIN incidents i ON f.x = i.y", "findings has .*incidents has "),
        ("SELECT * FROM cloudtrial", "There are cloudtrail, coverage, findings, incidents, resources"),
        ("SELECT upper(event_name, 2) FROM cloudtrail", "(?s)No function matches.*upper"),
        ("SELECT 'x'::INT", "Could not convert string 'x' to INT32.*LINE 1"),
        ("SELECT count(* FROM cloudtrail", "not SQL: Expecting .*line 1, column"),
        ("SELECT * FROM read_text('/etc/passwd')", "a function in place of a table is refused"),
        ("COPY (SELECT 1) TO '/tmp/x'", "only SELECT is answered, not COPY"),
    ],
)
def test_says_what_is_wrong(sql: str, words: str, tmp_path: Path, store: Store) -> None:
    with pytest.raises(QueryError, match=f"(?s){words}"):
        query(sql, events.write(tmp_path, 3), store)


def test_says_that_time_is_up(lake: Lake, store: Store) -> None:
    sql = "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t"
    with pytest.raises(StoppedError, match=r"stopped after 2 s\. Narrow event_time") as stopped:
        query(sql, lake, store, limits=Limits(seconds=2))
    assert stopped.value.limit is Limit.TIME


def test_says_that_memory_is_short(lake: Lake, store: Store) -> None:
    with pytest.raises(StoppedError, match=r"more than 1024 MiB of memory are needed\. Group or sort fewer") as stopped:
        query("SELECT repeat('x', 3000000000)", lake, store, limits=Limits(memory=1024 * MIB))
    assert stopped.value.limit is Limit.MEMORY


def test_says_that_the_answer_is_too_large(store: Store) -> None:
    with pytest.raises(StoppedError, match=r"larger than 1 MiB\. Add LIMIT") as stopped:
        query("SELECT * FROM unnest(range(1000000))", [], store, limits=Limits(answer=MIB))
    assert stopped.value.limit is Limit.ANSWER


def test_says_that_a_file_of_the_lake_is_gone(tmp_path: Path, store: Store) -> None:
    with pytest.raises(StoreError, match=r"the lake cannot be read.*gone\.parquet"):
        query("FROM cloudtrail", [*events.write(tmp_path, 3), tmp_path / "gone.parquet"], store)


def test_asks_nothing_where_a_child_cannot_be_confined(
    lake: Lake, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    running.method.cache_clear()
    running.shortcoming.cache_clear()
    try:
        with pytest.raises(ConfinementError, match="nothing is run"):
            query("SELECT 1", lake, store)
    finally:
        running.method.cache_clear()
        running.shortcoming.cache_clear()


def test_rows_hold_what_json_can_say() -> None:
    table = pa.table(
        {
            "t": [datetime(2026, 3, 1, 12, tzinfo=UTC)],
            "d": [Decimal("3.00")],
            "f": [Decimal("1.50")],
            "n": [float("nan")],
            "b": [b"\x00\xff"],
            "l": [[{"at": datetime(2026, 3, 1, 12)}]],  # noqa: DTZ001 - SQL has times without a zone
            "x": [None],
        }
    )
    (row,) = rows(table)
    expected = {
        "t": "2026-03-01T12:00:00Z",
        "d": 3,
        "f": 1.5,
        "n": "nan",
        "b": "00ff",
        "l": [{"at": "2026-03-01T12:00:00"}],
        "x": None,
    }
    assert row == expected
    assert json.loads(json.dumps(row)) == expected


def test_sums_and_intervals_are_plain(lake: Lake, store: Store) -> None:
    sql = "SELECT sum(n) AS s, INTERVAL 1 DAY AS i, uuid() AS u, map {'a': 1} AS m FROM (VALUES (1), (2)) AS v(n)"
    (row,) = rows(query(sql, lake, store))
    assert row["s"] == 3
    json.dumps(row)


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("'infinity'::TIMESTAMP", "infinity"),
        ("'-infinity'::TIMESTAMPTZ", "-infinity"),
        ("'infinity'::DATE", "infinity"),
        ("DATE '0044-03-15 (BC)'", "-0043-03-15"),
        ("TIMESTAMP_NS '2024-01-01 00:00:00.123456789'", "2024-01-01 00:00:00.123456789"),
        ("[{'a': 'infinity'::TIMESTAMP, 'b': 1}]", [{"a": "infinity", "b": 1}]),
    ],
)
def test_times_that_python_does_not_have(sql: str, value: object, lake: Lake, store: Store) -> None:
    assert list(rows(query(f"SELECT {sql} AS x, 1.5 AS y", lake, store))) == [{"x": value, "y": 1.5}]


@pytest.mark.parametrize("sql", ["'24:00:00'::TIME", "170141183460469231731687303715884105727::UHUGEINT"])
def test_values_that_arrow_does_not_have(sql: str, lake: Lake, store: Store) -> None:
    with pytest.raises(QueryError, match="holds a value that cannot be written"):
        query(f"SELECT {sql}", lake, store)


def test_writes_parquet(tmp_path: Path, store: Store) -> None:
    table = query("SELECT * FROM cloudtrail", events.write(tmp_path, 5), store)
    out = io.BytesIO()
    write_parquet(table, out)
    assert parquet.read_table(out).equals(table)
