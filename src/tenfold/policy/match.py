"""Patterns of the policy language: `*`, `?`, policy variables and their literal escapes."""

import enum
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final, Literal

import msgspec


class Untold(enum.Enum):
    """What is not known of a key: whether it is there and with which values, or these alone."""

    UNKNOWN = "unknown"
    PRESENT = "there, with values that are not known"


UNKNOWN: Final = Untold.UNKNOWN
PRESENT: Final = Untold.PRESENT
Values = tuple[str, ...] | Untold | None
"""What a request carries under a key: its values, None when the key is not there, UNKNOWN or PRESENT."""
Lookup = Callable[[str], Values]


class Wild(enum.Enum):
    """The two wildcards."""

    MANY = "*"
    ONE = "?"


class Variable(msgspec.Struct, frozen=True):
    """`${key}` or `${key, 'default'}`; the key in lower case."""

    key: str
    default: str | None


Glob = tuple[str | Wild, ...]
"""A pattern without variables: single characters and wildcards."""
Pattern = tuple[str | Wild | Variable, ...]

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_STARS = re.compile(r"\*+")
_LITERAL = ("*", "?", "$")
# Beyond so many stars an expression of the standard library would take longer to make than to spare.
_MOST_STARS = 20


@lru_cache(maxsize=16384)
def pattern(text: str, *, variables: bool, wild: bool = True) -> Pattern:
    """Read a pattern; `wild=False` takes `*` and `?` as themselves, `variables=False` takes `${` as itself."""
    items: list[str | Wild | Variable] = []
    at = 0
    for found in _VARIABLE.finditer(text) if variables else ():
        items.extend(_plain(text[at : found.start()], wild=wild))
        items.append(_variable(found[1]))
        at = found.end()
    items.extend(_plain(text[at:], wild=wild))
    return tuple(items)


@lru_cache(maxsize=16384)
def glob_of(text: str) -> Glob:
    """Read a pattern of an element that knows no variables."""
    return tuple(_plain(text, wild=True))


def _plain(text: str, *, wild: bool) -> Iterable[str | Wild]:
    if not wild:
        return text
    return (Wild(char) if char in "*?" else char for char in _STARS.sub("*", text))


def _variable(inside: str) -> str | Variable:
    if inside in _LITERAL:
        return inside
    key, comma, default = inside.partition(",")
    return Variable(key.strip().lower(), default.strip().strip("'") if comma else None)


def names_variable(text: str) -> bool:
    """True when the text holds a policy variable; the escapes `${*}`, `${?}`, `${$}` are none."""
    return any(isinstance(item, Variable) for item in pattern(text, variables=True))


def is_wild(text: str, *, variables: bool) -> bool:
    """True when the text holds an unescaped `*` or `?`."""
    return any(isinstance(item, Wild) for item in pattern(text, variables=variables))


def filled(items: Pattern, lookup: Lookup) -> Glob | Literal[Untold.UNKNOWN] | None:
    """The pattern with the values of its variables put in as plain characters.

    None when a variable has neither value nor default, UNKNOWN when its value is not known or not single.
    """
    glob: list[str | Wild] = []
    for item in items:
        if not isinstance(item, Variable):
            glob.append(item)
            continue
        values = lookup(item.key)
        if isinstance(values, Untold):
            return UNKNOWN
        if not values:
            if item.default is None:
                return None
            values = (item.default,)
        if len(values) > 1:
            return UNKNOWN
        glob.extend(values[0])
    return tuple(glob)


def matches(glob: Glob, text: str) -> bool:
    """True when the whole text fits, in time at most the product of both lengths."""
    at = here = 0
    star = mark = -1
    while here < len(text):
        item = glob[at] if at < len(glob) else None
        if item is Wild.MANY:
            star, mark = at, here
            at += 1
        elif item is Wild.ONE or item == text[here]:
            at, here = at + 1, here + 1
        elif star >= 0:
            mark += 1
            at, here = star + 1, mark
        else:
            return False
    return all(item is Wild.MANY for item in glob[at:])


def fits(text: str, subject: str) -> bool:
    """True when a subject fits a pattern of an element that knows no variables."""
    if "*" not in text and "?" not in text:
        return text == subject
    made = _expression(text)
    return matches(glob_of(text), subject) if made is None else made.fullmatch(subject) is not None


@lru_cache(maxsize=65536)
def _expression(text: str) -> re.Pattern[str] | None:
    """The pattern as an expression that never goes back: the leftmost place of each part serves as well as any."""
    parts = _STARS.sub("*", text).split("*")
    if len(parts) > _MOST_STARS:
        return None
    first, *rest = ("".join("." if char == "?" else re.escape(char) for char in part) for part in parts)
    between = "".join(f"(?>.*?{part})" for part in rest[:-1])
    return re.compile(f"(?s:{first}{between}{'.*' + rest[-1] if rest else ''})")


def after(glob: Glob, prefix: str) -> list[Glob]:
    """What is left to match behind `prefix`: the text `prefix + rest` fits when `rest` fits one of these."""
    places = {0}
    for char in prefix:
        places = _step(glob, places, char)
        if not places:
            return []
    return [glob[place:] for place in sorted(places)]


def covers(wide: Glob, narrow: Glob) -> bool:
    """True only when every text that fits `narrow` fits `wide`; False proves nothing."""
    places = {0}
    for part in narrow:
        if part is Wild.MANY:
            places = {place for place in _closed(wide, places) if place < len(wide) and wide[place] is Wild.MANY}
        else:
            places = _step(wide, places, part)
        if not places:
            return False
    return len(wide) in _closed(wide, places)


def apart(one: Glob, other: Glob) -> bool:
    """True only when no text fits both, seen from their literal beginnings; False proves nothing."""
    for left, right in zip(one, other, strict=False):
        if left is Wild.MANY or right is Wild.MANY:
            return False
        if left != right and Wild.ONE not in (left, right):
            return True
    longer = one if len(one) > len(other) else other
    return any(item is not Wild.MANY for item in longer[min(len(one), len(other)) :])


def written(glob: Glob, filler: str) -> str:
    """A text that fits: every `*` is the filler, every `?` its first character (or x)."""
    one = filler[:1] or "x"
    return "".join(filler if item is Wild.MANY else one if item is Wild.ONE else str(item) for item in glob)


def literal_start(glob: Glob) -> str:
    """The characters before the first wildcard."""
    plain: list[str] = []
    for item in glob:
        if isinstance(item, Wild):
            break
        plain.append(item)
    return "".join(plain)


def _closed(glob: Glob, places: Iterable[int]) -> set[int]:
    """The places, and those behind each `*` they stand before."""
    found = set(places)
    for place in sorted(found):
        onward = place
        while onward < len(glob) and glob[onward] is Wild.MANY:
            onward += 1
            found.add(onward)
    return found


def _step(glob: Glob, places: set[int], char: str | Wild) -> set[int]:
    """The places after one character; `?` stands for a character that only wildcards are sure to take."""
    onward = set()
    for place in _closed(glob, places):
        if place < len(glob):
            item = glob[place]
            if item is Wild.MANY:
                onward.add(place)
            elif item is Wild.ONE or item == char:
                onward.add(place + 1)
    return onward
