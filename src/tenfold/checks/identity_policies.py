"""The statements of the policies that a user, group, role or managed policy carries."""

from collections.abc import Iterator
from typing import NamedTuple

from tenfold.model.errors import GapError
from tenfold.model.gap import Gap, GapKind
from tenfold.model.resource import Json, Resource
from tenfold.policy.parse import PolicyError, Statement, parse

KINDS = ("iam.policy", "iam.user", "iam.group", "iam.role")
_INLINE = {"iam.user": "UserPolicyList", "iam.group": "GroupPolicyList", "iam.role": "RolePolicyList"}


class Found(NamedTuple):
    """One statement: where it stands (a path into the facet `detail`), the policy's name, the statement."""

    at: str
    policy: str
    statement: Statement


def is_aws_managed(arn: str) -> bool:
    """Whether AWS wrote the policy: it lives in the account `aws`."""
    return arn.split(":")[4] == "aws"


def statements(resource: Resource) -> Iterator[Found]:
    """The statements of a managed policy's default version, or of the inline policies of a principal.

    Raises:
        GapError: when the resource's detail was not read; at the end, when a document of it is not a policy.
    """
    bad: list[str] = []
    for at, name, document in _documents(resource):
        try:
            policy = parse(document)
        except PolicyError as error:
            bad.append(f"policy {name} cannot be read: {error}")
            continue
        for statement in policy.statements:
            yield Found(f"{at}.Statement[{statement.index}]", name, statement)
    if bad:
        raise GapError(Gap(GapKind.MALFORMED, "; ".join(bad)), where=resource.arn)


def _documents(resource: Resource) -> Iterator[tuple[str, str, Json]]:
    detail = resource["detail"]
    if resource.kind == "iam.policy":
        for version in detail["PolicyVersionList"]:
            if version["IsDefaultVersion"]:
                yield f"detail.PolicyVersionList[{version['VersionId']}]", detail["PolicyName"], version["Document"]
        return
    field = _INLINE[resource.kind]
    for policy in detail.get(field, ()):
        yield f"detail.{field}[{policy['PolicyName']}]", policy["PolicyName"], policy["PolicyDocument"]
