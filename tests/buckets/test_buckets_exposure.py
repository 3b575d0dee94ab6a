"""The exposure of buckets of a snapshot: the age of what it goes by, and which resource a name means."""

from datetime import UTC, datetime, timedelta

import pytest

from tenfold.buckets.exposure import exposure_of, find
from tenfold.model.arn import Scope, account_root
from tenfold.model.errors import ConfigError
from tenfold.model.gap import Gap, GapKind
from tenfold.model.resource import Fact, Resource
from tenfold.model.snapshot import Snapshot

NOW = datetime(2026, 1, 9, tzinfo=UTC)
ME = "111122223333"
POINT = f"arn:aws:s3:eu-west-1:{ME}:accesspoint/door"


def before(days: int) -> Fact:
    return Fact(NOW - timedelta(days=days), absent=True)


def snapshot() -> Snapshot:
    denied = Fact(NOW - timedelta(days=8), gap=Gap(GapKind.DENIED, "access denied"))
    scope = Scope("aws", ME, "eu-west-1", "s3")
    facets = {"policy": before(1), "acl": denied, "tags": before(7)}
    pail = Resource("arn:aws:s3:::pail", "s3.bucket", scope, "pail", facets=facets)
    other = Resource("arn:aws:s3:::other", "s3.bucket", scope, "other", facets={"policy": before(2)})
    door = Resource(POINT, "s3.access_point", scope, "door", facets={"policy": before(5)}, related=(pail.arn,))
    account = Resource(
        account_root("aws", ME), "account", scope, ME, facets={"s3_public_access_block": before(3), "x": before(6)}
    )
    return Snapshot(NOW, (pail, other, door, account))


@pytest.mark.parametrize(("name", "age"), [("pail", 5), ("other", 3)])
def test_the_oldest_fact_may_be_the_accounts_or_an_access_points(name: str, age: int) -> None:
    given = snapshot()
    assert exposure_of(find(given, name), given).oldest_fact == NOW - timedelta(days=age)


def test_a_bucket_is_found_by_name_or_arn() -> None:
    assert find(snapshot(), "pail") == find(snapshot(), "arn:aws:s3:::pail")


@pytest.mark.parametrize("name", [POINT, account_root("aws", ME), "nail"])
def test_what_is_no_bucket_is_not_found(name: str) -> None:
    with pytest.raises(ConfigError, match="saw no bucket"):
        find(snapshot(), name)
