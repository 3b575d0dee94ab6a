"""The runner: lists first, then only the facets that are asked for; a gap stays where it is."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple, Protocol

import msgspec

from tenfold.aws import partitions
from tenfold.aws.answer import fact, gap_from
from tenfold.aws.client import Client, Memo
from tenfold.aws.connection import Connection
from tenfold.inventory.registry import Catalogue, Collector, catalogue
from tenfold.model.arn import Scope
from tenfold.model.errors import contain
from tenfold.model.gap import Gap, GapKind
from tenfold.model.party import Parties
from tenfold.model.resource import Fact, Resource
from tenfold.model.snapshot import ListCoverage, ListStatus, Snapshot, Vanished

Wanted = Mapping[str, frozenset[str]]
"""Which facets of which kinds: `{"s3.bucket": {"policy", "acl"}}`."""
THREADS = 16


class Progress(Protocol):
    """Told what is being read; a terminal draws it."""

    def expect(self, more: int) -> None:
        """So many more steps are to come."""

    def step(self, what: str) -> None:
        """One step is done."""


class Silent:
    """Progress that nobody watches."""

    def expect(self, more: int) -> None:
        """Nothing is drawn."""

    def step(self, what: str) -> None:
        """Nothing is drawn."""


class _List(NamedTuple):
    collector: Collector
    client: Client


class _Listed(NamedTuple):
    resources: list[Resource]
    coverage: list[ListCoverage]


class _Described(NamedTuple):
    resource: Resource
    vanished: Vanished | None


def collect(
    connection: Connection,
    accounts: Sequence[str],
    wanted: Wanted,
    *,
    parties: Parties | None = None,
    progress: Progress | None = None,
    threads: int = THREADS,
) -> Snapshot:
    """Read the wanted kinds and facets of the accounts.

    Args:
        connection: how to call AWS.
        accounts: account ids; each is entered by the connection's role.
        wanted: facets by kind; a kind with no facets is only listed.
        parties: whose accounts are whose; goes into the snapshot as it is.
        progress: told of each step.
        threads: how many calls are under way at once.
    """
    known, progress = catalogue(), progress or Silent()
    clients = {account: Client(connection, _home(connection, account), Memo()) for account in accounts}
    with _pool(threads) as pool:
        regions = dict(zip(clients, pool.map(_regions, clients.values()), strict=True))
        lists = list(_lists(known, clients, regions, set(wanted)))
        progress.expect(len(lists))
        listed = list(pool.map(lambda job: _list(job, wanted, progress), lists))
        resources = _distinct(resource for part in listed for resource in part.resources)
        progress.expect(len(resources))
        described = list(pool.map(lambda r: _describe(r, clients, wanted, progress), resources))
    return Snapshot(
        taken_at=connection.clock.now(),
        resources=tuple(d.resource for d in described if d.vanished is None),
        lists=tuple(row for part in listed for row in part.coverage) + _missing_regions(regions, lists, clients),
        vanished=tuple(d.vanished for d in described if d.vanished is not None),
        parties=parties or Parties(),
    )


@contextmanager
def _pool(threads: int) -> Iterator[ThreadPoolExecutor]:
    """Threads that nobody waits for when the user interrupts."""
    pool = ThreadPoolExecutor(max_workers=threads)
    try:
        yield pool
    finally:
        pool.shutdown(wait=sys.exc_info()[0] is not KeyboardInterrupt, cancel_futures=True)


def _home(connection: Connection, account: str) -> Scope:
    """An account's scope, in the region where its partition's global services answer."""
    partition = connection.identity().partition
    return Scope(partition, account, partitions.global_region(partition))


def _regions(client: Client) -> tuple[str, ...] | Gap:
    """The regions that the account has enabled, or the ones that the user named."""
    named = client.settings.regions
    return named or contain(lambda: enabled_regions(client), lambda error: gap_from(error, client.clock))


def enabled_regions(client: Client) -> tuple[str, ...]:
    """The regions that an account has enabled, opt-in ones too, sorted.

    Raises:
        GapError: when they cannot be read.
    """
    answer = client.call("ec2:DescribeRegions", AllRegions=True)
    return tuple(sorted(r["RegionName"] for r in answer["Regions"] if r.get("OptInStatus") != "not-opted-in"))


def _lists(
    known: Catalogue, clients: Mapping[str, Client], regions: Mapping[str, tuple[str, ...] | Gap], kinds: set[str]
) -> Iterator[_List]:
    for account, client in clients.items():
        for collector in known.collectors:
            if not kinds & set(collector.kinds):
                continue
            if collector.where == "global":
                yield _List(collector, client)
            else:
                yield from (_List(collector, client.in_region(r)) for r in _known_regions(regions[account], client))


def _known_regions(regions: tuple[str, ...] | Gap, client: Client) -> tuple[str, ...]:
    """Where the enabled regions cannot be read, the one region that is known: the coverage says that it is partial."""
    return (client.home_region,) if isinstance(regions, Gap) else regions


def _list(job: _List, wanted: Wanted, progress: Progress) -> _Listed:
    """Read one list; what came before a failure is kept, and the coverage says partial."""
    found: list[Resource] = []
    gap: Gap | None = contain(lambda: _drain(job, found), lambda error: gap_from(error, job.client.clock))
    progress.step(job.collector.name)
    rows = [_coverage(job, kind, found, gap) for kind in job.collector.kinds if kind in wanted]
    return _Listed([r for r in found if r.kind in wanted], rows)


def _drain(job: _List, into: list[Resource]) -> None:
    """Item by item, so that what came before a failure stays."""
    for resource in job.collector.collect(job.client):
        into.append(resource)  # noqa: PERF402 - extend() would lose the items before an exception


def _coverage(job: _List, kind: str, found: Iterable[Resource], gap: Gap | None) -> ListCoverage:
    count = sum(r.kind == kind for r in found)
    status = ListStatus.COMPLETE if gap is None else ListStatus.PARTIAL if count else ListStatus.MISSING
    region = "" if job.collector.where == "global" else job.client.scope.region
    scope = msgspec.structs.replace(job.client.scope, region=region)
    return ListCoverage(kind, scope, status, count, job.client.clock.now(), gap)


def _missing_regions(
    regions: Mapping[str, tuple[str, ...] | Gap], lists: Iterable[_List], clients: Mapping[str, Client]
) -> tuple[ListCoverage, ...]:
    """One partial row a regional kind for each account whose regions could not be read."""
    kinds = {kind for job in lists if job.collector.where == "regional" for kind in job.collector.kinds}
    return tuple(
        ListCoverage(
            kind, msgspec.structs.replace(clients[account].scope, region=""), ListStatus.PARTIAL, 0, gap.at or now, gap
        )
        for account, gap in regions.items()
        if isinstance(gap, Gap)
        for now in [clients[account].clock.now()]
        for kind in sorted(kinds)
    )


def _distinct(resources: Iterable[Resource]) -> list[Resource]:
    """One of each ARN and account: a multi-region trail shows in every region, an organisation's in every account."""
    return list({(resource.arn, resource.scope.account): resource for resource in reversed(list(resources))}.values())[
        ::-1
    ]


