"""Digests: what is in them, how they follow each other, and when they begin and end."""

import gzip
import hashlib
import json
import re
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from tests.sandbox import aws
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

from tenfold.sandbox.server import Sandbox

MINUTE = timedelta(minutes=1)
FIELDS = [
    "awsAccountId",
    "digestStartTime",
    "digestEndTime",
    "digestS3Bucket",
    "digestS3Object",
    "digestPublicKeyFingerprint",
    "digestSignatureAlgorithm",
    "newestEventTime",
    "oldestEventTime",
    "previousDigestS3Bucket",
    "previousDigestS3Object",
    "previousDigestHashValue",
    "previousDigestHashAlgorithm",
    "previousDigestSignature",
    "logFiles",
]


def test_form() -> None:
    with still_sandbox() as sandbox:
        trail(sandbox, S3KeyPrefix="some/prefix")
        leap(sandbox, HOUR)
        aws.client(sandbox, "ec2").describe_vpcs()
        leap(sandbox, 2 * HOUR)
        _, digest, empty = digests(sandbox, "some/prefix/AWSLogs/")[:3]
        log = digest["logFiles"][0]
        body = aws.client(sandbox, "s3").get_object(Bucket=BUCKET, Key=log["s3Object"])["Body"].read()
    assert list(json.loads(digest.content)) == FIELDS
    end = datetime.fromisoformat(digest["digestEndTime"])
    folder = f"some/prefix/AWSLogs/{ACCOUNT}/CloudTrail-Digest/us-east-1/{end:%Y/%m/%d}/"
    assert digest.key == f"{folder}{ACCOUNT}_CloudTrail-Digest_us-east-1_main_us-east-1_{end:%Y%m%dT%H%M%SZ}.json.gz"
    assert (digest["digestS3Bucket"], digest["digestS3Object"]) == (BUCKET, digest.key)
    assert (digest["awsAccountId"], digest["digestSignatureAlgorithm"]) == (ACCOUNT, "SHA256withRSA")
    assert re.fullmatch("[0-9a-f]{32}", digest["digestPublicKeyFingerprint"])
    assert digest.metadata["signature-algorithm"] == "SHA256withRSA"
    assert re.fullmatch("[0-9a-f]{512}", digest.metadata["signature"])
    hashed = hashlib.sha256(gzip.decompress(body)).hexdigest()
    times = {"newestEventTime": "2026-03-01T13:00:00Z", "oldestEventTime": "2026-03-01T13:00:00Z"}
    place = {"s3Bucket": BUCKET, "s3Object": log["s3Object"]}
    assert digest["logFiles"] == [{**place, "hashValue": hashed, "hashAlgorithm": "SHA-256", **times}]
    assert (digest["newestEventTime"], digest["oldestEventTime"]) == tuple(times.values())
    assert (empty["newestEventTime"], empty["oldestEventTime"], empty["logFiles"]) == (None, None, [])


def test_chain_is_hourly_signed_and_without_a_gap() -> None:
    with still_sandbox() as sandbox:
        trail(sandbox)
        leap(sandbox, 6 * HOUR)
        chain, keys = digests(sandbox), public_keys(sandbox)
    assert len(chain) == 6
    assert chain[0]["digestStartTime"] == "2026-03-01T12:00:00Z"
    assert starts(chain[0])
    for digest in chain:
        verify(digest, keys)
    for earlier, later in pairwise(chain):
        assert follows(later, earlier)
        assert later["digestStartTime"] == earlier["digestEndTime"]
        assert ends(later) - ends(earlier) == HOUR


def test_every_log_file_is_in_the_digest_of_the_hour_it_came_in() -> None:
    with still_sandbox() as sandbox:
        trail(sandbox)
        ec2 = aws.client(sandbox, "ec2")
        for _ in range(24):
            ec2.describe_vpcs()
            leap(sandbox, 10 * MINUTE)
        leap(sandbox, 2 * HOUR)
        chain = digests(sandbox)
        s3 = aws.client(sandbox, "s3")
        delivered = s3.list_objects_v2(Bucket=BUCKET, Prefix=f"AWSLogs/{ACCOUNT}/CloudTrail/")["Contents"]
        times = {entry["Key"]: s3.head_object(Bucket=BUCKET, Key=entry["Key"])["LastModified"] for entry in delivered}
    named = [(log["s3Object"], digest) for digest in chain for log in digest["logFiles"]]
    assert sorted(key for key, _ in named) == sorted(times)
    assert len(times) == 24
    for key, digest in named:
        assert digest["digestStartTime"] <= f"{times[key]:%Y-%m-%dT%H:%M:%SZ}" < digest["digestEndTime"]


def test_digest_comes_minutes_after_its_hour() -> None:
    with still_sandbox() as sandbox:
        trail(sandbox)
        leap(sandbox, 2 * HOUR)
        end = ends(digests(sandbox)[-1]) + HOUR
        leap(sandbox, end + 4 * MINUTE - START - 2 * HOUR)
        before = len(digests(sandbox))
        leap(sandbox, MINUTE)
        assert len(digests(sandbox)) == before + 1


