"""Digests over a day of anything: whatever is done to a trail, in AWS's weather, each log file is named once."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from tests.sandbox import aws
from tests.sandbox.aws_cli import validate_logs
from tests.sandbox.digest_reading import (
    ACCOUNT,
    BUCKET,
    HOUR,
    START,
    Digest,
    digests,
    follows,
    leap,
    public_keys,
    starts,
    still_sandbox,
    trail,
    verify,
)

from tenfold.sandbox.weather import backfilled_digests
from tenfold.sandbox.weather.weather import Weather

OTHER = "other-bucket"
WEATHER = "late-files", "late-digests", "backfilled-digests"
TRAIL = {"Name": "main", "S3BucketName": BUCKET, "EnableLogFileValidation": True}


def recreate(cloudtrail: Any) -> None:
    cloudtrail.delete_trail(Name="main")
    cloudtrail.create_trail(**TRAIL)
    cloudtrail.start_logging(Name="main")


STARTS: list[Callable[[Any], Any]] = [
    lambda cloudtrail: cloudtrail.start_logging(Name="main"),
    lambda cloudtrail: cloudtrail.update_trail(Name="main", EnableLogFileValidation=True),
]
ACTS = [
    *STARTS * 2,
    lambda cloudtrail: cloudtrail.stop_logging(Name="main"),
    lambda cloudtrail: cloudtrail.update_trail(Name="main", EnableLogFileValidation=False),
    lambda cloudtrail: cloudtrail.update_trail(Name="main", S3BucketName=OTHER),
    lambda cloudtrail: cloudtrail.update_trail(Name="main", S3BucketName=BUCKET),
    recreate,
]


@pytest.mark.parametrize("seed", range(3))
def test_any_history(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backfilled_digests, "_SHARE", 0.3)
    rng = random.Random(seed)
    with still_sandbox(weather=Weather(seed, WEATHER)) as sandbox:
        aws.client(sandbox, "s3").create_bucket(Bucket=OTHER)
        cloudtrail, ec2 = trail(sandbox), aws.client(sandbox, "ec2")
        while (passed := aws_now(sandbox) - START) < 24 * HOUR:
            ec2.describe_vpcs()
            if rng.random() < 0.15:
                rng.choice(ACTS)(cloudtrail)
            leap(sandbox, timedelta(seconds=rng.choice([1, 240, 1800, 4000])))
        cloudtrail.update_trail(Name="main", S3BucketName=BUCKET, EnableLogFileValidation=True)
        cloudtrail.start_logging(Name="main")
        leap(sandbox, 12 * HOUR)
        found, keys = digests(sandbox) + digests(sandbox, bucket=OTHER), public_keys(sandbox)
        delivered = log_files(sandbox, BUCKET) | log_files(sandbox, OTHER)
        code, said = validate_logs(sandbox, START, START + passed)
    check_chain([digest for digest in found if not digest.key.endswith("_backfill.json.gz")], keys)
    check_files(found, delivered)
    assert (code, "INVALID" in said) == (0, False), said


def check_chain(hourly: list[Digest], keys: dict[str, bytes]) -> None:
    hourly.sort(key=lambda digest: str(digest["digestEndTime"]))
    assert len(hourly) > 10
    for digest in hourly:
        verify(digest, keys)
    assert starts(hourly[0])
    for earlier, later in pairwise(hourly):
        assert later["digestStartTime"] >= earlier["digestEndTime"] > earlier["digestStartTime"]
        assert starts(later) or (follows(later, earlier) and later["digestStartTime"] == earlier["digestEndTime"])


def check_files(found: list[Digest], delivered: dict[str, str]) -> None:
    """What was delivered in an hour with a digest is named in exactly one digest of that hour, and nothing else is.

    But for the second in which a chain began: a file of that second may have come before it.
    """
    beginnings = {digest["digestStartTime"] for digest in found if starts(digest)}
    delivered = {key: at for key, at in delivered.items() if at not in beginnings}
    named = Counter(log["s3Object"] for digest in found for log in digest["logFiles"] if log["s3Object"] in delivered)
    hours = {(digest["digestStartTime"], digest["digestEndTime"]) for digest in found}
    wanted = {key for key, at in delivered.items() if any(start <= at < end for start, end in hours)}
    assert wanted
    assert named == Counter(wanted)
    for digest in found:
        for at in (delivered[log["s3Object"]] for log in digest["logFiles"] if log["s3Object"] in delivered):
            assert digest["digestStartTime"] <= at < digest["digestEndTime"]


def log_files(sandbox: Any, bucket: str) -> dict[str, str]:
    """When each log file of a bucket was delivered."""
    found = aws.client(sandbox, "s3").list_objects_v2(Bucket=bucket, Prefix=f"AWSLogs/{ACCOUNT}/CloudTrail/")
    return {entry["Key"]: f"{entry['LastModified']:%Y-%m-%dT%H:%M:%SZ}" for entry in found.get("Contents", [])}


def aws_now(sandbox: Any) -> datetime:
    return datetime.fromisoformat(aws.control(sandbox, "clock", method="GET")["now"])
