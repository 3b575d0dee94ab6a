"""The organisation, its accounts, and the policies that fence them in.

The organisation itself is told to every member; accounts and policies only to the management account and to those
that it delegated to. An account in no organisation has none of them.
"""

from collections.abc import Iterator
from datetime import datetime

from tenfold.aws.client import Client
from tenfold.inventory.registry import collector, facet
from tenfold.model.arn import Arn, Scope
from tenfold.model.resource import ABSENT, Absent, Fact, Json, Resource

_DESCRIBE = "organizations:DescribeOrganization"
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
    number = Arn.parse(policy.arn).resource.rpartition("/")[2]
    return aws.call("organizations:DescribePolicy", PolicyId=number)["Policy"]
