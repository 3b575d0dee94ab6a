"""From a snapshot to the facts of a bucket: values, what is absent, and gaps."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from tenfold.model.arn import Scope, account_root
from tenfold.model.gap import Gap, GapKind
from tenfold.model.party import Parties
from tenfold.model.resource import ABSENT, Fact, Resource
from tenfold.model.snapshot import ListCoverage, ListStatus, Snapshot
from tenfold.policy.exposure import Reached
from tenfold.policy.facts import bucket_facts, facts_behind
from tenfold.policy.reach import reach

AT = datetime(2026, 1, 1, tzinfo=UTC)
ME = "111122223333"
SCOPE = Scope("aws", ME)
DENIED = Gap(GapKind.DENIED, "access denied")
OFF = {"BlockPublicAcls": False, "IgnorePublicAcls": False, "BlockPublicPolicy": False, "RestrictPublicBuckets": False}
POINT = f"arn:aws:s3:us-east-1:{ME}:accesspoint/door"


def facets(**values: Any) -> dict[str, Fact]:
    return {
        name: Fact(AT, gap=value)
        if isinstance(value, Gap)
        else Fact(AT, absent=True)
        if value is ABSENT
        else Fact(AT, value)
        for name, value in values.items()
    }


def policy(**statement: Any) -> str:
    allow = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::pail/*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [allow | statement]})


def bucket(**given: Any) -> Resource:
    known = {
        "policy": ABSENT,
        "acl": {"Owner": {"ID": "own3r"}, "Grants": []},
        "ownership": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        "public_access_block": OFF,
    }
    return Resource("arn:aws:s3:::pail", "s3.bucket", SCOPE, "pail", facets=facets(**(known | given)))


def snapshot(
    one: Resource, *others: Resource, points: ListStatus = ListStatus.COMPLETE, account: Any = ABSENT
) -> Snapshot:
    owner = Resource(account_root("aws", ME), "account", SCOPE, ME, facets=facets(s3_public_access_block=account))
    gap = None if points is ListStatus.COMPLETE else DENIED
    row = ListCoverage("s3.access_point", SCOPE, points, len(others), AT, gap)
    return Snapshot(AT, (one, owner, *others), (row,), parties=Parties(canonical_ids={"c4n0n": "444455556666"}))


def point(**given: Any) -> Resource:
    described = {"NetworkOrigin": "Internet", "PublicAccessBlockConfiguration": OFF, "Bucket": "pail"}
    known = {"access_point": described, "policy": policy(Resource=POINT + "/object/*")}
    return Resource(
        POINT, "s3.access_point", SCOPE, "door", facets=facets(**(known | given)), related=("arn:aws:s3:::pail",)
    )


def test_every_facet_finds_its_place() -> None:
    pail = bucket(policy=policy())
    facts = bucket_facts(pail, snapshot(pail, account=OFF | {"RestrictPublicBuckets": True}))
    assert (facts.name, facts.arn, facts.partition, facts.account) == ("pail", "arn:aws:s3:::pail", "aws", ME)
    assert (facts.ownership, facts.owner, facts.at) == ("BucketOwnerEnforced", "own3r", AT)
    assert facts.canonical_accounts == {"c4n0n": "444455556666"}
    assert facts.bucket_block == OFF
    assert facts.access_points == ()
    assert reach(facts).anyone.reason.count("RestrictPublicBuckets is on (account)") == 1


def test_what_was_not_read_is_a_gap_and_never_an_error() -> None:
    pail = Resource("arn:aws:s3:::pail", "s3.bucket", SCOPE, "pail")
    facts = bucket_facts(pail, Snapshot(AT, (pail,)))
    for value in (
        facts.policy,
        facts.acl,
        facts.ownership,
        facts.bucket_block,
        facts.account_block,
        facts.access_points,
    ):
        assert isinstance(value, Gap)
    exposure = reach(facts)
    assert exposure.anyone.reached is Reached.UNDECIDED
    assert exposure.aws_public is None


def test_absent_facets_stay_absent() -> None:
    pail = bucket(ownership=ABSENT, public_access_block=ABSENT)
    facts = bucket_facts(pail, snapshot(pail))
    assert facts.policy is ABSENT
    assert facts.ownership is ABSENT
    assert facts.bucket_block is ABSENT
    assert facts.account_block is ABSENT


def test_a_policy_that_is_no_text_is_a_gap() -> None:
    pail = bucket(policy={"Statement": []})
    facts = bucket_facts(pail, snapshot(pail))
    assert isinstance(facts.policy, Gap)
    assert facts.policy.kind is GapKind.MALFORMED


def test_access_points_of_the_bucket_count() -> None:
    pail = bucket(policy=policy(Condition={"StringEquals": {"s3:DataAccessPointAccount": ME}}))
    other = Resource(POINT + "2", "s3.access_point", SCOPE, "other", related=("arn:aws:s3:::another",))
    facts = bucket_facts(pail, snapshot(pail, point(), other))
    assert not isinstance(facts.access_points, Gap)
    assert [one.name for one in facts.access_points] == ["door"]
    assert reach(facts).anyone.where == "access point door Statement[0]"


def test_an_access_point_of_a_vpc_keeps_strangers_out() -> None:
    pail = bucket(policy=policy(Condition={"StringEquals": {"s3:DataAccessPointAccount": ME}}))
    described = {"NetworkOrigin": "VPC", "VpcConfiguration": {"VpcId": "vpc-0a1b2c3d"}}
    exposure = reach(bucket_facts(pail, snapshot(pail, point(access_point=described))))
    assert exposure.anyone.reached is Reached.NO
    assert "vpc-0a1b2c3d" in exposure.anyone.reason


def test_a_list_of_access_points_that_is_not_complete_is_a_gap() -> None:
    pail = bucket()
    facts = bucket_facts(pail, snapshot(pail, points=ListStatus.PARTIAL))
    assert facts.access_points == DENIED
    pail = bucket(policy=policy())
    assert isinstance(bucket_facts(pail, snapshot(pail, point(access_point=DENIED))).access_points, Gap)


def in_region(one: Resource, region: str) -> Resource:
    return msgspec.structs.replace(one, scope=msgspec.structs.replace(one.scope, region=region))


def points_listed(region: str, status: ListStatus = ListStatus.COMPLETE) -> ListCoverage:
    gap = None if status is ListStatus.COMPLETE else DENIED
    return ListCoverage("s3.access_point", Scope("aws", ME, region, "s3"), status, 0, AT, gap)


def test_the_access_points_of_another_region_are_not_those_of_the_bucket() -> None:
    pail = in_region(bucket(policy=policy()), "eu-west-1")
    found = bucket_facts(pail, Snapshot(AT, (pail,), (points_listed("us-east-1"),))).access_points
    assert isinstance(found, Gap)
    assert found.kind is GapKind.NOT_READ
    assert "eu-west-1" in found.reason


def test_a_denied_region_is_no_matter_to_the_buckets_of_others() -> None:
    rows = (points_listed("us-east-1"), points_listed("eu-west-1", ListStatus.MISSING))
    for region, expected in (("us-east-1", ()), ("eu-west-1", DENIED)):
        pail = in_region(bucket(policy=policy()), region)
        assert bucket_facts(pail, Snapshot(AT, (pail,), rows)).access_points == expected


def test_regions_that_could_not_be_listed_are_a_gap() -> None:
    pail = in_region(bucket(policy=policy()), "us-east-1")
    rows = (points_listed("us-east-1"), points_listed("", ListStatus.PARTIAL))
    assert bucket_facts(pail, Snapshot(AT, (pail,), rows)).access_points == DENIED


def test_our_organisation_decides_a_policy_variable() -> None:
    own = {"StringEquals": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}}
    pail = bucket(policy=policy(Condition=own))
    known = Parties(organization="o-a1b2c3d4e5")
    for parties, reached in ((known, Reached.NO), (Parties(), Reached.UNDECIDED)):
        given = msgspec.structs.replace(snapshot(pail), parties=parties)
        assert bucket_facts(pail, given).org_id == (parties.organization or None)
        assert reach(bucket_facts(pail, given)).any_account.reached is reached


def test_a_delegation_that_no_access_point_explains_is_undecided() -> None:
    pail = bucket(policy=policy(Condition={"StringEquals": {"s3:DataAccessPointAccount": ME}}))
    exposure = reach(bucket_facts(pail, snapshot(pail)))
    assert exposure.anyone.reached is Reached.UNDECIDED
    assert "span regions" in exposure.anyone.reason
    assert exposure.unread
    described = {"NetworkOrigin": "VPC", "VpcConfiguration": {"VpcId": "vpc-0a1b2c3d"}}
    explained = reach(bucket_facts(pail, snapshot(pail, point(access_point=described))))
    assert explained.anyone.reached is Reached.NO
    assert any("span regions" in caveat for caveat in explained.caveats)


def test_the_facts_behind_are_of_bucket_account_and_access_points() -> None:
    pail = bucket(policy=DENIED)
    assert len(list(facts_behind(pail, snapshot(pail)))) == 4
    old = Fact(AT - timedelta(days=3), ABSENT)
    door = msgspec.structs.replace(point(), facets={"policy": old, "tags": Fact(AT - timedelta(days=9))})
    assert min(fact.as_of for fact in facts_behind(pail, snapshot(pail, door))) == old.as_of
