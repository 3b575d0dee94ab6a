"""What is new since the run before."""

from collections.abc import Iterator, Mapping, Sequence

from rich.console import RenderableType

from tenfold.model.finding import Finding
from tenfold.model.run import Report
from tenfold.reports.rows import name_of
from tenfold.reports.terminal.style import SEVERITY, first, heading, line, more


def changes(report: Report) -> Iterator[RenderableType]:
    """Findings that appeared, were resolved, or can no longer be told."""
    delta = report.delta
    yield heading("Changes")
    if delta.previous is None:
        yield line("The first run on this state: there is nothing to compare with.", indent=2)
        return
    known = {finding.key: finding for finding in (*report.findings, *report.resolved)}
    kinds = (
        ("appeared", "red", delta.appeared),
        ("resolved", "green", delta.resolved),
        ("became unknown", "magenta", delta.became_unknown),
    )
    for words, style, keys in kinds:
        yield from _kind(words, style, keys, known)
    if not (delta.appeared or delta.resolved or delta.became_unknown):
        yield line(f"Nothing changed since run {delta.previous}.", indent=2)


def _kind(words: str, style: str, keys: Sequence[str], known: Mapping[str, Finding]) -> Iterator[RenderableType]:
    if not keys:
        return
    yield line((f"{len(keys):,} {words}", style), indent=2)
    for key in first(keys):
        yield _change(known[key]) if key in known else line(key, indent=4)
    yield from more(keys, indent=4)


def _change(finding: Finding) -> RenderableType:
    severity = (f"{finding.severity.label:8} ", SEVERITY[finding.severity])
    where = (f"  {finding.scope.account}", "dim")
    return line(severity, f"{finding.title}: ", (name_of(finding.arn), "bold"), where, indent=4)
