"""One run of tenfold, and the report that comes of it: answers, coverage and run, never a bare list."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from tenfold.model.arn import Scope
from tenfold.model.finding import Finding, Severity
from tenfold.model.gap import Gap
from tenfold.model.risk import Risk
from tenfold.model.snapshot import ListCoverage, Vanished


class CallCount(msgspec.Struct, frozen=True):
    """How often one operation was called, how often it failed, and what that took in CPU and wall seconds."""

    service: str
    operation: str
    count: int
    errors: int
    cpu: float
    wall: float


class Run(msgspec.Struct, frozen=True):
    """What ran: version, start and end, accounts and regions, calls made."""

    id: str
    version: str
    started_at: datetime
    ended_at: datetime
    accounts: tuple[str, ...]
    regions: tuple[str, ...]
    calls: tuple[CallCount, ...] = ()


class Unread(msgspec.Struct, frozen=True):
    """One cause of missing facts, counted: the gap, where, how many facts it cost, and examples.

    `decides` tells whether a check asked for them; the others only tell who answers for something.
    """

    gap: Gap
    scope: Scope
    what: str
    count: int
    examples: tuple[str, ...] = ()
    decides: bool = True


class RiskScore(msgspec.Struct, frozen=True):
    """One row of the scoreboard.

    `assessed` is how many checks of the risk ran; 0 says "not assessed", never "clean". `passed`, `failed` and
    `unknown` count answers (one check on one resource); `score` is passed over all answers in percent, None when
    there is none.
    """

    risk: Risk
    assessed: int
    passed: int
    failed: int
    unknown: int
    worst: Severity | None
    score: int | None


class Delta(msgspec.Struct, frozen=True):
    """What changed since the run before: keys of findings that appeared, were resolved, or became unknown."""

    previous: str | None = None
    appeared: tuple[str, ...] = ()
    resolved: tuple[str, ...] = ()
    became_unknown: tuple[str, ...] = ()


class Report(msgspec.Struct, frozen=True):
    """Answers, coverage and run together; `account_names` maps account ids to the names people know them by."""

    run: Run
    scores: tuple[RiskScore, ...]
    findings: tuple[Finding, ...]
    resolved: tuple[Finding, ...]
    lists: tuple[ListCoverage, ...]
    unread: tuple[Unread, ...]
    vanished: tuple[Vanished, ...]
    delta: Delta
    counts: Mapping[str, int]
    oldest_fact: datetime | None = None
    policy: Mapping[str, object] | None = None
    account_names: Mapping[str, str] = {}
