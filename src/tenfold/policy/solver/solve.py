"""Whether a formula can hold: the values by which it does, or the knowledge that there are none.

Presence is decided first, then numbers, whose ranges leave few cases, then texts, one variable after the other. What
shares no variable is solved apart.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tenfold.policy.solver.formula import FALSE, TRUE, Atom, Formula, Present, Within, both, restricted
from tenfold.policy.solver.globs import STAR, Glob
from tenfold.policy.solver.limit import Limit
from tenfold.policy.solver.ranges import Range, holds, points
from tenfold.policy.solver.words import readings

ANY_TEXT = Glob((STAR,))
Value = str | int | None
Model = Mapping[str, Value]
"""The values of the variables that matter, None for one that is absent; the others may have any."""


class Variable(NamedTuple):
    """What a variable can be: numbers of a `space`, or texts of a `shape`; `optional` when it may be absent."""

    shape: Glob = ANY_TEXT
    space: Range | None = None
    optional: bool = False


TEXT = Variable()


def solve(formula: Formula, variables: Mapping[str, Variable], limit: Limit) -> Model | None:
    """Values under which a formula holds; None when there are none.

    An atom about an absent variable does not hold.

    Args:
        formula: over any variables.
        variables: what they can be; one that is not named is any text.
        limit: counts the states of the search.

    Raises:
        LimitReachedError: when the answer would take more states.
    """
    return _Search(variables, limit).solve(formula)


class _Search:
    def __init__(self, variables: Mapping[str, Variable], limit: Limit) -> None:
        self._variables, self._limit = variables, limit
        self._hopeless: set[Formula] = set()

    def solve(self, formula: Formula) -> dict[str, Value] | None:
        """See the function of that name."""
        if formula is TRUE:
            return {}
        if formula is FALSE or formula in self._hopeless:
            return None
        self._limit.count()
        found = self._split(formula)
        if found is None:
            self._hopeless.add(formula)
        return found

    def _split(self, formula: Formula) -> dict[str, Value] | None:
        if formula.kind == "or":
            return next((found for part in formula.parts if (found := self.solve(part)) is not None), None)
        groups = _apart(formula)
        if len(groups) == 1:
            return self._decide(formula)
        joined: dict[str, Value] = {}
        for group in groups:
            found = self.solve(group)
            if found is None:
                return None
            joined |= found
        return joined

    def _decide(self, formula: Formula) -> dict[str, Value] | None:
        name = self._first(formula)
        for value, rest in self._cases(name, formula):
            found = self.solve(rest)
            if found is not None:
                return {name: value, **found}
        return None

    def _first(self, formula: Formula) -> str:
        """The variable to decide: with the fewest atoms, numbers before texts."""
        counts: dict[str, int] = {}
        for one in formula.atoms:
            counts[one.variable] = counts.get(one.variable, 0) + 1
        return min(counts, key=lambda name: (self._kind(name).space is None, counts[name], name))

    def _kind(self, name: str) -> Variable:
        return self._variables.get(name, TEXT)

    def _cases(self, name: str, formula: Formula) -> Iterator[tuple[Value, Formula]]:
        kind = self._kind(name)
        own = [one for one in formula.atoms if one.variable == name]
        if kind.optional:
            yield None, restricted(formula, dict.fromkeys(own, False))
        there = restricted(formula, {one: True for one in own if isinstance(one, Present)})
        yield from self._numbers(name, kind.space, there) if kind.space else self._texts(name, kind.shape, there)

    @staticmethod
    def _numbers(name: str, space: Range, formula: Formula) -> Iterator[tuple[Value, Formula]]:
        own = [one for one in formula.atoms if isinstance(one, Within) and one.variable == name]
        told = set()
        for number in points((one.ranges for one in own), space):
            rest = restricted(formula, {one: holds(one.ranges, number) for one in own})
            if rest not in told:
                told.add(rest)
                yield number, rest

    def _texts(self, name: str, shape: Glob, formula: Formula) -> Iterator[tuple[Value, Formula]]:
        yield from readings(formula, name, shape, self._limit)


def _apart(formula: Formula) -> list[Formula]:
    """The parts of a conjunction, joined where they share variables."""
    if formula.kind != "and":
        return [formula]
    groups: list[tuple[frozenset[str], list[Formula]]] = []
    for part in formula.parts:
        touched = [group for group in groups if group[0] & part.variables]
        groups = [group for group in groups if not group[0] & part.variables]
        names = part.variables.union(*(names for names, _ in touched))
        groups.append((names, [one for _, ones in touched for one in ones] + [part]))
    return [both(parts) for _, parts in sorted(groups, key=lambda group: len(group[0]))]


def satisfies(formula: Formula, model: Model) -> bool:
    """Whether a formula holds under a model that names all its variables."""
    return restricted(formula, {one: _true(one, model[one.variable]) for one in formula.atoms}) is TRUE


def _true(one: Atom, value: Value) -> bool:
    if value is None:
        return False
    if isinstance(one, Present):
        return True
    if isinstance(one, Within):
        return isinstance(value, int) and holds(one.ranges, value)
    return isinstance(value, str) and one.glob.matches(value)
