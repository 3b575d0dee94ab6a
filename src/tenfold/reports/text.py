"""What a person reads in a terminal."""

from typing import BinaryIO

from tenfold.model.run import Report
from tenfold.reports.registry import report
from tenfold.reports.terminal.changes import changes
from tenfold.reports.terminal.coverage import coverage
from tenfold.reports.terminal.page import show
from tenfold.reports.terminal.problems import problems
from tenfold.reports.terminal.scoreboard import header, scoreboard, summary
from tenfold.reports.terminal.unknowns import unknowns

_SECTIONS = (header, scoreboard, summary, problems, unknowns, coverage, changes)


@report("text")
def text(report: Report, out: BinaryIO) -> None:
    """Write the report as text, in colour when `out` is a terminal."""
    show((part for section in _SECTIONS for part in section(report)), out)
