import io

from msgspec.structs import replace
from tests.sinks.make import HOSTILE, notice

from tenfold.model.evidence import Evidence
from tenfold.sinks.lines import lines
from tenfold.sinks.notice import Told
from tenfold.sinks.text import text


def test_notice_as_text() -> None:
    out = io.StringIO()
    text(notice(), out)
    assert out.getvalue().splitlines() == [
        "[high] opened: Bucket may have been opened to everybody",
        "  resource: arn:aws:s3:::invoices",
        "  account: 111122223333",
        "  seen: opened by Eve",
        "  owner: payments (tag team of the resource)",
        "  since: 2026-03-01 12:00:00 UTC",
        "  members: 1",
        "  incident: s3-exposure|arn:aws:s3:::invoices",
        '  evidence: e-1 {"eventName":"PutBucketPolicy","userAgent":"opened by Eve"}',
    ]


def test_hostile_text_neither_acts_on_a_terminal_nor_forges_a_line() -> None:
    out = io.StringIO()
    text(notice(message=HOSTILE), out)
    assert len(out.getvalue().splitlines()) == 9
    assert all(line.isprintable() for line in out.getvalue().split("\n"))
    assert r"seen: opened by \x1b]0;pwned\x07 \u202egnp.exe\nowner: nobody" in out.getvalue()


def test_proof_is_called_one_and_long_evidence_is_cut() -> None:
    closed = notice(Told.CLOSED, "closed by run r-7")
    assert "proof: closed by run r-7" in lines(closed)
    long = replace(closed, evidence=(Evidence("e-1", "x" * 10_000),))
    *_, line = lines(long)
    assert len(line) < 500
    assert line.endswith("...")
