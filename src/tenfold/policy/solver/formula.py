"""Boolean formulas over atoms, in negation normal form, each kept once.

Equal formulas are one object, so they are compared and remembered by identity.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Union
from weakref import WeakValueDictionary

import msgspec

from tenfold.policy.solver.globs import Glob
from tenfold.policy.solver.ranges import Ranges


class Matches(msgspec.Struct, frozen=True, cache_hash=True):
    """The text of a variable is one of a pattern's."""

    variable: str
    glob: Glob


class Within(msgspec.Struct, frozen=True, cache_hash=True):
    """The number of a variable lies in one of some ranges."""

    variable: str
    ranges: Ranges


class Present(msgspec.Struct, frozen=True, cache_hash=True):
    """A variable has a value."""

    variable: str


Atom = Union[Matches, Within, Present]  # noqa: UP007 - an alias that mypy takes in isinstance


class Formula:
    """A formula; make one with `atom`, `both`, `either` and `negation`.

    Attributes:
        kind: `true`, `false`, `atom`, `not` (of an atom), `and`, `or`.
        parts: what it joins.
        atom: of `atom` and `not`.
        atoms: all atoms in it.
        variables: all variables in it.
    """

    __slots__ = ("__weakref__", "_negation", "atom", "atoms", "kind", "number", "parts", "variables")
    _all: Final[WeakValueDictionary[tuple[object, ...], "Formula"]] = WeakValueDictionary()
    _count = 0

    kind: str
    parts: tuple["Formula", ...]
    atom: Atom | None
    atoms: frozenset[Atom]
    variables: frozenset[str]
    number: int
    _negation: Union["Formula", None]

    @classmethod
    def of(cls, kind: str, parts: tuple["Formula", ...] = (), atom: Atom | None = None) -> "Formula":
        """The one formula of this form."""
        key = (kind, atom, *(part.number for part in parts))
        found = cls._all.get(key)
        if found is None:
            found = cls._all[key] = cls._made(kind, parts, atom)
        return found

    @classmethod
    def _made(cls, kind: str, parts: tuple["Formula", ...], atom: Atom | None) -> "Formula":
        made = object.__new__(cls)
        Formula._count += 1
        made.kind, made.parts, made.atom, made.number = kind, parts, atom, Formula._count
        own = frozenset([atom]) if atom is not None else frozenset()
        made.atoms = own.union(*(part.atoms for part in parts))
        made.variables = frozenset(one.variable for one in made.atoms)
        made._negation = None
        return made

    @property
    def negation(self) -> "Formula":
        """Its contrary."""
        if self._negation is None:
            self._negation = _negated(self)
        return self._negation

    def __repr__(self) -> str:
        if self.kind in {"and", "or"}:
            return f"({f' {self.kind} '.join(map(repr, self.parts))})"
        return {"true": "true", "false": "false", "atom": repr(self.atom), "not": f"not {self.atom!r}"}[self.kind]


TRUE, FALSE = Formula.of("true"), Formula.of("false")


def atom(one: Atom) -> Formula:
    """An atom as a formula."""
    return Formula.of("atom", (), one)


def both(parts: Iterable[Formula]) -> Formula:
    """All of them hold; of none, that is true."""
    return _joined("and", parts, neutral=TRUE, deciding=FALSE)


def either(parts: Iterable[Formula]) -> Formula:
    """One of them holds; of none, that is false."""
    return _joined("or", parts, neutral=FALSE, deciding=TRUE)


def negation(formula: Formula) -> Formula:
    """It does not hold."""
    return formula.negation


def restricted(formula: Formula, known: Mapping[Atom, bool]) -> Formula:
    """What is left of a formula once some atoms are known."""
    return _restricted(formula, known, {}) if known else formula


def _restricted(formula: Formula, known: Mapping[Atom, bool], done: dict[int, Formula]) -> Formula:
    if formula.atoms.isdisjoint(known):
        return formula
    found = done.get(formula.number)
    if found is None:
        if formula.atom is not None:
            found = TRUE if known[formula.atom] is (formula.kind == "atom") else FALSE
        else:
            join = both if formula.kind == "and" else either
            found = join(_restricted(part, known, done) for part in formula.parts)
        done[formula.number] = found
    return found


def at_worst(formula: Formula, doubtful: frozenset[Atom]) -> Formula:
    """The formula where neither a doubtful atom nor its contrary is taken to hold: what remains true in any case."""
    if formula.atoms.isdisjoint(doubtful):
        return formula
    if formula.atom is not None:
        return FALSE
    join = both if formula.kind == "and" else either
    return join(at_worst(part, doubtful) for part in formula.parts)


def _joined(kind: str, parts: Iterable[Formula], *, neutral: Formula, deciding: Formula) -> Formula:
    """Flat, without repetitions, in one order; contrary parts decide."""
    flat: dict[int, Formula] = {}
    for part in parts:
        if part is deciding:
            return deciding
        for one in part.parts if part.kind == kind else (part,):
            if one is not neutral:
                flat[one.number] = one
    if any(one.atom is not None and one.negation.number in flat for one in flat.values()):
        return deciding
    if len(flat) <= 1:
        return next(iter(flat.values()), neutral)
    return Formula.of(kind, tuple(flat[number] for number in sorted(flat)))


def _negated(formula: Formula) -> Formula:
    if formula.atom is not None:
        return Formula.of("not" if formula.kind == "atom" else "atom", (), formula.atom)
    if formula.kind in {"true", "false"}:
        return FALSE if formula.kind == "true" else TRUE
    return (either if formula.kind == "and" else both)(part.negation for part in formula.parts)
