"""The page that sections are printed on."""

import os
from collections.abc import Iterable
from typing import BinaryIO

from rich.console import Console, RenderableType

from tenfold.reports.characters import utf8

_NARROW, _USUAL, _WIDE = 60, 100, 140
"""Columns: the fewest that hold the scoreboard, where there is no terminal, the most that are pleasant to read."""


def show(parts: Iterable[RenderableType], out: BinaryIO) -> None:
    """Write the parts one below the other, in colour when `out` is a terminal; nothing in them is markup."""
    with utf8(out) as file:
        console = Console(file=file, width=_width(out), markup=False, highlight=False, emoji=False)
        for part in parts:
            console.print(part)


def _width(out: BinaryIO) -> int:
    if not out.isatty():
        return _USUAL
    return min(max(os.get_terminal_size(out.fileno()).columns or _USUAL, _NARROW), _WIDE)
