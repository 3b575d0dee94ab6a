"""What was read of one or many accounts at one time, and what was not."""

import enum
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property

import msgspec

from tenfold.model.arn import Scope, account_root
from tenfold.model.errors import GapError
from tenfold.model.gap import Gap, GapKind
from tenfold.model.party import Parties
from tenfold.model.resource import Resource


class ListStatus(enum.StrEnum):
    """How much of a list was read."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    MISSING = "missing"


class ListCoverage(msgspec.Struct, frozen=True, omit_defaults=True):
    """How the list of one kind in one scope was read: complete, partial or not at all, with the reason and the age."""

    kind: str
    scope: Scope
    status: ListStatus
    count: int
    as_of: datetime
    gap: Gap | None = None


class Vanished(msgspec.Struct, frozen=True):
    """A resource that was listed and then was no longer there: it was deleted while we read."""

    arn: str
    kind: str
    at: datetime


class Snapshot(msgspec.Struct, frozen=True, dict=True):
    """Resources with their facets, and the coverage of their lists.

    `lists` holds one row a kind and scope. A list that is not there was not asked for; asking the snapshot
    for a kind whose list is not complete raises, so that nobody mistakes a gap for an empty list.
    """

    taken_at: datetime
    resources: tuple[Resource, ...] = ()
    lists: tuple[ListCoverage, ...] = ()
    vanished: tuple[Vanished, ...] = ()
    parties: Parties = Parties()

    @cached_property
    def _by_kind(self) -> dict[str, dict[str, list[Resource]]]:
        index: dict[str, dict[str, list[Resource]]] = {}
        for resource in self.resources:
            index.setdefault(resource.kind, {}).setdefault(resource.scope.account, []).append(resource)
        return index

    @cached_property
    def _by_arn(self) -> dict[str, Resource]:
        return {resource.arn: resource for resource in reversed(self.resources)}

    @cached_property
    def _gaps(self) -> dict[tuple[str, str], Gap]:
        """The first gap of each (kind, account)."""
        gaps: dict[tuple[str, str], Gap] = {}
        for row in self.lists:
            if row.status is not ListStatus.COMPLETE:
                gap = row.gap or Gap(GapKind.FAILED, f"the list of {row.kind} is {row.status}")
                gaps.setdefault((row.kind, row.scope.account), gap)
        return gaps

    @cached_property
    def _listed(self) -> set[tuple[str, str]]:
        return {(row.kind, row.scope.account) for row in self.lists}

    def read(self, kind: str, account: str | None = None) -> Iterator[Resource]:
        """The resources of a kind that were read, whatever the coverage; never enough to judge absence."""
        accounts = self._by_kind.get(kind, {})
        for rows in accounts.values() if account is None else [accounts.get(account, [])]:
            yield from rows

    def each(self, kind: str, account: str) -> list[Resource]:
        """All resources of a kind in an account.

        Raises:
            GapError: when the list is partial, was not read, or was not asked for.
        """
        gap = self.list_gap(kind, account)
        if gap is not None:
            raise GapError(gap, where=f"the list of {kind} in {account}")
        return list(self.read(kind, account))

    def list_gap(self, kind: str, account: str) -> Gap | None:
        """Why the list of a kind in an account is not complete; None when it is."""
        if (kind, account) not in self._listed:
            return Gap(GapKind.NOT_READ, f"{kind} was not asked for in account {account}")
        return self._gaps.get((kind, account))

    def first_gaps(self, kind: str) -> list[ListCoverage]:
        """The lists of a kind that are not complete, the first of each account."""
        rows = [row for row in self.lists if row.kind == kind and row.status is not ListStatus.COMPLETE]
        return list({row.scope.account: row for row in reversed(rows)}.values())

    def find(self, arn: str) -> Resource | None:
        """The resource of that ARN, when it was read; the first, where several accounts see it."""
        return self._by_arn.get(arn)

    def account_of(self, resource: Resource) -> Resource:
        """The resource of kind `account` that a resource lives in.

        Raises:
            GapError: when the account was not read.
        """
        found = self.find(account_root(resource.scope.partition, resource.scope.account))
        if found is None:
            raise GapError(Gap(GapKind.NOT_READ, f"account {resource.scope.account} was not read"), where=resource.arn)
        return found

    def accounts(self) -> list[str]:
        """The ids of the accounts that were asked for, sorted."""
        return sorted({row.scope.account for row in self.lists} | {r.scope.account for r in self.read("account")})
