"""What a person reads."""

import io
import os
import pty
import re
from datetime import timedelta
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot
from msgspec.structs import replace
from tests.reports.make import (
    ACL,
    BEFORE,
    DENIED,
    FOREIGN,
    PUBLIC,
    STATEMENT,
    WITNESS,
    bucket,
    finding,
    full,
    report,
    scores,
    seen,
)

from tenfold.model.finding import Severity
from tenfold.model.risk import Risk
from tenfold.model.run import Delta, Report, RiskScore
from tenfold.reports.characters import printable
from tenfold.reports.registry import find
from tenfold.reports.terminal.style import spoken


def shown(report: Report) -> str:
    """The report as text, without the blanks at the ends of lines."""
    out = io.BytesIO()
    find("text")(report, out)
    return "\n".join(line.rstrip() for line in out.getvalue().decode().splitlines())


def section(text: str, title: str) -> str:
    """What stands under a heading, up to the next one."""
    return re.split(r"^\S.* ─+$", text.partition(f"\n{title} ─")[2].partition("\n")[2], maxsplit=1, flags=re.MULTILINE)[
        0
    ]


def test_small_report() -> None:
    findings = [
        finding(PUBLIC, bucket("acme-site"), "anyone can read every object", seen("policy.Statement[0]", STATEMENT, WITNESS)),
        finding(FOREIGN, bucket("acme-site"), "999988887777 can list it", first_seen=BEFORE),
        finding(PUBLIC, bucket("acme-logs"), "unknown", gap=DENIED),
    ]  # fmt: skip
    gone = finding(ACL, bucket("acme-old"), "the resource is gone")
    assert shown(report(findings, [gone], Delta("run-1", (findings[0].key,), (gone.key,)))) == snapshot("""\
tenfold 0.1.0  2 accounts (111122223333, 444455556666) in 2 regions (eu-west-1, us-east-1)
2026-03-01 12:00 UTC, took 1 min 41 s, 1,204 calls to AWS, 12 answered with an error

 #   Risk                             Score              passed   failed   unknown   worst
─────────────────────────────────────────────────────────────────────────────────────────────
 1   Insecure developer credentials   not assessed yet
 2   Publicly accessible S3 buckets   ███░░░░░░░  33 %        1        1         1   critical
 3   Default configurations           not assessed yet
 4   No least privilege               not assessed yet
 5   Network constructs               not assessed yet
 6   Logging and monitoring           not assessed yet
 7   Inventory                        not assessed yet
 8   Domain hijacking                 not assessed yet
 9   No disaster recovery             not assessed yet
10   Manual configuration             not assessed yet

2 open findings: 1 critical, 1 high; 1 unknown

2 Publicly accessible S3 buckets ───────────────────────────────────────────────────────────────────

  critical Bucket is open to anyone  s3-001, 1 found
           acme-site  111122223333  eu-west-1  new
             anyone can read every object
             seen in policy.Statement[0]: {"Sid": "Public", "Effect": "Allow", "Principal": "*",
             "Action": "s3:GetObject"}
             would be allowed: principal=anyone action=s3:GetObject
             resource=arn:aws:s3:::acme-site/index.html

  high     Bucket is open to an unknown account  s3-002, 1 found
           acme-site  111122223333  eu-west-1  since 2026-02-09
             999988887777 can list it

Not known ──────────────────────────────────────────────────────────────────────────────────────────

  denied: not authorized to perform s3:GetBucketPolicy on audit-archive
    Bucket is open to anyone?  unknown for 1
    acme-logs

Coverage ───────────────────────────────────────────────────────────────────────────────────────────
  1 of 1 list read completely.
  Every fact that the checks asked for was read.

Changes ────────────────────────────────────────────────────────────────────────────────────────────
  1 appeared
    critical Bucket is open to anyone: acme-site  111122223333
  1 resolved
    medium   Bucket uses ACL grants: acme-old  111122223333\
""")


def test_first_run_with_nothing_found() -> None:
    assert shown(report([])) == snapshot("""\
tenfold 0.1.0  2 accounts (111122223333, 444455556666) in 2 regions (eu-west-1, us-east-1)
2026-03-01 12:00 UTC, took 1 min 41 s, 1,204 calls to AWS, 12 answered with an error

 #   Risk                             Score              passed   failed   unknown   worst
─────────────────────────────────────────────────────────────────────────────────────────────
 1   Insecure developer credentials   not assessed yet
 2   Publicly accessible S3 buckets   ███░░░░░░░  33 %        1        1         1   critical
 3   Default configurations           not assessed yet
 4   No least privilege               not assessed yet
 5   Network constructs               not assessed yet
 6   Logging and monitoring           not assessed yet
 7   Inventory                        not assessed yet
 8   Domain hijacking                 not assessed yet
 9   No disaster recovery             not assessed yet
10   Manual configuration             not assessed yet

0 open findings

Coverage ───────────────────────────────────────────────────────────────────────────────────────────
  1 of 1 list read completely.
  Every fact that the checks asked for was read.

Changes ────────────────────────────────────────────────────────────────────────────────────────────
  The first run on this state: there is nothing to compare with.\
""")


def test_coverage_of_a_partial_run() -> None:
    assert section(shown(full()), "Coverage") == snapshot("""\
  2 of 4 lists read completely.
    partial  ec2.vpc  444455556666/us-east-1
             throttled out: still throttled after 300 s
    missing  iam.user  444455556666
             fenced by an SCP: explicitly denied in a service control policy (SCP p-abcd1234)
  3 facts not read:
           3 s3.bucket policy  111122223333
             denied: not authorized to perform s3:GetBucketPolicy on audit-archive
             for example audit-archive
  The oldest fact was 3 h 21 min old when the run ended.
  1 resource vanished while we read: acme-tmp

""")


