"""A statement that says nothing new."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.closures import covered, lower
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject
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
    actions = covered(lower(wide.actions), lower(narrow.actions))
    return actions and covered(wide.resources, narrow.resources)


def _body(one: Statement) -> tuple[object, ...]:
    return (one.actions, one.not_actions, one.resources, one.not_resources)
