"""Which known name is meant by a misspelt one."""

from collections import Counter
from collections.abc import Iterable

_MOST_EDITS = 2
_SHORT = 5


def meant(text: str, names: Iterable[str]) -> str:
    """The known name nearest to a text, at most two letters away (one in short names); empty when there is none."""
    word = text.lower()
    most = 1 if len(word) <= _SHORT else _MOST_EDITS
    near = [(_edits(word, name.lower()), name) for name in names if _alike(word, name.lower(), most)]
    edits, name = min(near, default=(most + 1, ""))
    return name if edits <= most else ""


def _alike(one: str, other: str, most: int) -> bool:
    """Whether so few edits can be enough, by the letters alone."""
    if abs(len(one) - len(other)) > most:
        return False
    left, right = Counter(one), Counter(other)
    return max((left - right).total(), (right - left).total()) <= most


def _edits(one: str, other: str) -> int:
    """How many letters to insert, drop, replace or swap with a neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one):
        above, row = row, [i + 1]
        for j, right in enumerate(other):
            cost = min(above[j] + (left != right), above[j + 1] + 1, row[j] + 1)
            if i and j and left == other[j - 1] and one[i - 1] == right:
                cost = min(cost, before[j - 1] + 1)
            row.append(cost)
        before = above
    return row[-1]