def test_unknowns_by_cause() -> None:
    another = replace(DENIED, reason="the same call, denied for b")
    stood_open = replace(finding(PUBLIC, bucket("b"), "anyone can read", gap=another), last_seen=BEFORE)
    findings = [finding(PUBLIC, bucket("a"), "unknown", gap=DENIED), stood_open, *full().findings[-1:]]
    assert section(shown(report(findings)), "Not known") == snapshot("""\

  denied: not authorized to perform s3:GetBucketPolicy on audit-archive
    Bucket is open to anyone?  unknown for 2
    a, b
    1 finding stood open when last read

  fenced by an SCP: explicitly denied in a service control policy (SCP p-abcd1234)
    Access key is older than 90 days?  unknown for 1
    bob

""")


def test_nothing_assessed_is_not_clean() -> None:
    text = shown(replace(report([]), scores=scores()))
    assert text.count("not assessed yet") == len(Risk)
    assert "No check ran: nothing is known." in text
    assert "0 open" not in text


def test_long_list_is_cut() -> None:
    findings = [finding(PUBLIC, bucket(f"b{number:02}"), "open") for number in range(12)]
    text = shown(report(findings, delta=Delta("run-1", tuple(f.key for f in findings))))
    assert [name for name in (f"b{number:02}" for number in range(12)) if name in section(text, f"2 {Risk.BUCKETS.title}")] == [
        f"b{number:02}" for number in range(10)
    ]  # fmt: skip
    assert text.count("and 2 more (--format json has all)") == 2


HOSTILE = "[red]x[/red] [link=http://evil]y :bomb: \x1b[2J\x1b]0;owned\x07 \u202egnp.exe \u200b\ud800\r\nend"
HARMLESS = r"[red]x[/red] [link=http://evil]y :bomb: \x1b[2J\x1b]0;owned\x07 \u202egnp.exe \u200b\ud800\r\nend"


def test_hostile_text_is_shown_and_not_obeyed() -> None:
    text = shown(report([finding(PUBLIC, bucket("a"), HOSTILE, seen(HOSTILE, HOSTILE, {HOSTILE: HOSTILE}))]))
    words = " ".join(text.split())
    assert words.count(HARMLESS) == 5
    assert all(char == "\n" or char.isprintable() for char in text)


def test_hostile_name_in_every_section() -> None:
    hostile = finding(PUBLIC, bucket(HOSTILE), "open")
    unknown = finding(PUBLIC, bucket(HOSTILE), HOSTILE, gap=replace(DENIED, reason=HOSTILE, call=HOSTILE))
    text = shown(report([hostile, unknown], [hostile], Delta(HOSTILE, (hostile.key,), (hostile.key,), (HOSTILE,))))
    assert all(char == "\n" or char.isprintable() for char in text)


@given(st.text())
def test_printable(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    assert printable(shown) == shown


@pytest.mark.parametrize(
    ("text", "printed"),
    [("grüße 日本 ✓", "grüße 日本 ✓"), ("a\ufe0fb\u3164", r"a\ufe0fb\u3164"), ("a\u2066b\u2028", r"a\u2066b\u2028")],
)
def test_printable_examples(text: str, printed: str) -> None:
    assert printable(text) == printed


class Terminal(io.BytesIO):
    """A stream that is a terminal of the size of a real one."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self.descriptor = descriptor

    def fileno(self) -> int:
        return self.descriptor

    def isatty(self) -> bool:
        return True


def on_terminal(report: Report, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    master, slave = pty.openpty()
    try:
        out: BinaryIO = Terminal(slave)
        find("text")(report, out)
        assert isinstance(out, Terminal)
        return out.getvalue().decode()
    finally:
        os.close(master)
        os.close(slave)


def test_colour_only_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" not in shown(full())
    assert "\x1b[1;31mcritical" in on_terminal(full(), monkeypatch)


@pytest.mark.parametrize(
    ("row", "colours"),
    [
        (RiskScore(Risk.BUCKETS, 1, 9, 0, 0, None, 100), {"32"}),
        (RiskScore(Risk.BUCKETS, 1, 99, 0, 1, None, 99), {"33"}),
        (RiskScore(Risk.BUCKETS, 1, 99, 1, 0, Severity.CRITICAL, 99), {"31"}),
        (RiskScore(Risk.BUCKETS, 0, 0, 0, 0, None, None), set()),
        (RiskScore(Risk.BUCKETS, 1, 0, 0, 0, None, None), set()),
    ],
    ids=["all well", "one unknown", "one critical", "not assessed", "no answers"],
)
def test_only_what_is_known_to_be_well_is_green(
    row: RiskScore, colours: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = on_terminal(replace(report([]), scores=scores(row)), monkeypatch)
    assert set(re.findall(r"\x1b\[(\d+)m█", text)) == colours
    assert ("\x1b[32m" in text) == (colours == {"32"})


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (41, "41 s"),
        (60, "1 min"),
        (200, "3 min 20 s"),
        (7500, "2 h 5 min"),
        (90000, "1 day 1 h"),
        (172805, "2 days"),
    ],
)
def test_spoken(seconds: int, words: str) -> None:
    assert spoken(timedelta(seconds=seconds)) == words
