"""AssumeRoleWithWebIdentity: provider, audience, time, trust policy, and what the session carries."""

import base64
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from tests.sandbox import aws

from tenfold.sandbox.server import Sandbox

ACCOUNT, HOST = "222222222222", "token.actions.githubusercontent.com"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{HOST}"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/Deploy"
ACTIONS = ["sts:AssumeRoleWithWebIdentity", "sts:TagSession", "sts:SetSourceIdentity"]
CLAIMS = {"iss": f"https://{HOST}", "aud": "sts.amazonaws.com", "sub": "repo:acme/shop:ref:refs/heads/main"}


def token(**claims: Any) -> str:
    """A token of the usual claims and these; a claim of None is left out. The signature is nobody's."""
    found = {
        key: value for key, value in (CLAIMS | {"exp": int(time.time()) + 600} | claims).items() if value is not None
    }
    parts = [json.dumps(part).encode() for part in ({"alg": "RS256"}, found)]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in (*parts, b"signature"))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(delivery_seconds=3600) as running:
        keys = aws.session(running, ACCOUNT)
        iam = aws.client(running, "iam", keys)
        iam.create_open_id_connect_provider(
            Url=f"https://{HOST}", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["a" * 40]
        )
        condition = {
            "StringEquals": {f"{HOST}:aud": "sts.amazonaws.com"},
            "StringLike": {f"{HOST}:sub": "repo:acme/shop:*"},
        }
        aws.role(running, "Deploy", {"Federated": PROVIDER}, keys, Action=ACTIONS, Condition=condition)
        aws.role(running, "Google", {"Federated": "accounts.google.com"}, keys, Action=ACTIONS)
        yield running


def call(sandbox: Sandbox) -> Any:
    return aws.anonymous(sandbox, "sts").assume_role_with_web_identity


def parameters(text: str, **more: Any) -> dict[str, Any]:
    return {"RoleArn": ROLE, "RoleSessionName": "run-7", "WebIdentityToken": text} | more


def test_token_gives_a_session_and_says_whose(sandbox: Sandbox) -> None:
    answer = call(sandbox)(**parameters(token()))
    assert answer["SubjectFromWebIdentityToken"] == CLAIMS["sub"]
    assert (answer["Audience"], answer["Provider"]) == ("sts.amazonaws.com", f"https://{HOST}")
    assert answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/Deploy/run-7"
    aws.client(sandbox, "s3", answer["Credentials"]).list_buckets()
    context = aws.last_record(sandbox, "ListBuckets")["userIdentity"]["sessionContext"]
    assert context["webIdFederationData"]["federatedProvider"] == PROVIDER
    identity = aws.last_record(sandbox, "AssumeRoleWithWebIdentity")["userIdentity"]
    assert identity == {
        "type": "WebIdentityUser",
        "principalId": f"{PROVIDER}:sts.amazonaws.com:{CLAIMS['sub']}",
        "userName": CLAIMS["sub"],
        "identityProvider": PROVIDER,
    }


def test_public_provider_needs_none_in_the_account(sandbox: Sandbox) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/Google"
    google = token(iss="https://accounts.google.com", aud="app", sub="1234")
    assert call(sandbox)(**parameters(google, RoleArn=role))["Provider"] == "https://accounts.google.com"


def test_tags_and_source_identity_in_the_token(sandbox: Sandbox) -> None:
    claims = {
        "https://aws.amazon.com/tags": {"principal_tags": {"team": ["red"]}, "transitive_tag_keys": ["team"]},
        "https://aws.amazon.com/source_identity": "ada",
    }
    assert call(sandbox)(**parameters(token(**claims)))["SourceIdentity"] == "ada"


INVALID: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "no-token": ("header.body", {}, "InvalidIdentityToken", "not a valid JWT"),
    "not-base64": ("a.!!!.c", {}, "InvalidIdentityToken", "not a valid JWT"),
    "no-subject": (token(sub=None), {}, "InvalidIdentityToken", "sub"),
    "over": (token(exp=1_600_000_000), {}, "ExpiredTokenException", "Token expired"),
    "audience": (token(aud="other"), {}, "InvalidIdentityToken", "Incorrect token audience"),
    "provider": (token(iss="https://gitlab.example"), {}, "InvalidIdentityToken", "No OpenIDConnect provider"),
    "subject": (token(sub="repo:eve/shop:ref:refs/heads/main"), {}, "AccessDenied", "AssumeRoleWithWebIdentity"),
    "role": (token(), {"RoleArn": ROLE + "2"}, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"),
    "duration": (token(), {"DurationSeconds": 7200}, "ValidationError", "MaxSessionDuration"),
}  # fmt: skip


@pytest.mark.parametrize("name", INVALID)
def test_tokens_that_will_not_do(sandbox: Sandbox, name: str) -> None:
    text, more, code, said = INVALID[name]
    found = aws.refusal(call(sandbox), **parameters(text, **more))
    assert found[0] == code
    assert said in found[1]
