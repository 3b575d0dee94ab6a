"""The text check by itself: what it lets through, and what it refuses in which words."""

import time

import duckdb
import pytest

from tenfold.query.admit import LONGEST, admit
from tenfold.query.errors import QueryError
from tenfold.query.functions import ADMITTED

TABLES = ("cloudtrail", "resources", "findings", "incidents")

ADMITTED_TEXTS = {
    "SELECT 1": set(),
    "select count(*) from cloudtrail": {"cloudtrail"},
    "FROM cloudtrail": {"cloudtrail"},
    "SELECT * FROM CloudTrail;": {"cloudtrail"},
    "SELECT * FROM CloudTrail; -- a remark": {"cloudtrail"},
    'SELECT * FROM "cloudtrail" -- a remark; DROP TABLE cloudtrail': {"cloudtrail"},
    "SELECT event_name, count(*) AS n FROM cloudtrail GROUP BY ALL HAVING n > 1 ORDER BY n DESC LIMIT 5": {
        "cloudtrail"
    },
    "WITH x AS (SELECT arn FROM findings) SELECT * FROM x JOIN resources USING (arn)": {"findings", "resources"},
    "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 9) SELECT n FROM t": set(),
    "SELECT arn FROM findings UNION SELECT arn FROM incidents EXCEPT SELECT 'x' INTERSECT SELECT 'y'": {
        "findings",
        "incidents",
    },
    "SELECT (SELECT max(event_time) FROM cloudtrail), EXISTS (SELECT 1 FROM findings)": {"cloudtrail", "findings"},
    "SELECT json_extract_string(request_parameters, '$.bucketName') = 'b', user_identity->>'$.arn' FROM cloudtrail": {
        "cloudtrail"
    },
    "SELECT event_time::DATE, date_trunc('hour', event_time), event_time > now() - INTERVAL 1 DAY FROM cloudtrail": {
        "cloudtrail"
    },
    "SELECT row_number() OVER (PARTITION BY a ORDER BY b) FROM findings QUALIFY row_number() OVER () = 1": {"findings"},
    "SELECT DISTINCT ON (account) account, extract(year FROM created_at) FROM resources": {"resources"},
    "SELECT count(DISTINCT event_name) FILTER (WHERE read_only), arg_max(event_name, event_time) FROM cloudtrail": {
        "cloudtrail"
    },
    "SELECT k FROM resources, unnest(related) AS u(k) WHERE k LIKE 'a%' ESCAPE '!' OR k ~ 'x' OR k IN ('a', 'b')": {
        "resources"
    },
    "SELECT list_filter(related, x -> x <> 'a'), related[1], related[1:2], {'a': 1}, [1, 2], (1, 2) FROM resources": {
        "resources"
    },
    "SELECT CASE WHEN a THEN 1 ELSE 2 END, if(a, 1, 2), coalesce(a, b), TRY_CAST(a AS INT), NOT a IS NULL FROM findings": {
        "findings"
    },
    "SELECT * EXCLUDE (members) REPLACE (upper(key) AS key) FROM incidents USING SAMPLE 10 ROWS": {"incidents"},
    "SELECT string_agg(key, ',' ORDER BY key), quantile_cont(1, 0.5), trim(both 'x' FROM 'xax'), substring('a' FROM 1) FROM findings": {
        "findings"
    },
    "SELECT x FROM (VALUES (1, 'a'), (2, 'b')) AS v(x, y)": set(),
    "SELECT event_time AT TIME ZONE 'Europe/Zurich' FROM cloudtrail": {"cloudtrail"},
    "WITH cloudtrail AS (SELECT 1 AS a) SELECT a FROM cloudtrail": {"cloudtrail"},
}

