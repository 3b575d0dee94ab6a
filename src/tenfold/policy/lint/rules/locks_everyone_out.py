"""A Deny that leaves nobody."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.kinds import Kind
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject
from tenfold.policy.parse import Statement


@rule("policy-047", Severity.HIGH)
def locks_everyone_out(asked: Subject) -> Iterator[Remark]:
    """Deny of everything to everyone, without a condition.

    Why: it stops its own administrators too; a key so closed stays closed, a bucket is opened by the root user alone.
    Fix: name the actions that are meant, or spare the administrators by ArnNotLike on aws:PrincipalArn.
    """
    if not asked.kind.of_resource or asked.kind is Kind.TRUST:
        return
    for one in asked.denies:
        everyone = one.principals is not None and one.principals.everyone
        if everyone and not one.conditions and any(map(_everything, one.actions or ())) and _of_whole(one):
            yield Remark(f"Statement[{one.index}]", "everything is denied to everyone, the administrators too")


def _of_whole(statement: Statement) -> bool:
    """Whether it is about the resource itself, not only about what lies in it (objects, behind a slash)."""
    return statement.resources is None or any(
        text == "*" or "/" not in text.rpartition(":")[2] for text in statement.resources
    )


def _everything(text: str) -> bool:
    """`*`, or all actions of one service."""
    return text == "*" or text.partition(":")[2] == "*"
