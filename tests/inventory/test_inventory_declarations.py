"""What collectors and facets say of themselves is what they do."""

from datetime import timedelta

import pytest

from tenfold.aws.answer import fact
from tenfold.aws.client import Client
from tenfold.aws.connection import Connection
from tenfold.inventory.registry import Collector, Facet, catalogue
from tenfold.model.clock import DAY
from tenfold.model.resource import Resource
from tenfold.model.snapshot import Snapshot

COLLECTORS, FACETS = catalogue().collectors, catalogue().facets
CHANGED_BY_NO_EVENT = {("account", "caller_identity")}
"""Who we are is no state of the account."""


def facet_name(facet: Facet) -> str:
    return f"{facet.kind}.{facet.name}"


def calls_made(connection: Connection) -> dict[str, int]:
    return {f"{row.service}:{row.operation}": row.count for row in connection.ledger.calls()}


def new_calls(connection: Connection, before: dict[str, int]) -> set[str]:
    return {call for call, count in calls_made(connection).items() if count > before.get(call, 0)}


@pytest.mark.parametrize("collector", COLLECTORS, ids=[c.name for c in COLLECTORS])
def test_a_collector_makes_the_calls_that_it_declares(
    connection: Connection, aws: Client, collector: Collector
) -> None:
    connection.identity()
    before = calls_made(connection)
    found = list(collector.collect(aws))
    assert new_calls(connection, before) == set(collector.calls)
    assert {resource.kind for resource in found} == set(collector.kinds)


def resource_of(snapshot: Snapshot, kind: str) -> Resource:
    return next(snapshot.read(kind))


@pytest.mark.parametrize("facet", FACETS, ids=map(facet_name, FACETS))
def test_a_facet_makes_the_calls_that_it_declares(
    connection: Connection, aws: Client, snapshot: Snapshot, facet: Facet
) -> None:
    resource = resource_of(snapshot, facet.kind)
    before = calls_made(connection)
    here = aws.in_region(resource.scope.region)
    fact(lambda: facet.read(here, resource), connection.clock)
    assert new_calls(connection, before) == set(facet.calls)


@pytest.mark.parametrize("facet", FACETS, ids=map(facet_name, FACETS))
def test_a_facet_says_when_it_must_be_read_again_and_what_it_is(facet: Facet) -> None:
    assert timedelta(0) < facet.max_age <= DAY
    assert facet.title
    assert bool(facet.changed_by) is ((facet.kind, facet.name) not in CHANGED_BY_NO_EVENT)
    assert facet.changed_by == tuple(dict.fromkeys(facet.changed_by))


def test_names_are_unique_and_every_facet_belongs_to_a_kind_that_is_collected() -> None:
    kinds = [kind for collector in COLLECTORS for kind in collector.kinds]
    assert len(kinds) == len(set(kinds))
    names = [(facet.kind, facet.name) for facet in FACETS]
    assert len(names) == len(set(names))
    assert {kind for kind, _ in names} <= set(kinds)


def test_the_calls_of_a_scan_are_those_of_its_kinds_and_facets() -> None:
    calls = catalogue().calls({"s3.bucket", "account"}, {("s3.bucket", "policy"), ("account", "password_policy")})
    assert calls == ("iam:GetAccountPasswordPolicy", "s3:GetBucketLocation", "s3:GetBucketPolicy", "s3:ListBuckets")
