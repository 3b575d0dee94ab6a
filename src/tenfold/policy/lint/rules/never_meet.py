"""An action and a resource that never meet."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject
from tenfold.policy.overlap import meets
from tenfold.policy.parse import Statement


@rule("policy-019", Severity.MEDIUM)
def never_meet(asked: Subject) -> Iterator[Remark]:
    """Action and resource that never meet.

    Why: the action is asked on another type of resource, so the statement does not apply to it.
    Fix: name the type of resource that the action acts on: the bucket for s3:ListBucket, its objects for s3:GetObject.
    """
    for one in asked.statements:
        if one.resources and one.actions and "*" not in one.resources:
            yield from _actions(asked, one, one.resources)
            yield from _resources(asked, one)


def _actions(asked: Subject, statement: Statement, resources: tuple[str, ...]) -> Iterator[Remark]:
    for text, at in asked.entries(statement, "Action"):
        arns = asked.actions.acts_on(text)
        if arns and not any(meets(resource, arn) for resource in resources for arn in arns):
            shown = ", ".join(sorted(arns, key=lambda arn: (len(arn), arn))[:2])
            yield Remark(at, f"{text} acts on {shown}, which no Resource of the statement names")


def _resources(asked: Subject, statement: Statement) -> Iterator[Remark]:
    """Resources that no action acts on, unless an action is unknown or none fits at all."""
    every = [asked.actions.acts_on(text) for text in statement.actions or ()]
    arns = frozenset().union(*every)
    if not all(every) or "*" in (statement.actions or ()):
        return
    idle = [(text, at) for text, at in asked.entries(statement, "Resource") if not any(meets(text, a) for a in arns)]
    if len(idle) < len(statement.resources or ()):
        yield from (Remark(at, f"no action of the statement acts on {text}", Severity.LOW) for text, at in idle)
