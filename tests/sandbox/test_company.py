"""The planted company: the plan over many seeds, and the truth held against what boto3 reads back from a sandbox."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from botocore.exceptions import ClientError
from tests.sandbox.aws import client, session
from tests.sandbox.company_process import Running, companies, reached
from tests.sandbox.company_readback import buckets, credentials, policies, trails

from tenfold.sandbox.company import shapes
from tenfold.sandbox.company.plan import plan
from tenfold.sandbox.company.specs import Ground, Plan
from tenfold.sandbox.company.trails import FAULTS
from tenfold.sandbox.company.truth import Truth

SEEDS = range(200)
GROUND = Ground(
    "aws",
    "o-a1b2c3d4e5",
    {
        "management": "123456789012",
        "security": "200000000001",
        "production": "200000000002",
        "development": "200000000003",
    },
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
        accounts = {
            mark.arn.split(":")[4] for planned in PLANS for mark in planned.marks if mark.check == check and mark.risk
        }
        buckets = {planned.open_bucket.account for planned in PLANS}
        assert accounts in ({""}, set(GROUND.accounts.values()))
        assert buckets == set(GROUND.accounts.values())


@pytest.mark.parametrize("check", ["priv-001", "def-001"])
@pytest.mark.parametrize("risk", [True, False])
def test_policies_are_planted_in_every_place(check: str, risk: bool) -> None:
    marks = [mark for planned in PLANS for mark in planned.marks if mark.check == check and mark.risk == risk]
    assert {mark.arn.split(":")[5].split("/")[0] for mark in marks} == {"policy", "user", "group", "role"}


class Planted(NamedTuple):
    """A company in a running sandbox, entered as the truth says; `again` is the truth about its twin."""

    sandbox: Running
    again: Truth
    now: datetime

    @property
    def truth(self) -> Truth:
        return self.sandbox.truth

    def clients(self, account: str) -> Callable[[str], Any]:
        entry = self.truth.entry
        user = {"AccessKeyId": entry.access_key_id, "SecretAccessKey": entry.secret_access_key}
        keys = session(reached(self.sandbox), account, entry.role_name, keys=user)
        return lambda service: client(reached(self.sandbox), service, keys)


@pytest.fixture(scope="module", params=[11, 1234])
def planted(request: pytest.FixtureRequest) -> Iterator[Planted]:
    now = datetime.now(UTC)
    with companies(request.param, 4, now, count=2) as (sandbox, twin):
        yield Planted(sandbox, twin.truth, now)


def test_a_seed_decides_the_company_with_its_ids(planted: Planted) -> None:
    assert planted.truth == planted.again


def test_the_truth_is_what_boto3_reads_back(planted: Planted) -> None:
    truth, found = planted.truth, set[tuple[str, str]]()
    parties = truth.parties
    ours = planted.clients(parties.own[0])("organizations").describe_organization()["Organization"]["Id"]
    known = {*parties.own, *parties.friendly, *parties.third_party, ours}
    for account in parties.own:
        clients = planted.clients(account)
        found |= {*credentials(clients, planted.now), *policies(clients), *trails(clients, account)}
        found |= set(buckets(clients, account, known))
    assert found == {(check, arn) for check, arns in truth.findings.items() for arn in arns}


def test_the_accounts_are_those_of_the_organisation(planted: Planted) -> None:
    management, *members = planted.truth.accounts
    organizations = planted.clients(management.id)("organizations")
    listed = {(row["Id"], row["Name"]) for row in organizations.list_accounts()["Accounts"]}
    assert listed >= {(account.id, account.name) for account in members}
    assert planted.truth.parties.own == (management.id, *(account.id for account in members))
    assert len(listed) == 4


def test_the_demo_buckets_are_as_promised(planted: Planted) -> None:
    opened, harmless = planted.truth.open_bucket_example, planted.truth.harmless_bucket
    assert f"arn:aws:s3:::{opened.bucket}" in planted.truth.findings["s3-001"]
    assert planted.clients(opened.account)("s3").get_bucket_policy(Bucket=opened.bucket)["Policy"]
    clients = planted.clients(harmless.account)
    assert not [line for line in planted.truth.plan if f"{harmless.bucket}:" in line]
    with pytest.raises(ClientError, match="NoSuchPublicAccessBlockConfiguration"):
        clients("s3").get_public_access_block(Bucket=harmless.bucket)
    with pytest.raises(ClientError, match="NoSuchPublicAccessBlockConfiguration"):
        clients("s3control").get_public_access_block(AccountId=harmless.account)


def test_objects_are_dated_back(planted: Planted) -> None:
    newest = planted.now - timedelta(hours=1)
    for account in planted.truth.accounts:
        clients = planted.clients(account.id)
        made = [row["CreationDate"] for row in clients("s3").list_buckets()["Buckets"]]
        made += [row["CreateDate"] for row in clients("iam").list_users()["Users"]]
        assert all(date <= newest for date in made)
        assert len(set(made)) > 1


def test_the_truth_is_written_as_json(planted: Planted, tmp_path: Path) -> None:
    planted.truth.write(tmp_path / "truth.json")
    assert msgspec.json.decode((tmp_path / "truth.json").read_bytes(), type=Truth) == planted.truth
