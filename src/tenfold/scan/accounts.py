"""Which accounts a scan reads, and whose accounts are whose."""

import re
from collections.abc import Mapping, Sequence

import msgspec

from tenfold.aws import partitions
from tenfold.aws.answer import gap_from
from tenfold.aws.client import Client
from tenfold.aws.connection import Connection
from tenfold.inventory.accounts import organization_accounts
from tenfold.inventory.collectors.organizations import organization_of
from tenfold.model.arn import Scope
from tenfold.model.errors import ConfigError, contain
from tenfold.model.gap import Gap
from tenfold.model.party import Parties, Party
from tenfold.model.snapshot import ListCoverage, ListStatus, Snapshot


class PartySettings(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The accounts that the user names: `own` beyond the organisation's, `friendly`, and known `third_party` ones.

    Each maps an account id to the name people know it by. `complete` says that `own` names every account of ours: for
    whoever may not list the organisation's accounts. `organization` is the id of ours, where AWS does not tell.
    """

    own: Mapping[str, str] = {}
    friendly: Mapping[str, str] = {}
    third_party: Mapping[str, str] = {}
    organization: str = ""
    complete: bool = False


class Targets(msgspec.Struct, frozen=True):
    """The accounts to scan, and whose accounts are whose; `listed`: AWS told us the organisation's, if there is one."""

    accounts: tuple[str, ...]
    parties: Parties
    listed: bool = False


def targets(connection: Connection, named: Sequence[str], settings: PartySettings) -> Targets:
    """The accounts to scan: those named, else with a role every active account of the organisation, else our own.

    Args:
        connection: how to call AWS; its `role` is what enters other accounts.
        named: account ids that the user asked for.
        settings: whose accounts are whose, beyond what AWS says.

    Raises:
        ConfigError: when an account id is not 12 digits.
        AccessError: when AWS does not say who we are.
    """
    for account in (*named, *settings.own, *settings.friendly, *settings.third_party):
        if not re.fullmatch(r"\d{12}", account):
            raise ConfigError(f"{account!r} is no account id", next="Account ids have 12 digits; keep them as text")
    identity = connection.identity()
    client = Client(
        connection, Scope(identity.partition, identity.account, partitions.global_region(identity.partition))
    )
    listed = contain(lambda: organization_accounts(client), lambda error: gap_from(error, connection.clock))
    known = [] if isinstance(listed, Gap) else listed
    active = [account.id for account in known if account.active] if connection.settings.role else []
    chosen = tuple(dict.fromkeys(named or active or [identity.account]))
    own = {**dict.fromkeys((*chosen, identity.account), ""), **{account.id: account.name for account in known}}
    ours = _our_id(client, settings)
    gap = listed if isinstance(listed, Gap) and not settings.complete else None
    if isinstance(ours, Gap):  # whoever names every account of ours has not named our organisation
        gap, ours = ours, ""
    named_parties = msgspec.structs.replace(parties(own, settings), gap=gap, organization=ours)
    return Targets(chosen, named_parties, listed=not isinstance(listed, Gap))


def parties(own: Mapping[str, str], settings: PartySettings) -> Parties:
    """Whose accounts are whose; what AWS says is ours stays ours."""
    groups = (
        (Party.THIRD_PARTY, settings.third_party),
        (Party.FRIENDLY, settings.friendly),
        (Party.OWN, settings.own),
        (Party.OWN, own),
    )
    accounts = {account: party for party, group in groups for account in group}
    names = {account: name for _, group in groups for account, name in group.items() if name}
    return Parties(accounts, names)


def with_canonical_ids(snapshot: Snapshot) -> Snapshot:
    """The snapshot with the S3 canonical user ids of its accounts, as bucket lists and ACLs name the owner."""
    known = {
        bucket[facet]["ID"] if facet == "owner" else bucket[facet]["Owner"]["ID"]: bucket.scope.account
        for bucket in snapshot.read("s3.bucket")
        for facet in ("owner", "acl")
        if facet in bucket.facets and bucket.gap(facet) is None
    }
    return msgspec.structs.replace(snapshot, parties=msgspec.structs.replace(snapshot.parties, canonical_ids=known))


def unlisted_accounts(connection: Connection, parties: Parties) -> tuple[ListCoverage, ...]:
    """One coverage row when the organisation's accounts could not be listed, though a role would enter them."""
    if parties.gap is None or not connection.settings.role:
        return ()
    identity, now = connection.identity(), connection.clock.now()
    scope = Scope(identity.partition, identity.account)
    return (ListCoverage("account", scope, ListStatus.PARTIAL, 1, now, parties.gap),)


def _our_id(client: Client, settings: PartySettings) -> str | Gap:
    """The id of our organisation: every member may ask for it; empty when there is none, a gap when nobody says."""
    if settings.organization:
        return settings.organization
    return contain(lambda: str(organization_of(client).get("Id", "")), lambda error: gap_from(error, client.clock))
