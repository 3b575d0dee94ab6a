"""Notices as text, on a terminal or in a file."""

from typing import TextIO

from tenfold.sinks.lines import headline, lines
from tenfold.sinks.notice import Notice
from tenfold.sinks.registry import sink


@sink("text")
def text(notice: Notice, out: TextIO) -> None:
    """Writes a notice as a few lines, the first of them without indentation."""
    out.write("\n  ".join([headline(notice), *lines(notice)]) + "\n")
    out.flush()
