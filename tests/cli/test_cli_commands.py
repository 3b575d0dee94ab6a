"""The commands on an account that a few calls made: list, explain, doctor, policy, help."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from tests.cli.program import Program

from tenfold.sandbox.server import Sandbox


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """An account with a public bucket in Frankfurt and a closed one, scanned for bucket risks."""
    with Sandbox() as sandbox:
        s3 = boto3.client(
            "s3",
            endpoint_url=sandbox.endpoint,
            region_name="eu-central-1",
            aws_access_key_id="x",
            aws_secret_access_key="y",
        )
        for name in ("front", "back"):
            s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        statement = {
            "Sid": "Web",
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::front/*",
        }
        s3.delete_public_access_block(Bucket="front")
        s3.put_bucket_policy(Bucket="front", Policy=json.dumps({"Version": "2012-10-17", "Statement": statement}))
        program = Program(tmp_path_factory.mktemp("home"), sandbox.endpoint)
        assert program.run("scan", "--check", "2", "--fail-on", "critical").code == 1
        yield program


def test_scan_exits_by_fail_on(scanned: Program) -> None:
    assert scanned.run("scan", "--check", "s3-002", "--fail-on", "info").code == 0


def test_list(scanned: Program) -> None:
    rows = {row["bucket"]: row for row in scanned.run("bucket", "list", "--format", "json").rows}
    assert rows["front"]["anyone"] == "yes"
    assert rows["front"]["region"] == "eu-central-1"
    assert rows["front"]["through"] == "policy Statement[0] Web"
    assert rows["front"]["witness"]["action"] == "s3:GetObject"
    assert rows["back"]["anyone"] == "no"
    text = scanned.run("bucket", "list", "--open").out
    assert "front" in text
    assert "back" not in text


def test_csv_has_the_columns_of_the_json(scanned: Program) -> None:
    table = list(csv.DictReader(io.StringIO(scanned.run("bucket", "list", "--format", "csv").out)))
    rows = scanned.run("bucket", "list", "--format", "json").rows
    assert [list(row) for row in table] == [list(row) for row in rows]


def test_explain_shows_who_by_what_and_a_request_that_succeeds(scanned: Program) -> None:
    text = scanned.run("bucket", "explain", "front").out
    assert "anyone on the internet: YES" in text
    assert '"Sid": "Web"' in text
    assert "anonymous calls s3:GetObject on arn:aws:s3:::front/" in text
    assert scanned.run("bucket", "explain", "arn:aws:s3:::front").out == text
    rows = scanned.run("bucket", "explain", "front", "--format", "json").rows
    assert [(row["who"], row["effective"]) for row in rows] == [("anyone", "yes"), ("same account", "yes")]


def test_explain_says_why_nobody(scanned: Program) -> None:
    text = scanned.run("bucket", "explain", "back").out
    assert "anyone on the internet: NO" in text
    assert "there is no bucket policy" in text


def test_output_to_a_file(scanned: Program, tmp_path: Path) -> None:
    target = tmp_path / "buckets.json"
    ended = scanned.run("bucket", "list", "--format", "json", "--output", str(target))
    assert ended.out == ""
    assert [row["bucket"] for row in json.loads(target.read_text())] == ["back", "front"]
    assert [path.name for path in tmp_path.iterdir()] == ["buckets.json"]


def test_doctor(scanned: Program) -> None:
    ended = scanned.run("doctor", "--format", "json")
    rows = {row["what"]: row for row in ended.rows}
    assert ended.code == 0, ended.out
    assert rows["credentials"]["health"] == "good"
    assert "enabled" in rows["regions"]["detail"]
    assert rows["s3.bucket"]["detail"] == "readable"
    assert "last run" in rows["state"]["detail"]


def test_the_policy_that_a_scan_needs_holds_reads_only(scanned: Program) -> None:
    policy = json.loads(scanned.run("doctor", "--policy").out)
    actions = [action for statement in policy["Statement"] for action in statement["Action"]]
    verbs = {action.partition(":")[2] for action in actions}
    assert all(verb.startswith(("Get", "List", "Describe", "Generate")) for verb in verbs)
    assert {"s3:GetBucketPolicy", "sts:GetCallerIdentity", "iam:GetAccountAuthorizationDetails"} <= set(actions)


def test_what_a_run_needed_is_within_what_was_declared(scanned: Program) -> None:
    said = scanned.run("scan", "--show-policy", "--format", "json").err
    used = {action for statement in json.loads(said)["Statement"] for action in statement["Action"]}
    declared = json.loads(scanned.run("doctor", "--policy").out)
    assert used <= {action for statement in declared["Statement"] for action in statement["Action"]}


@pytest.mark.parametrize(
    "command", [(), ("demo",), ("scan",), ("bucket", "list"), ("bucket", "explain"), ("sandbox",), ("doctor",)]
)
def test_help_has_an_example(command: tuple[str, ...], tmp_path: Path) -> None:
    ended = Program(tmp_path).run(*command, "--help")
    assert ended.code == 0
    assert not command or "Example: tenfold " in ended.out


def test_version(tmp_path: Path) -> None:
    assert Program(tmp_path).run("--version").out.startswith("tenfold 0.")
