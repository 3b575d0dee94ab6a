"""The runner: each check is asked about each resource alone; a gap makes that one answer unknown and no other."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tenfold.checks.registry import Check
from tenfold.model.arn import Scope, account_root
from tenfold.model.errors import GapError, contain
from tenfold.model.evidence import Evidence
from tenfold.model.finding import Finding, Problem, Status, Verdict, finding_key
from tenfold.model.gap import Gap, GapKind
from tenfold.model.resource import Resource
from tenfold.model.snapshot import Snapshot


class Subject(NamedTuple):
    """What an answer is about."""

    arn: str
    kind: str
    scope: Scope


def run(checks: Iterable[Check], snapshot: Snapshot) -> tuple[Verdict, ...]:
    """The verdict of every check on every resource of its kinds, and on every list that could not be read."""
    return tuple(verdict for check in checks for verdict in _of_check(check, snapshot))


def _of_check(check: Check, snapshot: Snapshot) -> Iterator[Verdict]:
    for kind in check.kinds:
        for row in snapshot.first_gaps(kind):
            yield _unlisted(check, kind, row.scope, row.gap)
        for resource in snapshot.read(kind):
            yield _asked(check, resource, snapshot)


def _asked(check: Check, resource: Resource, snapshot: Snapshot) -> Verdict:
    """One answer. What was found before a gap stays found; the gap is said beside it."""
    problems: list[Problem] = []
    gap: Gap | None = contain(lambda: _drain(check, resource, snapshot, problems), _gap)
    findings = [_open(check, resource, problem, snapshot) for problem in problems]
    if gap is not None:
        key = finding_key(check.id, resource.arn, "unknown")
        findings.append(_unknown(check, Subject(resource.arn, resource.kind, resource.scope), key, gap))
    return Verdict(check.id, resource.arn, resource.kind, resource.scope, tuple(findings))


def _drain(check: Check, resource: Resource, snapshot: Snapshot, into: list[Problem]) -> None:
    for problem in check.ask(resource, snapshot):
        into.append(problem)  # noqa: PERF402 - extend() would lose the problems before a gap


def _gap(error: Exception) -> Gap:
    if isinstance(error, GapError):
        return error.gap
    return Gap(GapKind.FAILED, f"the check itself failed: {type(error).__name__}: {error}")


def _open(check: Check, resource: Resource, problem: Problem, snapshot: Snapshot) -> Finding:
    looked_at = (snapshot.find(problem.of) if problem.of else None) or resource
    facet = looked_at.facets.get(problem.at.partition(".")[0])
    as_of = facet.as_of if facet else None
    evidence = Evidence(problem.at, problem.seen, as_of, problem.request, problem.of)
    return Finding(
        key=finding_key(check.id, resource.arn, problem.key),
        check=check.id,
        risk=check.risk,
        title=check.title,
        arn=resource.arn,
        kind=resource.kind,
        scope=resource.scope,
        severity=check.severity if problem.severity is None else problem.severity,
        status=Status.OPEN,
        message=problem.message,
        evidence=(evidence,),
    )


def _unlisted(check: Check, kind: str, scope: Scope, gap: Gap | None) -> Verdict:
    """A list that could not be read: resources that nobody could judge."""
    arn = account_root(scope.partition, scope.account)
    why = gap or Gap(GapKind.NOT_READ, f"{kind} was not listed")
    finding = _unknown(check, Subject(arn, kind, scope), finding_key(check.id, arn, f"list of {kind}"), why)
    return Verdict(check.id, arn, kind, scope, (finding,))


def _unknown(check: Check, subject: Subject, key: str, gap: Gap) -> Finding:
    return Finding(
        key=key,
        check=check.id,
        risk=check.risk,
        title=check.title,
        arn=subject.arn,
        kind=subject.kind,
        scope=subject.scope,
        severity=check.severity,
        status=Status.UNKNOWN,
        message=f"could not be decided: {gap.reason}",
        gap=gap,
    )
