"""AssumeRoleWithWebIdentity: OpenID Connect tokens. Their signature is not checked: nobody's keys can be fetched."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.iam.models import iam_backends

from tenfold.model.arn import Arn
from tenfold.sandbox.calls import Call
from tenfold.sandbox.identity import Caller, role_of
from tenfold.sandbox.sts.assertion import invalid_token
from tenfold.sandbox.sts.assume import answer, enter, role_arn
from tenfold.sandbox.sts.checks import StsError, check_form, denied
from tenfold.sandbox.sts.tags import Tagging, tagging
from tenfold.sandbox.sts.token import Token, read_token
from tenfold.sandbox.sts.trust import SET_SOURCE, TAG, Entry, seconds_of

ACTION = "sts:AssumeRoleWithWebIdentity"
_CLAIMS = "https://aws.amazon.com/"


@dataclass(frozen=True)
class WebDoor:
    """AssumeRoleWithWebIdentity over the clock."""

    now: Callable[[], datetime]

    def assume(self, call: Call, caller: Caller) -> dict[str, Any]:
        """The result of the call.

        Raises:
            StsError: when the token, the trust policy or a limit forbids it.
        """
        check_form(call)
        arn = role_arn(call)
        token = read_token(call.parameters.get("WebIdentityToken", ""))
        _check_provider(arn, token)
        _check_time(token, self.now())
        role, tags, source = role_of(str(arn)), _tags(token), str(token.claims.get(_CLAIMS + "source_identity", ""))
        if role is None:
            raise denied(f"Not authorized to perform {ACTION}")
        context = dict(_context(token, call)) | tags.context | ({"sts:sourceidentity": (source,)} if source else {})
        entry = Entry(call, caller, role, context, self.now())
        entry.require([ACTION, *([TAG] if tags.tags else []), *([SET_SOURCE] if source else [])])
        facts = {
            "source_identity": source,
            "tags": tags.tags,
            "transitive": tags.transitive,
            "federated": caller.provider,
            "context": {key: value for key, value in context.items() if key.endswith((":sub", ":aud"))},
        }
        key = enter(call, arn, role, now=self.now(), seconds=seconds_of(call, role), facts=facts)
        told = {"SubjectFromWebIdentityToken": token.subject, "Audience": token.audience, "Provider": token.issuer}
        return answer(key, arn) | told | ({"SourceIdentity": source} if source else {})


def _check_provider(role: Arn, token: Token) -> None:
    """The role's account must know the provider, and the provider the audience."""
    name = token.provider(role)
    if not name.startswith("arn:"):
        return
    known = iam_backends[role.account][role.partition].open_id_providers if role.account in iam_backends else {}
    provider = next((one for one in known.values() if one.arn == name), None)
    if provider is None:
        raise invalid_token(f"No OpenIDConnect provider found in your account for {token.issuer}")
    if token.audience not in provider.client_id_list:
        raise invalid_token("Incorrect token audience")


def _check_time(token: Token, now: datetime) -> None:
    end = datetime.fromtimestamp(float(token.claims["exp"]), UTC)
    if now >= end:
        text = f"Token expired: current date/time {int(now.timestamp())} must be before the expiration date/time "
        raise StsError("ExpiredTokenException", text + str(int(end.timestamp())))


def _context(token: Token, call: Call) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every claim of texts under the provider's name, and the keys that all providers have."""
    for name, value in token.claims.items():
        values = value if isinstance(value, list) else [value]
        if all(isinstance(one, str) for one in values) and values:
            yield f"{token.host}:{name}".lower(), tuple(values)
    yield f"{token.host}:aud".lower(), (token.audience,)
    yield "sts:rolesessionname", (call.parameters.get("RoleSessionName", ""),)
    yield "aws:federatedprovider", (token.provider(role_arn(call)),)


def _tags(token: Token) -> Tagging:
    """The claim by which a provider sets session tags: each key with a list of one value."""
    claim = token.claims.get(_CLAIMS + "tags")
    if not isinstance(claim, Mapping):
        return tagging({}, [], {})
    fresh = {str(key): str(next(iter(value), "")) for key, value in dict(claim.get("principal_tags") or {}).items()}
    return tagging(fresh, list(claim.get("transitive_tag_keys") or ()), {})
