"""The planted company: the plan over many seeds, and the truth held against what boto3 reads back from a sandbox."""

import csv
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import ClientError

from tenfold.model.clock import DAY
from tenfold.sandbox.company import shapes
from tenfold.sandbox.company.endpoint import Endpoint, Login
from tenfold.sandbox.company.plan import plan
from tenfold.sandbox.company.plant import plant
from tenfold.sandbox.company.specs import Ground, Plan
from tenfold.sandbox.company.trails import FAULTS
from tenfold.sandbox.company.truth import Truth
from tenfold.sandbox.server import Sandbox

SEEDS = range(200)
GROUND = Ground(
    "aws",
    "o-a1b2c3d4e5",
    {"management": "123456789012", "security": "200000000001", "production": "200000000002", "development": "200000000003"},
)
CHECKS = {
    "cred-001", "cred-002", "cred-003", "cred-004", "s3-001", "s3-002", "s3-003", "priv-001", "def-001", "log-001",
}  # fmt: skip
PLANS = [plan(seed, GROUND) for seed in SEEDS]


@pytest.mark.parametrize("planned", PLANS, ids=lambda planned: str(planned.seed))
def test_every_check_has_a_risk_and_a_decoy_and_no_resource_is_both(planned: Plan) -> None:
    risks = {(mark.check, mark.arn) for mark in planned.marks if mark.risk}
    decoys = {(mark.check, mark.arn) for mark in planned.marks if not mark.risk}
    assert {check for check, _ in risks} == {check for check, _ in decoys} == CHECKS
    assert not risks & decoys


def test_a_seed_decides_the_plan() -> None:
    assert [plan(seed, GROUND) for seed in SEEDS] == PLANS
    assert len({str(planned.marks) for planned in PLANS}) == len(PLANS)


def test_names_are_given_once_and_tell_nothing() -> None:
    for planned in PLANS:
        buckets = [bucket.name for bucket in planned.buckets]
        holders = [(holder.kind, holder.name) for holder in planned.holders]
        assert len(set(buckets)) == len(buckets)
        assert len(set(holders)) == len(holders)
        assert not [name for name in buckets if re.search("public|open|bad|risk|decoy|private|block", name)]


def test_over_the_seeds_every_variety_is_planted() -> None:
    said = {mark.why for planned in PLANS for mark in planned.marks}
    tables = (
        shapes.OPEN_BY_POLICY, shapes.OPEN_BY_ACL, shapes.ALMOST_OPEN, shapes.BLOCKED_BY_ACCOUNT,
        shapes.SHARED_WITH_STRANGERS, shapes.SHARED_WITH_FRIENDS, shapes.GRANTED_BY_ACL, shapes.NOT_GRANTED_BY_ACL,
    )  # fmt: skip
    assert {variety.why for table in tables for variety in table} <= said
    assert {"no trail", *FAULTS} <= said
    assert {any(trail.organization for trail in planned.trails) for planned in PLANS} == {True, False}


def test_places_change_with_the_seed() -> None:
    for check in CHECKS:
        accounts = {mark.arn.split(":")[4] for planned in PLANS for mark in planned.marks if mark.check == check and mark.risk}
        buckets = {planned.open_bucket.account for planned in PLANS}
        assert accounts in ({""}, set(GROUND.accounts.values()))
        assert buckets == set(GROUND.accounts.values())


class Planted(NamedTuple):
    """A running sandbox with a company in it, seen through the entry that the truth gives."""

    truth: Truth
    again: Truth
    endpoint: Endpoint
    now: datetime

    def client(self, service: str, account: str) -> Any:
        entry = self.truth.entry
        user = Login(entry.access_key_id, entry.secret_access_key)
        return self.endpoint.client(service, self.endpoint.enter(f"arn:aws:iam::{account}:role/{entry.role_name}", user))

    def accounts(self) -> list[str]:
        return [account.id for account in self.truth.accounts]


@pytest.fixture(scope="module", params=[11, 1234])
def planted(request: pytest.FixtureRequest) -> Iterator[Planted]:
    now = datetime.now(UTC)
    with Sandbox() as sandbox:
        again = plant(sandbox.endpoint, request.param, now)
    with Sandbox(seed=1) as sandbox:
        truth = plant(sandbox.endpoint, request.param, now)
        yield Planted(truth, again, Endpoint(sandbox.endpoint, now), now)
