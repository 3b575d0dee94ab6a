"""CloudTrail tells a topic of its files, and notices reach queues in whichever account they are."""

import json
from typing import Any

import pytest
from tests.sandbox import aws
from tests.sandbox.trails import BUCKET, MEMBER, Queue, trail

from tenfold.sandbox.server import Sandbox
from tenfold.trail.notices import named

VALIDATION = "CloudTrail validation message."


def topic(sandbox: Sandbox, keys: Any = None) -> str:
    return str(aws.client(sandbox, "sns", keys).create_topic(Name="files")["TopicArn"])


def subscribe(sandbox: Sandbox, topic: str, queue: Queue, keys: Any = None, raw: str = "false") -> str:
    sns = aws.client(sandbox, "sns", keys)
    asked = {"TopicArn": topic, "Protocol": "sqs", "Endpoint": queue.arn, "Attributes": {"RawMessageDelivery": raw}}
    return str(sns.subscribe(**asked)["SubscriptionArn"])


def test_one_message_names_the_files_of_a_beat(sandbox: Sandbox) -> None:
    queue, raw = Queue(sandbox), Queue(sandbox, name="raw")
    subscribe(sandbox, topic(sandbox), queue)
    subscribe(sandbox, topic(sandbox), raw, raw="true")
    trail(sandbox, SnsTopicName="files", IsMultiRegionTrail=True)
    assert [envelope["Message"] for envelope in queue.told()] == [VALIDATION]
    assert raw.bodies() == [VALIDATION]
    for region in (aws.REGION, "eu-west-1"):
        aws.client(sandbox, "ec2", region=region).describe_vpcs()
    assert aws.control(sandbox, "deliver") == {"files": 2}
    (envelope,), (body,) = queue.told(), raw.bodies()
    assert envelope["Message"] == body
    assert (envelope["Type"], envelope["TopicArn"]) == ("Notification", topic(sandbox))
    listed = [entry["Key"] for entry in aws.client(sandbox, "s3").list_objects_v2(Bucket=BUCKET)["Contents"]]
    assert json.loads(body) == {"s3Bucket": BUCKET, "s3ObjectKey": json.loads(body)["s3ObjectKey"]}
    assert sorted(json.loads(body)["s3ObjectKey"]) == sorted(listed)
    assert sorted(one.key for one in named(body)) == sorted(listed)


@pytest.mark.parametrize("subscriber", ["topic's account", "queue's account"])
def test_topic_and_queue_in_different_accounts(sandbox: Sandbox, subscriber: str) -> None:
    keys = aws.session(sandbox, MEMBER)
    queue, arn = Queue(sandbox, keys), topic(sandbox)
    subscribe(sandbox, arn, queue, keys if subscriber == "queue's account" else None, raw="true")
    trail(sandbox, SnsTopicName=arn)
    aws.client(sandbox, "ec2").describe_vpcs()
    aws.control(sandbox, "deliver")
    first, notice = queue.bodies()
    assert first == VALIDATION
    assert json.loads(notice)["s3Bucket"] == BUCKET
    listed = aws.client(sandbox, "sns").list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
    assert [one["Endpoint"] for one in listed] == [queue.arn]


def test_topic_of_another_account_by_its_arn(sandbox: Sandbox) -> None:
    keys = aws.session(sandbox, MEMBER)
    arn, queue = topic(sandbox, keys), Queue(sandbox, keys)
    subscribe(sandbox, arn, queue, keys, raw="true")
    cloudtrail = trail(sandbox, SnsTopicName=arn)
    assert queue.bodies() == [VALIDATION]
    described = cloudtrail.get_trail(Name="main")["Trail"]
    assert (described["SnsTopicName"], described["SnsTopicARN"]) == ("files", arn)


def test_ended_subscription_hears_no_more(sandbox: Sandbox) -> None:
    keys = aws.session(sandbox, MEMBER)
    queue, arn = Queue(sandbox, keys), topic(sandbox)
    subscription = subscribe(sandbox, arn, queue, keys)
    aws.client(sandbox, "sns").publish(TopicArn=arn, Message="before")
    aws.client(sandbox, "sns", keys).unsubscribe(SubscriptionArn=subscription)
    aws.client(sandbox, "sns").publish(TopicArn=arn, Message="after")
    assert [envelope["Message"] for envelope in queue.told()] == ["before"]


