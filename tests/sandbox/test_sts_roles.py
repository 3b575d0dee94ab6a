"""Assuming roles: who may, for how long, and what the session carries."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.sandbox import aws

from tenfold.sandbox.server import Sandbox

HOME, OTHER = "123456789012", "222222222222"
EVERYTHING = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(delivery_seconds=3600) as running:
        yield running


def user(sandbox: Sandbox, name: str, policy: dict[str, Any] | None = None) -> Any:
    """The access key of a new user."""
    iam = aws.client(sandbox, "iam")
    iam.create_user(UserName=name)
    if policy:
        iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=json.dumps(policy))
    return iam.create_access_key(UserName=name)["AccessKey"]


def assume(sandbox: Sandbox, role: str, keys: Any = None, **more: Any) -> Any:
    return aws.client(sandbox, "sts", keys).assume_role(
        **({"RoleArn": f"arn:aws:iam::{HOME}:role/{role}", "RoleSessionName": "tester"} | more)
    )


def refused(sandbox: Sandbox, role: str, keys: Any = None, **more: Any) -> tuple[str, str]:
    parameters = {"RoleArn": f"arn:aws:iam::{HOME}:role/{role}", "RoleSessionName": "tester"} | more
    return aws.refusal(aws.client(sandbox, "sts", keys, parameter_validation=False).assume_role, **parameters)


PRINCIPALS = {
    "account": ({"AWS": HOME}, True),
    "account-arn": ({"AWS": f"arn:aws:iam::{HOME}:root"}, True),
    "user": ({"AWS": f"arn:aws:iam::{HOME}:user/principal-user"}, True),
    "another-user": ({"AWS": f"arn:aws:iam::{HOME}:user/somebody-else"}, False),
    "another-account": ({"AWS": OTHER}, False),
    "everybody": ("*", True),
    "service": ({"Service": "ec2.amazonaws.com"}, False),
    "mixed": ({"AWS": [OTHER, HOME], "Service": "ec2.amazonaws.com"}, True),
}


@pytest.fixture(scope="module")
def principal(sandbox: Sandbox) -> Any:
    return user(sandbox, "principal-user")


@pytest.mark.parametrize("name", PRINCIPALS)
def test_who_the_trust_policy_names(sandbox: Sandbox, principal: Any, name: str) -> None:
    named, allowed = PRINCIPALS[name]
    aws.role(sandbox, f"for-{name}", named)
    if allowed:
        assert assume(sandbox, f"for-{name}", principal)["Credentials"]["AccessKeyId"].startswith("ASIA")
        return
    code, text = refused(sandbox, f"for-{name}", principal)
    assert code == "AccessDenied"
    assert text == (
        f"User: arn:aws:iam::{HOME}:user/principal-user is not authorized to perform: sts:AssumeRole on resource: "
        f"arn:aws:iam::{HOME}:role/for-{name} because no role trust policy allows the sts:AssumeRole action"
    )
    record = aws.last_record(sandbox, "AssumeRole")
    assert (record["errorCode"], record["requestParameters"]) == ("AccessDenied", None)


def test_explicit_deny_wins_and_a_stranger_is_told_nothing(sandbox: Sandbox) -> None:
    aws.role(sandbox, "closed", {"AWS": "*"})
    denied = {"Effect": "Deny", "Principal": "*", "Action": "sts:*"}
    allowed = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [allowed, denied]})
    aws.client(sandbox, "iam").update_assume_role_policy(RoleName="closed", PolicyDocument=trust)
    assert refused(sandbox, "closed")[1].endswith("with an explicit deny in the role trust policy")
    stranger = aws.session(sandbox, OTHER)
    assert refused(sandbox, "closed", stranger)[1].endswith(f"on resource: arn:aws:iam::{HOME}:role/closed")


def test_role_that_is_not_there_is_a_door_for_the_operator_only(sandbox: Sandbox, principal: Any) -> None:
    assert assume(sandbox, "nowhere")["AssumedRoleUser"]["Arn"].endswith("assumed-role/nowhere/tester")
    assert refused(sandbox, "nowhere", principal)[0] == "AccessDenied"


def test_root_may_not(sandbox: Sandbox) -> None:
    (key,) = aws.control(sandbox, "root", {"account": HOME, "access_keys": 1})["access_keys"]
    aws.role(sandbox, "for-root", {"AWS": HOME})
    assert refused(sandbox, "for-root", key) == ("AccessDenied", "Roles may not be assumed by root accounts.")


CONDITIONS: dict[str, tuple[Any, Any, Any]] = {
    "external-id": (
        {"StringEquals": {"sts:ExternalId": "s3cret-id"}},
        {"ExternalId": "s3cret-id"},
        {"ExternalId": "guess"},
    ),
    "session-name": (
        {"StringLike": {"sts:RoleSessionName": "ci-*"}},
        {"RoleSessionName": "ci-7"},
        {"RoleSessionName": "tester"},
    ),
    "mfa": (
        {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
        {"SerialNumber": f"arn:aws:iam::{HOME}:mfa/any", "TokenCode": "123456"},
        {},
    ),
    "tag": (
        {"StringEquals": {"aws:RequestTag/team": "red"}},
        {"Tags": [{"Key": "team", "Value": "red"}]},
        {"Tags": [{"Key": "team", "Value": "blue"}]},
    ),
    "source-identity": (
        {"StringEquals": {"sts:SourceIdentity": "ada"}},
        {"SourceIdentity": "ada"},
        {"SourceIdentity": "eve"},
    ),
    "address": ({"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}, {}, None),
    "age": ({"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, None, {}),
}


@pytest.mark.parametrize("name", CONDITIONS)
def test_conditions_of_the_trust_policy(sandbox: Sandbox, name: str) -> None:
    condition, right, wrong = CONDITIONS[name]
    aws.role(sandbox, f"if-{name}", {"AWS": HOME}, Action=EVERYTHING, Condition=condition)
    if right is not None:
        assert assume(sandbox, f"if-{name}", **right)["Credentials"]
    if wrong is not None:
        assert refused(sandbox, f"if-{name}", **wrong)[0] == "AccessDenied"


@pytest.mark.parametrize(
    ("more", "action"),
    [
        ({"Tags": [{"Key": "team", "Value": "red"}]}, "sts:TagSession"),
        ({"SourceIdentity": "ada"}, "sts:SetSourceIdentity"),
    ],
)
def test_tags_and_source_identity_need_their_own_action(sandbox: Sandbox, more: Any, action: str) -> None:
    name = f"only-assume-{action[4:]}"
    aws.role(sandbox, name, {"AWS": HOME})
    assert f"is not authorized to perform: {action} on resource" in refused(sandbox, name, **more)[1]


@pytest.mark.parametrize(
    ("seconds", "most", "text"),
    [
        (3601, 3600, "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."),
        (43201, 43200, "Member must have value less than or equal to 43200"),
        (899, 3600, "Member must have value greater than or equal to 900"),
    ],
)
def test_sessions_that_are_too_long_or_too_short(sandbox: Sandbox, seconds: int, most: int, text: str) -> None:
    name = f"lasting-{seconds}"
    aws.role(sandbox, name, {"AWS": HOME})
    aws.client(sandbox, "iam").update_role(RoleName=name, MaxSessionDuration=most)
    code, said = refused(sandbox, name, DurationSeconds=seconds)
    assert code == "ValidationError"
    assert text in said


def test_long_session_and_no_longer_than_an_hour_in_a_chain(sandbox: Sandbox) -> None:
    for name in ("long-a", "long-b"):
        aws.role(sandbox, name, {"AWS": HOME})
        aws.client(sandbox, "iam").update_role(RoleName=name, MaxSessionDuration=43200)
    first = assume(sandbox, "long-a", DurationSeconds=43200)["Credentials"]
    assert 43000 < (first["Expiration"] - datetime.now(UTC)).total_seconds() < 43300
    code, text = refused(sandbox, "long-b", first, DurationSeconds=3601)
    assert (code, "1 hour session limit" in text) == ("ValidationError", True)
    assert assume(sandbox, "long-b", first, DurationSeconds=3600)["Credentials"]


def test_source_identity_stays_for_the_whole_chain(sandbox: Sandbox) -> None:
    for name in ("chain-a", "chain-b"):
        aws.role(sandbox, name, {"AWS": HOME}, Action=EVERYTHING)
    answer = assume(sandbox, "chain-a", SourceIdentity="ada")
    assert answer["SourceIdentity"] == "ada"
    first = answer["Credentials"]
    assert refused(sandbox, "chain-b", first, SourceIdentity="eve")[0] == "AccessDenied"
    second = assume(sandbox, "chain-b", first)
    assert second["SourceIdentity"] == "ada"
    aws.client(sandbox, "s3", second["Credentials"]).list_buckets()
    context = aws.last_record(sandbox, "ListBuckets")["userIdentity"]["sessionContext"]
    assert context["sourceIdentity"] == "ada"
    assert "sourceIdentity" not in context["attributes"]


def test_transitive_tags_go_on_and_hold(sandbox: Sandbox) -> None:
    for name in ("tagged-a", "tagged-b"):
        aws.role(sandbox, name, {"AWS": HOME}, Action=EVERYTHING)
    only_red = {"StringEquals": {"aws:PrincipalTag/team": "red"}}
    aws.role(sandbox, "tagged-c", {"AWS": HOME}, Action=EVERYTHING, Condition=only_red)
    tags = [{"Key": "team", "Value": "red"}, {"Key": "task", "Value": "one"}]
    first = assume(sandbox, "tagged-a", Tags=tags, TransitiveTagKeys=["team"])["Credentials"]
    code, text = refused(sandbox, "tagged-b", first, Tags=[{"Key": "TEAM", "Value": "blue"}])
    assert (code, "conflicts with a transitive tag key" in text) == ("InvalidParameterValue", True)
    second = assume(sandbox, "tagged-b", first, Tags=[{"Key": "task", "Value": "two"}])["Credentials"]
    assert assume(sandbox, "tagged-c", second)["Credentials"]
    assert refused(sandbox, "tagged-c")[0] == "AccessDenied"
    assert refused(sandbox, "tagged-b", TransitiveTagKeys=["absent"])[0] == "InvalidParameterValue"


def test_mfa_of_a_session_is_in_its_records(sandbox: Sandbox) -> None:
    keys = user(sandbox, "mia")
    iam = aws.client(sandbox, "iam")
    serial = iam.create_virtual_mfa_device(VirtualMFADeviceName="mia")["VirtualMFADevice"]["SerialNumber"]
    iam.enable_mfa_device(
        UserName="mia", SerialNumber=serial, AuthenticationCode1="123456", AuthenticationCode2="654321"
    )
    sts = aws.client(sandbox, "sts", keys)
    for given, mfa in (({}, "false"), ({"SerialNumber": serial, "TokenCode": "123456"}, "true")):
        session = sts.get_session_token(**given)["Credentials"]
        assert aws.client(sandbox, "sts", session).get_caller_identity()["Arn"].endswith("user/mia")
        identity = aws.last_record(sandbox, "GetCallerIdentity")["userIdentity"]
        assert (identity["type"], identity["sessionContext"]["attributes"]["mfaAuthenticated"]) == ("IAMUser", mfa)
    code, text = aws.refusal(sts.get_session_token, SerialNumber=f"arn:aws:iam::{HOME}:mfa/eve", TokenCode="123456")
    assert (code, "associated with this user" in text) == ("AccessDenied", True)
    assert aws.refusal(sts.get_session_token, SerialNumber=serial)[0] == "AccessDenied"
    assert aws.refusal(aws.client(sandbox, "sts", session).get_session_token)[0] == "AccessDenied"


def test_token_of_another_session_or_none_is_refused(sandbox: Sandbox) -> None:
    one, two = aws.session(sandbox, OTHER), aws.session(sandbox, OTHER)
    for token in (two["SessionToken"], None):
        mixed = one | {"SessionToken": token}
        assert aws.refusal(aws.client(sandbox, "sts", mixed).get_caller_identity)[0] == "InvalidClientTokenId"
    iam, key = aws.client(sandbox, "iam"), user(sandbox, "off")
    iam.update_access_key(UserName="off", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    assert aws.refusal(aws.client(sandbox, "s3", key).list_buckets)[0] == "InvalidAccessKeyId"


def test_federated_user(sandbox: Sandbox) -> None:
    keys = user(sandbox, "broker")
    answer = aws.client(sandbox, "sts", keys).get_federation_token(Name="guest")
    assert answer["FederatedUser"]["Arn"] == f"arn:aws:sts::{HOME}:federated-user/guest"
    who = aws.client(sandbox, "sts", answer["Credentials"]).get_caller_identity()
    assert (who["Arn"], who["UserId"]) == (answer["FederatedUser"]["Arn"], f"{HOME}:guest")
    assert aws.last_record(sandbox, "GetCallerIdentity")["userIdentity"]["type"] == "FederatedUser"


@pytest.mark.parametrize(
    "more",
    [
        {"RoleArn": "arn:aws:iam::123456789012:user/ada"},
        {"RoleArn": "no arn at all, but long"},
        {"RoleSessionName": "a b"},
    ],
)
def test_malformed_parameters_are_400(sandbox: Sandbox, more: Any) -> None:
    assert refused(sandbox, "any", **more)[0] == "ValidationError"


def test_root_may_have_a_session_of_an_hour(sandbox: Sandbox) -> None:
    (key,) = aws.control(sandbox, "root", {"account": OTHER, "access_keys": 1})["access_keys"]
    session = aws.client(sandbox, "sts", key).get_session_token(DurationSeconds=43200)["Credentials"]
    assert (session["Expiration"] - datetime.now(UTC)).total_seconds() < 3700
    assert aws.client(sandbox, "sts", session).get_caller_identity()["Arn"] == f"arn:aws:iam::{OTHER}:root"
