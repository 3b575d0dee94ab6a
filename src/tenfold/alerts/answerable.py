"""Who answers for what an incident is about, by what the stored snapshots say of the resource and its account."""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Final, TypeVar

from sqlalchemy import Connection

from tenfold.alerts.owners import AccountFacts, Owners
from tenfold.model.arn import account_root
from tenfold.model.gap import Gap, GapKind
from tenfold.model.party import Owner
from tenfold.model.resource import Resource
from tenfold.model.snapshot import ListStatus
from tenfold.store import snapshots
from tenfold.store.incidents import Member

T = TypeVar("T")

_ACCOUNT = re.compile(r"[0-9]{12}")
_ARN_PARTS, _ACCOUNT_PART = 6, 4
_MEMBER: Final = "organizations.account"
_UNSEEN = Gap(GapKind.NOT_READ, "no scan has seen it")


class Answerable:
    """The snapshots, asked within one transaction; the organisation's accounts are read when first asked for."""

    def __init__(self, connection: Connection, owners: Owners) -> None:
        self._connection, self._owners = connection, owners

    def of(self, member: Member) -> tuple[str, Owner]:
        """The account that a member's resource lives in, and who answers for it."""
        resource = snapshots.find(self._connection, member.arn) if member.arn else None
        account = _account(member, resource)
        tags = _tags(resource) if member.arn else {}
        return account, self._owners.of(member.arn, account, tags, self._facts(member.partition, account))

    def _facts(self, partition: str, account: str) -> AccountFacts:
        root = snapshots.find(self._connection, account_root(partition, account))
        contact = _side(root, "security_contact", dict[str, str]())
        named = contact if isinstance(contact, Gap) else contact.get("EmailAddress", "")
        member = self._members.get(account)
        if member is None and self._all_listed:
            return AccountFacts({}, (), named)
        return AccountFacts(_side(member, "tags", dict[str, str]()), _side(member, "units", list[str]()), named)

    @cached_property
    def _members(self) -> Mapping[str, Resource]:
        """The accounts of the organisation, by id."""
        return {found["detail"]["Id"]: found for found in snapshots.of_kind(self._connection, _MEMBER)}

    @cached_property
    def _all_listed(self) -> bool:
        """Whether the last scan read the whole list of accounts: who is not there is in no organisation of ours."""
        last = snapshots.outline(self._connection)
        rows = [row for row in last.lists if row.kind == _MEMBER] if last else []
        return bool(rows) and all(row.status is ListStatus.COMPLETE for row in rows)


def _account(member: Member, resource: Resource | None) -> str:
    """The account in the ARN; where it has none, as that of a bucket, the one that lists it; else the event's."""
    parts = member.arn.split(":", _ARN_PARTS - 1)
    named = parts[_ACCOUNT_PART] if len(parts) == _ARN_PARTS else ""
    if _ACCOUNT.fullmatch(named):
        return named
    return resource.scope.account if resource and not named else member.account


def _tags(resource: Resource | None) -> Mapping[str, str] | Gap:
    """An account is no resource with tags: those that the organisation gives it have a rank of their own."""
    if resource is not None and (resource.kind == "account" or resource.tags):
        return {} if resource.kind == "account" else resource.tags
    return _side(resource, "tags", dict[str, str]())


def _side(resource: Resource | None, name: str, none: T) -> T | Gap:
    """What a facet says, `none` when AWS says that there is none, or why nobody knows."""
    if resource is None:
        return _UNSEEN
    fact = resource.facets.get(name)
    if fact is None:
        return Gap(GapKind.NOT_READ, f"{name} of {resource.kind} is not collected")
    if fact.gap is not None:
        return fact.gap
    return none if fact.absent else fact.value
