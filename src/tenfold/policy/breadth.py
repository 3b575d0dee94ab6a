"""Statements that leave nothing out: proven by the patterns themselves, whatever their spelling."""

from tenfold.policy.match import covers, glob_of
from tenfold.policy.parse import Statement

_ANY_ACTION = glob_of("?*:?*")


def every_action(statement: Statement) -> bool:
    """Whether one entry of the Action element takes every action: `*`, `*:*`, `?*`, ..."""
    return any(covers(glob_of(text.lower()), _ANY_ACTION) for text in statement.actions or ())


def every_resource(statement: Statement, partition: str) -> bool:
    """Whether one entry of the Resource element takes every ARN of a partition: `*`, `arn:*`, `arn:P:*:*:*:*`, ..."""
    arns = glob_of(f"arn:{partition}:?*:*:*:?*")
    return any(covers(glob_of(text), arns) for text in statement.resources or ())
