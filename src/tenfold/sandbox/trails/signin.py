"""Signing in to the console: the records of it, and the session that begins with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from moto.iam.models import IAMBackend, User, iam_backends

from tenfold.sandbox.dice import Dice
from tenfold.sandbox.journal import Record
from tenfold.sandbox.records import CIPHER, EVENT_VERSION
from tenfold.sandbox.root import RootUsers
from tenfold.sandbox.sts.sessions import SessionKey, issue
from tenfold.sandbox.tables import EVENT_SOURCE_SUFFIX, HIDDEN, HOME_REGIONS
from tenfold.sandbox.trails.tables import BROWSER, CONSOLE_HOSTS

_SECONDS = 12 * 3600
_ADDRESS = "127.0.0.1"
Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Visitor:
    """Who is at the door: a user, the root user or a role's session, as `userIdentity` has them before they are in.

    `device` is the ARN of their MFA device; `session` what the session is made of that they get.
    """

    identity: dict[str, Any]
    device: str = ""
    session: dict[str, Any] = field(default_factory=dict)
    known: bool = True


class SignIns:
    """Makes the sign-ins.

    Args:
        now: the time.
        dice: draws the ids of the records.
        roots: the root users.
        tell: takes each record on its way.
    """

    def __init__(
        self, now: Callable[[], datetime], dice: Dice, roots: RootUsers, tell: Callable[[Record], None]
    ) -> None:
        self._now, self._dice, self._roots, self._tell = now, dice, roots, tell
        self.console_keys: set[str] = set()
        """The access keys of the sessions that began here."""

    def sign_in(self, partition: str, facts: Facts) -> dict[str, Any]:
        """Carry out a `POST /_sandbox/signin`.

        Args:
            partition: where the account is.
            facts: `account`, and `user` (a name), `root` (true) or `role` (a name) with `session` (a name);
                `success`, `mfa` (whether a device was used), `mobile`, `address`, `agent`, `region`, `to` (a URL).

        Returns:
            `records`, and `credentials` of the console session when it succeeded.

        Raises:
            LookupError: when nobody of that name could have succeeded.
        """
        iam = iam_backends[facts["account"]][partition]
        visitor = _visitor(iam, partition, facts, self._roots)
        success, mfa = facts.get("success", True), facts.get("mfa", bool(visitor.device))
        if success and not visitor.known:
            raise LookupError(f"account {facts['account']} has no such user or role")
        records = [self._record(visitor, partition, facts, mfa=mfa)]
        if mfa and success and "role" not in facts:
            records.insert(0, self._check(visitor, records[0]))
        for record in records:
            self._tell(record)
        return {"records": records} | (
            {"credentials": self._begin(visitor, iam, partition, facts, mfa)} if success else {}
        )

    def _record(self, visitor: Visitor, partition: str, facts: Facts, *, mfa: bool) -> Record:
        success, at_region = facts.get("success", True), "" if facts.get("root") else facts.get("region", "")
        console, door = CONSOLE_HOSTS[partition]
        used = {"MFAIdentifier": visitor.device} if mfa and success and visitor.device else {}
        record: Record = {
            "eventVersion": EVENT_VERSION,
            "userIdentity": visitor.identity if success else _before(visitor),
            "eventTime": f"{self._now().astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "eventSource": f"signin{EVENT_SOURCE_SUFFIX}",
            "eventName": "ConsoleLogin",
            "awsRegion": at_region or HOME_REGIONS[partition],
            "sourceIPAddress": facts.get("address", _ADDRESS),
            "userAgent": facts.get("agent", BROWSER),
        }
        if not success:
            record["errorMessage"] = (
                "Failed authentication" if visitor.known else "No username found in supplied account"
            )
        return record | {
            "requestParameters": None,
            "responseElements": {"ConsoleLogin": "Success" if success else "Failure"},
            "additionalEventData": {
                "LoginTo": facts.get("to", f"https://{console}/console/home"),
                "MobileVersion": _yes(facts.get("mobile", False)),
                **used,
                "MFAUsed": _yes(mfa),
            },
            "eventID": self._dice.uuid(),
            "readOnly": False,
            "eventType": "AwsConsoleSignIn",
            "managementEvent": True,
            "recipientAccountId": facts["account"],
            "eventCategory": "Management",
            "tlsDetails": {
                "tlsVersion": "TLSv1.3",
                "cipherSuite": CIPHER,
                "clientProvidedHostHeader": f"{at_region}.{door}" if at_region else door,
            },
        }

    def _check(self, visitor: Visitor, record: Record) -> Record:
        """The record of the device that was asked for before."""
        return record | {
            "userIdentity": _before(visitor),
            "eventName": "CheckMfa",
            "responseElements": {"CheckMfa": "Success"},
            "additionalEventData": {"MfaType": "Virtual MFA"},
            "eventID": self._dice.uuid(),
        }

    def _begin(self, visitor: Visitor, iam: IAMBackend, partition: str, facts: Facts, mfa: bool) -> dict[str, Any]:
        """The session of somebody who is in, and when their password was last used."""
        now = self._now()
        if "user" in facts:
            iam.users[facts["user"]].password_last_used = now.astimezone(UTC).replace(tzinfo=None)  # type: ignore[assignment]  # moto declares the initial None only
        elif facts.get("root"):
            self._roots.of(facts["account"]).password_last_used = now
        key: SessionKey = issue(facts["account"], partition, now, _SECONDS, mfa=mfa, **visitor.session)
        self.console_keys.add(key.access_key_id)
        return {name: str(value) for name, value in key.credentials.items()}


def _visitor(iam: IAMBackend, partition: str, facts: Facts, roots: RootUsers) -> Visitor:
    account = facts["account"]
    if facts.get("root"):
        device = f"arn:{partition}:iam::{account}:mfa/root-account-mfa-device" if roots.of(account).mfa else ""
        arn = f"arn:{partition}:iam::{account}:root"
        identity = {"type": "Root", "principalId": account, "arn": arn, "accountId": account, "accessKeyId": ""}
        return Visitor(identity, device, {"name": ""})
    if "role" in facts:
        return _session(iam, partition, facts)
    user = iam.users.get(facts["user"])
    return _user(account, user) if user else _nobody(account)


def _user(account: str, user: User) -> Visitor:
    identity = {"type": "IAMUser", "principalId": user.id, "arn": user.arn, "accountId": account, "userName": user.name}
    device = next(iter(user.mfa_devices), "")
    return Visitor(identity, device, {"user": user.name, "name": ""})


def _nobody(account: str) -> Visitor:
    """CloudTrail does not write down a name that no user has: people type their passwords there."""
    identity = {"type": "IAMUser", "accountId": account, "accessKeyId": "", "userName": HIDDEN}
    return Visitor(identity, known=False)


def _session(iam: IAMBackend, partition: str, facts: Facts) -> Visitor:
    account, name = facts["account"], facts.get("session", "console")
    role = next((role for role in iam.roles.values() if role.name == facts["role"]), None)
    if role is None:
        return Visitor({"type": "AssumedRole", "accountId": account}, known=False)
    issuer = {"type": "Role", "principalId": role.id, "arn": role.arn, "accountId": account, "userName": role.name}
    identity = {
        "type": "AssumedRole",
        "principalId": f"{role.id}:{name}",
        "arn": f"arn:{partition}:sts::{account}:assumed-role/{role.name}/{name}",
        "accountId": account,
        "sessionContext": {"sessionIssuer": issuer},
    }
    return Visitor(identity, session={"role": role.arn, "role_id": role.id, "name": name})


def _before(visitor: Visitor) -> dict[str, Any]:
    """Who somebody says they are, before it is proved: a user without an ARN."""
    if visitor.identity["type"] != "IAMUser":
        return visitor.identity
    kept = {key: value for key, value in visitor.identity.items() if key not in {"arn", "userName", "accessKeyId"}}
    return kept | {"accessKeyId": "", "userName": visitor.identity["userName"]}


def _yes(value: object) -> str:
    return "Yes" if value else "No"
