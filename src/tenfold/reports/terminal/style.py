"""How the sections look and speak."""

from collections.abc import Iterable, Iterator, Sequence, Sized
from datetime import datetime, timedelta
from typing import TypeVar

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from tenfold.model.finding import Severity
from tenfold.model.gap import Gap
from tenfold.reports.characters import printable

T = TypeVar("T")

SHOWN = 10
"""Of a long list, how many are shown."""

SEVERITY = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.INFO: "dim",
}

Part = str | tuple[str, str]
"""A piece of a line, plain or with a style."""


def line(*parts: Part, indent: int = 0) -> RenderableType:
    """One line of hostile text, wrapped within its indent."""
    text = Text()
    for part in parts:
        words, style = (part, "") if isinstance(part, str) else part
        text.append(printable(words), style)
    return Padding(text, (0, 0, 0, indent), expand=False)


def heading(words: str) -> RenderableType:
    """The head of a section, after an empty line."""
    return Group("", Rule(Text(words, "bold"), align="left", style="dim"))


def first(items: Sequence[T]) -> Sequence[T]:
    """The items that are shown of a long list."""
    return items[:SHOWN]


def more(items: Sized, indent: int) -> Iterator[RenderableType]:
    """A line that says how many items are not shown; nothing when all are."""
    if len(items) > SHOWN:
        yield line((f"and {len(items) - SHOWN:,} more (--format json has all)", "dim"), indent=indent)


def listed(names: Iterable[str]) -> str:
    """`a, b, c and 4 more`."""
    every = list(names)
    rest = f" and {len(every) - SHOWN:,} more" if len(every) > SHOWN else ""
    return ", ".join(every[:SHOWN]) + rest


def counted(number: int, thing: str) -> str:
    """`1 account`, `1,204 accounts`."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def cause(gap: Gap) -> str:
    """A gap in words: `denied: ...`, with the policy that fences."""
    return f"{gap.kind}: {gap.reason}" + (f" (SCP {gap.scp})" if gap.scp and gap.scp not in gap.reason else "")


def moment(time: datetime) -> str:
    """A time to the minute."""
    return f"{time:%Y-%m-%d %H:%M} UTC"


def spoken(duration: timedelta) -> str:
    """A duration by its two largest units: `41 s`, `3 min 20 s`, `2 days 4 h`."""
    seconds = max(0, round(duration.total_seconds()))
    days, hours, minutes = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60
    units = ((days, "day" if days == 1 else "days"), (hours, "h"), (minutes, "min"), (seconds % 60, "s"))
    largest = next((index for index, (number, _) in enumerate(units) if number), len(units) - 1)
    return " ".join(f"{number} {unit}" for number, unit in units[largest : largest + 2] if number) or "0 s"
