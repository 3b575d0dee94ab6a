"""Policies made to take long: each ends within its share of work, counted in calls and steps and not in time."""

import json
import sys
from typing import Any

import pytest

from tenfold.model.resource import ABSENT
from tenfold.policy.exposure import BucketFacts, Exposure, Reached
from tenfold.policy.reach import reach
from tenfold.policy.work import MOST_STEPS, Work, WorkLimitError

OBJECTS = "arn:aws:s3:::pail/"
CHOSEN = ["aws:Referer", "aws:UserAgent", *(f"aws:PrincipalTag/{name}" for name in "abcdef")]
UNTOLD = {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}
LOOP = {"StringEquals": {"aws:Referer": "${aws:UserAgent}q", "aws:UserAgent": "${aws:Referer}q"}}
TAGS = {"StringEquals": {"aws:PrincipalTag/zz": "${aws:PrincipalTag/a}"}}


def allow(condition: Any = None, action: Any = "s3:GetObject", resource: Any = OBJECTS + "*", who: Any = "*") -> Any:
    row = {"Effect": "Allow", "Principal": who, "Action": action, "Resource": resource}
    return row | {"Condition": condition} if condition else row


def deny(condition: Any = None, action: Any = "s3:*", resource: Any = "*") -> Any:
    return allow(condition, action, resource) | {"Effect": "Deny"}


def turning(operator: str) -> list[Any]:
    return [deny({operator: {key: ["a*", "b*", "c*", "d*"]}}) for key in CHOSEN]


ACCOUNTS = [f"{number:012d}" for number in range(1000)]
LONG = {
    "many keys to choose, one untold": [allow(UNTOLD), *turning("StringLike")],
    "two keys that contain each other": [allow(LOOP), *turning("StringNotLike")],
    "a tag that equals another": [allow(TAGS), *turning("StringNotLike")],
    "many resources": [allow(UNTOLD, "s3:*", [f"{OBJECTS}{number}*" for number in range(600)])],
    "many accounts": [allow(UNTOLD, "s3:*", "*", {"AWS": ACCOUNTS})],
    "many accounts, many denies": [allow(None, "s3:*", "*", {"AWS": ACCOUNTS[:600]}), *turning("StringNotLike")],
    "many organisations": [allow({"StringEquals": {"aws:PrincipalOrgID": [f"o-{n:010d}" for n in range(1000)]}})],
    "many allows and denies": [
        *(allow(None, "s3:*", f"{OBJECTS}p{number}*") for number in range(60)),
        *(deny({"StringNotLike": {"aws:Referer": f"zz{number}*"}}, "*") for number in range(60)),
    ],
    "many kinds of actions": [
        *(allow(None, "*", "*") for _ in range(2)),
        *(deny({"StringNotLike": {"aws:Referer": f"zz{letter}*"}}, f"s3:*{letter}*") for letter in "abcdefghijklmnopqrst"),
    ],
    "patterns full of stars": [allow(resource=OBJECTS + "a*" * 3000 + "b"), deny(resource=OBJECTS + "a*" * 2500 + "c")],
    "patterns full of both wildcards": [
        allow(resource=OBJECTS + "*?" * 4000), deny(resource=OBJECTS + "?*" * 3500 + "c"),
    ],
    "a referer full of stars": [allow({"StringLike": {"aws:Referer": "a*" * 3000 + "b"}}), *turning("StringNotLike")],
    "actions full of stars": [allow(None, [f"s3:*{letter}*" for letter in "abcdefghijklmnopqrstuvwxyz"] * 60, "*")],
}  # fmt: skip


def asked(statements: list[Any]) -> BucketFacts:
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    return BucketFacts(
        name="pail", arn="arn:aws:s3:::pail", partition="aws", account="111122223333", policy=policy, acl={},
        ownership="BucketOwnerEnforced", bucket_block=ABSENT, account_block=ABSENT, region="us-east-1",
    )  # fmt: skip


def calls(facts: BucketFacts, work: Work) -> tuple[int, Exposure]:
    """How many Python functions a question takes, and its answer."""
    count = 0

    def counted(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        exposure = reach(facts, work)
    finally:
        sys.setprofile(before)
    return count, exposure


@pytest.mark.parametrize("name", LONG)
def test_no_policy_takes_more_calls_than_its_share_of_work(name: str) -> None:
    work = Work(limit=20_000)
    count, _ = calls(asked(LONG[name]), work)
    assert work.steps <= work.limit
    assert count < 1_500_000


@pytest.mark.parametrize("name", LONG)
def test_what_ran_out_of_work_is_neither_open_nor_closed(name: str) -> None:
    facts, work = asked(LONG[name]), Work(limit=0)
    exposure = reach(facts, work)
    answers = [exposure.anyone, exposure.any_account, *(grant.effective for grant in exposure.grants)]
    assert any("more work than the limit" in answer.reason for answer in answers)
    assert not any(answer.reached is Reached.YES for answer in answers)


@pytest.mark.parametrize("name", LONG)
def test_more_work_overturns_no_answer_that_less_gave(name: str) -> None:
    little, ample = reach(asked(LONG[name]), Work(limit=10_000)), reach(asked(LONG[name]), Work(limit=60_000))
    for less, more in ((little.anyone, ample.anyone), (little.any_account, ample.any_account)):
        assert less.reached in (more.reached, Reached.UNDECIDED)


def test_a_usual_policy_takes_little() -> None:
    work = Work()
    roles = [f"arn:aws:iam::{number:012d}:role/app" for number in range(5)]
    exposure = reach(asked([allow(), allow(None, ["s3:Get*", "s3:List*"], "*", {"AWS": roles})]), work)
    assert exposure.anyone.reached is Reached.YES
    assert 0 < work.steps < MOST_STEPS / 100


def test_after_the_limit_every_step_fails() -> None:
    work = Work(limit=3)
    work.spend(3)
    for _ in range(2):
        with pytest.raises(WorkLimitError, match="more work than the limit"):
            work.spend()
    assert work.steps == 3
