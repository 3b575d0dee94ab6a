"""Scans a planted company and holds the answer against the truth that was planted."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tenfold.aws.connection import Connection
from tenfold.aws.settings import AwsSettings
from tenfold.checks.registry import all_checks
from tenfold.model.clock import SystemClock
from tenfold.model.finding import Finding, Status
from tenfold.model.run import Report
from tenfold.sandbox.company.plant import plant
from tenfold.sandbox.company.truth import Truth
from tenfold.sandbox.server import Sandbox
from tenfold.scan.accounts import PartySettings, targets
from tenfold.scan.run import scan
from tenfold.store.store import Store

Pairs = frozenset[tuple[str, str]]
"""(check id, ARN)"""


class Score(NamedTuple):
    """The findings that were missed, and those that are not true."""

    missed: Pairs
    wrong: Pairs
    right: Pairs


@contextmanager
def company(seed: int) -> Iterator[tuple[Sandbox, Truth]]:
    with Sandbox(seed=seed) as sandbox:
        yield sandbox, plant(sandbox.endpoint, seed, SystemClock().now())


def scanned(endpoint: str, truth: Truth, state: Path | None = None) -> Report:
    """One scan of the whole company, with a state of its own unless one is given."""
    clock = SystemClock()
    entry = truth.entry
    settings = AwsSettings(
        region="us-east-1",
        endpoint_url=endpoint,
        role=entry.role_name,
    )
    known = PartySettings(
        friendly=dict.fromkeys(truth.parties.friendly, ""), third_party=dict.fromkeys(truth.parties.third_party, "")
    )
    connection = Connection(settings, clock, keys=(entry.access_key_id, entry.secret_access_key, None))
    with tempfile.TemporaryDirectory() as folder, Store.open((state or Path(folder)) / "state.sqlite", clock) as store:
        return scan(connection, store, targets(connection, (), known), all_checks())


def pairs(findings: tuple[Finding, ...], status: Status) -> Pairs:
    return frozenset((f.check, f.arn) for f in findings if f.status is status)


def planted_pairs(truth: Truth) -> Pairs:
    return frozenset((check, arn) for check, arns in truth.findings.items() for arn in arns)


def score(report: Report, truth: Truth) -> Score:
    found, expected = pairs(report.findings, Status.OPEN), planted_pairs(truth)
    return Score(expected - found, found - expected, expected & found)


def decisive(report: Report) -> dict[tuple[str, str], str]:
    """Every (check, ARN) that has an answer other than clean, by its status."""
    return {(f.check, f.arn): f.status for f in sorted(report.findings, key=lambda f: f.status is Status.OPEN)}


def as_text(score: Score, truth: Truth) -> str:
    """What went wrong, with what was planted there."""
    lines = [f"missed {pair}" for pair in sorted(score.missed)] + [f"wrong {pair}" for pair in sorted(score.wrong)]
    wanted = {arn for _, arn in score.missed | score.wrong}
    return "\n".join([*lines, *(line for line in truth.plan if any(arn in line for arn in wanted))])
