"""How a condition key stands to the variables of the solver, and the formula that it has such a value.

Keys that belong together are parts of one variable: the account is a part of the caller's ARN, the organisation the
beginning of its path. What is compared as a number, a date or an address has few values that make a difference.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache

import msgspec

from tenfold.policy.match import Glob as Pattern
from tenfold.policy.match import Wild, glob_of
from tenfold.policy.solver.formula import FALSE, TRUE, Formula, Matches, Present, Within, atom, both, either
from tenfold.policy.solver.globs import ANY, STAR, Glob, Item
from tenfold.policy.solver.ranges import ranges
from tenfold.policy.solver.solve import Variable

_UNKNOWN, _OF = "unknown: ", "\0"
_NOT_COLON = frozenset(map(chr, range(0x20, 0x7F))) - {":"}
_ARN_PARTS = 6

Items = tuple[Item, ...]


class Known(msgspec.Struct, frozen=True):
    """The same in all requests of a world: these values, or none."""

    values: tuple[str, ...] | None


class Untold(msgspec.Struct, frozen=True):
    """What the request carries is not known, or is not compared in a way that can be decided."""

    reason: str


class Text(msgspec.Struct, frozen=True):
    """A text: a variable, or the part of one between `before` and `after`, where wildcards stand for `chars` only."""

    variable: str
    kind: Variable
    before: Items = ()
    after: Items = ()
    chars: frozenset[str] | None = None

    @property
    def present(self) -> Formula:
        """The request carries it."""
        return atom(Present(self.variable)) if self.kind.optional else TRUE

    def hit(self, pattern: Pattern, *, fold: bool = False) -> Formula:
        """It fits a pattern; with `fold`, whatever the letter case."""
        return self.fits(items(pattern, fold=fold))

    def fits(self, row: Items) -> Formula:
        """It is a text of these items."""
        inner = row if self.chars is None else _within(row, self.chars)
        if inner is None:
            return FALSE
        return atom(Matches(self.variable, Glob((*self.before, *inner, *self.after))))


class Joined(msgspec.Struct, frozen=True):
    """Two texts with a character between them that the first cannot hold."""

    first: Text
    between: str
    second: Text

    @property
    def kind(self) -> Variable:
        """Of the variable that they are parts of."""
        return self.first.kind

    @property
    def present(self) -> Formula:
        """The request carries it."""
        return TRUE

    def hit(self, pattern: Pattern, *, fold: bool = False) -> Formula:
        """It fits a pattern, wherever in it the character between falls."""
        return self.fits(items(pattern, fold=fold))

    def fits(self, row: Items) -> Formula:
        """It is a text of these items."""
        return either(both((self.first.fits(left), self.second.fits(right))) for left, right in self._cuts(row))

    def _cuts(self, row: Items) -> Iterable[tuple[Items, Items]]:
        for at, item in enumerate(row):
            if item == STAR:
                yield row[: at + 1], row[at:]
            elif item.chars is None or self.between in item.chars:
                yield row[:at], row[at + 1 :]


class Choice(msgspec.Struct, frozen=True):
    """One of the values that make a difference."""

    variable: str
    values: tuple[str, ...]
    optional: bool = False

    @property
    def kind(self) -> Variable:
        """A number: which of the values it is."""
        return choice(len(self.values), optional=self.optional)

    @property
    def present(self) -> Formula:
        """The request carries it."""
        return atom(Present(self.variable)) if self.optional else TRUE

    def among(self, test: Callable[[str], bool]) -> Formula:
        """It is one of the values that pass a test."""
        places = tuple(place for place, value in enumerate(self.values) if test(value))
        if not places or len(places) == len(self.values):
            return self.present if places else FALSE
        return atom(Within(self.variable, ranges((place, place) for place in places)))


class Several(msgspec.Struct, frozen=True):
    """A key with any number of values: so many as can make a difference, each there or not."""

    elements: tuple[Text, ...]

    @property
    def present(self) -> Formula:
        """The request carries at least one."""
        return either(one.present for one in self.elements)


View = Known | Untold | Text | Joined | Choice | Several


@lru_cache(1024)
def choice(count: int, *, optional: bool) -> Variable:
    """A variable with so many values."""
    from_zero = ranges(((0, count - 1),))
    return Variable(space=from_zero[0], optional=optional)


def unknown(reason: str, *of: object) -> Formula:
    """Something of which nobody can tell whether it holds.

    What has the same reason and is asked of the same (`of`) is the same: it holds wherever it holds once.
    """
    return atom(Present(f"{_UNKNOWN}{reason}{_OF}{of!r}"))


def reason_of(variable: str) -> str:
    """The reason of an unknown by its variable; empty for other variables."""
    return variable.removeprefix(_UNKNOWN).partition(_OF)[0] if variable.startswith(_UNKNOWN) else ""


def items(pattern: Pattern, *, fold: bool = False) -> Items:
    """The items of a pattern of the policy language."""
    if fold:
        return tuple(_WILD.get(one) or char(str(one), fold=True) for one in pattern)
    return tuple([_ITEMS[one] for one in pattern])


@lru_cache(4096)
def plain(text: str) -> Items:
    """The items of one text."""
    return tuple([_ITEMS[one] for one in text])


@lru_cache(4096)
def wild(text: str) -> Items:
    """The items of a pattern of an element that knows no variables."""
    return items(glob_of(text))


class _Items(dict[str | Wild, Item]):
    """The items of characters and wildcards, each made once."""

    def __missing__(self, one: str | Wild) -> Item:
        found = self[one] = Item(frozenset(str(one)))
        return found


_WILD: dict[str | Wild, Item] = {Wild.ONE: ANY, Wild.MANY: STAR}
_ITEMS = _Items(_WILD)


@lru_cache(4096)
def char(one: str, *, fold: bool = False) -> Item:
    """The item of one character; with `fold`, in both cases."""
    return Item(frozenset((one.lower(), one.upper())) if fold else frozenset(one))


def arn_items(row: Items) -> Items | None:
    """The items of an ARN pattern, whose wildcards do not cross the first five colons; None when it has fewer."""
    colon = char(":")
    places = [at for at, item in enumerate(row) if item == colon][: _ARN_PARTS - 1]
    if len(places) < _ARN_PARTS - 1:
        return None
    head = _within(row[: places[-1] + 1], _NOT_COLON, (colon,))
    return None if head is None else head + row[places[-1] + 1 :]


def _within(row: Items, chars: frozenset[str], also: Items = ()) -> Items | None:
    """A row whose wildcards stand for some characters only; None when it asks for others."""
    found = []
    for item in row:
        if item in also:
            found.append(item)
        elif item.chars is None:
            found.append(_wild(chars, repeats=item.repeats))
        elif item.chars.isdisjoint(chars):
            return None
        else:
            found.append(item)
    return tuple(found)


@lru_cache(256)
def _wild(chars: frozenset[str], *, repeats: bool) -> Item:
    return Item(chars, repeats)
