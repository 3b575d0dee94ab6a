"""Who stands behind an event: the chain from the session to the role, the person and the console."""

import enum
from collections.abc import Iterator

from tenfold.detections.record import at, flag, text
from tenfold.model.event import Actor, Event

_SESSION = "userIdentity.sessionContext"
_CONSOLE_AGENTS = ("console.amazonaws", "signin.", "S3Console")
_BROWSERS = ("Mozilla", "[Mozilla")


class Grade(enum.StrEnum):
    """How sure a record lets us be."""

    CERTAIN = "certain"
    LIKELY = "likely"
    UNKNOWN = "unknown"


def console(event: Event) -> Grade:
    """Whether the call was made in AWS's console.

    The record's own flag is certain, a user agent of the console or of a browser likely. `AWS Internal` says nothing:
    the console writes it, and so do services.
    """
    if text(event, "eventType") == "AwsServiceEvent":
        return Grade.UNKNOWN
    if text(event, "eventType") == "AwsConsoleSignIn" or flag(at(event, "sessionCredentialFromConsole")):
        return Grade.CERTAIN
    agent = text(event, "userAgent")
    likely = agent.startswith(_BROWSERS) or any(word in agent for word in _CONSOLE_AGENTS)
    return Grade.LIKELY if likely else Grade.UNKNOWN


def actors(event: Event) -> tuple[Actor, ...]:
    """The chain of who acted, nearest to the call first.

    The identity of the call; the role (or user) that issued its session; the identity provider it came from; the
    person in IAM Identity Center; the source identity; the service that made the call on their behalf; the console.
    `arn` holds the name where AWS has no ARN for it: a service, or the identity store of a person.
    """
    return (event.actor, *_issuer(event), *_person(event), *_means(event))


def _issuer(event: Event) -> Iterator[Actor]:
    if issuer := text(event, f"{_SESSION}.sessionIssuer.arn"):
        kind = text(event, f"{_SESSION}.sessionIssuer.type")
        yield Actor(kind, issuer, text(event, f"{_SESSION}.sessionIssuer.accountId"))
    if provider := text(event, f"{_SESSION}.webIdFederationData.federatedProvider"):
        yield Actor("WebIdentityProvider", provider)


def _person(event: Event) -> Iterator[Actor]:
    if person := text(event, "userIdentity.onBehalfOf.userId"):
        store = text(event, "userIdentity.onBehalfOf.identityStoreArn")
        yield Actor("IdentityCenterUser", store, source_identity=person)
    if source := text(event, f"{_SESSION}.sourceIdentity"):
        yield Actor("SourceIdentity", source_identity=source)


def _means(event: Event) -> Iterator[Actor]:
    if service := text(event, "userIdentity.invokedBy"):
        yield Actor("AWSService", service)
    grade = console(event)
    if grade is not Grade.UNKNOWN:
        yield Actor("Console" if grade is Grade.CERTAIN else f"Console ({grade})")
