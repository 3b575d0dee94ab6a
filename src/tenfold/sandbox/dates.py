"""Dating objects back: moto makes everything now, an account that is worth a scan has a past."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from moto.iam.models import IAMBackend, iam_backends
from moto.s3.models import s3_backends

from tenfold.sandbox.root import key_use, moment


class UnknownObjectError(LookupError):
    """No such object to date back."""


def date_back(partition: str, facts: Mapping[str, Any]) -> None:
    """Take over the facts of a `POST /_sandbox/date`: when an object was made, and when it was last used.

    Raises:
        UnknownObjectError: when the account has no such object, or the kind is not one of those that can be dated.
    """
    kind, account = facts["kind"], facts["account"]
    if kind == "bucket":
        return _date_bucket(partition, facts)
    date = _IAM_DATERS.get(kind)
    if date is None:
        raise UnknownObjectError(f"cannot date a {kind}: one of {', '.join([*_IAM_DATERS, 'bucket'])}")
    try:
        return date(iam_backends[account][partition], facts)
    except (KeyError, StopIteration):
        raise UnknownObjectError(f"account {account} has no {kind} {facts['id']}") from None


def _date_bucket(partition: str, facts: Mapping[str, Any]) -> None:
    bucket = s3_backends[facts["account"]][partition].buckets.get(facts["id"])
    if bucket is None:
        raise UnknownObjectError(f"account {facts['account']} has no bucket {facts['id']}")
    if made := moment(facts.get("at")):
        bucket.creation_date = made


def _date_key(iam: IAMBackend, facts: Mapping[str, Any]) -> None:
    key = iam.access_keys[facts["id"]]
    key.create_date = _naive(facts.get("at")) or key.create_date
    if "last_used" in facts:
        key.last_used = key_use(facts)


def _date_user(iam: IAMBackend, facts: Mapping[str, Any]) -> None:
    user = iam.users[facts["id"]]
    user.create_date = _naive(facts.get("at")) or user.create_date
    if "last_used" in facts:
        user.password_last_used = _naive(facts["last_used"])  # type: ignore[assignment]  # moto declares the initial None only


def _date_role(iam: IAMBackend, facts: Mapping[str, Any]) -> None:
    role = next(role for role in iam.roles.values() if role.name == facts["id"])
    role.create_date = _naive(facts.get("at")) or role.create_date
    if "last_used" in facts:
        role.last_used = _naive(facts["last_used"])


def _naive(text: str | None) -> datetime | None:
    """A time as IAM of moto keeps it: UTC without a zone."""
    at = moment(text)
    return at.astimezone(UTC).replace(tzinfo=None) if at else None


_IAM_DATERS: dict[str, Callable[[IAMBackend, Mapping[str, Any]], None]] = {
    "access_key": _date_key,
    "user": _date_user,
    "role": _date_role,
}
