"""A caller as CloudTrail draws them: the `userIdentity` of a record."""

from typing import Any

from tenfold.sandbox.identity import ANONYMOUS, Caller

_WITH_A_TOKEN = ("SAMLUser", "WebIdentityUser")


def user_identity(caller: Caller) -> dict[str, Any]:
    """The caller, with the session if they have one."""
    if caller is ANONYMOUS:
        return stranger(caller)
    if caller.kind in _WITH_A_TOKEN:
        named = {"principalId": caller.id, "userName": caller.name, "identityProvider": caller.provider}
        return {"type": caller.kind} | named
    identity: dict[str, Any] = {
        "type": caller.kind,
        "principalId": caller.id,
        "arn": caller.arn,
        "accountId": caller.account,
        "accessKeyId": caller.access_key,
    }
    if caller.kind == "IAMUser":
        identity["userName"] = caller.name
    if caller.since:
        identity["sessionContext"] = _session_context(caller)
    return identity


def stranger(caller: Caller) -> dict[str, Any]:
    """The caller as the owner of a resource of another account sees them."""
    return {"type": "AWSAccount", "principalId": caller.id, "accountId": caller.account}


def _session_context(caller: Caller) -> dict[str, Any]:
    context: dict[str, Any] = {}
    session = caller.session
    if caller.issuer:
        issuer = {"type": "Role", "principalId": caller.issuer.id, "arn": caller.issuer.arn}
        context["sessionIssuer"] = issuer | {"accountId": caller.account, "userName": caller.issuer.name}
    if session and session.federated and ":saml-provider/" not in session.federated:
        context["webIdFederationData"] = {"federatedProvider": session.federated, "attributes": {}}
    context["attributes"] = {
        "creationDate": f"{caller.since:%Y-%m-%dT%H:%M:%SZ}",
        "mfaAuthenticated": "true" if session and session.mfa else "false",
    }
    if session and session.source_identity:
        context["sourceIdentity"] = session.source_identity
    return context
