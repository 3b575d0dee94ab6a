"""Sets of whole numbers as ranges: addresses, counts, times."""

from collections.abc import Iterable
from typing import NamedTuple


class Range(NamedTuple):
    """From `low` to `high`, both included."""

    low: int
    high: int


Ranges = tuple[Range, ...]
"""In order, neither touching nor overlapping."""


def ranges(parts: Iterable[tuple[int, int]]) -> Ranges:
    """The same numbers in their one form; a part whose ends are reversed is empty."""
    joined: list[Range] = []
    for low, high in sorted(part for part in parts if part[0] <= part[1]):
        if joined and low <= joined[-1].high + 1:
            joined[-1] = Range(joined[-1].low, max(high, joined[-1].high))
        else:
            joined.append(Range(low, high))
    return tuple(joined)


def holds(within: Ranges, number: int) -> bool:
    """Whether a number is one of them."""
    return any(part.low <= number <= part.high for part in within)


def points(sets: Iterable[Ranges], space: Range) -> tuple[int, ...]:
    """One number of a space for each way in which it can lie in the sets and outside of them.

    Membership changes only at the beginning of a range and after its end.
    """
    changes = {space.low}
    for within in sets:
        for part in within:
            changes |= {part.low, part.high + 1}
    return tuple(sorted(point for point in changes if space.low <= point <= space.high))


def size(within: Ranges) -> int:
    """How many numbers there are."""
    return sum(part.high - part.low + 1 for part in within)
