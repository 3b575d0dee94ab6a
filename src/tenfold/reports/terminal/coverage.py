"""How much was read, and what was not."""

from collections.abc import Iterator

from rich.console import RenderableType

from tenfold.model.run import Report, Unread
from tenfold.model.snapshot import ListCoverage, ListStatus
from tenfold.reports.rows import name_of
from tenfold.reports.terminal.style import cause, counted, first, heading, line, listed, more, spoken


def coverage(report: Report) -> Iterator[RenderableType]:
    """Lists and facts that are missing, the age of the oldest fact, and what was deleted meanwhile."""
    yield heading("Coverage")
    yield from _lists(report)
    yield from _unread(report)
    if report.oldest_fact:
        age = spoken(report.run.ended_at - report.oldest_fact)
        yield line(f"The oldest fact was {age} old when the run ended.", indent=2)
    if report.vanished:
        names = listed(name_of(gone.arn) for gone in report.vanished)
        yield line(f"{counted(len(report.vanished), 'resource')} vanished while we read: {names}", indent=2)


def _lists(report: Report) -> Iterator[RenderableType]:
    short = [row for row in report.lists if row.status is not ListStatus.COMPLETE]
    whole = len(report.lists) - len(short)
    yield line(f"{whole:,} of {counted(len(report.lists), 'list')} read completely.", indent=2)
    for row in first(short):
        yield from _list(row)
    yield from more(short, indent=4)


def _list(row: ListCoverage) -> Iterator[RenderableType]:
    yield line((f"{row.status:8} ", "magenta"), f"{row.kind}  {row.scope}", indent=4)
    if row.gap:
        yield line((cause(row.gap), "dim"), indent=13)


def _unread(report: Report) -> Iterator[RenderableType]:
    if not report.unread:
        yield line("Every fact that the checks asked for was read.", indent=2)
        return
    causes = sorted(report.unread, key=lambda unread: -unread.count)
    yield line(f"{counted(sum(unread.count for unread in causes), 'fact')} not read:", indent=2)
    for unread in first(causes):
        yield from _cause(unread)
    yield from more(causes, indent=4)


def _cause(unread: Unread) -> Iterator[RenderableType]:
    yield line((f"{unread.count:>8,} ", "magenta"), f"{unread.what}  {unread.scope}", indent=4)
    yield line((cause(unread.gap), "dim"), indent=13)
    if not unread.decides:
        yield line(("no check asks for it; it tells who answers for them", "dim"), indent=13)
    if unread.examples:
        yield line((f"for example {listed(name_of(example) for example in unread.examples)}", "dim"), indent=13)
