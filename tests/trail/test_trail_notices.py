"""What messages say, in the five forms in which they come, and in those in which they should not."""

import json
from typing import Any

import pytest

from tenfold.model.errors import InputError
from tenfold.store.ledger import ObjectKind
from tenfold.trail.keys import kind_of
from tenfold.trail.notices import named
from tenfold.trail.source import Named


def s3(key: str, event: str = "ObjectCreated:Put", **written: Any) -> dict[str, Any]:
    return {"eventName": event, "s3": {"bucket": {"name": "logs"}, "object": {"key": key, **written}}}


def sns(message: Any, kind: str = "Notification") -> str:
    text = message if isinstance(message, str) else json.dumps(message)
    return json.dumps({"Type": kind, "TopicArn": "arn:aws:sns:eu-west-1:1:t", "Message": text})


EVENTBRIDGE = {
    "source": "aws.s3",
    "detail-type": "Object Created",
    "detail": {"bucket": {"name": "logs"}, "object": {"key": "a+b c%2B", "etag": "e", "size": 3}},
}
PLAIN = {"Records": [s3("a+b%20c%2B", eTag="e", size=3)]}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(PLAIN, [Named("logs", "a b c+", "e", 3)], id="S3, its key URL-encoded"),
        pytest.param({"Records": [s3("a"), s3("b", "ObjectCreated:CompleteMultipartUpload")]}, [Named("logs", "a"), Named("logs", "b")], id="two"),
        pytest.param({"Records": [s3("a", "s3:ObjectCreated:Put")]}, [Named("logs", "a")], id="with s3:"),
        pytest.param({"Records": [s3("a", "ObjectRemoved:Delete")]}, [], id="a deletion"),
        pytest.param(sns(PLAIN), [Named("logs", "a b c+", "e", 3)], id="through SNS"),
        pytest.param(sns(sns(PLAIN)), [Named("logs", "a b c+", "e", 3)], id="through SNS twice"),
        pytest.param(EVENTBRIDGE, [Named("logs", "a+b c%2B", "e", 3)], id="EventBridge, its key as it is"),
        pytest.param({**EVENTBRIDGE, "detail-type": "Object Deleted"}, [], id="EventBridge, a deletion"),
        pytest.param({"s3Bucket": "logs", "s3ObjectKey": ["a+b", "c"]}, [Named("logs", "a+b"), Named("logs", "c")], id="CloudTrail's own"),
        pytest.param(sns({"s3Bucket": "logs", "s3ObjectKey": ["a"]}), [Named("logs", "a")], id="CloudTrail's own through SNS"),
        pytest.param(sns("CloudTrail validation message."), [], id="CloudTrail tries the topic"),
        pytest.param(sns("You have chosen to subscribe", "SubscriptionConfirmation"), [], id="SNS confirms"),
        pytest.param({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "logs"}, [], id="test event"),
    ],
)  # fmt: skip
def test_what_a_message_names(body: Any, expected: list[Named]) -> None:
    assert named(body if isinstance(body, str) else json.dumps(body)) == expected


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("hello", "not JSON"),
        ("", "not JSON"),
        ('{"a":' + "[" * 5000, "not JSON"),
        ("[1]", "not a notice"),
        ("{}", "a message with no fields"),
        ('{"hello": 1}', "a message with hello"),
        ('{"Records": [{}]}', "lacks 'eventName'"),
        ('{"Records": [1]}', "lacks"),
        ('{"Records": [{"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": ""}, "object": {"key": "k"}}}]}', "without bucket"),
        ('{"s3Bucket": "b", "s3ObjectKey": [1]}', "without bucket or key"),
        (sns(sns(sns("{}"))), "too many envelopes"),
        (sns("hello"), "not JSON"),
    ],
)  # fmt: skip
def test_message_that_is_no_notice(body: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as refused:
        named(body)
    assert refused.value.next


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/01/a.json.gz", ObjectKind.EVENTS),
        ("pre/fix/AWSLogs/o-abc123/111122223333/CloudTrail/eu-west-1/2026/03/01/a.json.gz", ObjectKind.EVENTS),
        ("AWSLogs/111122223333/CloudTrail-Insight/eu-west-1/2026/03/01/a.json.gz", ObjectKind.INSIGHT),
        ("AWSLogs/111122223333/CloudTrail-NetworkActivity/eu-west-1/2026/03/01/a.json.gz", ObjectKind.EVENTS),
        ("AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2026/03/01/a.json.gz", ObjectKind.DIGEST),
        ("AWSLogs/111122223333/Config/eu-west-1/2026/3/1/ConfigHistory/a.json.gz", ObjectKind.OTHER),
        ("AWSLogs/111122223333/CloudTrail/", ObjectKind.OTHER),
        ("AWSLogs/111122223333/elasticloadbalancing/eu-west-1/a.log.gz", ObjectKind.OTHER),
        ("captures/one.json", ObjectKind.EVENTS),
        ("captures/one.JSONL", ObjectKind.EVENTS),
        ("README.md", ObjectKind.OTHER),
    ],
)
def test_kind_by_folder(key: str, kind: ObjectKind) -> None:
    assert kind_of(key) is kind
