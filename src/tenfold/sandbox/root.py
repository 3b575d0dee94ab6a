"""The root users of the accounts: what moto lacks, and what the credential report and the account summary say of it."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.iam.models import AccessKey, AccessKeyLastUsed, IAMBackend, SigningCertificate, User, iam_backends

REPORT_COLUMNS = (
    "user",
    "arn",
    "user_creation_time",
    "password_enabled",
    "password_last_used",
    "password_last_changed",
    "password_next_rotation",
    "mfa_active",
    "access_key_1_active",
    "access_key_1_last_rotated",
    "access_key_1_last_used_date",
    "access_key_1_last_used_region",
    "access_key_1_last_used_service",
    "access_key_2_active",
    "access_key_2_last_rotated",
    "access_key_2_last_used_date",
    "access_key_2_last_used_region",
    "access_key_2_last_used_service",
    "cert_1_active",
    "cert_1_last_rotated",
    "cert_2_active",
    "cert_2_last_rotated",
)
NEVER = "N/A"
ROOT = "<root_account>"
_KEYS_IN_REPORT = 2
_ACCOUNT_AGE = timedelta(days=3 * 365)


@dataclass
class RootUser:
    """An account's root user. The keys are moto's, so that calls made with them act in the account."""

    created: datetime
    mfa: bool = False
    password: bool = True
    password_last_used: datetime | None = None
    keys: list[AccessKey] = field(default_factory=list)


class RootUsers:
    """The root users by account; an account that nobody described has a password and neither MFA nor keys."""

    def __init__(self, now: datetime) -> None:
        self._created = now - _ACCOUNT_AGE
        self._by_account: dict[str, RootUser] = {}

    def of(self, account: str) -> RootUser:
        """The root user of an account."""
        return self._by_account.setdefault(account, RootUser(self._created))

    def describe(self, partition: str, facts: Mapping[str, Any]) -> RootUser:
        """Take over the facts of a `POST /_sandbox/root`; missing ones go back to their defaults."""
        account = facts["account"]
        iam = iam_backends[account][partition]
        for key in self.of(account).keys:
            iam.access_keys.pop(key.access_key_id, None)
        root = RootUser(
            created=moment(facts.get("created")) or self._created,
            mfa=facts.get("mfa", False),
            password=facts.get("password", True),
            password_last_used=moment(facts.get("password_last_used")),
            keys=[_key(account, key_use(facts)) for _ in range(facts.get("access_keys", 0))],
        )
        iam.access_keys.update({key.access_key_id: key for key in root.keys})
        self._by_account[account] = root
        return root


def _key(account: str, used: AccessKeyLastUsed | None) -> AccessKey:
    """A key of no user: the root user's."""
    key = AccessKey(None, "AKIA", account)  # type: ignore[abstract]  # moto does so too: no ABC at run time
    key.last_used = used
    return key


def key_use(facts: Mapping[str, Any]) -> AccessKeyLastUsed | None:
    """When, where and on what a key was last used, by the facts `last_used`, `region` and `service`."""
    at = moment(facts.get("last_used"))
    if at is None:
        return None
    return AccessKeyLastUsed(at.replace(tzinfo=None), facts.get("service", "s3"), facts.get("region", "us-east-1"))


def moment(text: str | None) -> datetime | None:
    """An ISO 8601 time as an aware datetime in UTC; None stays None."""
    if text is None:
        return None
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def summary(iam: IAMBackend, root: RootUser) -> dict[str, int]:
    """The map of GetAccountSummary, with the root user in it."""
    return {
        **iam.account_summary.summary_map,
        "AccountMFAEnabled": int(root.mfa),
        "AccountAccessKeysPresent": int(any(key.status == "Active" for key in root.keys)),
        "AccountPasswordPresent": int(root.password),
    }


def credential_report(iam: IAMBackend, partition: str, account: str, root: RootUser) -> str:
    """The CSV of GetCredentialReport: the root user, then the users."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(REPORT_COLUMNS)
    writer.writerow(_root_row(f"arn:{partition}:iam::{account}:root", root))
    policy = iam.account_password_policy
    longest = policy.max_password_age if policy else None
    writer.writerows(_user_row(user, longest) for user in iam.users.values())
    return out.getvalue()


def _root_row(arn: str, root: RootUser) -> list[str]:
    return [
        ROOT,
        arn,
        _time(root.created),
        "not_supported",
        _time(root.password_last_used, "no_information"),
        "not_supported",
        "not_supported",
        _flag(root.mfa),
        *_keys(root.keys),
        *_certificates([]),
    ]


def _user_row(user: User, longest: int | None) -> list[str]:
    """A user's row; a password lasts so many days, where the account says so."""
    created = _time(user.create_date)
    password = [_flag(bool(user.password)), NEVER, NEVER, NEVER]
    if user.password:
        rotation = user.create_date + timedelta(days=longest) if longest else None
        password = ["true", _time(user.password_last_used, "no_information"), created, _time(rotation)]
    return [
        user.name,
        user.arn,
        created,
        *password,
        _flag(bool(user.mfa_devices)),
        *_keys(user.access_keys),
        *_certificates(list(user.signing_certificates.values())),
    ]


def _keys(keys: list[AccessKey]) -> Iterator[str]:
    for index in range(_KEYS_IN_REPORT):
        if index >= len(keys):
            yield from ("false", NEVER, NEVER, NEVER, NEVER)
            continue
        key = keys[index]
        used = key.last_used
        yield from (_flag(key.status == "Active"), _time(key.create_date))
        yield from (_time(used.timestamp), used.region, used.service) if used else (NEVER, NEVER, NEVER)


def _certificates(certificates: list[SigningCertificate]) -> Iterator[str]:
    for certificate in certificates[:_KEYS_IN_REPORT]:
        yield from (_flag(certificate.status == "Active"), _time(certificate.upload_date))
    for _ in range(_KEYS_IN_REPORT - len(certificates)):
        yield from ("false", NEVER)


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _time(at: datetime | None, otherwise: str = NEVER) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S+00:00") if at else otherwise
