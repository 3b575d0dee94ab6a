"""Trails of a test: a bucket and a trail that logs, topics and queues, and what has come into them."""

import json
from typing import Any

from tests.sandbox import aws

from tenfold.sandbox.server import Sandbox

ACCOUNT, MEMBER, BUCKET = "123456789012", "222222222222", "log-bucket"


def trail(sandbox: Sandbox, keys: Any = None, region: str = aws.REGION, **settings: Any) -> Any:
    """A trail named `main` that logs into a bucket, as the client that made it."""
    asked = {"Name": "main", "S3BucketName": BUCKET} | settings
    s3 = aws.client(sandbox, "s3", keys)
    s3.create_bucket(Bucket=asked["S3BucketName"])
    cloudtrail = aws.client(sandbox, "cloudtrail", keys, region)
    cloudtrail.create_trail(**asked)
    cloudtrail.start_logging(Name=asked["Name"])
    return cloudtrail


class Queue:
    """A queue of an account, and what it has received."""

    def __init__(self, sandbox: Sandbox, keys: Any = None, name: str = "told", region: str = aws.REGION) -> None:
        self._sqs = aws.client(sandbox, "sqs", keys, region)
        self.url = self._sqs.create_queue(QueueName=name)["QueueUrl"]
        answer = self._sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])
        self.arn = answer["Attributes"]["QueueArn"]

    def bodies(self) -> list[str]:
        """The messages that have come since the last time."""
        found = self._sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages", [])
        for message in found:
            self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return [message["Body"] for message in found]

    def told(self) -> list[Any]:
        """The same, decoded."""
        return [json.loads(body) for body in self.bodies()]


def organization(sandbox: Sandbox) -> tuple[str, str]:
    """An organization of two accounts: its id, and the member's."""
    organizations = aws.client(sandbox, "organizations")
    made = organizations.create_organization(FeatureSet="ALL")["Organization"]["Id"]
    status = organizations.create_account(AccountName="dev", Email="dev@example.com")["CreateAccountStatus"]
    return made, status["AccountId"]
