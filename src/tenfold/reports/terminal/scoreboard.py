"""What ran, and how the ten risks stand."""

from collections import Counter
from collections.abc import Iterator, Sequence

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tenfold.model.finding import Severity, Status
from tenfold.model.run import Report, RiskScore
from tenfold.reports.terminal.style import SEVERITY, Part, counted, line, moment, spoken

_BAR = 10
_NAMED = 3


def header(report: Report) -> Iterator[RenderableType]:
    """Version, accounts, regions, when, how long, and how many calls."""
    run = report.run
    calls, errors = sum(call.count for call in run.calls), sum(call.errors for call in run.calls)
    failed = f", {errors:,} answered with an error" if errors else ""
    yield line(
        (f"tenfold {run.version}", "bold"),
        f"  {_named(run.accounts, 'account')} in {_named(run.regions, 'region')}",
    )
    took = spoken(run.ended_at - run.started_at)
    yield line((f"{moment(run.started_at)}, took {took}, {counted(calls, 'call')} to AWS{failed}", "dim"))
    yield ""


def scoreboard(report: Report) -> Iterator[RenderableType]:
    """One row a risk."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="dim", border_style="dim")
    table.add_column("#", justify="right")
    table.add_column("Risk", min_width=30)
    table.add_column("Score", min_width=_BAR + 6)
    for column in ("passed", "failed", "unknown"):
        table.add_column(column, justify="right")
    table.add_column("worst")
    for score in report.scores:
        table.add_row(str(score.risk.value), score.risk.title, *_cells(score))
    yield table
    yield ""


def summary(report: Report) -> Iterator[RenderableType]:
    """How many findings are open, by severity, and how many answers are unknown."""
    if not any(score.assessed for score in report.scores):
        yield line("No check ran: nothing is known.")
        return
    worst = Counter(finding.severity for finding in report.findings if finding.status is Status.OPEN)
    unknown = sum(finding.status is Status.UNKNOWN for finding in report.findings)
    parts: list[Part] = [(f"{counted(worst.total(), 'open finding')}", "bold")]
    for severity in sorted(worst, reverse=True):
        parts += [", " if len(parts) > 1 else ": ", (f"{worst[severity]:,} {severity.label}", SEVERITY[severity])]
    yield line(*parts, f"; {unknown:,} unknown" if unknown else "")


def _named(names: Sequence[str], thing: str) -> str:
    few = f" ({', '.join(names)})" if 0 < len(names) <= _NAMED else ""
    return counted(len(names), thing) + few


def _cells(score: RiskScore) -> tuple[Text, ...]:
    if not score.assessed:
        return (Text("not assessed yet", "dim"),)
    return (
        _bar(score),
        _number(score.passed, ""),
        _number(score.failed, "bold"),
        _number(score.unknown, "magenta"),
        Text("") if score.worst is None else _worst(score.worst),
    )


def _bar(score: RiskScore) -> Text:
    if score.score is None:
        return Text("nothing to assess", "dim")
    # Only a whole score fills the bar, and only what is known to be well is green.
    full = score.score * _BAR // 100
    return Text.assemble(("█" * full, _colour(score)), ("░" * (_BAR - full), "dim"), f" {score.score:3} %")


def _colour(score: RiskScore) -> str:
    if score.worst is not None and score.worst >= Severity.HIGH:
        return "red"
    return "yellow" if score.failed or score.unknown else "green"


def _number(count: int, style: str) -> Text:
    return Text(f"{count:,}", style if count else "dim")


def _worst(severity: Severity) -> Text:
    return Text(severity.label, SEVERITY[severity])