def test_no_digest_without_validation_or_logging() -> None:
    with still_sandbox() as sandbox:
        trail(sandbox, EnableLogFileValidation=False)
        aws.client(sandbox, "s3").create_bucket(Bucket="other-bucket")
        aws.client(sandbox, "cloudtrail").create_trail(
            Name="silent", S3BucketName="other-bucket", EnableLogFileValidation=True
        )
        leap(sandbox, 3 * HOUR)
        assert digests(sandbox) == digests(sandbox, bucket="other-bucket") == []


def test_one_chain_for_each_enabled_region() -> None:
    with still_sandbox() as sandbox:
        trail(sandbox, IsMultiRegionTrail=True)
        aws.client(sandbox, "ec2", region="eu-west-1").describe_vpcs()
        leap(sandbox, HOUR + 10 * MINUTE)
        found = {name.split("_")[2]: name for name in (digest.key.split("/")[-1] for digest in digests(sandbox))}
        rows = aws.client(sandbox, "ec2").describe_regions()["Regions"]
        irish = digests(sandbox, f"AWSLogs/{ACCOUNT}/CloudTrail-Digest/eu-west-1/")
        keys = public_keys(sandbox, "eu-west-1")
    assert set(found) == {row["RegionName"] for row in rows}
    assert "_CloudTrail-Digest_eu-west-1_main_us-east-1_" in found["eu-west-1"]
    assert [len(digest["logFiles"]) for digest in irish[:1]] == [1]
    verify(irish[0], keys)


def test_chain_for_each_account_of_the_organization() -> None:
    with still_sandbox() as sandbox:
        organizations = aws.client(sandbox, "organizations")
        organization = organizations.create_organization(FeatureSet="ALL")["Organization"]["Id"]
        made = organizations.create_account(AccountName="dev", Email="dev@example.com")["CreateAccountStatus"]
        trail(sandbox, IsOrganizationTrail=True)
        aws.client(sandbox, "ec2", aws.session(sandbox, made["AccountId"])).describe_vpcs()
        leap(sandbox, 2 * HOUR + 10 * MINUTE)
        chains = {
            account: digests(sandbox, f"AWSLogs/{organization}/{account}/") for account in (ACCOUNT, made["AccountId"])
        }
        chains = {account: [d for d in chain if "Digest" in d.key] for account, chain in chains.items()}
    for account, chain in chains.items():
        assert {digest["awsAccountId"] for digest in chain} == {account}
        assert starts(chain[0])
        assert follows(chain[1], chain[0])
    assert any(digest["logFiles"] for digest in chains[made["AccountId"]])


def test_last_digest_names_the_stop_and_the_next_start_is_a_new_chain() -> None:
    with still_sandbox() as sandbox:
        cloudtrail = trail(sandbox)
        leap(sandbox, 2 * HOUR)
        cloudtrail.stop_logging(Name="main")
        leap(sandbox, 5 * HOUR)
        stopped = digests(sandbox)
        assert "StopLogging" in events(sandbox, stopped[-1])
        assert ends(stopped[-1]) <= START + 3 * HOUR + 20 * MINUTE
        cloudtrail.start_logging(Name="main")
        leap(sandbox, 2 * HOUR)
        started = digests(sandbox)[len(stopped) :]
    assert starts(started[0])
    assert started[0]["digestStartTime"] == "2026-03-01T19:00:00Z"
    assert follows(started[1], started[0])


def test_a_stop_at_the_end_of_an_hour_is_in_the_digest_of_the_next() -> None:
    with still_sandbox() as sandbox:
        cloudtrail = trail(sandbox)
        end = at_the_end_of_an_hour(sandbox)
        cloudtrail.stop_logging(Name="main")
        leap(sandbox, 5 * HOUR)
        last = digests(sandbox)[-1]
        assert "StopLogging" in events(sandbox, last)
    assert ends(last) == end + HOUR


def test_validation_turned_off_at_the_end_of_an_hour_ends_with_it() -> None:
    with still_sandbox() as sandbox:
        cloudtrail = trail(sandbox)
        end = at_the_end_of_an_hour(sandbox)
        cloudtrail.update_trail(Name="main", EnableLogFileValidation=False)
        leap(sandbox, 5 * HOUR)
        assert ends(digests(sandbox)[-1]) == end


def test_stop_and_start_within_an_hour_are_two_chains_that_touch() -> None:
    with still_sandbox() as sandbox:
        cloudtrail = trail(sandbox)
        leap(sandbox, 2 * HOUR)
        cloudtrail.stop_logging(Name="main")
        leap(sandbox, MINUTE)
        cloudtrail.start_logging(Name="main")
        leap(sandbox, 2 * HOUR)
        chain, keys = digests(sandbox), public_keys(sandbox)
    for digest in chain:
        verify(digest, keys)
    (at,) = [number for number, digest in enumerate(chain) if number and starts(digest)]
    assert chain[at]["digestStartTime"] == chain[at - 1]["digestEndTime"] == "2026-03-01T14:01:00Z"
    assert follows(chain[at - 1], chain[at - 2])