def test_queue_that_is_gone_does_not_keep_the_message_from_others(sandbox: Sandbox) -> None:
    gone, queue = Queue(sandbox, name="gone"), Queue(sandbox)
    for one in (gone, queue):
        subscribe(sandbox, topic(sandbox), one, raw="true")
    aws.client(sandbox, "sqs").delete_queue(QueueUrl=gone.url)
    trail(sandbox, SnsTopicName="files")
    assert queue.bodies() == [VALIDATION]


def test_status_of_a_topic_that_is_gone_and_of_its_successor(sandbox: Sandbox) -> None:
    arn = topic(sandbox)
    cloudtrail = trail(sandbox, SnsTopicName="files")
    assert "LatestNotificationTime" not in cloudtrail.get_trail_status(Name="main")
    aws.client(sandbox, "sns").delete_topic(TopicArn=arn)
    aws.client(sandbox, "ec2").describe_vpcs()
    aws.control(sandbox, "deliver")
    assert cloudtrail.get_trail_status(Name="main")["LatestNotificationError"] == "NotFound"
    topic(sandbox)
    aws.client(sandbox, "ec2").describe_vpcs()
    aws.control(sandbox, "deliver")
    status = cloudtrail.get_trail_status(Name="main")
    assert "LatestNotificationError" not in status
    assert status["LatestNotificationTime"] == status["LatestDeliveryTime"]


def test_topic_that_does_not_exist_is_refused_and_changes_nothing(sandbox: Sandbox) -> None:
    cloudtrail = trail(sandbox)
    with pytest.raises(cloudtrail.exceptions.InsufficientSnsTopicPolicyException):
        cloudtrail.update_trail(Name="main", SnsTopicName="nowhere")
    assert "SnsTopicARN" not in cloudtrail.get_trail(Name="main")["Trail"]


def test_bucket_tells_a_queue_of_another_account(sandbox: Sandbox) -> None:
    queue = Queue(sandbox, aws.session(sandbox, MEMBER))
    s3 = aws.client(sandbox, "s3")
    s3.create_bucket(Bucket="data")
    wish = {"QueueArn": queue.arn, "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]}
    s3.put_bucket_notification_configuration(Bucket="data", NotificationConfiguration={"QueueConfigurations": [wish]})
    s3.put_object(Bucket="data", Key="a folder/Ä.txt", Body=b"12")
    s3.delete_object(Bucket="data", Key="a folder/Ä.txt")
    test, made, removed = queue.told()
    assert (test["Event"], test["Bucket"]) == ("s3:TestEvent", "data")
    (made,), (removed,) = made["Records"], removed["Records"]
    assert (made["eventName"], removed["eventName"]) == ("ObjectCreated:Put", "ObjectRemoved:Delete")
    written, gone = made["s3"]["object"], removed["s3"]["object"]
    assert (written["key"], written["size"]) == ("a+folder/%C3%84.txt", 2)
    assert written["sequencer"] < gone["sequencer"]
    assert "size" not in gone


def test_bucket_tells_event_bridge_in_the_form_of_aws(sandbox: Sandbox) -> None:
    queue, events, s3 = Queue(sandbox), aws.client(sandbox, "events"), aws.client(sandbox, "s3")
    events.put_rule(Name="objects", EventPattern=json.dumps({"source": ["aws.s3"]}))
    events.put_targets(Rule="objects", Targets=[{"Id": "queue", "Arn": queue.arn}])
    s3.create_bucket(Bucket="data")
    s3.put_bucket_notification_configuration(Bucket="data", NotificationConfiguration={"EventBridgeConfiguration": {}})
    etag = s3.put_object(Bucket="data", Key="a b", Body=b"12")["ETag"].strip('"')
    (event,) = queue.told()
    assert (event["detail-type"], event["resources"]) == ("Object Created", ["arn:aws:s3:::data"])
    written = event["detail"]["object"]
    assert (written["key"], written["size"], written["etag"]) == ("a b", 2, etag)
