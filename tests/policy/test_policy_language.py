"""The policy language: reading, conditions, decisions, and AWS's word for public. Cases lie beside this file.

parse_refused.json, conditions.json, decisions.json, public.json; [K] in a name marks general knowledge that was not
read in AWS's documentation; (1d) marks shapes on which classifiers of "public" disagree.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tenfold.model.errors import InputError
from tenfold.policy.addresses import EVERYWHERE, INTERNET, AddressSet, address_set, counted
from tenfold.policy.conditions import network
from tenfold.policy.document import Request, decide
from tenfold.policy.match import after, apart, covers, glob_of, matches
from tenfold.policy.parse import PolicyError, parse
from tenfold.policy.principals import Caller
from tenfold.policy.public import aws_public

ANYONE = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::pail/*"}


def cases(name: str) -> pytest.MarkDecorator:
    rows = json.loads((Path(__file__).parent / name).read_text())
    return pytest.mark.parametrize("case", rows, ids=[row["name"] for row in rows])


def policy(case: dict[str, Any], statements: Any) -> Any:
    return parse({"Version": case.get("version", "2012-10-17"), "Statement": statements})


@cases("parse_refused.json")
def test_what_is_not_a_policy_is_refused_with_its_place(case: dict[str, Any]) -> None:
    for document in (case["document"], case["document"].encode()):
        with pytest.raises(PolicyError) as refused:
            parse(document)
        assert isinstance(refused.value, InputError)
        assert case["error"] in str(refused.value)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(PolicyError, match="not JSON"):
        parse(b"\xff\xfe{}")


def test_every_legal_form_is_read() -> None:
    read = parse(
        {
            "Statement": {
                "Effect": "Deny",
                "NotPrincipal": {
                    "AWS": ["*", "444455556666"],
                    "Service": "a",
                    "Federated": ["b"],
                    "CanonicalUser": "c",
                },
                "NotAction": "s3:*",
                "NotResource": ["x", "y"],
                "Condition": {"Bool": {"aws:SecureTransport": True}, "NumericLessThan": {"s3:max-keys": 10}},
                "Comment": "unknown to IAM",
            },
            "Author": "somebody",
        }
    )
    (statement,) = read.statements
    assert (read.version, read.variables, read.unknown) == ("2008-10-17", False, ("Author",))
    assert (statement.actions, statement.not_actions, statement.not_resources) == (None, ("s3:*",), ("x", "y"))
    assert statement.not_principals is not None
    assert statement.not_principals.everyone
    assert statement.not_principals.aws == ("444455556666",)
    assert (statement.not_principals.service, statement.not_principals.federated) == (("a",), ("b",))
    assert [(c.key, c.values) for c in statement.conditions] == [
        ("aws:SecureTransport", ("true",)),
        ("s3:max-keys", ("10",)),
    ]
    assert statement.unknown == ("Comment",)


def test_an_element_that_the_caller_needs_is_asked_for() -> None:
    identity = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    assert parse(identity).statements[0].principals is None
    with pytest.raises(PolicyError, match=r"Statement\[0\]: neither Principal nor NotPrincipal"):
        parse(identity, needs=("Principal",))


@cases("conditions.json")
def test_a_condition_decides(case: dict[str, Any]) -> None:
    context = {key: tuple(values) for key, values in case["context"].items()}
    request = Request(Caller(), "s3:GetObject", "arn:aws:s3:::pail/k", context, tuple(case.get("unknown", ())))
    assert decide(policy(case, [ANYONE | {"Condition": case["condition"]}]), request).effect == case["effect"]


@cases("decisions.json")
def test_a_request_is_decided(case: dict[str, Any]) -> None:
    given = case["caller"] or {"kind": "anonymous", "names": []}
    caller = Caller(given["kind"], tuple(given["names"]), given.get("canonical", ""))
    context = {key: tuple(values) for key, values in case["context"].items()}
    decision = decide(policy(case, case["statements"]), Request(caller, case["action"], case["resource"], context))
    assert decision.effect == case["effect"]
    assert list(decision.statements) == case["indices"]


@cases("public.json")
def test_aws_calls_it_public(case: dict[str, Any]) -> None:
    verdict = aws_public(policy(case, case["statements"]), access_point=case["access_point"])
    assert verdict.public is case["public"], verdict.reason
    assert (verdict.statement is None) == (verdict.public is False)


@pytest.mark.parametrize(
    ("wide", "narrow", "held"),
    [
        ("*", "a*b?c", True), ("a*", "ab", True), ("a*", "a*b*", True), ("a?*", "a*", False), ("a*b", "a*", False),
        ("?", "*", False), ("*a*", "xa", True), ("a", "a", True), ("??", "a?", True), ("", "*", False), ("*", "", True),
    ],
)  # fmt: skip
def test_one_pattern_covers_another(wide: str, narrow: str, held: bool) -> None:
    assert covers(glob_of(wide), glob_of(narrow)) is held


@pytest.mark.parametrize(
    ("one", "other", "held"),
    [
        ("a*", "b*", True),
        ("a*", "ab*", False),
        ("a", "a*", False),
        ("ab", "a", True),
        ("?b", "ac", True),
        ("*", "", False),
    ],
)
def test_patterns_lie_apart(one: str, other: str, held: bool) -> None:
    assert apart(glob_of(one), glob_of(other)) is held


def test_what_is_left_of_a_pattern_behind_a_beginning() -> None:
    left = after(glob_of("arn:*/x*"), "arn:aws/")
    assert any(matches(rest, "x1") for rest in left)
    assert any(matches(rest, "y/x") for rest in left)
    assert not any(matches(rest, "y") for rest in left)
    assert after(glob_of("other/*"), "arn:aws/") == []


def test_a_hostile_pattern_takes_no_time() -> None:
    assert not matches(glob_of("*a" * 200), "a" * 199 + "b" * 5000)


def test_address_sets_count_and_exclude() -> None:
    def blocks(*texts: str) -> AddressSet:
        return address_set(block for block in map(network, texts) if block)

    halves = blocks("0.0.0.0/1", "128.0.0.0/1")
    assert halves.count(4) == 2**32
    assert not (EVERYWHERE - halves).v4
    assert blocks("10.0.0.0/9", "10.128.0.0/9") == blocks("10.1.2.3/8")
    assert blocks("44.0.0.0/8").narrow
    assert not blocks("44.0.0.0/8", "45.0.0.0/32").narrow
    assert not blocks("10.0.0.0/8") & INTERNET
    assert blocks("203.0.113.0/24").one().startswith("203.0.113.")
    assert counted(blocks("203.0.113.0/24", "::1")) == "256 IPv4 and 1 IPv6 addresses"
    assert counted(blocks("203.0.113.7")) == "1 address"
