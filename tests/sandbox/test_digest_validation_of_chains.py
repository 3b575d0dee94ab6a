"""`aws cloudtrail validate-logs` over chains with a history: stops, buckets, keys, members, backfills."""

import gzip
import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from moto.cloudtrail.models import cloudtrail_backends
from tests.sandbox import aws
from tests.sandbox.aws_cli import validate_logs
from tests.sandbox.digest_reading import ACCOUNT, BUCKET, HOUR, START, digests, leap, still_sandbox, trail

from tenfold.sandbox.server import Sandbox
from tenfold.sandbox.trails.digests import Digests
from tenfold.sandbox.trails.files import LogFile, write
from tenfold.sandbox.trails.keys import KeyRing
from tenfold.sandbox.trails.status import Statuses

EMPTY = b'{"Records":[]}'


def valid(said: str) -> bool:
    return "INVALID" not in said and "digest files valid" in said


def test_a_stop_is_a_gap() -> None:
    with still_sandbox() as sandbox:
        cloudtrail = trail(sandbox)
        leap(sandbox, 3 * HOUR)
        cloudtrail.stop_logging(Name="main")
        leap(sandbox, 6 * HOUR)
        cloudtrail.start_logging(Name="main")
        leap(sandbox, 3 * HOUR)
        last = max(digest["digestEndTime"] for digest in digests(sandbox) if digest["digestEndTime"] < "2026-03-01T18")
        code, said = validate_logs(sandbox, START, START + 12 * HOUR)
    assert f"No log files were delivered by CloudTrail between {last} and 2026-03-01T21:00:00Z" in said
    assert (code, valid(said)) == (0, True)


def test_the_chain_leads_into_the_former_bucket() -> None:
    with still_sandbox() as sandbox:
        cloudtrail = trail(sandbox)
        leap(sandbox, 4 * HOUR)
        aws.client(sandbox, "s3").create_bucket(Bucket="new-bucket")
        cloudtrail.update_trail(Name="main", S3BucketName="new-bucket")
        leap(sandbox, 4 * HOUR)
        code, said = validate_logs(sandbox, START, START + 8 * HOUR)
    assert (code, valid(said)) == (0, True)
    assert "8/8 digest files valid" in said


def test_keys_change_on_the_way() -> None:
    change = KeyRing(0, START).at("us-east-1", START).begins + timedelta(days=20)
    with still_sandbox(change - 4 * HOUR) as sandbox:
        trail(sandbox)
        leap(sandbox, 8 * HOUR)
        signers = {digest["digestPublicKeyFingerprint"] for digest in digests(sandbox)}
        code, said = validate_logs(sandbox, change - 4 * HOUR, change + 4 * HOUR)
    assert len(signers) == 2
    assert (code, valid(said)) == (0, True)


def test_members_of_an_organization() -> None:
    with still_sandbox() as sandbox:
        organizations = aws.client(sandbox, "organizations")
        organizations.create_organization(FeatureSet="ALL")
        made = organizations.create_account(AccountName="dev", Email="dev@example.com")["CreateAccountStatus"]
        trail(sandbox, IsOrganizationTrail=True)
        aws.client(sandbox, "ec2", aws.session(sandbox, made["AccountId"])).describe_vpcs()
        leap(sandbox, 4 * HOUR)
        member = "--account-id", made["AccountId"]
        code, said = validate_logs(sandbox, START, START + 4 * HOUR, "us-east-1", "main", *member)
    assert (code, valid(said)) == (0, True)
    assert "1/1 log files valid" in said


@pytest.fixture
def backfilled() -> Iterator[Sandbox]:
    """A chain whose digests have overlooked three log files, a day long; backfill digests name them."""
    with still_sandbox() as sandbox:
        trail(sandbox, EnableLogFileValidation=False)
        leap(sandbox, 24 * HOUR)
        owner = cloudtrail_backends[ACCOUNT]["us-east-1"].trails["main"]
        owner.log_validation = True
        part = Digests(lambda: START, KeyRing(0, START), Statuses(), overlooks=lambda _: True)
        part.tick(START)
        for hours in (3, 5, 7):
            part.hear(log_file(owner, START + hours * HOUR))
        part.tick(START + 20 * HOUR)
        yield sandbox


def test_backfill_digests_are_valid(backfilled: Sandbox) -> None:
    code, said = validate_logs(backfilled, START, START + 16 * HOUR)
    assert (code, valid(said)) == (0, True)
    assert "3/3 backfill digest files valid" in said
    assert "3/3 log files valid" in said


def test_damage_of_backfill_digests_is_named(backfilled: Sandbox) -> None:
    s3 = aws.client(backfilled, "s3")
    first, second, third = (d for d in digests(backfilled) if d.key.endswith("_backfill.json.gz"))
    s3.delete_object(Bucket=BUCKET, Key=second.key)
    body = s3.get_object(Bucket=BUCKET, Key=third.key)["Body"].read()
    undated = {name: value for name, value in third.metadata.items() if not name.startswith("backfill")}
    s3.put_object(Bucket=BUCKET, Key=third.key, Body=body, Metadata=undated)
    code, said = validate_logs(backfilled, START, START + 16 * HOUR)
    assert code == 1
    assert f"(backfill) Digest file\ts3://{BUCKET}/{third.key}\tINVALID: invalid format" in said
    assert "1/2 backfill digest files valid, 1/2 backfill digest files INVALID" in said
    s3.put_object(Bucket=BUCKET, Key=third.key, Body=body, Metadata=third.metadata)
    _, said = validate_logs(backfilled, START, START + 16 * HOUR)
    assert f"(backfill) Digest file\ts3://{BUCKET}/{second.key}\tINVALID: not found" in said
    assert first.key not in said


def log_file(owner: Any, at: datetime) -> LogFile:
    """A log file without records in the bucket of a trail."""
    key = f"AWSLogs/{ACCOUNT}/CloudTrail/us-east-1/{at:%Y/%m/%d}/{at:%H}.json.gz"
    write(BUCKET, key, gzip.compress(EMPTY), {})
    return LogFile(owner, ACCOUNT, "us-east-1", BUCKET, key, hashlib.sha256(EMPTY).hexdigest(), at, at, at)