REFUSED_TEXTS = {
    # Files
    "SELECT * FROM read_csv('/etc/passwd')": "a function in place of a table is refused: read_csv",
    "SELECT * FROM read_parquet('/lake/x.parquet')": "refused: read_parquet",
    "SELECT * FROM read_text('/etc/passwd')": "refused: read_text",
    "SELECT * FROM read_blob('/etc/passwd')": "refused: read_blob",
    "SELECT * FROM read_json_auto('/etc/passwd')": "refused: read_json_auto",
    "SELECT * FROM main.read_text('/etc/passwd')": "a function in place of a table is refused",
    "SELECT * FROM glob('/*')": "refused: glob",
    "SELECT * FROM sniff_csv('/etc/passwd')": "refused: sniff_csv",
    "SELECT * FROM '/etc/passwd'": "there is no table '/etc/passwd'",
    "SELECT * FROM 'x.parquet'": "there is no table 'x.parquet'",
    'SELECT * FROM "x.csv"': "there is no table 'x.csv'",
    "WITH a AS (SELECT * FROM 'x.csv') SELECT * FROM a": "there is no table 'x.csv'",
    "WITH \"x.csv\" AS (SELECT 1) SELECT * FROM 'x.csv'": "a name given by WITH",
    "SELECT (SELECT content FROM read_text('/etc/passwd'))": "refused: read_text",
    "SELECT * FROM cloudtrail WHERE event_id IN (FROM read_text('/etc/passwd') SELECT content)": "refused: read_text",
    # Text that is run as text
    "SELECT * FROM query('SELECT 1')": "refused: query",
    "SELECT * FROM query_table('cloudtrail')": "refused: query_table",
    "SELECT json_serialize_sql('SELECT 1')": "the function json_serialize_sql is refused",
    "SELECT * FROM json_execute_serialized_sql('{}')": "refused: json_execute_serialized_sql",
    # Settings, secrets, the environment, the catalogue
    "SELECT getenv('AWS_SECRET_ACCESS_KEY')": "the function getenv is refused",
    "SELECT GeTeNv('HOME')": "the function GeTeNv is refused",
    "SELECT current_setting('home_directory')": "the function current_setting is refused",
    "SELECT getvariable('x')": "the function getvariable is refused",
    "SELECT current_user": "CURRENTUSER is refused",
    "SELECT * FROM duckdb_secrets()": "refused: duckdb_secrets",
    "SELECT * FROM duckdb_settings()": "refused: duckdb_settings",
    "SELECT * FROM which_secret('s3://b', 's3')": "refused: which_secret",
    "SELECT * FROM information_schema.tables": "there is no table 'information_schema.tables'",
    "SELECT * FROM pg_catalog.pg_settings": "there is no table 'pg_catalog.pg_settings'",
    "SELECT * FROM sqlite_master": "there is no table 'sqlite_master'",
    "SELECT * FROM main.cloudtrail": "there is no table 'main.cloudtrail'",
    # Time, sequences, logs
    "SELECT sleep_ms(100000)": "the function sleep_ms is refused",
    "SELECT pg_sleep(100000)": "the function pg_sleep is refused",
    "SELECT nextval('s')": "the function nextval is refused",
    "SELECT write_log('x')": "the function write_log is refused",
    "SELECT 'HOME'.getenv()": "the function getenv is refused",
    # Statements
    "ATTACH '/state.sqlite' AS s": "not ATTACH",
    "DETACH s": "not DETACH",
    "COPY (SELECT 1) TO '/tmp/x.csv'": "not COPY",
    "COPY cloudtrail FROM '/etc/passwd'": "not COPY",
    "EXPORT DATABASE '/tmp/x'": "not SQL",
    "IMPORT DATABASE '/tmp/x'": "not SQL",
    "PRAGMA database_list": "not PRAGMA",
    "SET enable_external_access = true": "not SET",
    "RESET enable_external_access": "not RESET",
    "INSTALL httpfs": "not INSTALL",
    "LOAD httpfs": "not LOAD",
    "FORCE INSTALL httpfs": "not INSTALL",
    "CREATE SECRET (TYPE s3)": "not SQL",
    "CREATE TABLE x AS SELECT 1": "not CREATE",
    "CREATE MACRO f() AS (SELECT 1)": "not CREATE",
    "INSERT INTO cloudtrail VALUES (1)": "not INSERT",
    "UPDATE findings SET status = 'resolved'": "not UPDATE",
    "DELETE FROM findings": "not DELETE",
    "DROP VIEW cloudtrail": "not DROP",
    "TRUNCATE findings": "not TRUNCATE",
    "MERGE INTO findings USING incidents ON true WHEN MATCHED THEN DELETE": "not MERGE",
    "CALL pragma_version()": "not CALL",
    "EXPLAIN ANALYZE SELECT 1": "not EXPLAIN",
    "DESCRIBE cloudtrail": "not DESCRIBE",
    "SHOW TABLES": "not SHOW",
    "USE memory": "not USE",
    "CHECKPOINT": "only SELECT",
    "BEGIN": "not TRANSACTION",
    "PREPARE p AS SELECT 1": "not PREPARE",
    "EXECUTE p": "not EXECUTE",
    "VACUUM": "not VACUUM",
    "SELECT 1; SELECT 2": "these are 2 statements",
    "SELECT 1; DROP VIEW cloudtrail": "these are 2 statements",
    "SELECT 1 INTO x": "INTO is refused",
    "WITH x AS (DELETE FROM findings RETURNING *) SELECT * FROM x": "DELETE is refused",
    "SELECT * FROM findings FOR UPDATE": "LOCK is refused",
    "SELECT $1": "PLACEHOLDER is refused",
    # Mistakes
    "": "these are 0 statements",
    ";;": "these are 0 statements",
    "-- nothing": "these are 0 statements",
    "VALUES (1)": "not VALUES",
    "SELEC 1": "not SQL",
    "SELECT * FROM cloudtrial": "there is no table 'cloudtrial'.*There are cloudtrail, findings, incidents, resources",
    "SELECT no_such_function(1)": "the function no_such_function is refused",
    "SELECT 'open": "cannot be read as SQL",
    "SELECT {{: 1}": "cannot be read as SQL",
}  # fmt: skip


