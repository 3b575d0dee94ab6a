"""The chain of actors, and how sure a record is of the console."""

from typing import Any

import pytest
from tests.detections.records import ADMIN_SESSION, event_of, record_of

from tenfold.detections.actors import Grade, actors, console
from tenfold.model.event import Actor

ISSUER = ADMIN_SESSION["sessionContext"]["sessionIssuer"]
SESSION = Actor("AssumedRole", ADMIN_SESSION["arn"], "111122223333", "ASIAAAAAAAAAAAAAAAAA")
ROLE = Actor("Role", "arn:aws:iam::111122223333:role/Admin", "111122223333")
GITHUB = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
STORE = "arn:aws:identitystore::111122223333:identitystore/d-1"


def chain(identity: dict[str, Any], **record: Any) -> tuple[Actor, ...]:
    return actors(event_of(record_of({"action": "ec2:RunInstances", "userIdentity": identity, **record})))


def session(**context: Any) -> dict[str, Any]:
    return ADMIN_SESSION | {"sessionContext": {"sessionIssuer": ISSUER} | context}


def test_a_user_stands_alone() -> None:
    user = {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/alice", "accountId": "111122223333"}
    assert chain(user) == (Actor("IAMUser", user["arn"], "111122223333"),)


def test_the_role_behind_a_session() -> None:
    assert chain(ADMIN_SESSION) == (SESSION, ROLE)


def test_whole_chain_nearest_first() -> None:
    context = session(
        sourceIdentity="carol@example.com", webIdFederationData={"federatedProvider": GITHUB, "attributes": {}}
    )
    person = {"onBehalfOf": {"userId": "u-1", "identityStoreArn": STORE}, "invokedBy": "cloudformation.amazonaws.com"}
    assert chain(context | person, sessionCredentialFromConsole="true") == (
        SESSION,
        ROLE,
        Actor("WebIdentityProvider", GITHUB),
        Actor("IdentityCenterUser", STORE, source_identity="u-1"),
        Actor("SourceIdentity", source_identity="carol@example.com"),
        Actor("AWSService", "cloudformation.amazonaws.com"),
        Actor("Console"),
    )


def test_empty_federation_data_of_every_session_is_nobody() -> None:
    assert chain(session(webIdFederationData={}, attributes={})) == (SESSION, ROLE)


def test_a_service_with_no_type_of_identity() -> None:
    identity = {"accountId": "111122223333", "invokedBy": "ssm.amazonaws.com"}
    assert chain(identity) == (Actor("", account="111122223333"), Actor("AWSService", "ssm.amazonaws.com"))


def test_a_likely_console_says_so() -> None:
    assert chain(ADMIN_SESSION, userAgent="Mozilla/5.0")[-1] == Actor("Console (likely)")


@pytest.mark.parametrize(
    ("record", "grade"),
    [
        ({"sessionCredentialFromConsole": "true", "userAgent": "AWS Internal"}, Grade.CERTAIN),
        ({"sessionCredentialFromConsole": True}, Grade.CERTAIN),
        ({"eventType": "AwsConsoleSignIn", "userAgent": "curl/8"}, Grade.CERTAIN),
        ({"userAgent": "console.amazonaws.com"}, Grade.LIKELY),
        ({"userAgent": "signin.amazonaws.com"}, Grade.LIKELY),
        ({"userAgent": "[S3Console/0.4, aws-internal/3]"}, Grade.LIKELY),
        ({"userAgent": "[Mozilla/5.0 (X11)]"}, Grade.LIKELY),
        ({"sessionCredentialFromConsole": "false", "userAgent": "aws-cli/2.27.0"}, Grade.UNKNOWN),
        ({"userAgent": "AWS Internal"}, Grade.UNKNOWN),
        ({"userAgent": "aws-cli/2 like Mozilla/5.0"}, Grade.UNKNOWN),
        ({"userAgent": None}, Grade.UNKNOWN),
        ({"eventType": "AwsServiceEvent", "userAgent": "console.amazonaws.com"}, Grade.UNKNOWN),
    ],
)
def test_console(record: dict[str, Any], grade: Grade) -> None:
    assert console(event_of(record_of({"action": "ec2:RunInstances", **record}))) is grade
