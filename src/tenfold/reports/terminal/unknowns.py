"""What could not be decided, by its cause."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from rich.console import RenderableType

from tenfold.model.finding import Finding, Status
from tenfold.model.run import Report
from tenfold.reports.rows import name_of
from tenfold.reports.terminal.style import cause, counted, first, heading, line, listed, more


def unknowns(report: Report) -> Iterator[RenderableType]:
    """A block a cause, the one that cost most answers first."""
    causes: defaultdict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in report.findings:
        if finding.status is Status.UNKNOWN:
            causes[_same(finding)].append(finding)
    if not causes:
        return
    yield heading("Not known")
    blocks = sorted(causes.values(), key=lambda findings: (-len(findings), findings[0].key))
    for findings in first(blocks):
        yield from _block(findings)
    yield from more(blocks, indent=2)


def _same(finding: Finding) -> tuple[str, str]:
    """What makes two gaps one cause: a denial names the resource in its reason, so the call tells more."""
    gap = finding.gap
    return (gap.kind, gap.scp or gap.call or gap.reason) if gap else ("", "")


def _block(findings: list[Finding]) -> Iterator[RenderableType]:
    gap = findings[0].gap
    yield ""
    yield line((cause(gap) if gap else "no reason was given", "magenta"), indent=2)
    titles = Counter(finding.title for finding in findings)
    for title, count in first(titles.most_common()):
        yield line(f"{title}?", (f"  unknown for {count:,}", "dim"), indent=4)
    yield from more(titles, indent=4)
    yield line((listed(dict.fromkeys(name_of(finding.arn) for finding in findings)), "dim"), indent=4)
    open_before = [finding for finding in findings if finding.last_seen]
    if open_before:
        yield line(f"{counted(len(open_before), 'finding')} stood open when last read", indent=4)
