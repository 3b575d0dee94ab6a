"""Log files into the buckets of the trails, as CloudTrail delivers them."""

import gzip
import json
import secrets
import string
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from threading import Event, Lock, Thread

from moto.cloudtrail.models import Trail, cloudtrail_backends
from moto.organizations.models import organizations_backends
from moto.s3.models import s3_backends
from moto.s3.notifications import S3NotificationEvent, send_event

from tenfold.sandbox.journal import Record
from tenfold.sandbox.selectors import takes

_SLOT_MINUTES = 5
_SUFFIX = string.ascii_letters + string.digits
_SUFFIX_LENGTH = 16


class Delivery:
    """Takes records for the trails that log, and writes them into their buckets.

    Args:
        now: the time that files carry in their names.
        seconds: real seconds between two deliveries.
    """

    def __init__(self, now: Callable[[], datetime], seconds: float) -> None:
        self._now, self._seconds = now, seconds
        self._lock = Lock()
        self._pending: list[tuple[Trail, Record]] = []
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="sandbox-delivery", daemon=True)

    def trails(self) -> list[Trail]:
        """The trails that log at this moment, of all accounts and regions."""
        regions = [backend for account in list(cloudtrail_backends.values()) for backend in list(account.values())]
        return [trail for backend in regions for trail in list(backend.trails.values()) if trail.status.is_logging]

    def take(self, record: Record, watching: Iterable[Trail]) -> None:
        """Keep a record for each trail that takes it. `watching` are the trails that logged when the call came.

        So the call that stops or deletes a trail is the last one in it, and the one that starts a trail is not.
        """
        for trail in watching:
            if takes(trail, record, _covered_accounts(trail)):
                with self._lock:
                    self._pending.append((trail, record))

    def deliver(self) -> int:
        """Write what is pending; the number of files written. Records of a bucket that is gone wait for it."""
        with self._lock:
            pending, self._pending = self._pending, []
        files: defaultdict[tuple[int, str, str], list[Record]] = defaultdict(list)
        trails = {id(trail): trail for trail, _ in pending}
        for trail, record in pending:
            files[id(trail), record["recipientAccountId"], record["awsRegion"]].append(record)
        return sum(
            self._write(trails[trail], account, region, records) for (trail, account, region), records in files.items()
        )

    def start(self) -> None:
        """Deliver at every interval from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Deliver a last time, and no more."""
        self._stopped.set()
        self._thread.join()
        self.deliver()

    def _run(self) -> None:
        while not self._stopped.wait(self._seconds):
            self.deliver()

    def _write(self, trail: Trail, account: str, region: str, records: list[Record]) -> bool:
        place = s3_backends.bucket_accounts.get(trail.bucket_name)
        if place is None:
            with self._lock:
                self._pending.extend((trail, record) for record in records)
            return False
        partition, owner = place
        content = gzip.compress(json.dumps({"Records": records}, separators=(",", ":")).encode())
        key = log_key(trail, account, region, self._now())
        s3 = s3_backends[owner][partition]
        # moto would tell of the object before it has its metadata, and who hears of it may read it at once
        written = s3.put_object(trail.bucket_name, key, content, encryption="AES256", disable_notification=True)
        written.set_metadata({"Content-Type": "application/json", "Content-Encoding": "gzip"})
        put = S3NotificationEvent.OBJECT_CREATED_PUT_EVENT
        send_event(owner, put, s3.get_bucket(trail.bucket_name), written)
        return True


def log_key(trail: Trail, account: str, region: str, at: datetime) -> str:
    """The key of a new log file: `[prefix/]AWSLogs/[o-ORG/]ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/NAME.json.gz`."""
    at = at.astimezone(UTC)
    slot = at.replace(minute=at.minute - at.minute % _SLOT_MINUTES)
    suffix = "".join(secrets.choice(_SUFFIX) for _ in range(_SUFFIX_LENGTH))
    organization = _organization_id(trail)
    folder = "/".join(filter(None, [trail.s3_key_prefix, "AWSLogs", organization, account, "CloudTrail", region]))
    return f"{folder}/{at:%Y/%m/%d}/{account}_CloudTrail_{region}_{slot:%Y%m%dT%H%MZ}_{suffix}.json.gz"


def _covered_accounts(trail: Trail) -> set[str]:
    """The accounts whose records a trail takes: of the whole organization, or its own."""
    if not _organization_id(trail):
        return {trail.account_id}
    members = organizations_backends[trail.account_id][trail.partition].accounts
    return {trail.account_id} | {member.id for member in members}


def _organization_id(trail: Trail) -> str:
    """The id of the organization that a trail serves; empty when it serves its own account."""
    organization = organizations_backends[trail.account_id][trail.partition].org
    return str(organization.id) if trail.is_org_trail and organization else ""
