"""What holds for any policy: nothing but PolicyError, every yes proven by the evaluator, a full deny ends it."""

import contextlib
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tenfold.model.resource import ABSENT
from tenfold.policy.document import Effect, Request, decide
from tenfold.policy.exposure import BucketFacts, Exposure, Reached
from tenfold.policy.parse import PolicyError, parse
from tenfold.policy.principals import Caller
from tenfold.policy.reach import reach

BUCKET = "arn:aws:s3:::pail"
OPERATORS = [
    "StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIfExists", "ForAllValues:StringLike",
    "ForAnyValue:StringEquals", "ArnLike", "ArnNotEquals", "IpAddress", "NotIpAddress", "Bool", "BoolIfExists", "Null",
    "NumericLessThan", "DateGreaterThan", "BinaryEquals", "Sounds", "NullIfExists", "ForAnyValue:Null",
]  # fmt: skip
KEYS = [
    "aws:SourceIp", "aws:SourceVpce", "aws:PrincipalOrgID", "aws:PrincipalArn", "aws:PrincipalAccount", "aws:Referer",
    "aws:SecureTransport", "s3:prefix", "aws:CurrentTime", "aws:PrincipalTag/x", "aws:SourceArn", "aws:userid", "nokey",
    "s3:DataAccessPointArn", "s3:DataAccessPointAccount", "aws:CalledVia", "aws:ViaAWSService", "aws:SourceAccount",
]  # fmt: skip
VALUES = [
    "*", "203.0.113.0/24", "0.0.0.0/1", "vpce-0a1b2c3d", "o-a1b2c3d4e5", "o-*", "arn:aws:iam::444455556666:role/*",
    "arn:aws:iam::*:root", "444455556666", "true", "false", "1", "2026-01-01T00:00:00Z", "${aws:username}", "${*}", "${",
    "${aws:Referer, 'x'}", "", "not an address", True, 7, "9" * 400,
]  # fmt: skip
PRINCIPALS = [
    "*", {"AWS": "*"}, {"AWS": "444455556666"}, {"AWS": ["arn:aws:iam::444455556666:role/app", "111122223333"]},
    {"Service": "sns.amazonaws.com"}, {"Federated": "accounts.google.com"}, {"CanonicalUser": "c4n0n"}, {"AWS": []},
]  # fmt: skip
RESOURCES = ["*", BUCKET, BUCKET + "/*", BUCKET + "/a?", BUCKET + "/${aws:username}/*", "arn:aws:s3:::other/*"]
ACTIONS = ["*", "s3:*", "s3:GetObject", "S3:list*", "s3:PutObject", "s3:Nothing", "sqs:*", "s3:GetBucketPolicy"]


def some(values: list[Any]) -> st.SearchStrategy[Any]:
    return st.sampled_from(values) | st.lists(st.sampled_from(values), min_size=1, max_size=3)


CONDITIONS = st.dictionaries(
    st.sampled_from(OPERATORS), st.dictionaries(st.sampled_from(KEYS), some(VALUES), min_size=1, max_size=2), max_size=2
)
STATEMENTS = st.builds(
    lambda effect, who, principal, act, action, on, resource, condition: {
        "Effect": effect,
        who: principal,
        act: action,
        on: resource,
        "Condition": condition,
    },
    st.sampled_from(["Allow", "Allow", "Deny"]),
    st.sampled_from(["Principal", "Principal", "NotPrincipal"]),
    st.sampled_from(PRINCIPALS),
    st.sampled_from(["Action", "Action", "NotAction"]),
    some(ACTIONS),
    st.sampled_from(["Resource", "Resource", "NotResource"]),
    some(RESOURCES),
    CONDITIONS,
)
POLICIES = st.builds(
    lambda version, statements: {"Version": version, "Statement": statements},
    st.sampled_from(["2012-10-17", "2008-10-17"]),
    st.lists(STATEMENTS, min_size=1, max_size=4),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["Allow", "*"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Statement", "Effect", "Action", "Principal", "AWS", "x"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)
REQUESTS = st.builds(
    Request,
    st.sampled_from(
        [Caller(), Caller("aws", ("444455556666", "arn:aws:iam::444455556666:role/app")), Caller("odd", ("x",))]
    ),
    st.sampled_from(["s3:GetObject", "s3:ListBucket", ""]),
    st.sampled_from([BUCKET, BUCKET + "/a", ""]),
    st.dictionaries(
        st.sampled_from([key.lower() for key in KEYS]),
        st.lists(st.sampled_from([str(value) for value in VALUES]), max_size=2).map(tuple),
    ),
)


def exposed(policy: Any) -> Exposure:
    return reach(
        BucketFacts(
            name="pail",
            arn=BUCKET,
            partition="aws",
            account="111122223333",
            region="us-east-1",
            policy=json.dumps(policy),
            acl={"Owner": {"ID": "own3r"}, "Grants": []},
            ownership="BucketOwnerEnforced",
            bucket_block=ABSENT,
            account_block=ABSENT,
        )
    )


@given(JSON)
@settings(max_examples=150, deadline=None)
def test_any_json_is_a_policy_or_a_policy_error(value: Any) -> None:
    with contextlib.suppress(PolicyError):
        parse(json.dumps(value))


@given(POLICIES, REQUESTS)
@settings(max_examples=150, deadline=None)
def test_every_request_gets_a_decision(policy: Any, request: Request) -> None:
    decision = decide(parse(policy), request)
    assert (decision.effect is Effect.IMPLICIT_DENY) == (not decision.statements)


@given(POLICIES)
@settings(max_examples=60, deadline=None)
def test_every_yes_is_allowed_by_the_evaluator(policy: Any) -> None:
    exposure = exposed(policy)
    for answer in (exposure.anyone, exposure.any_account, *(grant.effective for grant in exposure.grants)):
        assert answer.reason
        if answer.reached is Reached.YES:
            assert answer.witness is not None
            assert decide(parse(policy), answer.witness).effect is Effect.ALLOW


@given(POLICIES)
@settings(max_examples=60, deadline=None)
def test_a_deny_of_everything_ends_every_yes(policy: Any) -> None:
    deny = {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}
    exposure = exposed(policy | {"Statement": [*policy["Statement"], deny]})
    answers = (exposure.anyone, exposure.any_account, *(grant.effective for grant in exposure.grants))
    assert all(answer.reached is not Reached.YES for answer in answers)


@given(POLICIES, REQUESTS)
@settings(max_examples=120, deadline=None)
def test_no_means_that_no_anonymous_request_from_afar_passes(policy: Any, request: Request) -> None:
    """A request without credentials, over the internet, from an address that no policy here names."""
    names = ("aws:referer", "s3:prefix")
    context = {key: values for key, values in request.context.items() if key in names and values}
    context |= {"aws:sourceip": ("198.18.7.7",), "aws:securetransport": ("true",)}
    context |= {"aws:principaltype": ("Anonymous",), "aws:userid": ("anonymous",)}
    if request.action != "s3:ListBucket":
        context.pop("s3:prefix", None)
    resource = BUCKET if request.action == "s3:ListBucket" else BUCKET + "/a"
    sent = Request(Caller(), request.action or "s3:PutObject", resource, context)
    if decide(parse(policy), sent).effect is Effect.ALLOW:
        assert exposed(policy).anyone.reached is not Reached.NO
