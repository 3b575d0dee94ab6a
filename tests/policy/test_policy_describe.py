"""Statements in plain words."""

from typing import Any

import pytest

from tenfold.policy.actions import ActionIndex
from tenfold.policy.describe import Description, described
from tenfold.policy.lint.kinds import Kind
from tenfold.policy.parse import parse

ME = "111122223333"


def said(actions: ActionIndex, kind: Kind, version: str = "2012-10-17", **elements: Any) -> Description:
    row = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", **elements}
    policy = parse({"Version": version, "Statement": {name: value for name, value in row.items() if value}})
    return described(policy.statements[0], policy, kind, actions)


@pytest.mark.parametrize(
    ("principal", "who"),
    [
        ("*", "anyone, with or without an AWS account"),
        ({"AWS": ME}, f"account {ME}, and whom its administrators let"),
        ({"AWS": f"arn:aws:iam::{ME}:root"}, f"account {ME}, and whom its administrators let"),
        ({"AWS": f"arn:aws:iam::{ME}:user/a/ann"}, f"user a/ann of account {ME}"),
        ({"AWS": f"arn:aws:sts::{ME}:assumed-role/r/s"}, f"session s of role r of account {ME}"),
        ({"AWS": "AROAEXAMPLEEXAMPLE11"}, "nobody (the deleted AROAEXAMPLEEXAMPLE11)"),
        ({"AWS": "what is this"}, "what is this"),
        ({"Service": "sns.amazonaws.com"}, "service sns.amazonaws.com"),
        ({"Federated": "graph.facebook.com"}, "whoever signs in at graph.facebook.com"),
        ({"CanonicalUser": "c" * 64}, f"canonical user {'c' * 64}"),
    ],
)
def test_who(actions: ActionIndex, principal: Any, who: str) -> None:
    assert said(actions, Kind.RESOURCE, Principal=principal).who == (who,)
    other = said(actions, Kind.RESOURCE, NotPrincipal=principal, Effect="Deny")
    assert (other.verb, other.who) == ("denies", (f"everyone but {who}",))


@pytest.mark.parametrize(
    ("kind", "verb", "who"),
    [
        (Kind.IDENTITY, "allows", "whoever it is attached to"),
        (Kind.SCP, "leaves room for", "every principal of the accounts that it is attached to"),
        (Kind.BOUNDARY, "leaves room for", "whoever it bounds, at most"),
        (Kind.SESSION, "allows", "the session, at most"),
    ],
)
def test_who_is_meant_where_nobody_is_named(actions: ActionIndex, kind: Kind, verb: str, who: str) -> None:
    found = said(actions, kind)
    assert (found.verb, found.who) == (verb, (who,))


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("s3:getobject", "s3:getobject (read)"),
        ("s3:GetBucketPolicy*", "s3:GetBucketPolicy* (GetBucketPolicy, GetBucketPolicyStatus)"),
        ("s3:Frobnicate", "s3:Frobnicate (unknown)"),
        ("*:*", "every action of every service"),
    ],
)
def test_what(actions: ActionIndex, action: str, words: str) -> None:
    assert said(actions, Kind.IDENTITY, Action=action).actions == (words,)


def test_many_actions_are_counted_by_level(actions: ActionIndex) -> None:
    (words,) = said(actions, Kind.IDENTITY, Action="s3:Put*").actions
    assert words.startswith("s3:Put* (")
    assert " write, " in words
    assert said(ActionIndex(), Kind.IDENTITY, Action="s3:Put*").actions == ("s3:Put*",)
    assert said(actions, Kind.IDENTITY, Action=None, NotAction=["iam:*", "s3:*"]).actions == (
        "every action but iam:*, s3:*",
    )


def test_on_what(actions: ActionIndex) -> None:
    variable = "arn:aws:s3:::b/${aws:username}"
    assert said(actions, Kind.IDENTITY).resources == ("every resource",)
    assert said(actions, Kind.IDENTITY, Resource=variable).resources == (variable,)
    assert said(actions, Kind.IDENTITY, "2008-10-17", Resource=variable).resources == (
        f"{variable} (its ${{...}} taken literally)",
    )
    assert said(actions, Kind.IDENTITY, Resource=None, NotResource="a").resources == ("every resource but a",)
    assert said(actions, Kind.TRUST, Resource=None, Principal="*").resources == ("the role itself",)
    assert said(actions, Kind.RESOURCE, Resource=None, Principal="*").resources == ("the resource it is attached to",)


@pytest.mark.parametrize(
    ("operator", "key", "value", "words"),
    [
        ("StringEquals", "aws:PrincipalOrgID", "o-a", "principals of organisation o-a"),
        ("StringNotEquals", "aws:SourceVpce", "v", "not through VPC endpoint v"),
        ("IpAddress", "aws:SourceIp", "203.0.113.0/24", "from 203.0.113.0/24 (256 addresses)"),
        ("Bool", "aws:SecureTransport", "true", "TLS only"),
        ("StringEquals", "sts:ExternalId", ["a", "b"], "sts:ExternalId is a or b"),
        ("StringNotLike", "s3:x-amz-acl", ["a*", "b"], "s3:x-amz-acl is not like a* nor b"),
        ("NumericLessThan", "aws:MultiFactorAuthAge", 3600, "aws:MultiFactorAuthAge is less than 3600"),
        ("DateGreaterThan", "aws:CurrentTime", "2026-01-01T00:00:00Z", "aws:CurrentTime is after 2026-01-01T00:00:00Z"),
        ("BoolIfExists", "aws:ViaAWSService", "false", "aws:ViaAWSService is false, or there is none"),
        ("ForAllValues:StringEquals", "aws:TagKeys", "a", "every value of aws:TagKeys is a, or there is none"),
        ("ForAnyValue:StringLike", "aws:TagKeys", "a", "some value of aws:TagKeys is like a"),
        ("Null", "aws:TagKeys", "true", "requests without aws:TagKeys"),
        ("Sounds", "aws:TagKeys", "a", "Sounds aws:TagKeys a"),
    ],
)
def test_only_if(actions: ActionIndex, operator: str, key: str, value: Any, words: str) -> None:
    assert said(actions, Kind.IDENTITY, Condition={operator: {key: value}}).only_if == (words,)
