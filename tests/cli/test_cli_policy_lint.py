"""`tenfold policy lint` and `explain` as programs: what they take in, what they print, how they end."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from tests.cli.program import Program

from tenfold.cli.caches import caches
from tenfold.cli.policy_files import documents
from tenfold.model.errors import ConfigError
from tenfold.policy.lint.kinds import Kind

HOSTILE = "evil\x1b[31m\u202ename"
OPEN = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "web", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
    ],
}
QUIET = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"},
}
TRUST = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    return Program(tmp_path_factory.mktemp("home"))


def put(home: Path, name: str, value: Any) -> str:
    path = home / name
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return str(path)


def test_lint_says_what_is_odd_and_where(program: Program) -> None:
    ended = program.run("policy", "lint", put(program.home, "open.json", OPEN))
    assert (ended.code, ended.err) == (0, "")
    assert "Statement[0].Principal: anyone may" in ended.out
    assert "policy-014" in ended.out
    assert "1 policy, 1 remark: 1 high" in ended.out


def test_fail_on_decides_the_exit_code(program: Program) -> None:
    path = put(program.home, "open.json", OPEN)
    assert [program.run("policy", "lint", path, "--fail-on", level).code for level in ("high", "critical")] == [1, 0]
    assert program.run("policy", "lint", put(program.home, "quiet.json", QUIET), "--fail-on", "info").code == 0


def test_a_bad_policy_stops_nothing_and_is_told(program: Program) -> None:
    files = [put(program.home, "bad.json", '{"Statement": [{"Effect": "Maybe"}]}'), put(program.home, "o.json", OPEN)]
    ended = program.run("policy", "lint", *files, "--format", "json")
    assert ended.code == 3
    assert [(row["name"], row["at"]) for row in ended.rows] == [
        ("refused", "Statement[0].Effect"),
        ("open_to_anyone", "Statement[0].Principal"),
    ]
    assert program.run("policy", "lint", *files, "--fail-on", "high").code == 1
    assert program.run("policy", "explain", *files).code == 3


def test_rows_have_the_same_fields_in_csv_and_nothing_is_an_empty_array(program: Program) -> None:
    path = put(program.home, "open.json", OPEN)
    head, row = program.run("policy", "lint", path, "--format", "csv").out.splitlines()
    assert head == "file,policy,severity,rule,name,at,message,why,fix"
    assert row.startswith(f"{path},,high,policy-014,open_to_anyone,Statement[0].Principal,")
    assert program.run("policy", "lint", put(program.home, "quiet.json", QUIET), "--format", "json").rows == []


def test_standard_input_and_an_output_file(program: Program, tmp_path: Path) -> None:
    answer = json.dumps({"Policy": json.dumps(OPEN)})
    command = [sys.executable, "-m", "tenfold.cli.main", "policy", "lint", "-", "--format", "json", "-o"]
    out = tmp_path / "rows.json"
    ended = subprocess.run(
        [*command, str(out)], input=answer, env=program.environment, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    (row,) = json.loads(out.read_text())
    assert (row["file"], row["policy"], row["name"]) == ("-", "Policy", "open_to_anyone")


def test_explain_says_who_may_do_what(program: Program) -> None:
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            OPEN["Statement"][0],
            {
                "Effect": "Deny",
                "Principal": {"AWS": "arn:aws:iam::111122223333:role/team/deploy"},
                "Action": "s3:GetBucketP*",
                "Resource": "*",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
        ],
    }
    ended = program.run("policy", "explain", put(program.home, "two.json", policy))
    text = " ".join(ended.out.split())
    assert ended.code == 0
    for said in (
        "of kind bucket by its looks",
        "Statement[0] web allows who anyone, with or without an AWS account to s3:GetObject (read)",
        "Statement[1] denies who role team/deploy of account 111122223333",
        "s3:GetBucketP* (GetBucketPolicy, GetBucketPolicyStatus, GetBucketPublicAccessBlock)",
        "on every resource only if without TLS only",
        "high Statement[0].Principal: anyone may",
        "AWS calls it: public",
    ):
        assert said in text


def test_explain_as_rows(program: Program) -> None:
    policy = {"Statement": {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}}
    ended = program.run("policy", "explain", put(program.home, "p.json", policy), "--type", "scp", "--format", "json")
    statement, document = ended.rows
    assert statement["verb"] == "leaves room for"
    assert statement["who"] == ["every principal of the accounts that it is attached to"]
    assert statement["actions"] == ["every action but iam:*"]
    assert document["statement"] == ""
    assert "policy-025" in document["oddities"][0]


@pytest.mark.parametrize("command", ["lint", "explain"])
def test_hostile_text_is_shown_safely(program: Program, command: str) -> None:
    policy = {
        "Version": "2012-10-17",
        HOSTILE: 1,
        "Statement": {
            "Sid": HOSTILE,
            "Effect": "Allow",
            "Principal": {"AWS": HOSTILE},
            "Action": f"s3:{HOSTILE}",
            "Resource": HOSTILE,
            "Condition": {"StringEquals": {HOSTILE: HOSTILE}},
        },
    }
    ended = program.run("policy", command, put(program.home, "hostile.json", policy))
    assert ended.code == 0
    assert "evil" in ended.out
    assert not {"\x1b", "\u202e"} & set(ended.out)


def test_usage_errors(program: Program) -> None:
    path = put(program.home, "open.json", OPEN)
    for arguments, said in (
        (("policy", "lint", str(program.home / "none.json")), "No such file"),
        (("policy", "lint", str(program.home)), "the policy cannot be read"),
        (("policy", "lint", path, "--type", "bukcet"), "Choose one of identity, managed"),
        (("policy", "lint"), "Missing argument"),
    ):
        ended = program.run(*arguments)
        assert ended.code == 2
        assert said in ended.err


def placed(home: Path, value: Any, kind: str | None = None) -> list[tuple[str, Kind | None]]:
    return [(one.place, one.kind) for one in documents([put(home, "answer.json", value)], kind)]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (OPEN, [("", None)]),
        ([OPEN, QUIET], [("[0]", None), ("[1]", None)]),
        ([OPEN, {"Version": "2012-10-17"}, 7], [("[0]", None), ("[1]", None), ("[2]", None)]),
        ({"Policy": json.dumps(OPEN)}, [("Policy", None)]),
        ({"Policy": "{broken"}, [("Policy", None)]),
        ({"PolicyVersion": {"Document": OPEN, "VersionId": "v1"}}, [("PolicyVersion.Document", None)]),
        ({"PolicyDocument": quote(json.dumps(QUIET))}, [("PolicyDocument", None)]),
        ({"Attributes": {"Policy": json.dumps(OPEN), "QueueArn": "x"}}, [("Attributes.Policy", None)]),
        ({"Role": {"AssumeRolePolicyDocument": TRUST}}, [("Role.AssumeRolePolicyDocument", Kind.TRUST)]),
        (
            {"Policy": {"PolicySummary": {"Type": "SERVICE_CONTROL_POLICY"}, "Content": json.dumps(QUIET)}},
            [("Policy.Content", Kind.SCP)],
        ),
        (
            {"RoleDetailList": [{"AssumeRolePolicyDocument": TRUST, "RolePolicyList": [{"PolicyDocument": QUIET}]}]},
            [
                ("RoleDetailList[0].AssumeRolePolicyDocument", Kind.TRUST),
                ("RoleDetailList[0].RolePolicyList[0].PolicyDocument", None),
            ],
        ),
        ("not JSON", [("", None)]),
        ("[]", [("", None)]),
        ('{"a":' * 5_000, [("", None)]),
        ({"a": 1}, [("", None)]),
    ],
    ids=lambda v: "" if isinstance(v, list) else str(v)[:30],
)
def test_policies_are_found_in_answers(tmp_path: Path, answer: Any, expected: list[tuple[str, Kind | None]]) -> None:
    assert placed(tmp_path, answer) == expected


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"TENFOLD_HOME": "/t", "XDG_CACHE_HOME": "/x"}, Path("/t/cache")),
        ({"XDG_CACHE_HOME": "/x"}, Path("/x/tenfold")),
        ({}, Path.home() / ".cache" / "tenfold"),
    ],
)
def test_caches_lie_where_the_environment_says(environment: dict[str, str], expected: Path) -> None:
    assert caches(environment) == expected


def test_the_reference_is_cached_in_the_state(program: Program) -> None:
    assert program.run("policy", "lint", put(program.home, "quiet.json", QUIET)).code == 0
    (cache,) = (program.home / "state" / "cache").iterdir()
    cache.write_bytes(b"damaged")
    assert program.run("policy", "lint", put(program.home, "open.json", OPEN), "--fail-on", "high").code == 1
    assert cache.stat().st_size > 2**20


def test_the_type_that_is_said_counts(tmp_path: Path) -> None:
    assert placed(tmp_path, {"Role": {"AssumeRolePolicyDocument": TRUST}}, "role") == [
        ("Role.AssumeRolePolicyDocument", Kind.ROLE)
    ]


def test_a_byte_order_mark_is_no_part_of_a_policy(tmp_path: Path) -> None:
    path = tmp_path / "marked.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(OPEN).encode())
    assert documents([str(path)], None)[0].document == json.dumps(OPEN).encode()


def test_what_is_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    with path.open("wb") as out:
        out.truncate(2**26 + 1)
    with pytest.raises(ConfigError, match="no policy"):
        documents([str(path)], None)
