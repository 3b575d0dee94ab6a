"""Patterns over text, read one character at a time.

A pattern is a row of items; a set of places in the row, as bits, says how far a text may have been read. Reading a
character moves each place on, or keeps it where an item repeats.
"""

from functools import cached_property, lru_cache
from typing import Final

import msgspec

DIGITS: Final = frozenset("0123456789")
NAMES: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+=,.@_-")
"""The characters of names in IAM."""
CLASSES: Final = (DIGITS, NAMES)
_SMALL = 2
_FRESH: Final = "x0/:~ " + "".join(map(chr, range(33, 127))) + "".join(map(chr, range(0xE0, 0x17F)))
"""Characters for the places where it does not matter, the most readable first."""


class Item(msgspec.Struct, frozen=True):
    """Characters of a set (None: any); with `repeats`, any number of them, none included."""

    chars: frozenset[str] | None
    repeats: bool = False


ANY, STAR = Item(None), Item(None, repeats=True)


class Glob(msgspec.Struct, frozen=True, dict=True, cache_hash=True):
    """A pattern: its items in their order."""

    items: tuple[Item, ...]

    @cached_property
    def text(self) -> str:
        """The pattern, roughly as one would write it: to read, and to sort by."""
        shown = ("?" if item.chars is None else min(item.chars) for item in self.items)
        return "".join("*" if item.repeats else one for item, one in zip(self.items, shown, strict=True))

    @cached_property
    def start(self) -> int:
        """The places before anything was read."""
        return self._settled(1)

    @cached_property
    def end(self) -> int:
        """The bit of the place after the last item."""
        return 1 << len(self.items)

    @cached_property
    def _any(self) -> int:
        """The places that take any character."""
        return sum(1 << place for place, item in enumerate(self.items) if item.chars is None)

    @cached_property
    def _taking(self) -> dict[str, int]:
        """The other places that take a character."""
        taking: dict[str, int] = {}
        for place, item in enumerate(self.items):
            for char in item.chars or ():
                taking[char] = taking.get(char, 0) | 1 << place
        return taking

    @cached_property
    def _repeating(self) -> int:
        return sum(1 << place for place, item in enumerate(self.items) if item.repeats)

    @cached_property
    def _stars(self) -> int:
        return self._any & self._repeating

    def read(self, places: int, char: str) -> int:
        """The places after one more character; 0 when there are none."""
        taken = places & (self._any | self._taking.get(char, 0))
        return self._settled((taken & ~self._repeating) << 1 | taken & self._repeating)

    def leads(self, places: int) -> str:
        """The one character that can follow at these places; empty when there are others, or the text may end."""
        if places & places - 1 or places & self.end or not places:
            return ""
        item = self.items[places.bit_length() - 1]
        return next(iter(item.chars)) if item.chars and len(item.chars) == 1 and not item.repeats else ""

    def accepts(self, places: int) -> bool:
        """Whether the text may end here."""
        return bool(places & self.end)

    def takes_all(self, places: int) -> bool:
        """Whether every text that goes on from here is one of the pattern's."""
        return bool(places & self._last_star)

    @cached_property
    def _last_star(self) -> int:
        return 1 << len(self.items) - 1 if self.items and self.items[-1] == STAR else 0

    def next(self, places: int) -> frozenset[frozenset[str]]:
        """The sets of characters that make a difference at these places."""
        found = self._next.get(places)
        if found is None:
            items = (item.chars for place, item in enumerate(self.items) if places >> place & 1)
            found = self._next[places] = frozenset(chars for chars in items if chars is not None)
        return found

    @cached_property
    def _next(self) -> dict[int, frozenset[frozenset[str]]]:
        return {}

    def _settled(self, places: int) -> int:
        """With the places that are reached by skipping what may repeat.

        Once a place that takes any text is reached, those before it add nothing.
        """
        while more := (places & self._repeating) << 1 & ~places:
            places |= more
        if stars := places & self._stars:
            last = stars.bit_length() - 1
            places = places >> last << last
        return places

    @property
    def shortest(self) -> str:
        """The shortest of the pattern's texts, of its most readable characters."""
        return "".join(_plainest(item) for item in self.items if not item.repeats)

    def matches(self, text: str) -> bool:
        """Whether a text is one of the pattern's."""
        places = self.start
        for char in text:
            places = self.read(places, char)
        return self.accepts(places)


def glob(text: str, *, ignore_case: bool = False) -> Glob:
    """A pattern as the policy language writes it: `*` any characters, `?` one, all else itself."""
    return Glob(tuple(_item(char, ignore_case) for char in text))


def literal(text: str, *, ignore_case: bool = False) -> Glob:
    """The pattern of one text."""
    return Glob(tuple(Item(_cases(char) if ignore_case else frozenset(char)) for char in text))


def repeated(chars: frozenset[str], least: int = 0, most: int | None = None) -> tuple[Item, ...]:
    """Items for characters of a set: at least so many, and exactly `most` when it is given."""
    if most is not None:
        return (Item(chars),) * most
    return (*((Item(chars),) * least), Item(chars, repeats=True))


def _plainest(item: Item) -> str:
    chars = item.chars
    return _FRESH[0] if chars is None else next((char for char in _FRESH if char in chars), min(chars))


def _item(char: str, ignore_case: bool) -> Item:
    if char == "*":
        return STAR
    if char == "?":
        return ANY
    return Item(_cases(char) if ignore_case else frozenset(char))


def _cases(char: str) -> frozenset[str]:
    return frozenset((char.lower(), char.upper()))


@lru_cache(4096)
def representatives(sets: frozenset[frozenset[str]]) -> tuple[str, ...]:
    """One character for each way in which a character can be in these sets; single ones by themselves.

    Small sets give each of their characters, since they stand for letters and their cases.
    """
    singles = {char for chars in sets if len(chars) <= _SMALL for char in chars}
    fresh = (
        next((char for char in alike if char not in singles), "")
        for alike in _alike(frozenset(chars for chars in sets if len(chars) > _SMALL))
    )
    return (*filter(None, fresh), *sorted(singles))


@lru_cache(256)
def _alike(classes: frozenset[frozenset[str]]) -> tuple[tuple[str, ...], ...]:
    """The fresh characters, those together that are in the same classes."""
    rows: dict[tuple[bool, ...], list[str]] = {}
    for char in _FRESH:
        rows.setdefault(tuple(char in chars for chars in classes), []).append(char)
    return tuple(map(tuple, rows.values()))
