"""Time in the sandbox: at a scale, by leaps, held; and the product's clock beside it."""

import sys
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any

import moto.core.utils
import pytest
from tests.sandbox import aws

from tenfold.model.clock import SystemClock
from tenfold.sandbox import moto_time
from tenfold.sandbox.clock import SandboxClock
from tenfold.sandbox.server import Sandbox

PAST = datetime(2025, 1, 31, 23, 59, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_held_clock_moves_by_leaps_only() -> None:
    clock = SandboxClock(60, PAST)
    clock.hold()
    at = clock.now()
    assert clock.now() == at
    clock.leap(at + SECOND)
    assert clock.now() == at + SECOND
    clock.release()
    assert clock.now() >= at + SECOND


def test_time_does_not_go_back() -> None:
    with pytest.raises(ValueError, match="time does not go back"):
        SandboxClock(1, PAST).leap(PAST - SECOND)


@pytest.mark.parametrize("scale", [0, -1])
def test_scale_is_positive(scale: float) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        SandboxClock(scale)
    with pytest.raises(ValueError, match="must be positive"):
        SystemClock(scale)


def test_origin_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="must have a time zone"):
        SystemClock(60, datetime(2026, 1, 1))  # noqa: DTZ001 - the fault itself


@pytest.mark.parametrize("leap", [timedelta(0), timedelta(hours=30)])
def test_product_with_the_sandboxes_scale_and_origin_has_its_time(leap: timedelta) -> None:
    theirs = SandboxClock(60)
    with theirs.still():
        theirs.leap(theirs.now() + leap)
    ours = SystemClock(theirs.scale, theirs.origin())
    assert abs(ours.now() - theirs.now()) < 30 * SECOND  # half a real second
    ours.wait(60)
    assert abs(ours.now() - theirs.now()) < 30 * SECOND


def test_leap_by_a_route_holds_and_refuses_the_past(sandbox: Sandbox) -> None:
    """At any scale a leap ends where it was to end: time stands still on the way."""
    before = datetime.fromisoformat(aws.control(sandbox, "clock", method="GET")["now"])
    after = datetime.fromisoformat(aws.control(sandbox, "clock", {"seconds": 7200, "hold": True})["now"])
    assert timedelta(0) <= after - before - timedelta(seconds=7200) < 5 * SECOND
    assert datetime.fromisoformat(aws.control(sandbox, "clock", method="GET")["now"]) == after
    status, refused = aws.control(sandbox, "clock", {"to": before.isoformat()})
    assert status == 400
    assert "time does not go back" in refused["error"]


def iam_user(sandbox: Sandbox) -> Any:
    return aws.client(sandbox, "iam").create_user(UserName="ada")["User"]["CreateDate"]


def bucket(sandbox: Sandbox) -> Any:
    s3 = aws.client(sandbox, "s3")
    s3.create_bucket(Bucket="dated")
    return s3.list_buckets()["Buckets"][0]["CreationDate"]


def s3_object(sandbox: Sandbox) -> Any:
    bucket(sandbox)
    s3 = aws.client(sandbox, "s3")
    s3.put_object(Bucket="dated", Key="a", Body=b"")
    return s3.head_object(Bucket="dated", Key="a")["LastModified"]


def volume(sandbox: Sandbox) -> Any:
    return aws.client(sandbox, "ec2").create_volume(AvailabilityZone="us-east-1a", Size=1)["CreateTime"]


def kms_key(sandbox: Sandbox) -> Any:
    return aws.client(sandbox, "kms").create_key()["KeyMetadata"]["CreationDate"]


def secret(sandbox: Sandbox) -> Any:
    client = aws.client(sandbox, "secretsmanager")
    client.create_secret(Name="s", SecretString="x")
    return client.describe_secret(SecretId="s")["CreatedDate"]


def table(sandbox: Sandbox) -> Any:
    key = [{"AttributeName": "a", "AttributeType": "S"}]
    schema = [{"AttributeName": "a", "KeyType": "HASH"}]
    made = aws.client(sandbox, "dynamodb").create_table(
        TableName="t", AttributeDefinitions=key, KeySchema=schema, BillingMode="PAY_PER_REQUEST"
    )
    return made["TableDescription"]["CreationDateTime"]


def log_group(sandbox: Sandbox) -> Any:
    logs = aws.client(sandbox, "logs")
    logs.create_log_group(logGroupName="g")
    return datetime.fromtimestamp(logs.describe_log_groups()["logGroups"][0]["creationTime"] / 1000, UTC)