def test_validation_turned_off_and_on() -> None:
    with still_sandbox() as sandbox:
        cloudtrail = trail(sandbox)
        leap(sandbox, 2 * HOUR)
        cloudtrail.update_trail(Name="main", EnableLogFileValidation=False)
        leap(sandbox, 2 * HOUR)
        aws.client(sandbox, "ec2").describe_subnets()
        leap(sandbox, HOUR)
        cloudtrail.update_trail(Name="main", EnableLogFileValidation=True)
        leap(sandbox, 2 * HOUR)
        chain = digests(sandbox)
        named = [name for digest in chain for name in events(sandbox, digest)]
    (at,) = [number for number, digest in enumerate(chain) if number and starts(digest)]
    assert ends(chain[at - 1]) <= START + 3 * HOUR
    assert chain[at]["digestStartTime"] == "2026-03-01T17:00:00Z"
    assert "DescribeSubnets" not in named, "what came while validation was off is in no digest"


def test_deleted_trail_ends_its_chain_and_one_of_its_name_begins_another() -> None:
    with still_sandbox() as sandbox:
        cloudtrail = trail(sandbox)
        leap(sandbox, 2 * HOUR)
        cloudtrail.delete_trail(Name="main")
        leap(sandbox, MINUTE)
        cloudtrail.create_trail(Name="main", S3BucketName=BUCKET, EnableLogFileValidation=True)
        cloudtrail.start_logging(Name="main")
        leap(sandbox, 2 * HOUR)
        cloudtrail.delete_trail(Name="main")
        leap(sandbox, 3 * HOUR)
        chain = digests(sandbox)
    assert [number for number, digest in enumerate(chain) if starts(digest)] == [0, 3]
    assert chain[3]["digestStartTime"] == chain[2]["digestEndTime"] == "2026-03-01T14:01:00Z"
    assert ends(chain[-1]) <= START + 5 * HOUR + 20 * MINUTE, "the second of the name has ended too"


def test_chain_goes_on_in_another_bucket() -> None:
    with still_sandbox() as sandbox:
        cloudtrail = trail(sandbox)
        leap(sandbox, 2 * HOUR)
        aws.client(sandbox, "s3").create_bucket(Bucket="new-bucket")
        cloudtrail.update_trail(Name="main", S3BucketName="new-bucket")
        leap(sandbox, 2 * HOUR)
        old, new = digests(sandbox)[-1], digests(sandbox, bucket="new-bucket")[0]
        verify(new, public_keys(sandbox))
    assert follows(new, old)
    assert (new["previousDigestS3Bucket"], new["digestS3Bucket"]) == (BUCKET, "new-bucket")


def test_digests_wait_for_a_bucket_that_is_gone() -> None:
    with still_sandbox() as sandbox:
        cloudtrail, s3 = trail(sandbox), aws.client(sandbox, "s3")
        leap(sandbox, MINUTE)
        for entry in s3.list_objects_v2(Bucket=BUCKET).get("Contents", []):
            s3.delete_object(Bucket=BUCKET, Key=entry["Key"])
        s3.delete_bucket(Bucket=BUCKET)
        leap(sandbox, 3 * HOUR)
        assert cloudtrail.get_trail_status(Name="main")["LatestDigestDeliveryError"] == "NoSuchBucket"
        s3.create_bucket(Bucket=BUCKET)
        leap(sandbox, MINUTE)
        chain = digests(sandbox)
        status = cloudtrail.get_trail_status(Name="main")
    assert status["LatestDigestDeliveryTime"] == START + 3 * HOUR + 2 * MINUTE
    assert "LatestDigestDeliveryError" not in status
    assert [starts(digest) for digest in chain] == [True, False, False]
    assert follows(chain[2], chain[1])


def test_same_seed_same_bytes() -> None:
    def play(seed: int) -> list[Digest]:
        with still_sandbox(seed=seed) as sandbox:
            trail(sandbox)
            leap(sandbox, 3 * HOUR)
            return digests(sandbox)

    assert play(7) == play(7) != play(8)


def at_the_end_of_an_hour(sandbox: Sandbox) -> datetime:
    """Let two hours pass and then go to three minutes before the chain's hour ends; when it ends."""
    leap(sandbox, 2 * HOUR)
    end = ends(digests(sandbox)[-1]) + HOUR
    leap(sandbox, end - 3 * MINUTE - START - 2 * HOUR)
    return end


def ends(digest: Digest) -> datetime:
    return datetime.fromisoformat(digest["digestEndTime"])


def events(sandbox: Sandbox, digest: Digest) -> list[str]:
    """The names of the events in the log files that a digest names."""
    s3: Any = aws.client(sandbox, "s3")
    bodies = [s3.get_object(Bucket=log["s3Bucket"], Key=log["s3Object"])["Body"].read() for log in digest["logFiles"]]
    return [record["eventName"] for body in bodies for record in json.loads(gzip.decompress(body))["Records"]]
