"""Temporary credentials and what they carry besides the right to call."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec
from moto.iam.models import AccessKey, iam_backends
from moto.moto_api._internal import mock_random


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One session: of a role (by its ARN), of a user or the root user (GetSessionToken), of a federated user.

    `name` is the session's name, `transitive` the keys of the tags that go on to the next session, `policies` are
    session policies as JSON texts (None: no session policy was given). `federated` is the provider by which the
    caller came, `context` what the policies may ask of the token that came from it (keys in lower case).
    """

    name: str
    since: datetime
    expires: datetime
    token: str
    role: str = ""
    role_id: str = ""
    user: str = ""
    source_identity: str = ""
    tags: Mapping[str, str] = {}
    transitive: frozenset[str] = frozenset()
    mfa: bool = False
    policies: tuple[str, ...] | None = None
    federated: str = ""
    context: Mapping[str, tuple[str, ...]] = {}

    def passed_on(self) -> dict[str, str]:
        """The tags that the next session inherits."""
        return {key: value for key, value in self.tags.items() if key.lower() in self.transitive}


class SessionKey(AccessKey):
    """A temporary access key. It lies among moto's keys, so that calls made with it act in its account."""

    def __init__(self, account: str, session: Session) -> None:
        super().__init__(session.user or None, "ASIA", account)
        self.session = session
        self.role_arn = session.role or None
        self.create_date = session.since.astimezone(UTC).replace(tzinfo=None)

    @property
    def credentials(self) -> dict[str, object]:
        """The `Credentials` of an answer."""
        return {
            "AccessKeyId": self.access_key_id,
            "SecretAccessKey": self.secret_access_key,
            "SessionToken": self.session.token,
            "Expiration": self.session.expires,
        }


_TOKEN_BYTES = 276


def _token() -> str:
    """A session token: looks like AWS's, and is drawn from the sandbox's seed."""
    return "IQoJb3JpZ2luX2Vj" + base64.b64encode(mock_random.randbytes(_TOKEN_BYTES)).decode()


def issue(account: str, partition: str, now: datetime, seconds: int, **facts: object) -> SessionKey:
    """Make a session of so many seconds, by the fields of `Session`, and keep its key in the account."""
    expires = (now + timedelta(seconds=seconds)).replace(microsecond=0)
    session = msgspec.convert(facts | {"since": now, "expires": expires, "token": _token()}, Session, strict=True)
    key = SessionKey(account, session)  # type: ignore[abstract]  # moto does so too: no ABC at run time
    iam_backends[account][partition].access_keys[key.access_key_id] = key
    return key
