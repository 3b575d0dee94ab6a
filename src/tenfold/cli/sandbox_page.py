"""Fills the lists of docs/sandbox.md from the code: AWS's habits, and the answers that moto lacks."""

import re
import sys
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

from tenfold.sandbox.filed.entries import shipped
from tenfold.sandbox.life.registry import chores
from tenfold.sandbox.weather.weather import habits


def filled(page: str) -> str:
    """The page with each of its lists as the code has it now."""
    for name, lines in _LISTS.items():
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        text = "\n".join([begin, *lines(), end])
        page = re.sub(f"{re.escape(begin)}.*?{re.escape(end)}", text.replace("\\", r"\\"), page, flags=re.DOTALL)
    return page


def _habits() -> Iterator[str]:
    return (f"- `{name}`: {line}" for name, line in habits().items())


def _answers() -> Iterator[str]:
    """One line a service."""
    named = sorted(name.split(":") for name in shipped().entries)
    for service, entries in groupby(named, key=lambda entry: entry[0]):
        yield f"- `{service}`: {', '.join(operation for _, operation in entries)}"


def _chores() -> Iterator[str]:
    for kind in ("person", "pipeline"):
        mine = (chore.name.replace("_", " ") for chore in chores() if chore.kind == kind)
        yield f"- a {kind}: {', '.join(mine)}"


_LISTS: dict[str, Callable[[], Iterator[str]]] = {"habits": _habits, "answers": _answers, "chores": _chores}


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(filled(path.read_text()))
