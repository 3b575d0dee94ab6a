"""The ten risks, scored: what passed, what failed, what nobody could say."""

from collections.abc import Iterable

from tenfold.checks.registry import Check
from tenfold.model.finding import Status, Verdict
from tenfold.model.risk import Risk
from tenfold.model.run import RiskScore


def scoreboard(checks: Iterable[Check], verdicts: Iterable[Verdict]) -> tuple[RiskScore, ...]:
    """One row a risk, in the deck's order; a risk that no check looked at says so with `assessed` 0."""
    by_check = {check.id: check for check in checks}
    by_risk: dict[Risk, list[Verdict]] = {risk: [] for risk in Risk}
    for verdict in verdicts:
        by_risk[by_check[verdict.check].risk].append(verdict)
    assessed = {risk: sum(check.risk is risk for check in by_check.values()) for risk in Risk}
    return tuple(_score(risk, assessed[risk], by_risk[risk]) for risk in Risk)


def _score(risk: Risk, assessed: int, verdicts: list[Verdict]) -> RiskScore:
    failed = sum(verdict.status is Status.OPEN for verdict in verdicts)
    unknown = sum(verdict.status is Status.UNKNOWN for verdict in verdicts)
    passed = len(verdicts) - failed - unknown
    open_now = (f.severity for v in verdicts for f in v.findings if f.status is Status.OPEN)
    score = round(100 * passed / len(verdicts)) if verdicts else None
    return RiskScore(risk, assessed, passed, failed, unknown, max(open_now, default=None), score)
