"""AssumeRoleWithSAML: the checks that stand between an identity provider's answer and a session."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from moto.iam.models import iam_backends

from tenfold.model.arn import Arn
from tenfold.sandbox.calls import Call
from tenfold.sandbox.identity import Caller, role_of
from tenfold.sandbox.sts.assertion import (
    Assertion,
    check_signature,
    invalid_token,
    issuer_of,
    name_qualifier,
    read_assertion,
)
from tenfold.sandbox.sts.assume import answer, enter, role_arn
from tenfold.sandbox.sts.checks import LEAST_SECONDS, StsError, check_form, denied
from tenfold.sandbox.sts.tags import Tagging, tagging
from tenfold.sandbox.sts.trust import SET_SOURCE, TAG, Entry, seconds_of

ACTION = "sts:AssumeRoleWithSAML"
_AUDIENCE = re.compile(
    r"https://([a-z0-9-]+\.)?signin(-fips)?\.(aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com)/saml"
)
_AUDIENCE_NAMES = frozenset(
    {"urn:amazon:webservices", "urn:amazon:webservices:cn-north-1", "urn:amazon:webservices:govcloud"}
)
_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
_REDEEM = timedelta(minutes=5)


@dataclass(frozen=True)
class SamlDoor:
    """AssumeRoleWithSAML over the clock."""

    now: Callable[[], datetime]

    def assume(self, call: Call, caller: Caller) -> dict[str, Any]:
        """The result of the call.

        Raises:
            StsError: when the answer of the provider, the trust policy or a limit forbids it.
        """
        check_form(call)
        arn, provider = role_arn(call), _provider_arn(call)
        element, assertion = read_assertion(call.parameters.get("SAMLAssertion", ""))
        metadata = _metadata(provider)
        if assertion.issuer != issuer_of(metadata):
            raise invalid_token("Issuer not present in specified provider")
        check_signature(element, metadata)
        _check(assertion, self.now())
        if not _names(assertion, arn, provider):
            raise denied(f"Not authorized to perform {ACTION}")
        tags, source, context = _tags(assertion), assertion.one("SourceIdentity"), saml_context(assertion, provider)
        role = role_of(str(arn))
        if role is None or provider.account != arn.account:
            raise denied(f"Not authorized to perform {ACTION}")
        sets = {"sts:sourceidentity": (source,)} if source else {}
        entry = Entry(call, caller, role, context | sets | tags.context, self.now())
        entry.require([ACTION, *([TAG] if tags.tags else []), *([SET_SOURCE] if source else [])])
        seconds = _until(assertion, self.now(), seconds_of(call, role))
        facts = {
            "name": _session_name(assertion),
            "source_identity": source,
            "tags": tags.tags,
            "transitive": tags.transitive,
            "federated": str(provider),
            "context": {key: context[key] for key in ("saml:sub", "saml:iss")},
        }
        key = enter(call, arn, role, now=self.now(), seconds=seconds, facts=facts)
        return answer(key, arn) | _about(assertion, provider) | ({"SourceIdentity": source} if source else {})


def saml_context(assertion: Assertion, provider: Arn) -> dict[str, tuple[str, ...]]:
    """What the trust policy may ask of the assertion."""
    return {
        "saml:aud": assertion.recipients or assertion.audiences,
        "saml:iss": (assertion.issuer,),
        "saml:sub": (assertion.subject,),
        "saml:sub_type": (assertion.subject_type,),
        "saml:namequalifier": (name_qualifier(assertion.issuer, provider),),
        "saml:doc": (f"{provider.account}/{provider.resource.rsplit('/', 1)[-1]}",),
        "sts:rolesessionname": (assertion.one("RoleSessionName"),),
        "aws:federatedprovider": (str(provider),),
    }


def _provider_arn(call: Call) -> Arn:
    try:
        return Arn.parse(call.parameters.get("PrincipalArn", ""))
    except ValueError:
        raise invalid_token("Invalid PrincipalArn") from None


def _metadata(provider: Arn) -> str:
    iam = iam_backends[provider.account][provider.partition] if provider.account in iam_backends else None
    found = next((one for one in iam.saml_providers.values() if one.arn == str(provider)), None) if iam else None
    if found is None:
        raise invalid_token("Specified provider doesn't exist")
    return str(found.saml_metadata_document)


def _check(assertion: Assertion, now: datetime) -> None:
    """Audience, time, and the session's name."""
    if not any(_AUDIENCE.fullmatch(one) or one in _AUDIENCE_NAMES for one in assertion.audiences):
        raise invalid_token("Response does not contain the required audience")
    if assertion.not_before and now < assertion.not_before - _REDEEM:
        raise invalid_token("Assertion is not yet valid")
    if assertion.not_after is None or now >= assertion.not_after:
        raise StsError("ExpiredTokenException", "Token must be redeemed within 5 minutes of issuance")
    if not _session_name(assertion):
        raise invalid_token("RoleSessionName is required in AuthnResponse")
    if not _SESSION_NAME.fullmatch(_session_name(assertion)):
        raise invalid_token("RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}")


def _session_name(assertion: Assertion) -> str:
    return assertion.one("RoleSessionName")


def _names(assertion: Assertion, role: Arn, provider: Arn) -> bool:
    """Whether the assertion offers the role together with the provider, in either order."""
    pairs = ({part.strip() for part in value.split(",")} for value in assertion.attributes.get("Role", ()))
    return any(pair == {str(role), str(provider)} for pair in pairs)


def _tags(assertion: Assertion) -> Tagging:
    fresh = {
        name.removeprefix("PrincipalTag:"): next(iter(values), "")
        for name, values in assertion.attributes.items()
        if name.startswith("PrincipalTag:")
    }
    return tagging(fresh, list(assertion.attributes.get("TransitiveTagKeys", ())), {})


def _until(assertion: Assertion, now: datetime, seconds: int) -> int:
    """The shorter of what was asked and what the provider's own session has left, at least the least."""
    if assertion.session_end is None:
        return seconds
    return max(LEAST_SECONDS, min(seconds, int((assertion.session_end - now).total_seconds())))


def _about(assertion: Assertion, provider: Arn) -> dict[str, Any]:
    return {
        "Subject": assertion.subject,
        "SubjectType": assertion.subject_type,
        "Issuer": assertion.issuer,
        "Audience": next(iter(assertion.recipients or assertion.audiences), ""),
        "NameQualifier": name_qualifier(assertion.issuer, provider),
        "PackedPolicySize": 6,
    }
