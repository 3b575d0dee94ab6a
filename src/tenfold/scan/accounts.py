"""Which accounts a scan reads, and whose accounts are whose."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from tenfold.aws import partitions
from tenfold.aws.client import Client
from tenfold.aws.connection import Connection
from tenfold.inventory.accounts import organization_accounts
from tenfold.model.arn import Scope
from tenfold.model.errors import GapError
from tenfold.model.gap import Gap
from tenfold.model.party import Parties, Party
from tenfold.model.snapshot import Snapshot


class PartySettings(msgspec.Struct, frozen=True, omit_defaults=True):
    """The accounts that the user names: `own` beyond the organisation's, `friendly`, and known `third_party` ones.

    Each maps an account id to the name people know it by.
    """

    own: Mapping[str, str] = {}
    friendly: Mapping[str, str] = {}
    third_party: Mapping[str, str] = {}


class Targets(msgspec.Struct, frozen=True):
    """The accounts to scan, whose they are, and why the organisation's list is missing, if it is."""

    accounts: tuple[str, ...]
    parties: Parties
    gap: Gap | None = None


def targets(connection: Connection, named: Sequence[str], settings: PartySettings) -> Targets:
    """The accounts to scan: those named, else with a role every active account of the organisation, else our own.

    Args:
        connection: how to call AWS; its `role` is what enters other accounts.
        named: account ids that the user asked for.
        settings: whose accounts are whose, beyond what AWS says.

    Raises:
        AccessError: when AWS does not say who we are.
    """
    identity = connection.identity()
    names, gap = _organization(connection, identity.partition, identity.account)
    everyone = sorted(names) if connection.settings.role and names else [identity.account]
    chosen = tuple(dict.fromkeys(named)) or tuple(everyone)
    return Targets(
        chosen, parties({**names, **dict.fromkeys({*chosen, identity.account} - names.keys(), "")}, settings), gap
    )


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
    """The snapshot with the S3 canonical user id of each account, as its own buckets' ACLs name their owner."""
    known = {
        bucket["acl"]["Owner"]["ID"]: bucket.scope.account
        for bucket in snapshot.read("s3.bucket")
        if "acl" in bucket.facets and bucket.gap("acl") is None
    }
    return msgspec.structs.replace(snapshot, parties=msgspec.structs.replace(snapshot.parties, canonical_ids=known))


def _organization(connection: Connection, partition: str, account: str) -> tuple[dict[str, str], Gap | None]:
    client = Client(connection, Scope(partition, account, partitions.global_region(partition)))
    try:
        return _active(organization_accounts(client)), None
    except GapError as error:
        return {}, error.gap


def _active(accounts: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    return {account: name for account, name, _status in accounts}
