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
    start = _led(_State(formula, shape.start, tuple((one, one.glob.start) for one in asked)), shape, "")
    queue, seen = [(_distance(start[1], start[0]), 0, *start)], {start[1]}
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
            read, after = _led(_read(state, shape, char), shape, text + char)
            if after.shape and after.rest is not FALSE and after not in seen:
                seen.add(after)
                heappush(queue, (_distance(after, read), len(seen), read, after))


def _distance(state: _State, text: str) -> int:
    """How far a state may be from an end: what is still asked counts for as much as some characters."""
    return len(text) + _CHARACTERS_A_PATTERN * len(state.places)


def _about(formula: Formula, variable: str) -> list[Matches]:
    return [one for one in formula.atoms if isinstance(one, Matches) and one.variable == variable]


def _led(state: _State, shape: Glob, text: str) -> tuple[str, _State]:
    """The text and its state, read on as long as the shape, or a pattern that must be met, leaves no choice."""
    at, globs, reached = state.shape, [one.glob for one, _ in state.places], [places for _, places in state.places]
    needed = [place for place, (one, _) in enumerate(state.places) if one in _needed(state.rest)]
    while leads := shape.leads(at) or next(
        (lead for place in needed if (lead := globs[place].leads(reached[place]))), ""
    ):
        at, text = shape.read(at, leads), text + leads
        reached = [glob.read(places, leads) for glob, places in zip(globs, reached, strict=True)]
    return text, _simplified(state.rest, at, [(one, at) for (one, _), at in zip(state.places, reached, strict=True)])


def _needed(formula: Formula) -> list[Atom | None]:
    """The atoms without which a formula does not hold."""
    return [part.atom for part in (formula.parts if formula.kind == "and" else (formula,)) if part.kind == "atom"]


def _chars(state: _State, shape: Glob) -> tuple[str, ...]:
    return representatives(shape.next(state.shape).union(*(one.glob.next(places) for one, places in state.places)))


def _read(state: _State, shape: Glob, char: str) -> _State:
    """The state after one more character, with all its patterns."""
    places = tuple((one, one.glob.read(at, char)) for one, at in state.places)
    return _State(state.rest, shape.read(state.shape, char), places)


def _simplified(rest: Formula, shape: int, places: list[tuple[Matches, int]]) -> _State:
    """The state without the patterns that are decided, and without those that the formula asks for no more."""
    if not shape:
        return _State(FALSE, 0, ())
    known: dict[Atom, bool] = {one: bool(at) for one, at in places if not at or one.glob.takes_all(at)}
    rest = restricted(rest, known)
    return _State(rest, shape, tuple((one, at) for one, at in places if one in rest.atoms))
