"""Who makes a call: from its access key to AWS's picture of the caller."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.iam.models import AccessKey, IAMBackend, iam_backends
from moto.sts.models import sts_backends
from moto.utilities.utils import get_partition

from tenfold.sandbox.calls import Call

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
    or the session's ARN. An anonymous caller has neither and belongs to no account.
    """

    kind: Literal["IAMUser", "AssumedRole", "Root", "Anonymous"]
    account: str
    arn: str = ""
    id: str = ""
    name: str = ""
    access_key: str = ""
    issuer: Issuer | None = None
    since: datetime | None = None


ANONYMOUS = Caller("Anonymous", "ANONYMOUS_PRINCIPAL")


def identify(call: Call) -> Caller:
    """The caller, as things stand before the call is carried out."""
    if call.access_key is None:
        return ANONYMOUS
    partition = get_partition(call.region)
    for account, iam in _accounts(partition):
        if key := iam.access_keys.get(call.access_key):
            return _holder(account, partition, iam, key)
    arn = f"arn:{partition}:iam::{DEFAULT_ACCOUNT_ID}:user/{NOBODY_ELSE}"
    return Caller("IAMUser", DEFAULT_ACCOUNT_ID, arn, unique_id("AIDA", arn), NOBODY_ELSE, call.access_key)


def unique_id(prefix: str, arn: str) -> str:
    """AWS's kind of unique id for something that moto has no record of: always the same for one ARN."""
    digest = base64.b32encode(hashlib.sha256(arn.encode()).digest()).decode()
    return prefix + digest[:17]


def _accounts(partition: str) -> Iterator[tuple[str, IAMBackend]]:
    for account in list(iam_backends):
        yield account, iam_backends[account][partition]


def _holder(account: str, partition: str, iam: IAMBackend, key: AccessKey) -> Caller:
    if key.role_arn:
        return _session(account, partition, iam, key)
    if key.user_name is None:
        arn = f"arn:{partition}:iam::{account}:root"
        return Caller("Root", account, arn, account, access_key=key.access_key_id)
    user = iam.users[key.user_name]
    return Caller("IAMUser", account, user.arn, user.id, user.name, key.access_key_id)


def _session(account: str, partition: str, iam: IAMBackend, key: AccessKey) -> Caller:
    role_arn = str(key.role_arn)
    name = role_arn.rsplit("/", 1)[-1]
    role = next((role for role in iam.roles.values() if role.arn == role_arn), None)
    issuer = Issuer(role_arn, role.id if role else unique_id("AROA", role_arn), name)
    session = sts_backends[account][partition].get_assumed_role_from_access_key(key.access_key_id)
    session_name = session.session_name if session else "session"
    arn = f"arn:{partition}:sts::{account}:assumed-role/{name}/{session_name}"
    since = key.create_date.replace(tzinfo=UTC)
    return Caller(
        "AssumedRole", account, arn, f"{issuer.id}:{session_name}", session_name, key.access_key_id, issuer, since
    )
