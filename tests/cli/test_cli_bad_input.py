"""Bad input gets a clear word, the right exit code, and nothing is lost: the real program, told what went wrong."""

import json
import os
import socket
import sqlite3
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import msgspec
import pytest
from tests.cli.program import SECRET, TOKEN, Ended, Program
from tests.wire import Reply, Wire, bucket_list, identity_reply, query_error, s3_error

from tenfold.sandbox.server import Sandbox

BUCKETS = ("scan", "--check", "2", "--format", "json")
OPEN = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}


@pytest.fixture(scope="module")
def aws() -> Iterator[Sandbox]:
    """An account with a closed, an open and a broken bucket, and a user."""
    with Sandbox() as sandbox:
        s3 = boto3.client(
            "s3",
            endpoint_url=sandbox.endpoint,
            region_name="us-east-1",
            aws_access_key_id="x",
            aws_secret_access_key="y",
        )
        for name in ("closed", "opened", "wiped"):
            s3.create_bucket(Bucket=name)
        s3.delete_public_access_block(Bucket="opened")
        statement = {**OPEN, "Resource": "arn:aws:s3:::opened/*"}
        s3.put_bucket_policy(Bucket="opened", Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
        yield sandbox


def statuses(ended: Ended) -> dict[tuple[str, str], str]:
    return {(row["check"], row["name"]): row["status"] for row in ended.rows}


def test_a_permission_that_lacks_makes_its_answers_unknown_and_no_others(aws: Sandbox, tmp_path: Path) -> None:
    program = Program(tmp_path, aws.endpoint)
    before = program.run(*BUCKETS)
    assert statuses(before)["s3-001", "opened"] == "open"
    boto_deny(aws, ["s3:GetBucketAcl"])
    try:
        dimmed = program.run(*BUCKETS)
        said = program.run("scan", "--check", "s3-003")
    finally:
        boto_deny(aws, [])
    assert dimmed.code == 3
    assert statuses(dimmed)["s3-001", "opened"] == "open"
    assert {status for (check, _), status in statuses(dimmed).items() if check == "s3-003"} <= {"unknown"}
    assert "s3:GetBucketAcl" in said.out
    assert "denied" in said.out


def boto_deny(aws: Sandbox, calls: list[str]) -> None:
    urllib.request.urlopen(f"{aws.endpoint}/_sandbox/deny", json.dumps({"calls": calls}).encode()).read()


def test_buckets_that_could_not_be_listed_are_not_no_buckets(aws: Sandbox, tmp_path: Path) -> None:
    program = Program(tmp_path, aws.endpoint)
    boto_deny(aws, ["s3:ListBuckets"])
    try:
        assert program.run(*BUCKETS).code == 3
    finally:
        boto_deny(aws, [])
    listed, rows = program.run("bucket", "list"), program.run("bucket", "list", "--format", "json")
    assert (listed.code, rows.code) == (3, 3)
    assert "s3:ListBuckets" in listed.out
    assert "s3:ListBuckets" in rows.err
    assert "could not all be listed" in program.run("bucket", "explain", "opened").err
    program.run("scan", "--check", "cred-002")
    assert "did not ask for buckets" in program.run("bucket", "list").err


@pytest.mark.parametrize("account", ["abc", "12345678901", ""])
def test_an_account_id_that_is_none(aws: Sandbox, tmp_path: Path, account: str) -> None:
    ended = Program(tmp_path, aws.endpoint).run("scan", "--account", account)
    assert ended.code == 2
    assert "12 digits" in ended.err


def test_an_option_that_is_wrong_is_named(tmp_path: Path) -> None:
    ended = Program(tmp_path).run("demo", "--seed", "x")
    assert ended.code == 2
    assert "--seed" in ended.err


def test_unknown_profile(tmp_path: Path) -> None:
    ended = Program(tmp_path).run("scan", "--profile", "nobody")
    assert ended.code == 2
    assert "there is no profile 'nobody'" in ended.err
    assert "Profiles in your AWS config: none" in ended.err


def test_no_credentials(tmp_path: Path) -> None:
    ended = Program(tmp_path, keys=None).run("scan")
    assert ended.code == 4
    assert "no AWS credentials were found" in ended.err
    assert "AWS_PROFILE" in ended.err


def test_expired_token(tmp_path: Path) -> None:
    with Wire([query_error("GetCallerIdentity", 403, "ExpiredToken", "The security token is expired")]) as wire:
        ended = Program(tmp_path, wire.url).run("scan")
    assert ended.code == 4
    assert "expired" in ended.err
    assert "aws sso login" in ended.err


def test_an_endpoint_that_answers_html(tmp_path: Path) -> None:
    page = Reply("GetCallerIdentity", body="<!DOCTYPE html><html><body>Please log in</body></html>")
    with Wire([page]) as wire:
        ended = Program(tmp_path, wire.url).run("scan")
        assert ended.code == 4
        assert "HTML page" in ended.err
        assert wire.url in ended.err


def test_an_endpoint_that_answers_html_later_leaves_unknowns(tmp_path: Path) -> None:
    page = Reply("", body="<html>Maintenance</html>")
    with Wire([identity_reply(), page]) as wire:
        ended = Program(tmp_path, wire.url).run(*BUCKETS)
    assert ended.code == 3
    assert {row["status"] for row in ended.rows} == {"unknown"}


def test_an_endpoint_where_nobody_listens(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        ended = Program(tmp_path, f"http://127.0.0.1:{taken.getsockname()[1]}").run("scan")
    assert ended.code == 4
    assert "--endpoint-url" in ended.err


def test_an_endpoint_that_answers_nothing(tmp_path: Path) -> None:
    with Wire([Reply("GetCallerIdentity", body="")]) as wire:
        ended = Program(tmp_path, wire.url).run("scan")
    assert ended.code == 4
    assert "empty body" in ended.err


def test_a_bucket_that_is_deleted_during_the_scan(tmp_path: Path) -> None:
    gone = s3_error("^GET /going", 404, "NoSuchBucket", "The specified bucket does not exist")
    none = s3_error(r"^GET /staying\?policy", 404, "NoSuchBucketPolicy")
    with Wire([bucket_list("going", "staying"), gone, none, *quiet()]) as wire:
        program = Program(tmp_path, wire.url)
        ended = program.run("scan", "--check", "s3-001", "--format", "json")
        text = program.run("scan", "--check", "s3-001")
    assert ended.rows == []
    assert "going" in text.out
    assert "vanished" in text.out


def test_a_policy_that_is_not_json(tmp_path: Path) -> None:
    broken = Reply(r"^GET /broken\?policy", body='{"Statement": [', headers={"Content-Type": "application/json"})
    open_to_all = {"Version": "2012-10-17", "Statement": {**OPEN, "Resource": "arn:aws:s3:::plain/*"}}
    plain = Reply(r"^GET /plain\?policy", body=open_to_all, headers={"Content-Type": "application/json"})
    with Wire([bucket_list("broken", "plain"), broken, plain, *quiet()]) as wire:
        ended = Program(tmp_path, wire.url).run("scan", "--check", "s3-001", "--format", "json")
    assert ended.code == 3
    assert statuses(ended) == {("s3-001", "broken"): "unknown", ("s3-001", "plain"): "open"}
    assert any("JSON" in row["message"] for row in ended.rows if row["name"] == "broken")


def quiet() -> list[Reply]:
    """An account in which nothing else is to be found."""
    enforced = (
        "<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>"
    )
    acl = "<AccessControlPolicy><Owner><ID>c0ffee</ID></Owner><AccessControlList/></AccessControlPolicy>"
    regions = "<regionInfo><item><regionName>eu-west-1</regionName><optInStatus>opt-in-not-required</optInStatus></item></regionInfo>"
    return [
        Reply("ownershipControls", body=enforced),
        Reply(r"\?acl", body=acl),
        s3_error("publicAccessBlock", 404, "NoSuchPublicAccessBlockConfiguration"),
        Reply("DescribeRegions", body=f"<DescribeRegionsResponse>{regions}</DescribeRegionsResponse>"),
        Reply("/v20180820/accesspoint", body="<ListAccessPointsResult><AccessPointList/></ListAccessPointsResult>"),
        Reply("DescribeOrganization", 400, body={"__type": "AWSOrganizationsNotInUseException", "message": "none"}),
        s3_error(r"\?tagging", 404, "NoSuchTagSet"),
        Reply("getAlternateContact", 404, {"x-amzn-ErrorType": "ResourceNotFoundException"}, {"message": "none"}),
    ]


def test_a_state_of_a_newer_version(aws: Sandbox, tmp_path: Path) -> None:
    program = Program(tmp_path, aws.endpoint)
    assert program.run(*BUCKETS).code in (0, 3)
    state = tmp_path / "state" / "state.sqlite"
    with sqlite3.connect(state) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_from_the_future'")
    connection.close()
    bytes_before = state.read_bytes()
    ended = program.run(*BUCKETS)
    assert ended.code == 4
    assert "newer" in ended.err
    assert str(state) in ended.err
    assert state.read_bytes() == bytes_before


def test_two_processes_on_one_state(tmp_path: Path) -> None:
    slow = msgspec.structs.replace(bucket_list(), delay=5)
    with Wire([slow, *quiet()]) as wire:
        program = Program(tmp_path, wire.url)
        first = program.start("scan", "--check", "s3-001", "--format", "json")
        wait_for(lambda: bool(wire.asked("max-buckets")))
        second = program.run("scan", "--check", "s3-001", "--format", "json")
        out, _ = first.communicate(timeout=60)
    assert first.returncode == 0
    assert json.loads(out) == []
    assert second.code == 4
    assert str(first.pid) in second.err


def test_ctrl_c_in_the_middle_leaves_the_state_as_it_was(aws: Sandbox, tmp_path: Path) -> None:
    program = Program(tmp_path, aws.endpoint)
    program.run(*BUCKETS)
    before = program.run("bucket", "list", "--format", "json").out
    slow = Reply("max-buckets", body="", delay=30)
    with Wire([slow, *quiet()]) as wire:
        hanging = Program(tmp_path, wire.url)
        process = hanging.start(*BUCKETS)
        wait_for(lambda: bool(wire.asked("max-buckets")))
        os.killpg(process.pid, 2)
        started = time.monotonic()
        _, err = process.communicate(timeout=60)
        took = time.monotonic() - started
    assert process.returncode == 130
    assert "interrupted" in err
    assert took < 10
    assert program.run("bucket", "list", "--format", "json").out == before
    assert program.run(*BUCKETS).code in (0, 3)


def test_a_full_disk(aws: Sandbox, tmp_path: Path) -> None:
    ended = Program(tmp_path, aws.endpoint).run(*BUCKETS, "--output", "/dev/full")
    assert ended.code == 2
    assert "No space left on device" in ended.err


def test_a_state_that_cannot_grow_stays_as_it_was(aws: Sandbox, tmp_path: Path) -> None:
    program = Program(tmp_path, aws.endpoint)
    program.run(*BUCKETS)
    before = program.run("bucket", "list", "--format", "json").out
    ended = program.run(*BUCKETS, largest_file=16_000)
    assert ended.code == 4
    assert "state.sqlite" in ended.err
    assert "unexpected" not in ended.err
    assert program.run("bucket", "list", "--format", "json").out == before
    assert program.run(*BUCKETS).code in (0, 3)


def test_a_report_that_cannot_be_written_leaves_the_old_one(aws: Sandbox, tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    target.write_text("old")
    (tmp_path / ".report.json.part").mkdir()
    ended = Program(tmp_path, aws.endpoint).run(*BUCKETS, "--output", str(target))
    assert ended.code == 2
    assert target.read_text() == "old"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[aws]\nprofil = 'x'\n", "profil"),
        ("[aws]\nquota_share = 'much'\n", "quota_share"),
        ("[aws\n", "not TOML"),
        ("[buckets]\n", "buckets"),
        ("aws = 3\n", "aws is not a section"),
        ("[aws]\nquota_share = 0\n", "quota_share"),
        ("[clock]\nscale = 0\n", "scale"),
    ],
)
def test_a_wrong_configuration(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "tenfold.toml").write_text(text)
    ended = Program(tmp_path).run("scan")
    assert ended.code == 2
    assert says in ended.err
    assert "tenfold.toml" in ended.err


def test_an_unknown_check_and_an_unknown_bucket(aws: Sandbox, tmp_path: Path) -> None:
    program = Program(tmp_path, aws.endpoint)
    assert program.run("scan", "--check", "s3-999").code == 2
    assert "nothing was scanned yet" in program.run("bucket", "explain", "opened").err
    program.run(*BUCKETS)
    ended = program.run("bucket", "explain", "opend")
    assert ended.code == 2
    assert "opened" in ended.err


def test_no_secret_is_written_anywhere(aws: Sandbox, tmp_path: Path) -> None:
    program = Program(tmp_path, aws.endpoint)
    runs = [
        program.run(*BUCKETS),
        program.run("scan", "--show-policy"),
        program.run("doctor"),
        program.run("bucket", "list"),
    ]
    written = "".join(run.out + run.err for run in runs).encode()
    for path in (tmp_path / "state").rglob("*"):
        written += path.read_bytes() if path.is_file() else b""
    assert b"opened" in written
    assert SECRET.encode() not in written
    assert TOKEN.encode() not in written


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
