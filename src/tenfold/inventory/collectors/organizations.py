"""The organisation, its accounts, and the policies that fence them in.

The organisation itself is told to every member; accounts and policies only to the management account and to those
that it delegated to. An account in no organisation has none of them.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from tenfold.aws.client import Client
from tenfold.inventory.registry import collector, facet
from tenfold.model.arn import Arn, Scope
from tenfold.model.resource import ABSENT, Absent, Fact, Json, Resource

_DESCRIBE = "organizations:DescribeOrganization"
_DEEPEST = 5
"""Organisational units within each other, as AWS has it."""
_POLICY_TYPES = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")


def organization_of(aws: Client) -> Json | Absent:
    """The organisation that the account belongs to; ABSENT when it belongs to none."""
    none = ("AWSOrganizationsNotInUseException",)
    answer = aws.once(_DESCRIBE, lambda: aws.maybe(_DESCRIBE, absent=none))
    return ABSENT if answer is ABSENT else aws.part(_DESCRIBE, answer, "Organization")


@collector("organizations.organization", calls=(_DESCRIBE,))
def organization(aws: Client) -> Iterator[Resource]:
    """The organisation that the account belongs to, with its `detail`."""
    found = organization_of(aws)
    if found:
        yield Resource(found["Arn"], "organizations.organization", _scope(aws), found["Id"], facets=_detail(aws, found))


@collector("organizations.account", calls=(_DESCRIBE, "organizations:ListAccounts"))
def accounts(aws: Client) -> Iterator[Resource]:
    """The accounts of the organisation, closed ones too, each with its `detail`."""
    if not organization_of(aws):
        return
    for account in aws.pages("organizations:ListAccounts", "Accounts"):
        joined = account.get("JoinedTimestamp")
        yield Resource(
            arn=account["Arn"],
            kind="organizations.account",
            scope=_scope(aws),
            name=account.get("Name") or account["Id"],
            created_at=datetime.fromisoformat(joined) if joined else None,
            facets=_detail(aws, account),
        )


@collector("organizations.policy", calls=(_DESCRIBE, "organizations:ListPolicies"))
def policies(aws: Client) -> Iterator[Resource]:
    """The service and resource control policies."""
    if not organization_of(aws):
        return
    for kind in _POLICY_TYPES:
        for policy in aws.pages("organizations:ListPolicies", "Policies", Filter=kind):
            yield Resource(policy["Arn"], "organizations.policy", _scope(aws), policy["Name"])


@facet(
    "organizations.account",
    "tags",
    calls=("organizations:ListTagsForResource",),
    changed_by=("TagResource", "UntagResource", "CreateAccount"),
)
def account_tags(aws: Client, account: Resource) -> Json:
    """The tags that the organisation gives the account, as a mapping."""
    tags = aws.pages("organizations:ListTagsForResource", "Tags", ResourceId=_number(account))
    return {tag["Key"]: tag["Value"] for tag in tags}


@facet(
    "organizations.account",
    "units",
    calls=("organizations:ListParents", "organizations:DescribeOrganizationalUnit"),
    changed_by=("MoveAccount", "UpdateOrganizationalUnit", "CreateAccount"),
)
def account_units(aws: Client, account: Resource) -> Json:
    """The names of the organisational units that the account lies in, outermost first."""
    names: list[str] = []
    unit = _parent(aws, _number(account))
    while unit and len(names) < _DEEPEST:
        names.insert(0, aws.once(f"name of {unit}", partial(_name, aws, unit)))
        unit = aws.once(f"parent of {unit}", partial(_parent, aws, unit))
    return names


def _parent(aws: Client, child: str) -> str:
    """The id of the unit that an account or unit lies in; empty at the root."""
    parents = aws.pages("organizations:ListParents", "Parents", ChildId=child)
    return next((parent["Id"] for parent in parents if parent["Type"] == "ORGANIZATIONAL_UNIT"), "")


def _name(aws: Client, unit: str) -> Json:
    described = aws.call("organizations:DescribeOrganizationalUnit", OrganizationalUnitId=unit)
    return described["OrganizationalUnit"]["Name"]


def _number(resource: Resource) -> str:
    """The id at the end of an ARN of AWS Organizations."""
    return Arn.parse(resource.arn).resource.rpartition("/")[2]


def _scope(aws: Client) -> Scope:
    return Scope(aws.scope.partition, aws.scope.account, "", "organizations")


def _detail(aws: Client, value: Json) -> dict[str, Fact]:
    return {"detail": Fact(aws.clock.now(), value)}


@facet(
    "organizations.policy",
    "detail",
    calls=("organizations:DescribePolicy",),
    changed_by=("CreatePolicy", "UpdatePolicy", "DeletePolicy"),
)
def policy_detail(aws: Client, policy: Resource) -> Json:
    """`PolicySummary`, and the policy's text as `Content`."""
    return aws.call("organizations:DescribePolicy", PolicyId=_number(policy))["Policy"]
