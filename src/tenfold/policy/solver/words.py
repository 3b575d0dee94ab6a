"""The ways in which one text can stand to all patterns that are asked about it, each with an example.

A search reads one character after the other, first where least is left to ask. Its states are what is left of the
formula and the places reached in each pattern; a pattern without places is false, one that takes all that may follow
is true, and where the formula becomes false nothing is to be found any more.
"""

from collections.abc import Iterator
from heapq import heappop, heappush
from typing import NamedTuple

from tenfold.policy.solver.formula import FALSE, Atom, Formula, Matches, restricted
from tenfold.policy.solver.globs import Glob, representatives
from tenfold.policy.solver.limit import Limit

_CHARACTERS_A_PATTERN = 6


class Reading(NamedTuple):
    """A text, and what is left of the formula for the other variables once it is chosen."""

    text: str
    rest: Formula


class _State(NamedTuple):
    rest: Formula
    shape: int
    places: tuple[tuple[Matches, int], ...]


def readings(formula: Formula, variable: str, shape: Glob, limit: Limit) -> Iterator[Reading]:
    """Texts of a variable by the formulas that they leave, each formula once. Texts that decide much come first.

    Args:
        formula: what is to hold.
        variable: whose texts are looked for.
        shape: the pattern that every text of the variable has.
        limit: counts the states.

    Raises:
        LimitReached: when there are too many.
    """
    asked = sorted(_about(formula, variable), key=lambda one: one.glob.text)
    first = _simplified(formula, shape.start, [(one, one.glob.start) for one in asked])
    queue, seen = [(_distance(first, ""), 0, "", first)], {first}
    told: set[Formula] = set()
    while queue:
        _, _, text, state = heappop(queue)
        limit.count()
        if shape.accepts(state.shape):
            rest = restricted(state.rest, {one: one.glob.accepts(places) for one, places in state.places})
            if rest is not FALSE and rest not in told:
                told.add(rest)
                yield Reading(text, rest)
        for char in _chars(state, shape):
            after = _read(state, shape, char)
            if after.shape and after.rest is not FALSE and after not in seen:
                seen.add(after)
                heappush(queue, (_distance(after, text), len(seen), text + char, after))


def _distance(state: _State, text: str) -> int:
    """How far a state may be from an end: what is still asked counts for as much as some characters."""
    return len(text) + _CHARACTERS_A_PATTERN * len(state.places)


def _about(formula: Formula, variable: str) -> list[Matches]:
    return [one for one in formula.atoms if isinstance(one, Matches) and one.variable == variable]


def _chars(state: _State, shape: Glob) -> tuple[str, ...]:
    return representatives(shape.next(state.shape).union(*(one.glob.next(places) for one, places in state.places)))


def _read(state: _State, shape: Glob, char: str) -> _State:
    return _simplified(
        state.rest, shape.read(state.shape, char), [(one, one.glob.read(places, char)) for one, places in state.places]
    )


def _simplified(rest: Formula, shape: int, places: list[tuple[Matches, int]]) -> _State:
    """The state without the patterns that are decided, and without those that the formula asks for no more."""
    known: dict[Atom, bool] = {one: bool(at) for one, at in places if not at or one.glob.takes_all(at)}
    rest = restricted(rest, known)
    return _State(rest, shape, tuple((one, at) for one, at in places if one in rest.atoms))
