"""Allow with NotAction."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.kinds import Kind
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject


@rule("policy-003", Severity.MEDIUM)
def allow_with_not_action(asked: Subject) -> Iterator[Remark]:
    """Allow with NotAction allows every action it does not name.

    Why: that is nearly all of AWS, with every service and action that is still to come.
    Fix: list what is allowed in Action; use NotAction in a Deny.
    """
    if asked.kind in (Kind.SCP, Kind.ENDPOINT, Kind.BOUNDARY):
        return
    for one in asked.allows:
        if one.not_actions is not None:
            anywhere = "*" in (one.resources or ())
            where = " on every resource" if anywhere else ""
            message = f"allows everything but {', '.join(one.not_actions[:5]) or 'nothing'}{where}"
            yield Remark(asked.place(one, "NotAction"), message, Severity.HIGH if anywhere else None)
