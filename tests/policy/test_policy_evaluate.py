"""The evaluator's parts by themselves: what no line of `policy simulate` reaches, and what patterns prove."""

from typing import Any

import pytest

from tenfold.model.gap import Gap, GapKind
from tenfold.policy.access import Access
from tenfold.policy.attempt import Attempt, attempt
from tenfold.policy.breadth import every_action, every_resource
from tenfold.policy.callers import ANONYMOUS, Kind, principal
from tenfold.policy.context_table import KEYS, Channel, There, always_carried, by_channel, of_caller
from tenfold.policy.document import Effect, about
from tenfold.policy.evaluate import Verdict, evaluate
from tenfold.policy.exposure import Block
from tenfold.policy.layers import OPEN, Gate, either, every
from tenfold.policy.limits import excess
from tenfold.policy.match import fits
from tenfold.policy.parse import Policy, PolicyError, parse

OWN = "111122223333"
ALLOW = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def policy(*statements: dict[str, Any]) -> Policy:
    return parse({"Version": "2012-10-17", "Statement": list(statements)})


def asked(who: str | None = f"arn:aws:iam::{OWN}:user/eva", **context: tuple[str, ...]) -> Attempt:
    return attempt(principal(who, context), "sqs:SendMessage", f"arn:aws:sqs:eu-west-1:{OWN}:q", context=context)


def test_a_resource_policy_without_principals_is_about_everyone() -> None:
    assert evaluate(asked(None), Access(resource_policy=policy(ALLOW))).effect is Effect.ALLOW
    denied = Access(identity=(policy(ALLOW),), resource_policy=policy(ALLOW | {"Effect": "Deny"}))
    assert evaluate(asked(), denied).effect is Effect.EXPLICIT_DENY


def test_every_statement_that_decides_is_named() -> None:
    verdict = evaluate(asked(), Access(identity=(policy(ALLOW, ALLOW | {"Sid": "b"}), policy(ALLOW))))
    places = ("identity[0] Statement[0]", "identity[0] Statement[1] b", "identity[1] Statement[0]")
    assert verdict.why == tuple(f"{place} allows it" for place in places)


def test_a_block_that_was_not_read_leaves_it_open() -> None:
    unread: dict[str, Block] = {"account": Gap(GapKind.DENIED, "no access"), "bucket": {}}
    group = {"Grantee": {"URI": "http://acs.amazonaws.com/groups/global/AllUsers"}, "Permission": "READ"}
    listing = attempt(principal(None, {}), "s3:ListBucket", "arn:aws:s3:::z", account=OWN, context={})
    everyone = policy(ALLOW | {"Principal": "*"})
    by_acl = evaluate(listing, Access(acl={"Grants": [group]}, blocks=unread))
    by_policy = evaluate(listing, Access(resource_policy=everyone, blocks=unread))
    assert by_acl == Verdict(Effect.UNKNOWN, ("acl grant 0 may allow it: that cannot be decided",))
    assert by_policy.effect is Effect.UNKNOWN
    assert "was not read: no access" in by_policy.why[0]
    assert evaluate(listing, Access(resource_policy=everyone, blocks={"bucket": {}})).effect is Effect.ALLOW


def test_gates() -> None:
    shut, unsure = Gate(False, ("shut",)), Gate(None, ("unsure",))
    assert every([OPEN, unsure, shut]) == shut
    assert every([OPEN, unsure]) == unsure
    assert every([]).open is True
    assert either([shut, unsure]) == unsure
    assert either([shut, unsure, OPEN]).open is True
    assert either([shut, shut, Gate(False, ("locked",))]) == Gate(False, ("shut", "locked"))
    assert either([]).open is False


def test_a_policy_remembers_its_statements_of_an_action() -> None:
    one = policy(ALLOW, ALLOW | {"Action": "s3:Get*"})
    for number in range(1500):
        assert len(about(one, f"s3:Put{number}")) == 1
    assert len(about(one, "s3:GetObject")) == 2
    assert len(one.found) <= 1002
    assert about(one, "s3:GetObject") is about(one, "s3:GetObject")


def test_elements_that_iam_does_not_have_are_told_with_their_place() -> None:
    read = parse({"Author": "x", "Statement": [ALLOW, ALLOW | {"Comment": "y"}]})
    assert read.elsewhere == ("Author", "Statement[1].Comment")


@pytest.mark.parametrize(
    ("actions", "every_one"),
    [
        ("*", True),
        ("*:*", True),
        ("?*", True),
        (["s3:*", "**"], True),
        ("s3:*", False),
        ("*:Get*", False),
        ("?:*", False),
    ],
)
def test_what_leaves_no_action_out(actions: Any, every_one: bool) -> None:
    assert every_action(policy(ALLOW | {"Action": actions}).statements[0]) is every_one


@pytest.mark.parametrize(
    ("resources", "every_one"),
    [
        ("*", True),
        ("arn:*", True),
        ("arn:aws:*", True),
        ("arn:aws:*:*:*:*", True),
        (["x", "a*"], True),
        ("arn:aws-cn:*", False),
        ("arn:aws:s3:::*", False),
        ("arn:aws:*:eu-west-1:*:*", False),
    ],
)
def test_what_leaves_no_resource_out(resources: Any, every_one: bool) -> None:
    assert every_resource(policy(ALLOW | {"Resource": resources}).statements[0], "aws") is every_one


@pytest.mark.parametrize(
    ("pattern", "text", "fit"),
    [
        ("", "", True), ("*", "", True), ("a", "ab", False), ("a*", "ab", True), ("*b", "ab", True), ("*b", "ba", False),
        ("a*b*c", "a1b2b3c", True), ("a*b*c", "ac", False), ("?", "", False), ("a?c", "abc", True), ("a*a", "a", False),
        ("*\n*", "a\nb", True), ("a.c", "abc", False), ("*ab*ab", "abab", True), ("*ab*ab", "ab", False),
        ("*a" * 30, "a" * 40, True), ("*a" * 30, "a" * 29, False), ("a**b", "ab", True), ("[a]*", "[a]b", True),
    ],
)  # fmt: skip
def test_a_pattern_fits(pattern: str, text: str, fit: bool) -> None:
    assert fits(pattern, text) is fit


def test_keys_by_caller_and_channel() -> None:
    assert of_caller("aws:principaltag/team", Kind.ROLE) is There.MAYBE
    assert of_caller("aws:principaltag/team", Kind.ANONYMOUS) is There.NEVER
    assert of_caller("aws:username", Kind.USER) is There.ALWAYS
    assert of_caller("aws:sourceip", Kind.USER) is None
    assert by_channel("aws:sourcevpce", Channel.ENDPOINT) is There.ALWAYS
    assert by_channel("aws:vpceorgid", Channel.ENDPOINT) is There.MAYBE
    assert by_channel("aws:sourceip", Channel.ENDPOINT) is There.NEVER
    assert by_channel("aws:username", Channel.INTERNET) is None
    assert always_carried(Kind.ANONYMOUS) == {"aws:principaltype", "aws:userid"}
    assert all(key == key.lower() for key in KEYS)


def test_anonymous_is_the_caller_without_a_name() -> None:
    assert principal(None, {}) == ANONYMOUS


def test_a_kind_of_policy_that_there_is_not() -> None:
    with pytest.raises(PolicyError, match="not a kind of policy"):
        excess("letter", "{}")
