"""A statement that says nothing new."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject
from tenfold.policy.match import covers, glob_of
from tenfold.policy.parse import Statement

# Policies with more statements would take long to compare, pair by pair.
_MOST = 150


@rule("policy-036", Severity.INFO)
def redundant_statement(asked: Subject) -> Iterator[Remark]:
    """Statement that another one includes.

    Why: it looks as if it mattered; whoever narrows it changes nothing.
    Fix: take it away, or narrow the wider one.
    """
    if len(asked.statements) > _MOST:
        return
    for one in asked.statements:
        wider = next((other for other in asked.statements if _includes(other, one)), None)
        if wider is not None:
            yield Remark(f"Statement[{one.index}]", f"Statement[{wider.index}] says all of it")


def _includes(wide: Statement, narrow: Statement) -> bool:
    """Whether a statement surely includes another; of two alike, the first includes the second."""
    if wide.index == narrow.index or wide.effect != narrow.effect:
        return False
    if (wide.principals, wide.not_principals) != (narrow.principals, narrow.not_principals):
        return False
    if not set(wide.conditions) <= set(narrow.conditions):
        return False
    if _body(wide) == _body(narrow):
        return wide.index < narrow.index or wide.conditions != narrow.conditions
    actions = _covered(_lower(wide.actions), _lower(narrow.actions))
    return actions and _covered(wide.resources, narrow.resources)


def _body(one: Statement) -> tuple[object, ...]:
    return (one.actions, one.not_actions, one.resources, one.not_resources)


def _lower(texts: tuple[str, ...] | None) -> tuple[str, ...] | None:
    return None if texts is None else tuple(text.lower() for text in texts)


def _covered(wide: tuple[str, ...] | None, narrow: tuple[str, ...] | None) -> bool:
    if not wide or not narrow:
        return False
    return all(any(_covers(one, text) for one in wide) for text in narrow)


def _covers(wide: str, narrow: str) -> bool:
    if "*" not in wide and "?" not in wide:
        return wide == narrow
    return covers(glob_of(wide), glob_of(narrow))