def trail(sandbox: Sandbox) -> Any:
    bucket(sandbox)
    cloudtrail = aws.client(sandbox, "cloudtrail")
    cloudtrail.create_trail(Name="t-1", S3BucketName="dated")
    cloudtrail.start_logging(Name="t-1")
    return cloudtrail.get_trail_status(Name="t-1")["StartLoggingTime"]


def detector(sandbox: Sandbox) -> Any:
    guard = aws.client(sandbox, "guardduty")
    made = guard.create_detector(Enable=True)["DetectorId"]
    return datetime.fromisoformat(guard.get_detector(DetectorId=made)["CreatedAt"])


def efs(sandbox: Sandbox) -> Any:
    return aws.client(sandbox, "efs").create_file_system(CreationToken="t")["CreationTime"]


def log_record(sandbox: Sandbox) -> Any:
    aws.client(sandbox, "iam").list_users()
    return datetime.fromisoformat(aws.last_record(sandbox, "ListUsers")["eventTime"])


TRUST = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}'
MAKERS = (
    bucket,
    detector,
    efs,
    iam_user,
    kms_key,
    log_group,
    log_record,
    s3_object,
    secret,
    table,
    trail,
    volume,
)


@pytest.mark.parametrize("make", MAKERS)
def test_everything_is_dated_by_the_clock(make: Any) -> None:
    with Sandbox(delivery_seconds=3600, clock=SandboxClock(60, PAST)) as sandbox:
        made = make(sandbox)
        now = datetime.fromisoformat(aws.control(sandbox, "clock", method="GET")["now"])
        made = made if made.tzinfo else made.replace(tzinfo=UTC)
        assert PAST - SECOND <= made <= now + SECOND, make.__name__


def test_moto_has_its_own_time_back_when_the_sandbox_stops() -> None:
    with Sandbox(delivery_seconds=3600, clock=SandboxClock(1, PAST)) as sandbox:
        efs(sandbox)
    assert vars(moto.core.utils)["datetime"].datetime is datetime
    assert sys.modules["moto.efs.models"].time is time
    assert all(getattr(finder, "__module__", "") != moto_time.__name__ for finder in sys.meta_path)


def test_queues_keep_real_time() -> None:
    """A worker does not work faster because hours pass in minutes: a message stays invisible for real seconds."""
    with Sandbox(delivery_seconds=3600, clock=SandboxClock(3600)) as sandbox:
        sqs = aws.client(sandbox, "sqs")
        url = sqs.create_queue(QueueName="q")["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody="m")
        assert sqs.receive_message(QueueUrl=url, VisibilityTimeout=60)["Messages"]
        aws.control(sandbox, "clock", {"seconds": 86400})
        assert "Messages" not in sqs.receive_message(QueueUrl=url)


@pytest.mark.parametrize("scale", [1, 60])
def test_sessions_end_by_the_clock_that_clients_have(scale: int) -> None:
    """SDKs compare the end of a session with the machine's clock, and renew it; one that lies in the past is no use."""
    with Sandbox(delivery_seconds=3600, clock=SandboxClock(scale, PAST)) as sandbox:
        end = session(sandbox)["Expiration"]
    assert abs(end - datetime.now(UTC) - timedelta(hours=1) / scale) < 10 * SECOND


def test_sessions_end_as_they_should_in_real_time(sandbox: Sandbox) -> None:
    assert abs(session(sandbox)["Expiration"] - datetime.now(UTC) - timedelta(hours=1)) < 10 * SECOND


def session(sandbox: Sandbox) -> Any:
    aws.client(sandbox, "iam").create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    return aws.session(sandbox, "123456789012", "r")


def test_signatures_and_presigned_addresses_hold_at_any_scale() -> None:
    """Clients sign with the machine's time, whatever the sandbox shows."""
    with Sandbox(delivery_seconds=3600, clock=SandboxClock(3600, PAST)) as sandbox:
        s3_object(sandbox)
        address = aws.client(sandbox, "s3").generate_presigned_url("get_object", {"Bucket": "dated", "Key": "a"}, 60)
        with urllib.request.urlopen(address, timeout=10) as answer:
            assert answer.status == 200


def test_files_are_written_at_the_time_they_are_due_on_the_way_of_a_leap() -> None:
    with Sandbox(delivery_seconds=3600, clock=SandboxClock(1, PAST)) as sandbox:
        trail(sandbox)
        aws.client(sandbox, "iam").list_users()
        aws.control(sandbox, "clock", {"seconds": 3 * 3600})
        keys = [row["Key"] for row in aws.client(sandbox, "s3").list_objects_v2(Bucket="dated")["Contents"]]
        logs = [key for key in keys if "/CloudTrail/" in key]
        assert logs
        assert all("_20250201T00" in key for key in logs)
