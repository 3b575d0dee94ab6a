"""Two versions of a policy: what holds for any two, and a table of changes as people make them."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policy.generated import OTHER, OWN, POLICIES
from tests.policy.sampled import sampled

from tenfold.policy.attempt import Attempt
from tenfold.policy.compare import Comparison, compare
from tenfold.policy.parse import Policy, parse
from tenfold.policy.symbolic.ask import UNCONFIRMED
from tenfold.policy.symbolic.vocabulary import Vocabulary
from tenfold.policy.symbolic.witness import permitted

BUCKET = "arn:aws:s3:::z"


def indices(comparison: Comparison) -> tuple[list[int], list[int]]:
    return [one.statement for one in comparison.added], [one.statement for one in comparison.removed]


@settings(deadline=None, max_examples=25)
@given(POLICIES)
def test_a_policy_equals_itself(document: Any) -> None:
    assert compare(parse(document), parse(document)).equal


@settings(deadline=None, max_examples=25)
@given(POLICIES, POLICIES)
def test_the_other_way_round_is_the_mirror_image(one: Any, other: Any) -> None:
    there, back = compare(parse(one), parse(other)), compare(parse(other), parse(one))
    assert indices(there) == indices(back)[::-1]
    assert set(there.maybe_added) == set(back.maybe_removed)
    assert set(there.maybe_removed) == set(back.maybe_added)


@settings(deadline=None, max_examples=25)
@given(POLICIES, POLICIES)
def test_every_witness_is_one(before: Any, after: Any) -> None:
    old, new = parse(before), parse(after)
    found = compare(old, new)
    canonical = Vocabulary((old, new)).canonical
    assert UNCONFIRMED not in (*found.maybe_added, *found.maybe_removed)
    for gains, holder, other in ((found.added, new, old), (found.removed, old, new)):
        for gain in gains:
            assert permitted(holder, gain.witness, canonical) is True
            assert permitted(other, gain.witness, canonical) is False


@settings(deadline=None, max_examples=25)
@given(POLICIES, POLICIES)
def test_one_more_allow_takes_nothing_away(document: Any, more: Any) -> None:
    rows = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    extra = more["Statement"] if isinstance(more["Statement"], list) else [more["Statement"]]
    wider = document | {"Statement": [*rows, *(row for row in extra if row["Effect"] == "Allow")]}
    assert not compare(parse(document), parse(wider)).removed
    assert not compare(parse(wider), parse(document)).added


@settings(deadline=None, max_examples=25)
@given(POLICIES, POLICIES, st.lists(sampled(), min_size=4, max_size=8))
def test_equal_versions_answer_alike(before: Any, after: Any, asked: list[Attempt]) -> None:
    old, new = parse(before), parse(after)
    vocabulary = Vocabulary((old, new))
    found = compare(old, new)
    for one in asked:
        if vocabulary.services and one.service not in vocabulary.services:
            continue
        answers = [permitted(policy, one, vocabulary.canonical) for policy in (old, new)]
        assert answers != [True, False] or found.removed or found.maybe_removed
        assert answers != [False, True] or found.added or found.maybe_added


ALLOW: dict[str, Any] = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{BUCKET}/*"}


def policy(*statements: dict[str, Any]) -> Policy:
    return parse({"Version": "2012-10-17", "Statement": list(statements)})


def when(operator: str, key: str, value: Any, **change: Any) -> dict[str, Any]:
    return ALLOW | {"Condition": {operator: {key: value}}} | change


DENY = ALLOW | {"Effect": "Deny"}
CHANGES: dict[str, tuple[Policy, Policy, tuple[list[int], list[int]]]] = {
    "the order of statements": (
        policy(ALLOW, when("Bool", "aws:SecureTransport", "false", Effect="Deny")),
        policy(when("Bool", "aws:SecureTransport", "false", Effect="Deny"), ALLOW),
        ([], []),
    ),
    "an account by its id or by its root": (
        policy(ALLOW | {"Principal": {"AWS": OTHER}}),
        policy(ALLOW | {"Principal": {"AWS": f"arn:aws:iam::{OTHER}:root"}}),
        ([], []),
    ),
    "two halves of the addresses": (
        policy(when("IpAddress", "aws:SourceIp", ["0.0.0.0/1", "128.0.0.0/1", "::/0"])),
        policy(when("IpAddress", "aws:SourceIp", ["0.0.0.0/0", "::/0"])),
        ([], []),
    ),
    "a smaller block": (
        policy(when("IpAddress", "aws:SourceIp", "203.0.113.0/24")),
        policy(when("IpAddress", "aws:SourceIp", "203.0.113.0/25")),
        ([], [0]),
    ),
    "what another statement allows already": (
        policy(ALLOW), policy(ALLOW, ALLOW | {"Action": "s3:Get*", "Resource": f"{BUCKET}/a*"}), ([1], [])
    ),
    "what is wholly allowed already": (policy(ALLOW), policy(ALLOW, ALLOW | {"Resource": f"{BUCKET}/a*"}), ([], [])),
    "a deny falls": (policy(ALLOW, DENY | {"Resource": f"{BUCKET}/secret/*"}), policy(ALLOW), ([0], [])),
    "a deny that covers it": (policy(ALLOW, DENY), policy(), ([], [])),
    "an organisation for an account": (
        policy(when("StringEquals", "aws:PrincipalAccount", OTHER)),
        policy(when("StringEquals", "aws:PrincipalOrgID", "o-mine")),
        ([0], [0]),
    ),
    "an organisation by id or by path": (
        policy(when("StringEquals", "aws:PrincipalOrgID", "o-mine")),
        policy(when("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-mine/*")),
        ([], []),
    ),
    "a user by ARN or by name and account": (
        policy(ALLOW | {"Principal": {"AWS": f"arn:aws:iam::{OWN}:role/app"}}),
        policy(ALLOW | {"Principal": {"AWS": f"arn:aws:sts::{OWN}:assumed-role/app/s1"}}),
        ([0], [0]),
    ),
    "operators of the same meaning": (
        policy(when("StringLike", "aws:Referer", "https://x/")), policy(when("StringEquals", "aws:Referer", "https://x/")), ([], [])
    ),
    "numbers at the edge": (
        policy(when("NumericLessThan", "s3:max-keys", "8", Action="s3:ListBucket", Resource=BUCKET)),
        policy(when("NumericLessThanEquals", "s3:max-keys", "7", Action="s3:ListBucket", Resource=BUCKET)),
        ([], []),
    ),
    "a canonical user and an account": (
        policy(ALLOW | {"Principal": {"CanonicalUser": "c4n0n"}}), policy(ALLOW | {"Principal": {"AWS": OTHER}}), ([0], [0])
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_what_a_change_changes(name: str) -> None:
    old, new, expected = CHANGES[name]
    found = compare(old, new)
    assert indices(found) == expected
    assert found.equal is (expected == ([], []))


def test_variables_of_unlike_keys_are_not_taken_for_equal() -> None:
    one, other = (policy(when("StringEquals", "s3:prefix", f"${{{key}}}", Action="s3:ListBucket", Resource=BUCKET))
                  for key in ("aws:PrincipalTag/a", "aws:PrincipalTag/b"))  # fmt: skip
    found = compare(one, other)
    assert not found.equal
    assert found.maybe_added
    assert found.maybe_removed


def test_a_fallen_deny_is_named() -> None:
    old = policy(ALLOW, DENY | {"Resource": f"{BUCKET}/secret/*"})
    gain = compare(old, policy(ALLOW)).added[0]
    assert gain.denied_by == (1,)
    assert gain.witness.resource.startswith(f"{BUCKET}/secret/")


def test_actions_that_s3_may_get_are_no_proof() -> None:
    old, new = policy(ALLOW | {"Action": "s3:GetObjectTor*"}), policy(ALLOW | {"Action": "s3:GetObjectTorrent"})
    found = compare(old, new)
    assert not found.equal
    assert found.maybe_removed == ("it may be about actions of S3 that are not in the table",)
