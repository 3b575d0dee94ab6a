"""Conditions as formulas in a world, with AWS's rules for keys that a request does not carry."""

from typing import Literal

from tenfold.policy.conditions import Operator, holds, operator
from tenfold.policy.match import UNKNOWN, Glob, Pattern, filled, pattern
from tenfold.policy.match import Untold as Unsure
from tenfold.policy.parse import Condition
from tenfold.policy.solver.formula import FALSE, TRUE, Formula, both, either, negation
from tenfold.policy.solver.globs import STAR
from tenfold.policy.symbolic.views import Choice, Joined, Known, Several, Text, Untold, arn_items, items, unknown
from tenfold.policy.symbolic.worlds import World

Element = Text | Joined
_SHORTENED = "what AWS makes of a shortened ARN is not documented"
_COLONS = 5
_VALUE_NOT_KNOWN = "the value of a policy variable is not known"


def met(condition: Condition, world: World, *, variables: bool) -> Formula:
    """The formula that a condition holds in a world; see `tenfold.policy.conditions.holds`."""
    found = operator(condition.operator)
    if found is None:
        return unknown(f"{condition.operator} is not an operator of IAM", condition)
    view = world.view(condition.key.lower())
    if isinstance(view, Untold):
        return unknown(view.reason, condition, variables)
    if isinstance(view, Known):
        held = _held(view.values, condition, world, variables=variables)
        return _told(held, condition, variables=variables)
    if isinstance(view, Choice):
        return _tried(view, condition, world, variables=variables)
    return _compared(view, condition, found, world, variables=variables)


def _compared(
    view: Element | Several, condition: Condition, found: Operator, world: World, *, variables: bool
) -> Formula:
    """A key that is a text, or several."""
    if found.family == "null":
        return _null(condition, view.present)
    if found.family not in ("string", "arn"):
        return unknown(f"{condition.key} is a text, which {condition.operator} does not compare", condition)
    if isinstance(view, Several):
        return _of_several(view, condition, found, world, variables=variables)
    value = _value(view, condition, found, world, variables=variables)
    return _of_one(_there(view, found), value, found)


def _held(values: tuple[str, ...] | None, condition: Condition, world: World, *, variables: bool) -> bool | None:
    """Whether a condition holds with these values; a variable that may have no value may void what another fits."""
    key = condition.key.lower()
    held = holds(condition, lambda name: values if name == key else world.lookup(name), variables=variables)
    return None if held and values and _may_be_void(condition, world, variables=variables) else held


def _may_be_void(condition: Condition, world: World, *, variables: bool) -> bool:
    spoken = (want for want in condition.values if variables and "${" in want)
    return any(filled(pattern(want, variables=True), world.lookup) is UNKNOWN for want in spoken)


def _told(held: bool | None, condition: Condition, *, variables: bool) -> Formula:
    if held is None:
        return unknown(f"whether {condition.operator} {condition.key} holds cannot be told", condition, variables)
    return TRUE if held else FALSE


def _null(condition: Condition, present: Formula) -> Formula:
    words = {value.lower() for value in condition.values}
    if not words <= {"true", "false"}:
        return unknown(f"Null takes true or false, not {' or '.join(sorted(words))}", condition)
    return either(negation(present) if word == "true" else present for word in words)


def _there(view: Element, found: Operator) -> Formula:
    """Whether there is a value; for set operators an empty text is none."""
    if not found.quantifier:
        return view.present
    return both((view.present, negation(view.fits(()))))


def _of_one(there: Formula, value: Formula, found: Operator) -> Formula:
    """A key that has one value, or none."""
    lacking = found.if_exists or found.quantifier == "ForAllValues" or (found.negated and not found.quantifier)
    return either((negation(there), value)) if lacking else both((there, value))


def _of_several(view: Several, condition: Condition, found: Operator, world: World, *, variables: bool) -> Formula:
    """A key with any number of values; without set operator that is defined only where all of them agree."""
    rows = [(_there(one, found), _value(one, condition, found, world, variables=variables)) for one in view.elements]
    every = both(either((negation(there), value)) for there, value in rows)
    some = either(both(row) for row in rows)
    if found.quantifier == "ForAllValues":
        return every
    if found.quantifier == "ForAnyValue":
        return some
    mixed = both((some, negation(every), unknown(f"{condition.key} has several values", condition, variables)))
    lacking = found.if_exists or found.negated
    none = both(negation(there) for there, _ in rows)
    return either((both((some, every)), mixed, *((none,) if lacking else ())))


def _value(view: Element, condition: Condition, found: Operator, world: World, *, variables: bool) -> Formula:
    """The value of the request against all values of the policy: any of them; negated: none of them."""
    hits, void = [], False
    for want in condition.values:
        row = pattern(want, variables=_spoken(want, found, variables), wild=found.wild)
        glob = filled(row, world.lookup)
        void = void or glob is None
        if found.family == "arn" and want != "*" and not _whole(row, glob):
            hits.append(unknown(_SHORTENED, condition.operator, condition.key, want))
        else:
            hits.append(FALSE if glob is None else _hit(view, glob, want, condition))
    hit = either(hits)
    if void:  # a variable without value voids the statement, says the IAM guide; see `conditions.holds`
        return FALSE if found.negated else both((hit, unknown(_VALUE_NOT_KNOWN, condition)))
    value = negation(hit) if found.negated else hit
    if _may_be_void(condition, world, variables=variables):
        return both((value, unknown(_VALUE_NOT_KNOWN, condition)))
    return value


def _spoken(want: str, found: Operator, variables: bool) -> bool:
    return variables and "${" in want and found.family in ("string", "arn")


def _hit(view: Element, glob: Glob | Literal[Unsure.UNKNOWN], want: str, condition: Condition) -> Formula:
    if glob is UNKNOWN:
        return unknown(_VALUE_NOT_KNOWN, condition.operator, condition.key, want)
    row = items(glob, fold="IgnoreCase" in condition.operator)
    if "Arn" not in condition.operator:
        return view.fits(row)
    return view.present if row == (STAR,) else view.fits(arn_items(row) or ())


def _whole(row: Pattern, glob: Glob | Literal[Unsure.UNKNOWN] | None) -> bool:
    """Whether an ARN pattern is written with all its parts, and no value of a variable parts it anew."""
    written = row.count(":")
    return written >= _COLONS and (not isinstance(glob, tuple) or glob.count(":") == written)


def _tried(view: Choice, condition: Condition, world: World, *, variables: bool) -> Formula:
    """Each value that makes a difference, and none, tried."""
    results = {value: _held((value,), condition, world, variables=variables) for value in view.values}
    sure = [view.among(lambda value: results[value] is True)]
    doubtful = [view.among(lambda value: results[value] is None)]
    if view.optional:
        lacking = _held(None, condition, world, variables=variables)
        sure += [negation(view.present)] if lacking else []
        doubtful += [negation(view.present)] if lacking is None else []
    return either((*sure, *(both((one, _told(None, condition, variables=variables))) for one in doubtful)))
