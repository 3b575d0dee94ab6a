"""S3 tells of the log files that the sandbox delivers, as AWS does: to a queue, through a topic, through EventBridge."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.sandbox import aws

from tenfold.sandbox.server import Sandbox
from tenfold.trail.notices import named
from tenfold.trail.source import Named

LOGS, CREATED = "log-bucket", ["s3:ObjectCreated:*"]
MEMBER = "222222222222"


def by_queue(_sandbox: Sandbox, _keys: Any, queue: str) -> dict[str, Any]:
    return {"QueueConfigurations": [{"QueueArn": queue, "Events": CREATED}]}


def by_topic(sandbox: Sandbox, keys: Any, queue: str) -> dict[str, Any]:
    sns = aws.client(sandbox, "sns", keys)
    topic = sns.create_topic(Name="log-files")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    return {"TopicConfigurations": [{"TopicArn": topic, "Events": CREATED}]}


def by_event_bridge(sandbox: Sandbox, keys: Any, queue: str) -> dict[str, Any]:
    events = aws.client(sandbox, "events", keys)
    pattern = {"source": ["aws.s3"], "detail-type": ["Object Created"]}
    events.put_rule(Name="log-files", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="log-files", Targets=[{"Id": "queue", "Arn": queue}])
    return {"EventBridgeConfiguration": {}}


@pytest.mark.parametrize("way", [by_queue, by_topic, by_event_bridge])
@pytest.mark.parametrize("account", ["", MEMBER], ids=["management", "member"])
def test_a_log_file_is_told_of(sandbox: Sandbox, way: Callable[..., dict[str, Any]], account: str) -> None:
    keys = aws.session(sandbox, account) if account else None
    s3, sqs = aws.client(sandbox, "s3", keys), aws.client(sandbox, "sqs", keys)
    s3.create_bucket(Bucket=LOGS)
    url = sqs.create_queue(QueueName="notices")["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    configuration = way(sandbox, keys, queue)
    s3.put_bucket_notification_configuration(Bucket=LOGS, NotificationConfiguration=configuration)
    trail = aws.client(sandbox, "cloudtrail", keys)
    trail.create_trail(Name="main", S3BucketName=LOGS)
    trail.start_logging(Name="main")
    assert told(sqs, url) == [], "S3's test event names no object"
    aws.client(sandbox, "ec2", keys).describe_vpcs()
    assert aws.control(sandbox, "deliver") == {"files": 1}

    (one,) = told(sqs, url)
    (listed,) = s3.list_objects_v2(Bucket=LOGS)["Contents"]
    assert (one.bucket, one.key, one.size) == (LOGS, listed["Key"], listed["Size"])
    assert one.etag in ("", listed["ETag"].strip('"'))
    found = s3.get_object(Bucket=one.bucket, Key=one.key)
    assert found["ContentEncoding"] == "gzip"
    names = [record["eventName"] for record in json.loads(gzip.decompress(found["Body"].read()))["Records"]]
    assert "DescribeVpcs" in names


def told(sqs: Any, url: str) -> list[Named]:
    """The objects that the queue's messages name; the messages are gone then."""
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    for message in messages:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [one for message in messages for one in named(message["Body"])]
