"""Who makes a call: from its access key to AWS's picture of the caller."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.iam.models import AccessKey, IAMBackend, Role, iam_backends
from moto.utilities.utils import get_partition

from tenfold.model.arn import Arn
from tenfold.sandbox.calls import Call
from tenfold.sandbox.sts.assertion import name_qualifier, read_assertion
from tenfold.sandbox.sts.checks import StsError
from tenfold.sandbox.sts.sessions import Session, SessionKey
from tenfold.sandbox.sts.token import Token, read_token

NOBODY_ELSE = "sandbox"  # the user behind keys that no account has made


@dataclass(frozen=True)
class Issuer:
    """The role behind a session."""

    arn: str
    id: str
    name: str


@dataclass(frozen=True)
class Caller:
    """Who called, as IAM knows them.

    `id` is the principal's unique id (`AIDA...`, `AROA...:session`, the account id for root); `arn` is the principal's
    or the session's ARN. An anonymous caller has neither and belongs to no account. Who comes with a token of an
    identity provider has an id and a name there, and the `provider`.
    """

    kind: Literal["IAMUser", "AssumedRole", "FederatedUser", "Root", "Anonymous", "SAMLUser", "WebIdentityUser"]
    account: str
    arn: str = ""
    id: str = ""
    name: str = ""
    access_key: str = ""
    issuer: Issuer | None = None
    since: datetime | None = None
    session: Session | None = None
    provider: str = ""
    key: AccessKey | None = field(default=None, compare=False, repr=False)

    @property
    def operator(self) -> bool:
        """Whether this is whoever runs the sandbox: the user behind keys that no account has made."""
        return self.kind == "IAMUser" and self.name == NOBODY_ELSE and self.account == DEFAULT_ACCOUNT_ID


ANONYMOUS = Caller("Anonymous", "ANONYMOUS_PRINCIPAL")


def identify(call: Call) -> Caller:
    """The caller, as things stand before the call is carried out."""
    if call.access_key is None:
        return _by_token(call) or ANONYMOUS
    partition = get_partition(call.region)
    found = _find(call.access_key, partition)
    if found is None:
        return _operator(partition, call.access_key)
    account, iam, key = found
    if isinstance(key, SessionKey):
        return _session(account, partition, iam, key)
    if key.user_name is None:
        return _root(account, partition, key.access_key_id, key=key)
    user = iam.users[key.user_name]
    return Caller("IAMUser", account, user.arn, user.id, user.name, key.access_key_id, key=key)


def unique_id(prefix: str, arn: str) -> str:
    """AWS's kind of unique id for something that moto has no record of: always the same for one ARN."""
    digest = base64.b32encode(hashlib.sha256(arn.encode()).digest()).decode()
    return prefix + digest[:17]


def role_of(arn: str) -> Role | None:
    """The role of an ARN, in any account; None when there is none."""
    _, partition, _, _, account, _ = arn.split(":", 5)
    if account not in iam_backends:
        return None
    return next((role for role in iam_backends[account][partition].roles.values() if role.arn == arn), None)


def _by_token(call: Call) -> Caller | None:
    """Who shows a token of an identity provider, as far as it can be read; whether it holds is seen later."""
    try:
        role = Arn.parse(call.parameters.get("RoleArn", ""))
        if call.name == "sts:AssumeRoleWithSAML":
            return _saml_user(role, call.parameters)
        if call.name == "sts:AssumeRoleWithWebIdentity":
            return _web_user(role, read_token(call.parameters.get("WebIdentityToken", "")))
    except (ValueError, StsError):
        return None
    return None


def _saml_user(role: Arn, parameters: Mapping[str, Any]) -> Caller:
    provider = Arn.parse(parameters.get("PrincipalArn", ""))
    _, assertion = read_assertion(parameters.get("SAMLAssertion", ""))
    qualifier = name_qualifier(assertion.issuer, provider)
    unique, name = f"{qualifier}:{assertion.subject}", assertion.subject
    return Caller("SAMLUser", role.account, id=unique, name=name, provider=str(provider))


def _web_user(role: Arn, token: Token) -> Caller:
    provider = token.provider(role)
    unique = f"{provider}:{token.audience}:{token.subject}"
    return Caller("WebIdentityUser", role.account, id=unique, name=token.subject, provider=provider)


def _find(access_key: str, partition: str) -> tuple[str, IAMBackend, AccessKey] | None:
    """Walked as the plain dictionary that it is: asking moto for each account locks and copies the list of all."""
    for account, partitions in list(iam_backends.items()):
        iam = partitions[partition]
        if key := iam.access_keys.get(access_key):
            return account, iam, key
    return None


def _operator(partition: str, access_key: str, **more: Any) -> Caller:
    arn = f"arn:{partition}:iam::{DEFAULT_ACCOUNT_ID}:user/{NOBODY_ELSE}"
    return Caller("IAMUser", DEFAULT_ACCOUNT_ID, arn, unique_id("AIDA", arn), NOBODY_ELSE, access_key, **more)


def _root(account: str, partition: str, access_key: str, **more: Any) -> Caller:
    arn = f"arn:{partition}:iam::{account}:root"
    return Caller("Root", account, arn, account, access_key=access_key, **more)


def _session(account: str, partition: str, iam: IAMBackend, key: SessionKey) -> Caller:
    session = key.session
    more: dict[str, Any] = {"since": session.since, "session": session, "key": key}
    if session.role:
        return _role_session(account, partition, key, more)
    if session.name:
        arn = f"arn:{partition}:sts::{account}:federated-user/{session.name}"
        return Caller("FederatedUser", account, arn, f"{account}:{session.name}", "", key.access_key_id, **more)
    if not session.user:
        return _root(account, partition, key.access_key_id, **more)
    user = iam.users.get(session.user)
    if user is None:
        return _operator(partition, key.access_key_id, **more)
    return Caller("IAMUser", account, user.arn, user.id, user.name, key.access_key_id, **more)


def _role_session(account: str, partition: str, key: SessionKey, more: dict[str, Any]) -> Caller:
    session, name = key.session, key.session.role.rsplit("/", 1)[-1]
    issuer = Issuer(session.role, session.role_id, name)
    arn = f"arn:{partition}:sts::{account}:assumed-role/{name}/{session.name}"
    unique = f"{issuer.id}:{session.name}"
    return Caller("AssumedRole", account, arn, unique, session.name, key.access_key_id, issuer, **more)
