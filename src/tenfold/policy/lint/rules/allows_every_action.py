"""Allow of every action."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.breadth import any_action
from tenfold.policy.lint.kinds import Kind
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject


@rule("policy-005", Severity.HIGH)
def allows_every_action(asked: Subject) -> Iterator[Remark]:
    """Allow of every action.

    Why: whoever gets it can do all there is, give himself the rest, and take away the traces.
    Fix: list the actions that are needed; where it must be an administrator, ask for MFA and few people.
    """
    if not asked.kind.grants or asked.kind is Kind.SESSION:
        return
    for one in asked.allows:
        for text, at in asked.entries(one, "Action"):
            if any_action(text):
                where = " on every resource" if "*" in (one.resources or ()) else ""
                yield Remark(at, f"{text} allows every action of every service{where}")
                break
