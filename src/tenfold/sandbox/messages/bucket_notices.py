"""What S3 tells of the objects in a bucket, in place of moto, which reaches the bucket's own account only."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

import moto.s3.notifications
from moto.s3.models import FakeBucket, FakeKey, s3_backends
from moto.s3.notifications import S3NotificationEvent
from moto.utilities.arns import parse_arn

from tenfold.sandbox.dice import Dice
from tenfold.sandbox.messages import buses
from tenfold.sandbox.messages.post import to_queue, to_topic

_DETAIL_TYPES = {
    "ObjectCreated": "Object Created",
    "ObjectRemoved": "Object Deleted",
    "LifecycleExpiration": "Object Deleted",
    "ObjectAcl": "Object ACL Updated",
    "ObjectRestore": "Object Restore Completed",
    "ObjectTagging": "Object Tags Added",
}
_REASONS = {
    "ObjectCreated:Put": "PutObject",
    "ObjectCreated:Post": "POST Object",
    "ObjectCreated:Copy": "CopyObject",
    "ObjectCreated:CompleteMultipartUpload": "CompleteMultipartUpload",
    "ObjectRemoved:Delete": "DeleteObject",
}


class BucketNotices:
    """Sends the notices of S3: to queues and topics of any account, and to EventBridge.

    Args:
        now: when a notice says that it happened.
        dice: draws the ids of events.
    """

    def __init__(self, now: Callable[[], datetime], dice: Dice) -> None:
        self._now, self._dice = now, dice
        self._sequence = 0

    @contextmanager
    def replacing_moto(self) -> Iterator[None]:
        """Let moto's S3 send its notices through here."""
        ours = {"send_event": self.send, "send_test_event": self.send_test}
        before = {name: getattr(moto.s3.notifications, name) for name in ours}
        vars(moto.s3.notifications).update(ours)
        try:
            yield
        finally:
            vars(moto.s3.notifications).update(before)

    def send(self, account_id: str, event_name: S3NotificationEvent, bucket: FakeBucket, key: FakeKey) -> None:
        """Tell those who asked for it that something happened to an object.

        Args:
            account_id: whose moto's S3 carried it out; the notices are of the bucket's owner.
            event_name: with its `s3:`.
            bucket: where the object lies.
            key: the object.
        """
        wishes = bucket.notification_configuration
        if wishes is None or (event_name is S3NotificationEvent.OBJECT_TAGGING_PUT_EVENT and not _tags(bucket, key)):
            return  # moto tags every new object, be it with nothing
        self._sequence += 1
        name = event_name.value.removeprefix("s3:")
        for wish in [*wishes.queue, *wishes.topic]:
            if wish.matches(event_name, key.name):
                _tell(wish.arn, {"Records": [self._record(name, bucket, key, wish.id)]})
        if wishes.event_bridge is not None:
            self._put_event(account_id, name, bucket, key)

    def send_test(self, account_id: str, bucket: FakeBucket) -> None:
        """Try each queue and topic, as S3 does when they are named."""
        body = {
            "Service": "Amazon S3",
            "Event": "s3:TestEvent",
            "Time": self._time(),
            "Bucket": bucket.name,
            "RequestId": self._dice.uuid(),
            "HostId": account_id,
        }
        wishes = bucket.notification_configuration
        for arn in dict.fromkeys(wish.arn for wish in ([*wishes.queue, *wishes.topic] if wishes else [])):
            _tell(arn, body)

    def _record(self, name: str, bucket: FakeBucket, key: FakeKey, configuration: str) -> dict[str, Any]:
        written = {"key": quote_plus(key.name, safe="/"), **self._size(name, key)}
        owner = {"principalId": bucket.account_id}
        return {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": bucket.region_name,
            "eventTime": self._time(),
            "eventName": name,
            "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": configuration,
                "bucket": {"name": bucket.name, "ownerIdentity": owner, "arn": bucket.arn},
                "object": written | {"sequencer": self._sequencer()},
            },
        }

    def _put_event(self, requester: str, name: str, bucket: FakeBucket, key: FakeKey) -> None:
        written = {"key": key.name} | {field.lower(): value for field, value in self._size(name, key).items()}
        event = {
            "version": "0",
            "id": self._dice.uuid(),
            "detail-type": _DETAIL_TYPES.get(name.partition(":")[0], "Object Storage Class Changed"),
            "source": "aws.s3",
            "account": bucket.account_id,
            "time": f"{self._now().astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "region": bucket.region_name,
            "resources": [bucket.arn],
            "detail": {
                "version": "0",
                "bucket": {"name": bucket.name},
                "object": written | {"sequencer": self._sequencer()},
                "request-id": self._dice.letters(16).upper(),
                "requester": requester,
                "reason": _REASONS.get(name, name),
            },
        }
        buses.put(bucket.account_id, bucket.region_name, event)

    @staticmethod
    def _size(name: str, key: FakeKey) -> dict[str, Any]:
        """Size and ETag; an object that is gone has none."""
        if not name.startswith("ObjectCreated"):
            return {}
        return {"size": key.size, "eTag": key.etag.strip('"')}

    def _sequencer(self) -> str:
        """Greater for what came later."""
        return f"{self._sequence:018X}"

    def _time(self) -> str:
        return self._now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _tags(bucket: FakeBucket, key: FakeKey) -> dict[str, str]:
    partition, owner = s3_backends.bucket_accounts[bucket.name]
    tags: dict[str, str] = s3_backends[owner][partition].tagger.get_tag_dict_for_resource(key.arn)
    return tags


def _tell(arn: str, body: Mapping[str, Any]) -> None:
    send = to_queue if parse_arn(arn).service == "sqs" else to_topic
    send(arn, json.dumps(body))
