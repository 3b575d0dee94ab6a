"""Who can reach a bucket: cases as data (reach.json), one row a case.

A case gives the facts that differ from a private bucket with ACLs off, and the answers; [K] in its name marks a
rule that is general knowledge, not read in AWS's documentation. (1d) marks shapes on which classifiers disagree.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tenfold.model.gap import Gap, GapKind
from tenfold.model.resource import ABSENT
from tenfold.policy.document import Effect, decide
from tenfold.policy.exposure import AccessPoint, BucketFacts, Exposure, Reached
from tenfold.policy.reach import reach
from tenfold.policy.sources import Bucket

CASES = json.loads((Path(__file__).parent / "reach.json").read_text())
GAP = Gap(GapKind.DENIED, "access denied")
GROUPS = "http://acs.amazonaws.com/groups/"
CANNED = {
    "private": [],
    "public-read": [("global/AllUsers", "READ")],
    "public-read-write": [("global/AllUsers", "READ"), ("global/AllUsers", "WRITE")],
    "authenticated-read": [("global/AuthenticatedUsers", "READ")],
    "log-delivery-write": [("s3/LogDelivery", "WRITE"), ("s3/LogDelivery", "READ_ACP")],
}


def document(case: dict[str, Any], statements: Any) -> Any:
    if statements == "gap":
        return GAP
    if statements is None:
        return ABSENT
    return json.dumps({"Version": case.get("version", "2012-10-17"), "Statement": statements})


def acl(given: Any) -> Any:
    if given == "gap":
        return GAP
    owner = [{"Grantee": {"Type": "CanonicalUser", "ID": "own3r"}, "Permission": "FULL_CONTROL"}]
    if isinstance(given, list):
        return {"Owner": {"ID": "own3r"}, "Grants": given}
    canned = [{"Grantee": {"Type": "Group", "URI": GROUPS + g}, "Permission": p} for g, p in CANNED[given]]
    return {"Owner": {"ID": "own3r"}, "Grants": owner + canned}


def gap_or(given: Any) -> Any:
    return GAP if given == "gap" else ABSENT if given is None else given


def points(case: dict[str, Any]) -> Any:
    given = case.get("points", [])
    if given == "gap":
        return GAP
    return tuple(
        AccessPoint(
            one["name"], one["arn"], one.get("origin", "Internet"), document(case, one["statements"]),
            gap_or(one.get("block")), one.get("vpc", ""),
        )
        for one in given
    )  # fmt: skip


def facts(case: dict[str, Any]) -> BucketFacts:
    partition = case.get("partition", "aws")
    policy = GAP if case.get("policy") == "gap" else case.get("policy", document(case, case.get("statements")))
    return BucketFacts(
        name="pail",
        arn=f"arn:{partition}:s3:::pail",
        partition=partition,
        account="111122223333",
        policy=policy,
        acl=acl(case.get("acl", "private")),
        ownership=gap_or(case.get("ownership", "BucketOwnerEnforced")),
        bucket_block=gap_or(case.get("bucket_block")),
        account_block=gap_or(case.get("account_block")),
        access_points=points(case),
        org_id=case.get("organization"),
        owner="own3r",
        region="us-east-1",
        multi_region_points=GAP if case.get("multi_region") == "gap" else None,
        canonical_accounts=case.get("canonical", {}),
        at=datetime.fromisoformat(case["at"]) if "at" in case else None,
    )


def check_witnesses(given: BucketFacts, exposure: Exposure) -> None:
    """Every yes carries a request that the policies allow; of an access point, both its own and the bucket's."""
    venues = {source.via: source.venue for source in Bucket(given).sources()}
    for answer in (exposure.anyone, exposure.any_account, *(grant.effective for grant in exposure.grants)):
        if answer.reached is not Reached.YES:
            assert answer.witness is None
            continue
        assert answer.witness is not None
        assert decide(venues[answer.where].policy, answer.witness).effect is Effect.ALLOW


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_who_can_reach_the_bucket(case: dict[str, Any]) -> None:
    given, expected = facts(case), case["expect"]
    exposure = reach(given)
    assert exposure.anyone.reached == expected["anyone"], exposure.anyone
    assert exposure.any_account.reached == expected["any_account"], exposure.any_account
    assert exposure.aws_public is expected["aws_public"], exposure.aws_reason
    assert expected.get("reason", "") in exposure.anyone.reason
    assert expected.get("account_reason", "") in exposure.any_account.reason
    assert expected.get("caveat", "") in " ".join(exposure.caveats)
    seen = [[grant.who, grant.name, grant.account, grant.effective.reached] for grant in exposure.grants]
    for grant in expected.get("grants", []):
        assert grant in seen
    if "within" in expected:
        assert {tuple(expected["within"])} == {grant.within for grant in exposure.grants}
    if "fence" in expected:
        assert any(expected["fence"] in grant.fences for grant in exposure.grants)
    assert bool(exposure.undecided) == any(
        answer.reached is Reached.UNDECIDED
        for answer in (exposure.anyone, exposure.any_account, *(grant.effective for grant in exposure.grants))
    )
    check_witnesses(given, exposure)


WITH_POLICY = [case for case in CASES if "statements" in case]


@pytest.mark.parametrize("case", WITH_POLICY, ids=[case["name"] for case in WITH_POLICY])
def test_a_deny_of_everything_ends_every_yes(case: dict[str, Any]) -> None:
    deny = {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}
    own = case["statements"] if isinstance(case["statements"], list) else [case["statements"]]
    exposure = reach(facts(case | {"statements": [*own, deny]}))
    assert exposure.anyone.reached is not Reached.YES
    assert exposure.any_account.reached is not Reached.YES
    assert not any(grant.effective.reached is Reached.YES for grant in exposure.grants)
