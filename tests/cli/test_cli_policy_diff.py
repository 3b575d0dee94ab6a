"""`tenfold policy diff` as a program: what it says, and how it ends."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ALLOW = {
    "Sid": "web", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::z/*",
    "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
}  # fmt: skip
OPEN = {name: value for name, value in ALLOW.items() if name != "Condition"}
DENY = OPEN | {"Sid": "no", "Effect": "Deny", "Resource": "arn:aws:s3:::z/secret/*"}


def diff(home: Path, old: Any, new: Any, *options: str) -> tuple[int, str, str]:
    """The old version comes from a file, the new one from standard input."""
    (home / "old.json").write_text(old if isinstance(old, str) else json.dumps({"Statement": old}))
    ended = subprocess.run(
        [sys.executable, "-m", "tenfold.cli.main", "policy", "diff", "old.json", "-", *options],
        input=json.dumps({"Statement": new}).encode(), capture_output=True, cwd=home, timeout=60, check=False,
    )  # fmt: skip
    return ended.returncode, ended.stdout.decode(), ended.stderr.decode()


def test_a_wider_version_ends_with_1_and_shows_a_request(tmp_path: Path) -> None:
    code, out, error = diff(tmp_path, ALLOW, OPEN)
    assert (code, error) == (1, "")
    assert out.startswith("The new version allows more.\n")
    assert "+ anonymous may s3:GetObject\n    on arn:aws:s3:::z/" in out
    assert "by Statement[0] web\n    with aws:sourceip = " in out


def test_a_narrower_version_ends_with_0(tmp_path: Path) -> None:
    code, out, error = diff(tmp_path, [OPEN], [OPEN, DENY])
    assert (code, error) == (0, "")
    assert out.startswith("The new version allows less.\n")
    assert "- anonymous may s3:GetObject" in out
    assert "which Statement[1] no of the new version denies" in out


def test_equal_versions(tmp_path: Path) -> None:
    code, out, error = diff(tmp_path, [OPEN, DENY], [DENY, OPEN])
    assert (code, out, error) == (0, "Both versions allow the same.\n", "")
    assert diff(tmp_path, OPEN, OPEN, "--format", "json") == (0, "[]\n", "")


def test_rows(tmp_path: Path) -> None:
    code, out, _ = diff(tmp_path, [OPEN, DENY], [OPEN], "--format", "json")
    (row,) = json.loads(out)
    assert code == 1
    assert row["resource"].startswith("arn:aws:s3:::z/secret/")
    del row["resource"]
    assert row == {
        "change": "added", "statement": 0, "sid": "web", "denied_by": [1], "principal": "anonymous",
        "action": "s3:GetObject", "context": {}, "reason": "",
    }  # fmt: skip


def test_what_is_undecided_ends_with_3(tmp_path: Path) -> None:
    odd = OPEN | {"Condition": {"Sounds": {"aws:Referer": "x"}}}
    code, out, error = diff(tmp_path, ALLOW | {"Effect": "Deny"}, odd)
    assert (code, error) == (3, "")
    assert "? whether it allows more is undecided: Sounds is not an operator of IAM" in out


def test_what_is_no_policy_is_told(tmp_path: Path) -> None:
    code, out, error = diff(tmp_path, "{", OPEN)
    assert (code, out) == (2, "")
    assert "old.json" in error
