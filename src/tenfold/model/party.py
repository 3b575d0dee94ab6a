"""Whose something is: a principal, an account, a canonical id, a VPC, an endpoint, an address range."""

import enum
from collections.abc import Mapping

import msgspec

from tenfold.model.gap import Gap


class Party(enum.StrEnum):
    """The relation of somebody to the organisation that runs tenfold."""

    OWN = "own"
    FRIENDLY = "friendly"
    THIRD_PARTY = "third party"
    UNKNOWN = "unknown"


class Parties(msgspec.Struct, frozen=True):
    """What is known about accounts and canonical ids; who is not named is unknown.

    `gap` says why the organisation's accounts could not be listed: somebody unknown may then well be our own.
    `accounts` maps a 12-digit account id to its party, `names` to a name people know it by, and
    `canonical_ids` maps an S3 canonical user id to the account it belongs to. `organization` is the id of the
    organisation that is ours; empty when we are in none, or when `gap` kept it from being read.
    """

    accounts: Mapping[str, Party] = {}
    names: Mapping[str, str] = {}
    canonical_ids: Mapping[str, str] = {}
    gap: Gap | None = None
    organization: str = ""

    def of(self, account: str) -> Party:
        """The party of an account id."""
        return self.accounts.get(account, Party.UNKNOWN)


class Owner(msgspec.Struct, frozen=True):
    """Who answers for a resource, and the fact that says so."""

    name: str
    evidence: str
    immutable: bool = False
