"""One resource, one kind, or the outline of a snapshot, without reading all of it."""

import pytest
from tests.store.make import START, bucket, bucket_arn, listed, run, snapshot

from tenfold.model.arn import Scope
from tenfold.model.resource import Resource
from tenfold.model.snapshot import Snapshot
from tenfold.store import snapshots
from tenfold.store.store import Store

ROOT = Resource("arn:aws:iam::111122223333:root", "account", Scope("aws", "111122223333"), "111122223333")


def test_a_resource_is_found_where_it_was_seen_last(store: Store) -> None:
    store.save(run(1), Snapshot(START, (bucket("a", {"versioning": 1}), ROOT), (listed(),)), [], [])
    store.save(run(2), Snapshot(START, (bucket("a", {"versioning": 2}),), (listed(),)), [], [])
    store.save(run(3), snapshot("b"), [], [])
    with store.reading() as connection:
        found = snapshots.find(connection, bucket_arn("a"))
        assert snapshots.find(connection, ROOT.arn) == ROOT
        assert snapshots.find(connection, bucket_arn("never")) is None
    assert found is not None
    assert found["versioning"] == 2


def test_a_kind_is_read_from_one_snapshot(store: Store) -> None:
    store.save(run(1), Snapshot(START, (bucket("old"), ROOT)), [], [])
    store.save(run(2), snapshot("a", "b"), [], [])
    with store.reading() as connection:
        assert [found.name for found in snapshots.of_kind(connection, "s3.bucket")] == ["a", "b"]
        assert snapshots.of_kind(connection, "account") == (ROOT,)
        assert snapshots.of_kind(connection, "kms.key") == ()


def test_the_outline_has_all_but_the_resources(store: Store) -> None:
    with store.reading() as connection:
        assert snapshots.outline(connection) is None
    store.save(run(1), snapshot("a"), [], [])
    with store.reading() as connection:
        assert snapshots.outline(connection) == Snapshot(START, (), (listed(),))


@pytest.mark.parametrize("query", ["WHERE arn = 'x' ORDER BY run DESC", "WHERE kind = 'x' AND run = 7"])
def test_lookups_go_by_an_index(store: Store, query: str) -> None:
    with store.reading() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN SELECT body FROM resources {query}").all()
    assert "USING INDEX resources_by_" in str(plan)