@pytest.mark.parametrize(("sql", "used"), ADMITTED_TEXTS.items(), ids=range(len(ADMITTED_TEXTS)))
def test_admits(sql: str, used: set[str]) -> None:
    assert admit(sql, TABLES) == used


@pytest.mark.parametrize(("sql", "words"), REFUSED_TEXTS.items(), ids=range(len(REFUSED_TEXTS)))
def test_refuses(sql: str, words: str) -> None:
    with pytest.raises(QueryError, match=words):
        admit(sql, TABLES)


@pytest.mark.parametrize(
    "sql",
    [
        "WITH {name} AS (SELECT * FROM {name}) SELECT * FROM {name}",
        "WITH a AS (SELECT * FROM {name}), {name} AS (SELECT 1) SELECT * FROM a",
        "SELECT * FROM {name} WHERE EXISTS (WITH {name} AS (SELECT 1) SELECT * FROM {name})",
    ],
)
def test_no_name_of_with_stands_for_a_view_of_duckdb(sql: str) -> None:
    views = "SELECT view_name FROM duckdb_views() WHERE internal AND schema_name IN ('main', 'pg_catalog')"
    with duckdb.connect() as connection:
        names = [name for (name,) in connection.execute(views).fetchall()]
    assert "pg_settings" in names
    for name in [*names, "PG_Settings"]:
        with pytest.raises(QueryError, match="as DuckDB's own do"):
            admit(sql.format(name=name), TABLES)


def test_says_where_a_text_is_not_sql() -> None:
    with pytest.raises(QueryError, match=r"line 2, column 1, near 'FROM'") as told:
        admit("SELECT (1 + 2\nFROM cloudtrail", TABLES)
    assert "not SQL" in told.value.what


def test_logs_nothing_about_statements_it_does_not_know(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(QueryError):
        admit("EXPLAIN SELECT 1", TABLES)
    assert caplog.records == []


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT " + "(" * 20_000 + "1" + ")" * 20_000,
        "SELECT " + "(" * 20_000,
        "SELECT " + "f(" * 20_000,
        "SELECT " + "CASE WHEN " * 6_000,
        "SELECT * FROM " + "(SELECT * FROM " * 4_000,
        "SELECT " + "NOT " * 16_000 + "true",
        "SELECT 1" + " UNION SELECT 1" * 5_000,
    ],
    ids=["parentheses", "open", "calls", "cases", "subqueries", "nots", "long"],
)
def test_stands_deep_and_long_texts(sql: str) -> None:
    begun = time.monotonic()
    with pytest.raises(QueryError, match=f"nested too deep|at most {LONGEST}"):
        admit(sql, TABLES)
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("word", ["DATE (", "TIMESTAMP (", "DECIMAL(", "STRUCT("])
def test_stands_texts_that_are_tried_in_two_ways_at_each_level(word: str) -> None:
    start = time.process_time()
    with pytest.raises(QueryError, match="takes too long to read"):
        admit(f"SELECT {word * 22}1{')' * 22}", TABLES)
    assert time.process_time() - start < 30


def test_every_admitted_function_exists_and_makes_values() -> None:
    with duckdb.connect() as connection:
        known = connection.execute("SELECT function_name, has_side_effects FROM duckdb_functions()").fetchall()
    grammar = {"coalesce", "columns", "grouping", "grouping_id", "ifnull", "row", "try", "unnest"}
    assert ADMITTED - {name for name, _ in known} <= grammar
    random = {"random", "uuid", "gen_random_uuid", "uuidv4", "uuidv7"}
    assert {name for name, effects in known if effects} & ADMITTED <= random
