"""A bucket with a queue in moto, and what S3 would tell that queue."""

import json
import uuid
from typing import Any
from urllib.parse import quote_plus

import boto3

from tenfold.aws.connection import Connection
from tenfold.aws.settings import AwsSettings
from tenfold.model.clock import Clock, SystemClock

REGION = "eu-west-1"
KEYS = ("AKIATESTING", "secret", None)


def connection(endpoint: str, clock: Clock | None = None) -> Connection:
    settings = AwsSettings(endpoint_url=endpoint, region=REGION, patience=1)
    return Connection(settings, clock or SystemClock(), keys=KEYS)


class Cloud:
    """A bucket and a queue of their own."""

    def __init__(self, endpoint: str) -> None:
        access = {"aws_access_key_id": KEYS[0], "aws_secret_access_key": KEYS[1], "region_name": REGION}
        self.s3: Any = boto3.client("s3", endpoint_url=endpoint, **access)
        self.sqs: Any = boto3.client("sqs", endpoint_url=endpoint, **access)
        self.endpoint, self.bucket = endpoint, f"logs-{uuid.uuid4().hex}"
        self.s3.create_bucket(Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        self.url = self.sqs.create_queue(QueueName=self.bucket)["QueueUrl"]

    def put(self, key: str, data: bytes) -> str:
        """Its etag."""
        return str(self.s3.put_object(Bucket=self.bucket, Key=key, Body=data)["ETag"].strip('"'))

    def send(self, *bodies: Any) -> None:
        for start in range(0, len(bodies), 10):
            texts = (body if isinstance(body, str) else json.dumps(body) for body in bodies[start : start + 10])
            entries = [{"Id": str(index), "MessageBody": text} for index, text in enumerate(texts)]
            self.sqs.send_message_batch(QueueUrl=self.url, Entries=entries)

    def notice(self, key: str, etag: str = "", size: int = 1) -> dict[str, Any]:
        written = {"key": quote_plus(key), "size": size, **({"eTag": etag} if etag else {})}
        return {
            "Records": [{"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": self.bucket}, "object": written}}]
        }

    def waiting(self) -> tuple[int, int]:
        """Messages that anybody may have, and those that somebody has."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)["Attributes"]
        return int(found[names[0]]), int(found[names[1]])
