"""The cases for the ten risks: the plan over seeds and sizes, and the truth held against what boto3 reads back."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.sandbox import company_ec2, company_others
from tests.sandbox.aws import client, records, session
from tests.sandbox.company_answers import Answers, Clients
from tests.sandbox.company_process import Running, companies, reached

from tenfold.model.risk import Risk
from tenfold.sandbox.company.cases.catalogue import CASES, MEANINGS
from tenfold.sandbox.company.chart import chart
from tenfold.sandbox.company.plan import plan
from tenfold.sandbox.company.script import Script, awaited, filled
from tenfold.sandbox.company.specs import Ground, Plan
from tenfold.sandbox.company.tables import ACCESS_ROLE
from tenfold.sandbox.company.truth import Truth

SEEDS, SIZE = range(40), 8


def ground(seed: int, accounts: int) -> Ground:
    return Ground("aws", "o-a1b2c3d4e5", {s.role: f"{n:012}" for n, s in enumerate(chart(seed, accounts), 10**11)})


PLANS = [plan(seed, ground(seed, SIZE)) for seed in SEEDS]


@pytest.mark.parametrize("planned", PLANS, ids=lambda planned: str(planned.seed))
def test_every_slug_has_a_risk_and_a_decoy_and_no_resource_is_both(planned: Plan) -> None:
    risks = {(row.slug, row.arn) for row in planned.planted if not row.decoy}
    decoys = {(row.slug, row.arn) for row in planned.planted if row.decoy}
    assert {slug for slug, _ in risks} == {slug for slug, _ in decoys} == set(MEANINGS)
    assert not risks & decoys


def test_the_ten_risks_are_all_there_in_the_smallest_company() -> None:
    for seed in SEEDS:
        planted = plan(seed, ground(seed, 4)).planted
        assert {row.risk for row in planted if not row.decoy} == {risk.name.lower() for risk in Risk}


def test_over_the_seeds_every_variety_is_planted() -> None:
    said = {(row.slug, row.why) for planned in PLANS for row in planned.planted}
    varieties = {(case.slug, variety.why) for case in CASES for variety in (*case.bad, *case.good)}
    assert not varieties - said


def test_a_seed_decides_the_plan() -> None:
    assert [plan(seed, ground(seed, SIZE)) for seed in SEEDS] == PLANS


@pytest.mark.parametrize("accounts", [4, 5, 60, 400])
def test_a_company_grows_with_its_accounts(accounts: int) -> None:
    planned = plan(7, ground(7, accounts))
    held = Counter(row.slug for row in planned.planted if not row.decoy)
    assert len(planned.roots) == accounts
    assert len(planned.steps) > accounts
    assert held["network/world-open-ssh"] >= max(1, accounts // 50)
    assert {planned.ground.accounts["management"]} < {row.account for row in planned.planted}


def test_the_chart_names_each_account_once() -> None:
    seats = chart(3, 400)
    assert len({seat.role for seat in seats}) == len({seat.short for seat in seats}) == 400
    assert [seat.role for seat in seats[:60]] == [seat.role for seat in chart(3, 60)]
    assert {seat.unit.split("/")[0] for seat in seats} == {"Root"}


@pytest.mark.parametrize("accounts", [0, 3, 401])
def test_no_company_is_smaller_than_four_accounts_or_larger_than_four_hundred(accounts: int) -> None:
    with pytest.raises(ValueError, match="4 to 400"):
        chart(1, accounts)


def test_a_placeholder_is_filled_in_wherever_it_stands() -> None:
    script = Script()
    vpc = script.do("1", "r", "ec2:CreateVpc", {})["Vpc.VpcId"]
    zone = script.do("1", "r", "route53:CreateHostedZone", {})["Zones.1.Id"]
    value = {"Ids": [vpc, f"arn:{zone}/{vpc}"], "Count": 3, "Code": b"\x00"}
    answers = {0: {"Vpc": {"VpcId": "vpc-1"}}, 1: {"Zones": [{}, {"Id": "/hostedzone/Z"}]}}
    assert awaited(value) == {0, 1}
    assert filled(value, answers) == {"Ids": ["vpc-1", "arn:hostedzone/Z/vpc-1"], "Count": 3, "Code": b"\x00"}


class Planted(NamedTuple):
    """A sandbox with a company of eight accounts, seen from each of them; `again` is the truth about its twin."""

    sandbox: Running
    truth: Truth
    again: Truth
    company: list[Answers]
    now: datetime


@pytest.fixture(scope="module", params=[21])
def planted(request: pytest.FixtureRequest) -> Iterator[Planted]:
    now = datetime.now(UTC)
    with companies(request.param, SIZE, now, count=2) as (sandbox, twin):
        yield Planted(sandbox, sandbox.truth, twin.truth, seen(sandbox), now)


def seen(sandbox: Running) -> list[Answers]:
    """Every account, entered as the truth says."""
    truth = sandbox.truth
    home = next(row.region for row in truth.planted if row.slug == "network/open-egress")
    user = {"AccessKeyId": truth.entry.access_key_id, "SecretAccessKey": truth.entry.secret_access_key}

    def clients(keys: dict[str, Any]) -> Clients:
        return lambda service: client(reached(sandbox), service, keys, home)

    ids = [account.id for account in truth.accounts]
    return [Answers(id_, home, clients(session(reached(sandbox), id_, ACCESS_ROLE, keys=user))) for id_ in ids]


def test_a_seed_decides_the_truth_to_the_byte(planted: Planted, tmp_path: Path) -> None:
    planted.truth.write(tmp_path / "one.json")
    planted.again.write(tmp_path / "two.json")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()


def test_what_is_wrong_by_what_boto3_reads_back_is_what_the_truth_says(planted: Planted) -> None:
    found = defaultdict(set)
    for slug, arn in oracle(planted):
        found[slug].add(arn)
    truth = {slug: set(arns) for slug, arns in planted.truth.risks.items()}
    missed = {(slug, arn) for slug in truth for arn in truth[slug] - found[slug]}
    untold = {(slug, arn) for slug in found for arn in found[slug] - truth.get(slug, set())}
    assert not missed | untold, f"the oracle missed {sorted(missed)}, the truth does not tell {sorted(untold)}"


def oracle(planted: Planted) -> Iterator[tuple[str, str]]:
    company, parties = planted.company, planted.truth.parties
    organizations = company[0].clients("organizations")
    third = set(parties.third_party)
    known = {*parties.own, *parties.friendly, *third}
    ours = organizations.describe_organization()["Organization"]["Id"]
    yield from company_ec2.overlaps(company)
    yield from company_ec2.joins(company)
    yield from company_others.names(company)
    yield from company_others.made_by_hand(records(reached(planted.sandbox)))
    yield from company_others.without_owner(organizations, company[0].account)
    for at in company:
        for judge in (
            company_ec2.groups, company_ec2.instances, company_ec2.networks, company_ec2.subnets, company_ec2.leftovers,
            company_others.functions, company_others.tables, company_others.databases, company_others.backups, company_others.logs, company_others.account,
            company_others.buckets, company_others.stacks,
        ):  # fmt: skip
            yield from judge(at)
        yield from company_ec2.lent(at, known)
        yield from company_others.policies(at, {*known, ours})
        yield from company_others.holders(at, planted.now)
        yield from company_others.trusts(at, known, third)


def test_the_accounts_sit_in_their_organisational_units(planted: Planted) -> None:
    organizations: Any = planted.company[0].clients("organizations")
    top = organizations.list_roots()["Roots"][0]["Id"]
    for account in planted.truth.accounts[1:]:
        words, child = [], account.id
        while child != top:
            child = organizations.list_parents(ChildId=child)["Parents"][0]["Id"]
            unit = child if child == top else organizations.describe_organizational_unit(OrganizationalUnitId=child)
            words.append("Root" if child == top else unit["OrganizationalUnit"]["Name"])
        tags = organizations.list_tags_for_resource(ResourceId=account.id)["Tags"]
        assert "/".join(reversed(words)) == account.unit
        assert {tag["Key"]: tag["Value"] for tag in tags} == dict(account.tags)


def test_every_planted_thing_says_where_it_is(planted: Planted) -> None:
    own = set(planted.truth.parties.own)
    for row in planted.truth.planted:
        assert row.account in own
        assert row.arn.split(":")[4] in {"", row.account}
        assert row.why
    assert set(planted.truth.meanings) == set(planted.truth.risks)
