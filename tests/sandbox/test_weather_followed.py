"""What AWS's habits do to the pipeline: files late, out of order and told of twice, and each event once in the lake."""

import json
import time
from pathlib import Path

from tests.sandbox import aws
from tests.sandbox.weather_signs import ACCOUNT, code, passing, queue, trail
from tests.trail.make import Home

from tenfold.aws.connection import Connection
from tenfold.aws.settings import AwsSettings
from tenfold.model.clock import SystemClock
from tenfold.sandbox.clock import SandboxClock
from tenfold.sandbox.server import Sandbox
from tenfold.sandbox.weather.weather import Weather
from tenfold.trail.follow import follow
from tenfold.trail.objects import Objects
from tenfold.trail.queue import Queue

CALLS, DEADLINE = 60, 40


def _noticed(sandbox: Sandbox) -> str:
    """A trail whose bucket tells a queue; the queue's address."""
    s3, (sqs, url) = trail(sandbox), queue(sandbox)
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps({"Statement": [statement]})})
    told = {"QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]}
    s3.put_bucket_notification_configuration(Bucket="weathered", NotificationConfiguration=told)
    return url


def test_every_event_is_in_the_lake_once(tmp_path: Path) -> None:
    clock = SystemClock()
    with Sandbox(delivery_seconds=3600, clock=SandboxClock(), weather=Weather(4)) as sandbox:
        url = _noticed(sandbox)
        aws.control(sandbox, "weather", {"habits": ["aws"]})
        first = len(aws.records(sandbox))
        ec2 = aws.client(sandbox, "ec2")
        for number in range(CALLS):
            code(ec2.delete_vpc, VpcId=f"vpc-{number:08x}")  # refused or throttled, it is recorded
            passing(sandbox, 60)
        wanted = {
            record["eventID"] for record in aws.records(sandbox)[first:] if record["recipientAccountId"] == ACCOUNT
        }
        passing(sandbox, 16 * 60)
        settings = AwsSettings(region=aws.REGION, endpoint_url=sandbox.endpoint)
        reached = Connection(settings, clock, keys=("testing", "testing", None))
        home, end = Home(tmp_path, clock), time.monotonic() + DEADLINE
        source = Queue(reached, url, wait=1, visibility=5)
        follow(
            [source],
            home.ingest(objects=Objects(reached)),
            clock,
            stop=lambda: wanted <= set(home.event_ids()) or time.monotonic() > end,
        )
        found, letters = home.event_ids(), home.reasons()
        home.close()
    assert len(wanted) >= CALLS
    assert wanted <= set(found)
    assert len(found) == len(set(found))
    assert not letters