def _describe(resource: Resource, clients: Mapping[str, Client], wanted: Wanted, progress: Progress) -> _Described:
    """Read the facets that are wanted and did not come with the list."""
    client = clients[resource.scope.account].in_region(resource.scope.region)
    facts = dict(resource.facets)
    for name in sorted(wanted[resource.kind] - facts.keys()):
        facts[name] = read_facet(client, resource, name)
        if _is_gone(resource, facts[name]):
            progress.step(resource.kind)
            return _Described(resource, Vanished(resource.arn, resource.kind, client.clock.now()))
    progress.step(resource.kind)
    tags = facts["tags"].value if "tags" in facts else None
    return _Described(msgspec.structs.replace(resource, facets=facts, tags=tags or resource.tags), None)


def _is_gone(resource: Resource, read: Fact) -> bool:
    """Whether AWS says that the listed resource is no longer there; an account does not go."""
    return read.gap is not None and read.gap.kind is GapKind.GONE and resource.kind != "account"


def read_facet(client: Client, resource: Resource, name: str) -> Fact:
    """One facet as a fact; whatever goes wrong is its gap.

    Args:
        client: the resource's account and region.
        resource: whose facet.
        name: which one.
    """
    found = catalogue().facet(resource.kind, name)
    if found is None:
        return Fact(client.clock.now(), gap=Gap(GapKind.NOT_READ, f"{resource.kind} has no facet {name}"))
    read: Callable[[Client, Resource], object] = found.read
    return fact(lambda: read(client, resource), client.clock)
