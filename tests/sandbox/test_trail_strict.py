"""With strict trails, a bucket must let CloudTrail write, as AWS has it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.sandbox import aws
from tests.sandbox.trails import ACCOUNT, BUCKET, organization

from tenfold.sandbox.server import Sandbox

ARN = f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/main"
SERVICE = {"Service": "cloudtrail.amazonaws.com"}


@pytest.fixture
def strict() -> Iterator[Sandbox]:
    with Sandbox(delivery_seconds=3600, strict_trails=True) as running:
        aws.client(running, "s3").create_bucket(Bucket=BUCKET)
        yield running


def let(sandbox: Sandbox, folder: str, **condition: Any) -> None:
    """Put a policy under which CloudTrail may write into a folder of the bucket."""
    bucket = f"arn:aws:s3:::{BUCKET}"
    rows = [
        {"Effect": "Allow", "Principal": SERVICE, "Action": "s3:GetBucketAcl", "Resource": bucket},
        {"Effect": "Allow", "Principal": SERVICE, "Action": "s3:PutObject", "Resource": f"{bucket}/{folder}"},
    ]
    rows[1] |= {"Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"} | condition}}
    policy = json.dumps({"Version": "2012-10-17", "Statement": rows})
    aws.client(sandbox, "s3").put_bucket_policy(Bucket=BUCKET, Policy=policy)


@pytest.mark.parametrize(
    ("folder", "condition", "prefix", "created"),
    [
        (f"AWSLogs/{ACCOUNT}/*", {}, "", True),
        (f"AWSLogs/{ACCOUNT}/*", {"aws:SourceArn": ARN}, "", True),
        ("logs/AWSLogs/*", {}, "logs", True),
        (f"AWSLogs/{ACCOUNT}/*", {"aws:SourceArn": ARN + "2"}, "", False),
        ("AWSLogs/222222222222/*", {}, "", False),
        ("AWSLogs/*", {}, "logs", False),
    ],
)
def test_create_asks_the_policy(
    strict: Sandbox, folder: str, condition: dict[str, str], prefix: str, created: bool
) -> None:
    let(strict, folder, **condition)
    asked = {"Name": "main", "S3BucketName": BUCKET, "S3KeyPrefix": prefix}
    create = aws.client(strict, "cloudtrail").create_trail
    if created:
        assert create(**asked)["TrailARN"] == ARN
    else:
        assert aws.refusal(create, **asked)[0] == "InsufficientS3BucketPolicyException"


def test_files_wait_while_the_policy_forbids_them(strict: Sandbox) -> None:
    let(strict, "AWSLogs/*")
    cloudtrail = aws.client(strict, "cloudtrail")
    cloudtrail.create_trail(Name="main", S3BucketName=BUCKET)
    cloudtrail.start_logging(Name="main")
    aws.client(strict, "s3").delete_bucket_policy(Bucket=BUCKET)
    assert aws.control(strict, "deliver") == {"files": 0}
    assert cloudtrail.get_trail_status(Name="main")["LatestDeliveryError"] == "AccessDenied"
    let(strict, "AWSLogs/*")
    assert aws.control(strict, "deliver") == {"files": 1}


def test_organization_must_trust_cloudtrail(strict: Sandbox) -> None:
    made, _ = organization(strict)
    let(strict, f"AWSLogs/{made}/*")
    create = aws.client(strict, "cloudtrail").create_trail
    asked = {"Name": "main", "S3BucketName": BUCKET, "IsOrganizationTrail": True}
    assert aws.refusal(create, **asked)[0] == "CloudTrailAccessNotEnabledException"
    aws.client(strict, "organizations").enable_aws_service_access(ServicePrincipal=SERVICE["Service"])
    assert create(**asked)["IsOrganizationTrail"]
