"""The statements of the policies that a user, group, role or managed policy carries."""

from collections.abc import Iterator
from typing import NamedTuple

from tenfold.model.resource import Json, Resource
from tenfold.policy.parse import Statement, parse

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
        GapError: when the resource's detail was not read.
        InputError: when a document is not a policy.
    """
    for at, name, document in _documents(resource):
        for statement in parse(document).statements:
            yield Found(f"{at}.Statement[{statement.index}]", name, statement)


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
