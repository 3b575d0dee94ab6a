from collections.abc import Iterator

from tenfold.checks.identity_policies import KINDS, is_aws_managed, statements
from tenfold.checks.registry import check
from tenfold.model.finding import Problem, Severity
from tenfold.model.resource import Resource
from tenfold.model.snapshot import Snapshot


@check(*KINDS, id="def-001", needs=("detail",), severity=Severity.MEDIUM)
def allow_with_notaction(resource: Resource, _snapshot: Snapshot) -> Iterator[Problem]:
    """Policy allows everything but a list of actions.

    Why: Allow with NotAction grants every service that AWS adds tomorrow.
    Fix: list what is allowed; to forbid something, write a Deny.
    """
    if resource.kind == "iam.policy" and is_aws_managed(resource.arn):
        return
    for found in statements(resource):
        statement = found.statement
        if statement.allows and statement.not_actions is not None:
            key = f"{found.policy}:{statement.sid or statement.index}"
            message = f"policy {found.policy} allows every action but {', '.join(statement.not_actions[:3])}"
            yield Problem(message, at=found.at, key=key, seen={"NotAction": list(statement.not_actions)})
