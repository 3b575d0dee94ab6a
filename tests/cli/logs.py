"""Small log files, as CloudTrail writes them, in a folder."""

import gzip
import json
from pathlib import Path
from typing import Any

ACCOUNT = "111122223333"
MALLORY = f"arn:aws:iam::{ACCOUNT}:user/mallory"
NAME = f"{ACCOUNT}_CloudTrail_us-east-1_20260102T0300Z_"


def record(number: int, service: str, name: str, **more: Any) -> dict[str, Any]:
    """A call by Mallory; `number` makes its id and its second."""
    return {
        "eventVersion": "1.11",
        "eventID": f"00000000-0000-4000-8000-{number:012}",
        "eventTime": f"2026-01-02T03:04:{number:02}Z",
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "eventType": "AwsApiCall",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "192.0.2.7",
        "recipientAccountId": ACCOUNT,
        "userIdentity": {"type": "IAMUser", "arn": MALLORY, "accountId": ACCOUNT, "userName": "mallory"},
        **more,
    }


STOPPED = record(1, "cloudtrail", "StopLogging", requestParameters={"name": "main", "note": "a\u202eb"})
PLAIN = [STOPPED, record(2, "ec2", "DescribeVpcs"), record(3, "ec2", "DescribeVpcs")]
ZIPPED = [record(4, "s3", "ListBuckets"), record(5, "iam", "ListUsers\u202e")]


def body(records: list[dict[str, Any]]) -> bytes:
    return json.dumps({"Records": records}).encode()


def folder(where: Path) -> Path:
    """A plain file of three records and a zipped one of two."""
    where.mkdir()
    (where / f"{NAME}AAAAAAAAAAAAAAAA.json").write_bytes(body(PLAIN))
    (where / f"{NAME}BBBBBBBBBBBBBBBB.json.gz").write_bytes(gzip.compress(body(ZIPPED)))
    return where


def truncated(where: Path) -> Path:
    """A zipped file that ends too early, of one record more."""
    path = where / f"{NAME}CCCCCCCCCCCCCCCC.json.gz"
    path.write_bytes(gzip.compress(body([record(6, "kms", "ListKeys")]))[:-20])
    return path
