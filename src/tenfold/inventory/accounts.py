"""Which accounts are ours: asked before a scan, of the account that the credentials belong to."""

from typing import NamedTuple

from tenfold.aws.client import Client
from tenfold.inventory.collectors.organizations import organization_of
from tenfold.model.resource import Json


class OrganizationAccount(NamedTuple):
    """One account of the organisation; `status` is AWS's word (`ACTIVE`, `SUSPENDED`, `PENDING_CLOSURE`, `CLOSED`)."""

    id: str
    name: str
    status: str

    @property
    def active(self) -> bool:
        """Whether it can be read; the others are still ours."""
        return self.status == "ACTIVE"


def organization_accounts(aws: Client) -> list[OrganizationAccount]:
    """All accounts of the organisation, closed ones too; none when the account is in no organisation.

    Raises:
        GapError: when the account may not list them, which only the management account and its delegates may.
    """
    if not organization_of(aws):
        return []
    return [_account(account) for account in aws.pages("organizations:ListAccounts", "Accounts")]


def _account(said: Json) -> OrganizationAccount:
    """`State` replaces `Status`, which AWS takes away in September 2026; older endpoints know only the latter."""
    return OrganizationAccount(said["Id"], said.get("Name") or said["Id"], said.get("State") or said["Status"])
