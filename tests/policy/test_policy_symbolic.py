"""Policies as formulas: held against the evaluator request by request, and against requests made up apart from them."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policy.generated import CALLERS, KEYS, NAMES, OPERATORS, OTHER, OWN, POLICIES, SESSION, VALUES
from tests.policy.sampled import sampled

from tenfold.policy.attempt import Attempt
from tenfold.policy.callers import Kind
from tenfold.policy.exposure import Reached
from tenfold.policy.parse import Policy, parse
from tenfold.policy.solver.formula import Formula, at_worst
from tenfold.policy.solver.solve import Model, Value, Variable, satisfies
from tenfold.policy.symbolic.ask import EVERYBODY, UNCONFIRMED, somebody, strangers, worlds
from tenfold.policy.symbolic.statements import read
from tenfold.policy.symbolic.targets import targets
from tenfold.policy.symbolic.views import reason_of
from tenfold.policy.symbolic.vocabulary import Vocabulary
from tenfold.policy.symbolic.witness import permitted, request
from tenfold.policy.symbolic.worlds import World

BUCKET = "arn:aws:s3:::z"
TEXTS = [
    "", "x", "eva", OWN, OTHER, "o-mine/r-1/", "o-other/r-1/ou-1/", "s1", "s12", "AIDAEXAMPLEEXAMPLE000",
    "AROAEXAMPLEEXAMPLE000", "vpce-1", BUCKET, f"{BUCKET}/eva/k", f"{BUCKET}/a*b", f"{BUCKET}/axb", "sqs:sendmessage",
    "sts:assumerole", "kms:decrypt", f"arn:aws:sqs:eu-west-1:{OWN}:q", "arn:aws:iam:::role/x", "anything:atall",
    *(str(one) for one in VALUES), *(str(one) for one in CALLERS), f"arn:aws:iam::{OWN}:role/team/app",
    f"arn:aws:sns:eu-west-1:{OWN}:eva", f"arn:aws:iam::{OWN}:user/team/E.A", "arn:aws:s3:::z/eva/",
]  # fmt: skip
EVERYTHING = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}
# Values that some request has.
FITTING: dict[str, list[Any]] = {
    "aws:username": ["e*", "E?A", "eva"], "aws:userid": ["AIDA*", f"{OWN}:*", "AROA*:s1", OWN], "aws:principalaccount": [OWN],
    "aws:PrincipalArn": [f"arn:aws:iam::{OWN}:user/*", "arn:aws:iam::*:role/app"], "aws:PrincipalOrgID": ["o-mine", "o-*"],
    "aws:SourceVpce": ["vpce-1", "vpce-*"], "aws:TagKeys": ["a", "x", "*"], "s3:prefix": ["", "e*"], "aws:SourceIp": ["192.0.2.0/24"],
}  # fmt: skip


def value_of(kind: Variable, draw: random.Random) -> Value:
    """Some value that a variable can have."""
    if kind.optional and draw.random() < 0.4:
        return None
    if kind.space is not None:
        return draw.randint(kind.space.low, kind.space.high)
    return draw.choice([text for text in TEXTS if kind.shape.matches(text)] or [kind.shape.shortest])


def holds(formula: Formula, world: World, model: Model) -> bool:
    """Whether a formula holds under a model, except for what nobody can tell."""
    others = {name: None for name in formula.variables if reason_of(name)}
    return satisfies(formula, {**others, **{name: model.get(name) for name in world.variables}})


def sure(formula: Formula) -> Formula:
    return at_worst(formula, frozenset(one for one in formula.atoms if reason_of(one.variable)))


@settings(deadline=None, max_examples=40)
@given(POLICIES, st.integers(0, 10**9))
def test_a_formula_holds_where_the_evaluator_allows(document: Any, seed: int) -> None:
    agree(parse(document), random.Random(seed), worlds_each=6, models_each=6)


@pytest.mark.parametrize("operator", OPERATORS)
def test_every_operator_on_every_key(operator: str) -> None:
    draw = random.Random(operator)
    values = draw.sample(VALUES, 8)
    for key in KEYS:
        condition = {operator: {key: [draw.choice(values), *draw.sample(FITTING.get(key, values), 1)]}}
        for effect in ("Allow", "Deny"):
            rows = [EVERYTHING, EVERYTHING | {"Effect": effect, "Condition": condition}][effect == "Allow" :]
            agree(parse({"Version": "2012-10-17", "Statement": rows}), draw, worlds_each=4, models_each=3)


@pytest.mark.parametrize("element", ["Principal", "NotPrincipal"])
@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_every_way_to_name_somebody(element: str, effect: str) -> None:
    draw = random.Random(element + effect)
    for name in NAMES:
        row = {"Effect": effect, element: name, "Action": "s3:GetObject", "Resource": "*"}
        agree(parse({"Statement": [EVERYTHING, row][effect == "Allow" :]}), draw, worlds_each=8, models_each=6)


def agree(policy: Policy, draw: random.Random, *, worlds_each: int, models_each: int) -> None:
    """Some requests of some worlds: where the formula holds the evaluator allows, and where it cannot, it does not."""
    vocabulary = Vocabulary((policy,))
    every = list(worlds(vocabulary, EVERYBODY, targets(vocabulary)))
    for world in draw.sample(every, min(len(every), worlds_each)):
        allowed = read(policy, world).allowed
        for _ in range(models_each):
            model = {name: value_of(kind, draw) for name, kind in world.variables.items()}
            if not all(holds(formula, world, model) for formula in world.linked()):
                continue
            asked = request(world, model)
            answer = permitted(policy, asked, vocabulary.canonical)
            if holds(sure(allowed), world, model):
                assert answer is True or refused(asked), (asked, answer)
            if not may_hold(allowed, world, model):
                assert answer is not True, asked


def refused(asked: Attempt) -> bool:
    """STS refuses root users, whatever a policy says."""
    return asked.caller.kind is Kind.ROOT and asked.action == "sts:assumerole"


def may_hold(formula: Formula, world: World, model: Model) -> bool:
    """Whether it could hold, the unknowns being as they like: false where its contrary is sure."""
    return not holds(sure(formula.negation), world, model)


@settings(deadline=None, max_examples=40)
@given(POLICIES, sampled())
def test_no_means_that_no_request_passes(document: Any, asked: Attempt) -> None:
    policy = parse(document)
    vocabulary = Vocabulary((policy,))
    if vocabulary.services and asked.service not in vocabulary.services:
        return
    found = somebody(policy)
    assert UNCONFIRMED not in found.reasons
    if permitted(policy, asked, vocabulary.canonical):
        assert found.reached is not Reached.NO


@settings(deadline=None, max_examples=40)
@given(POLICIES)
def test_strangers_are_somebody(document: Any) -> None:
    policy = parse(document)
    whoever = somebody(policy)
    for found in strangers(policy):
        assert UNCONFIRMED not in found.reasons
        assert found.reached is not Reached.YES or whoever.reached is Reached.YES


def answers(**statement: Any) -> tuple[Reached, Reached]:
    row = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{BUCKET}/*"} | statement
    written = {name: value for name, value in row.items() if value is not None}
    policy: Policy = parse({"Version": "2012-10-17", "Statement": written})
    found = strangers(policy, owner=OWN)
    return found.anyone.reached, found.account.reached


YES, NO, OPEN = Reached.YES, Reached.NO, Reached.UNDECIDED
CASES: dict[str, tuple[dict[str, Any], tuple[Reached, Reached]]] = {
    "everyone": ({}, (YES, YES)),
    "one account": ({"Principal": {"AWS": OTHER}}, (NO, NO)),
    "a session": ({"Principal": {"AWS": SESSION}}, (NO, NO)),
    "a service": ({"Principal": {"Service": "sns.amazonaws.com"}}, (NO, NO)),
    "a canonical user": ({"Principal": {"CanonicalUser": "c4n0n"}}, (NO, NO)),
    "a wildcard in a principal": ({"Principal": {"AWS": f"arn:aws:iam::{OTHER}:role/*"}}, (NO, OPEN)),
    "all but one": ({"NotPrincipal": {"AWS": OTHER}, "Principal": None}, (YES, YES)),
    "an object action on the bucket": ({"Resource": BUCKET}, (NO, NO)),
    "a listing of objects": ({"Action": "s3:ListBucket"}, (NO, NO)),
    "an owner's action": ({"Action": "s3:PutBucketPolicy", "Resource": BUCKET}, (NO, NO)),
    "an organisation": ({"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-mine"}}}, (NO, NO)),
    "any organisation": ({"Condition": {"StringLike": {"aws:PrincipalOrgID": "o-*"}}}, (NO, YES)),
    "paths of an organisation": (
        {"Condition": {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-mine/*"}}}, (NO, NO)
    ),
    "no value at all": ({"Condition": {"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-mine/*"}}}, (YES, YES)),
    "a role by its name": ({"Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/app"}}}, (NO, YES)),
    "no colon crossed": ({"Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:*:role/app"}}}, (NO, OPEN)),
    "a user's own folder": ({"Resource": f"{BUCKET}/${{aws:username}}/*"}, (NO, OPEN)),
    "a referer": ({"Condition": {"StringLike": {"aws:Referer": "https://example.com/*"}}}, (YES, YES)),
    "an endpoint": ({"Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1a"}}}, (NO, NO)),
    "any endpoint": ({"Condition": {"StringLike": {"aws:SourceVpce": "vpce-*"}}}, (YES, YES)),
    "some addresses": ({"Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}, (NO, NO)),
    "half of all addresses": ({"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/1"}}}, (YES, YES)),
    "two things that no request has": (
        {"Condition": {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}, "StringLike": {"aws:SourceVpce": "*"}}}, (NO, NO)
    ),
    "user and account apart": (
        {"Condition": {"StringEquals": {"aws:PrincipalType": "Account", "aws:username": "eva"}}}, (NO, NO)
    ),
    "a listing's key on an object": ({"Condition": {"StringLike": {"s3:prefix": "*"}}}, (NO, NO)),
    "numbers that exclude each other": (
        {"Action": "s3:ListBucket", "Resource": BUCKET,
         "Condition": {"NumericLessThan": {"s3:max-keys": "8"}, "NumericGreaterThan": {"s3:max-keys": "7"}}}, (NO, NO)
    ),
    "a number between two others": (
        {"Action": "s3:ListBucket", "Resource": BUCKET,
         "Condition": {"NumericLessThan": {"s3:max-keys": "8"}, "NumericGreaterThan": {"s3:max-keys": "5"}}}, (YES, YES)
    ),
    "a moment between two others": (
        {"Condition": {"DateLessThan": {"aws:CurrentTime": "2026-01-02T00:00:00Z"},
                       "DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}}, (YES, YES)
    ),
    "the internet without some addresses": (
        {"Condition": {"NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24", "198.51.100.0/24"]}}}, (YES, YES)
    ),
    "letter case": ({"Action": "S3:gETobject"}, (YES, YES)),
    "an action that S3 may get": ({"Action": "s3:GetNothing*"}, (OPEN, OPEN)),
    "dates": ({"Condition": {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}}, (YES, YES)),
    "no operator": ({"Condition": {"Sounds": {"aws:Referer": "x"}}}, (OPEN, OPEN)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_strangers_can_do(name: str) -> None:
    statement, expected = CASES[name]
    assert answers(**statement) == expected


def test_a_deny_closes_what_an_allow_opens() -> None:
    allow = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": [BUCKET, f"{BUCKET}/*"]}
    outside = {
        "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-mine"},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    }
    deny = allow | {"Effect": "Deny", "Condition": outside}
    policy = parse({"Statement": [allow, deny]})
    assert {found.reached for found in strangers(policy)} == {Reached.NO}
    insider = somebody(policy)
    assert insider.reached is Reached.YES
    assert insider.witness is not None
    assert insider.statement == 0
