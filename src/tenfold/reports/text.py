"""What a person reads in a terminal."""

import os
from typing import BinaryIO

from rich.console import Console

from tenfold.model.run import Report
from tenfold.reports.characters import utf8
from tenfold.reports.registry import report
from tenfold.reports.terminal.changes import changes
from tenfold.reports.terminal.coverage import coverage
from tenfold.reports.terminal.problems import problems
from tenfold.reports.terminal.scoreboard import header, scoreboard, summary
from tenfold.reports.terminal.unknowns import unknowns

_SECTIONS = (header, scoreboard, summary, problems, unknowns, coverage, changes)

_NARROW, _USUAL, _WIDE = 60, 100, 140
"""Columns: the fewest that hold the scoreboard, where there is no terminal, the most that are pleasant to read."""


@report("text")
def text(report: Report, out: BinaryIO) -> None:
    """Write the report as text, in colour when `out` is a terminal."""
    with utf8(out) as file:
        console = Console(file=file, width=_width(out), markup=False, highlight=False, emoji=False)
        for section in _SECTIONS:
            for part in section(report):
                console.print(part)


def _width(out: BinaryIO) -> int:
    if not out.isatty():
        return _USUAL
    return min(max(os.get_terminal_size(out.fileno()).columns or _USUAL, _NARROW), _WIDE)
