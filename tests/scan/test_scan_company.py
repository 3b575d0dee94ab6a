"""A planted company, scanned: everything that was planted is found, nothing else, and what is denied is unknown."""

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.scan.planted import as_text, company, pairs, planted_pairs, scanned, score

from tenfold.model.finding import Status
from tenfold.model.risk import Risk
from tenfold.sandbox.company.truth import Truth
from tenfold.sandbox.server import Sandbox

DENIED = 0.1


@pytest.fixture(scope="module", params=[11, 12])
def planted(request: pytest.FixtureRequest) -> Iterator[tuple[Sandbox, Truth]]:
    with company(request.param) as found:
        yield found


def test_what_was_planted_is_found_and_nothing_else(planted: tuple[Sandbox, Truth]) -> None:
    sandbox, truth = planted
    report = scanned(sandbox.endpoint, truth)
    found = score(report, truth)
    assert not found.missed | found.wrong, as_text(found, truth)
    assert not pairs(report.findings, Status.UNKNOWN)
    assert {account.id for account in truth.accounts} == set(report.run.accounts)
    assert not report.unread


def test_denied_calls_make_unknowns_and_change_no_other_verdict(planted: tuple[Sandbox, Truth]) -> None:
    sandbox, truth = planted
    deny(sandbox, DENIED, seed=5)
    try:
        report = scanned(sandbox.endpoint, truth)
    finally:
        deny(sandbox, 0, seed=0)
    found, unknown = pairs(report.findings, Status.OPEN), pairs(report.findings, Status.UNKNOWN)
    lists = {(f.check, f.scope.account) for f in report.findings if f.gap and "list of" in f.key}
    assert unknown, "one call in ten was denied, and nothing is unknown"
    assert found <= planted_pairs(truth)
    for check, arn in planted_pairs(truth) - found - unknown:
        owners = [arn.split(":")[4]] if arn.split(":")[4] else [account.id for account in truth.accounts]
        assert any((check, owner) in lists for owner in owners), f"{check} {arn} is neither open nor unknown"
    assert sum(row.count for row in report.unread) > 0


def test_a_second_scan_changes_nothing_and_a_change_is_seen(planted: tuple[Sandbox, Truth], tmp_path: Path) -> None:
    sandbox, truth = planted
    first = scanned(sandbox.endpoint, truth, tmp_path)
    again = scanned(sandbox.endpoint, truth, tmp_path)
    assert again.delta.previous == first.run.id
    assert not again.delta.appeared + again.delta.resolved + again.delta.became_unknown
    assert {f.key: f.first_seen for f in again.findings} == {f.key: f.first_seen for f in first.findings}


def test_a_risk_that_no_check_looks_at_is_not_assessed(planted: tuple[Sandbox, Truth]) -> None:
    sandbox, truth = planted
    scores = {score.risk: score for score in scanned(sandbox.endpoint, truth).scores}
    assert list(scores) == list(Risk)
    assert scores[Risk.DOMAINS].assessed == 0
    assert scores[Risk.DOMAINS].score is None
    assert scores[Risk.BUCKETS].failed


def deny(sandbox: Sandbox, share: float, seed: int) -> None:
    body = json.dumps({"share": share, "seed": seed}).encode()
    urllib.request.urlopen(f"{sandbox.endpoint}/_sandbox/deny", body).read()
