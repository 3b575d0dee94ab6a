"""The files that CloudTrail writes: where they lie, what is known of them, and how they come into a bucket."""

from datetime import UTC, datetime
from typing import NamedTuple

import moto.s3.notifications
from moto.cloudtrail.models import Trail
from moto.organizations.models import organizations_backends
from moto.s3.models import s3_backends
from moto.s3.notifications import S3NotificationEvent

_SLOT_MINUTES = 5


class LogFile(NamedTuple):
    """A log file that was written.

    Args:
        trail: whose file it is.
        account: whose records are in it; `region`: where they were made.
        bucket: where it lies, under `key`.
        digest: SHA-256 of the uncompressed bytes, in hex.
        oldest: time of its oldest record; `newest`: of its newest.
        at: when it was written.
    """

    trail: Trail
    account: str
    region: str
    bucket: str
    key: str
    digest: str
    oldest: datetime
    newest: datetime
    at: datetime


def folder(trail: Trail, account: str, kind: str, region: str, at: datetime) -> str:
    """`[prefix/]AWSLogs/[o-ORG/]ACCOUNT/KIND/REGION/YYYY/MM/DD`; `kind` is `CloudTrail`, `CloudTrail-Digest`, ..."""
    top = [trail.s3_key_prefix, "AWSLogs", organization_id(trail), account, kind, region]
    return f"{'/'.join(filter(None, top))}/{at.astimezone(UTC):%Y/%m/%d}"


def log_key(trail: Trail, account: str, region: str, at: datetime, suffix: str, *, kind: str = "CloudTrail") -> str:
    """The key of a new log file; the slot in its name is the five minutes in which it is delivered."""
    at = at.astimezone(UTC)
    slot = at.replace(minute=at.minute - at.minute % _SLOT_MINUTES)
    name = f"{account}_{kind}_{region}_{slot:%Y%m%dT%H%MZ}_{suffix}.json.gz"
    return f"{folder(trail, account, kind, region, at)}/{name}"


def write(bucket: str, key: str, content: bytes, metadata: dict[str, str], *, kms_key: str | None = None) -> bool:
    """Put an object as a service of AWS does, and tell those who asked for notices; False when the bucket is gone.

    Args:
        bucket: of whichever account.
        key: as it is to be called.
        content: the bytes, compressed if they are to be so.
        metadata: headers by name; those of the user begin with `x-amz-meta-`.
        kms_key: the key that encrypts it; None for S3's own.
    """
    place = s3_backends.bucket_accounts.get(bucket)
    if place is None:
        return False
    partition, owner = place
    s3 = s3_backends[owner][partition]
    # moto would tell of the object before it has its metadata, and who hears of it may read it at once
    encryption = "aws:kms" if kms_key else "AES256"
    written = s3.put_object(bucket, key, content, encryption=encryption, kms_key_id=kms_key, disable_notification=True)
    written.set_metadata(metadata)
    # looked up now: the sandbox has put its own in the place of moto's
    moto.s3.notifications.send_event(
        owner, S3NotificationEvent.OBJECT_CREATED_PUT_EVENT, s3.get_bucket(bucket), written
    )
    return True


def covered_accounts(trail: Trail) -> set[str]:
    """The accounts whose records a trail takes: of the whole organization, or its own."""
    if not organization_id(trail):
        return {trail.account_id}
    members = organizations_backends[trail.account_id][trail.partition].accounts
    return {trail.account_id} | {member.id for member in members}


def organization_id(trail: Trail) -> str:
    """The id of the organization that a trail serves; empty when it serves its own account."""
    organization = organizations_backends[trail.account_id][trail.partition].org
    return str(organization.id) if trail.is_org_trail and organization else ""
