"""Open findings, by risk and check."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping

from rich.console import RenderableType

from tenfold.model.evidence import Evidence
from tenfold.model.finding import Finding, Status
from tenfold.model.run import Report
from tenfold.reports.rows import name_of
from tenfold.reports.terminal.style import SEVERITY, Part, first, heading, line, more

_SEEN = 240
"""Characters of what was seen; `--format json` has all."""


def problems(report: Report) -> Iterator[RenderableType]:
    """A section a risk; in it the checks, the worst first."""
    risks: defaultdict[int, defaultdict[str, list[Finding]]] = defaultdict(lambda: defaultdict(list))
    for finding in report.findings:
        if finding.status is Status.OPEN:
            risks[finding.risk][finding.check].append(finding)
    fresh = frozenset(report.delta.appeared) if report.delta.previous else frozenset[str]()
    for risk in sorted(risks):
        checks = [sorted(findings, key=_worst_first) for findings in risks[risk].values()]
        yield heading(f"{risk} {checks[0][0].risk.title}")
        for findings in sorted(checks, key=lambda findings: _worst_first(findings[0])):
            yield from _check(findings, fresh, report.account_names)


def _worst_first(finding: Finding) -> tuple[int, str, str]:
    return -finding.severity, finding.check, finding.key


def _check(findings: list[Finding], fresh: frozenset[str], names: Mapping[str, str]) -> Iterator[RenderableType]:
    worst = findings[0]
    label = (f"{worst.severity.label:8} ", SEVERITY[worst.severity])
    yield ""
    yield line(label, (worst.title, "bold"), (f"  {worst.check}, {len(findings):,} found", "dim"), indent=2)
    for finding in first(findings):
        yield from _finding(finding, worst, fresh, names)
    yield from more(findings, indent=11)


def _finding(
    finding: Finding, worst: Finding, fresh: frozenset[str], names: Mapping[str, str]
) -> Iterator[RenderableType]:
    name, account = name_of(finding.arn), finding.scope.account
    places = (account if account != name else "", names.get(account, ""), finding.scope.region)
    where = [f"  {part}" for part in places if part]
    parts: list[Part] = [(name, "bold"), ("".join(where), "dim")]
    if finding.severity != worst.severity:
        parts.append((f"  {finding.severity.label}", SEVERITY[finding.severity]))
    if finding.key in fresh:
        parts.append(("  new", "bold green"))
    elif finding.first_seen and finding.first_seen != finding.last_seen:
        parts.append((f"  since {finding.first_seen:%Y-%m-%d}", "dim"))
    yield line(*parts, indent=11)
    yield line(finding.message, indent=13)
    for evidence in finding.evidence:
        yield from _evidence(evidence)


def _evidence(evidence: Evidence) -> Iterator[RenderableType]:
    seen = "" if evidence.seen is None else f": {_shortened(evidence.seen)}"
    of = f" of {evidence.arn}" if evidence.arn else ""
    yield line((f"seen in {evidence.source}{of}{seen}", "dim"), indent=13)
    if evidence.request:
        witness = " ".join(f"{name}={value}" for name, value in evidence.request.items())
        yield line((f"would be allowed: {witness}", "dim"), indent=13)


def _shortened(seen: object) -> str:
    text = seen if isinstance(seen, str) else json.dumps(seen, ensure_ascii=False, default=str)
    return text if len(text) <= _SEEN else f"{text[:_SEEN]}…"
