"""The account itself: what many facets belong to that no single resource has."""

from collections.abc import Iterator

from tenfold.aws.client import Client
from tenfold.inventory.registry import collector, facet
from tenfold.model.arn import Scope, account_root
from tenfold.model.resource import ABSENT, Absent, Json, Resource


@collector("account", calls=())
def account(aws: Client) -> Iterator[Resource]:
    """The account that is being read; it needs no call."""
    partition, number = aws.scope.partition, aws.scope.account
    yield Resource(account_root(partition, number), "account", Scope(partition, number), number)


@facet("account", "caller_identity", calls=("sts:GetCallerIdentity",), changed_by=())
def caller_identity(aws: Client, _: Resource) -> Json:
    """Who we are in the account: `Account`, `Arn`, `UserId`. No event changes it: it is ours, not the account's."""
    return aws.call("sts:GetCallerIdentity")


@facet(
    "account",
    "security_contact",
    calls=("account:GetAlternateContact",),
    changed_by=("PutAlternateContact", "DeleteAlternateContact"),
)
def security_contact(aws: Client, _: Resource) -> Json | Absent:
    """Whom AWS writes to about security, as the account says itself: `Name`, `EmailAddress`."""
    found = aws.maybe(
        "account:GetAlternateContact", absent=("ResourceNotFoundException",), AlternateContactType="SECURITY"
    )
    if found is ABSENT:
        return ABSENT
    contact = found["AlternateContact"]  # the phone number is nobody's business here
    return {name: contact.get(name, "") for name in ("Name", "EmailAddress")}
