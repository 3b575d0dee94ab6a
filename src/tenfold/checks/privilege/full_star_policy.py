from collections.abc import Iterator

from tenfold.checks.identity_policies import KINDS, Found, is_aws_managed, statements
from tenfold.checks.registry import check
from tenfold.model.errors import GapError
from tenfold.model.finding import Problem, Severity
from tenfold.model.gap import Gap, GapKind
from tenfold.model.resource import Resource
from tenfold.model.snapshot import Snapshot
from tenfold.policy.breadth import every_action, every_resource
from tenfold.policy.parse import Statement


@check(*KINDS, id="priv-001", needs=("detail",), severity=Severity.HIGH)
def full_star_policy(resource: Resource, snapshot: Snapshot) -> Iterator[Problem]:
    """Policy allows every action on every resource.

    Why: whoever holds it is administrator, and so is whoever takes over one of its sessions.
    Fix: name the actions and resources that the work needs; the trail shows which ones are used.

    Customer managed policies are judged where they stand, inline policies at their principal; a policy that AWS
    manages (AdministratorAccess) is reported at each principal that it is attached to.
    """
    if resource.kind == "iam.policy" and is_aws_managed(resource.arn):
        return
    partition = resource.scope.partition
    for found in statements(resource):
        if _is_full_star(found.statement, partition):
            yield _problem(found, _holders(resource))
    for attached in resource["detail"].get("AttachedManagedPolicies", ()):
        arn = attached["PolicyArn"]
        if is_aws_managed(arn) and any(
            _is_full_star(f.statement, partition) for f in statements(_policy(arn, snapshot))
        ):
            message = f"the AWS managed policy {attached['PolicyName']} is attached: every action on every resource"
            yield Problem(message, at="detail.AttachedManagedPolicies", key=arn, seen=attached)


def _is_full_star(statement: Statement, partition: str) -> bool:
    return (
        statement.allows
        and not statement.conditions
        and every_action(statement)
        and (statement.not_resources is not None or every_resource(statement, partition))
    )


def _problem(found: Found, holders: str) -> Problem:
    statement = found.statement
    key = f"{found.policy}:{statement.sid or statement.index}"
    but = f" but {', '.join(statement.not_resources[:3])}" if statement.not_resources else ""
    seen = {"Action": statement.actions, "Resource": statement.resources, "NotResource": statement.not_resources}
    message = f"policy {found.policy} allows every action on every resource{but}{holders}"
    return Problem(message, at=found.at, key=key, seen={name: list(v) for name, v in seen.items() if v is not None})


def _holders(resource: Resource) -> str:
    if resource.kind != "iam.policy":
        return ""
    return f"; it is attached {resource['detail'].get('AttachmentCount', 0)} time(s)"


def _policy(arn: str, snapshot: Snapshot) -> Resource:
    found = snapshot.find(arn)
    if found is None:
        raise GapError(Gap(GapKind.NOT_READ, f"the AWS managed policy {arn} was not read"), where=arn)
    return found
