"""Users, groups, roles and policies, in one list that brings every document along."""

from collections.abc import Iterator
from datetime import datetime

from tenfold.aws.client import Client
from tenfold.inventory.registry import collector, facet
from tenfold.model.arn import Scope
from tenfold.model.resource import ABSENT, Absent, Fact, Json, Resource

_LISTS = {
    "iam.user": "UserDetailList",
    "iam.group": "GroupDetailList",
    "iam.role": "RoleDetailList",
    "iam.policy": "Policies",
}
_TAGGED = frozenset({"iam.user", "iam.role"})
"""The kinds whose tags come along: the list leaves those of a policy out."""


@collector("iam.user", "iam.group", "iam.role", "iam.policy", calls=("iam:GetAccountAuthorizationDetails",))
def principals_and_policies(aws: Client) -> Iterator[Resource]:
    """Everything that grants a permission, page by page, each with all that AWS says of it as `detail`.

    Policies that AWS manages come along for each account that uses them: how often they are attached is its own.
    """
    for page in aws.whole_pages("iam:GetAccountAuthorizationDetails", MaxItems=1000):
        for kind, key in _LISTS.items():
            yield from (_resource(aws, kind, detail) for detail in page.get(key) or ())


def _resource(aws: Client, kind: str, detail: Json) -> Resource:
    """The name stands at the end of the ARN, after the path. A list without `Tags` tells nothing of them."""
    now = aws.clock.now()
    tags = {tag["Key"]: tag["Value"] for tag in detail.get("Tags", ())}
    told = {"tags": Fact(now, tags)} if kind in _TAGGED else {}
    return Resource(
        arn=detail["Arn"],
        kind=kind,
        scope=Scope(aws.scope.partition, aws.scope.account, "", "iam"),
        name=detail["Arn"].rpartition("/")[2],
        tags=tags,
        created_at=datetime.fromisoformat(detail["CreateDate"]),
        facets={"detail": Fact(now, detail), **told},
    )


@facet(
    "account",
    "password_policy",
    calls=("iam:GetAccountPasswordPolicy",),
    changed_by=("UpdateAccountPasswordPolicy", "DeleteAccountPasswordPolicy"),
)
def password_policy(aws: Client, _: Resource) -> Json | Absent:
    """What passwords of users must be like; absent where AWS's default holds."""
    answer = aws.maybe("iam:GetAccountPasswordPolicy", absent=("NoSuchEntity",))
    return ABSENT if answer is ABSENT else answer["PasswordPolicy"]


@facet(
    "account",
    "iam_summary",
    calls=("iam:GetAccountSummary",),
    changed_by=(
        "EnableMFADevice",
        "DeactivateMFADevice",
        "CreateAccessKey",
        "DeleteAccessKey",
        "CreateUser",
        "DeleteUser",
        "CreateRole",
        "DeleteRole",
        "CreatePolicy",
        "DeletePolicy",
    ),
)
def iam_summary(aws: Client, _: Resource) -> Json:
    """Counts and quotas, and whether the root user has MFA, keys and a password: `AccountMFAEnabled`, ..."""
    return aws.call("iam:GetAccountSummary")["SummaryMap"]
