"""LookupEvents: pages, attributes, times and limits."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.sandbox import aws
from tests.sandbox.trails import ACCOUNT, MEMBER

from tenfold.sandbox.clock import SandboxClock
from tenfold.sandbox.server import Sandbox

START = datetime(2031, 2, 3, 4, 0, tzinfo=UTC)


@pytest.fixture
def still() -> Iterator[Sandbox]:
    """A sandbox whose clock stands still but for leaps."""
    clock = SandboxClock(start=START)
    clock.hold()
    with Sandbox(delivery_seconds=3600, clock=clock) as running:
        yield running


def look(sandbox: Sandbox, keys: Any = None, region: str = aws.REGION, **asked: Any) -> list[dict[str, Any]]:
    """All pages of events, without those of the lookups themselves."""
    client = aws.client(sandbox, "cloudtrail", keys, region)
    pages = client.get_paginator("lookup_events").paginate(**asked)
    return [event for page in pages for event in page["Events"] if event["EventName"] != "LookupEvents"]


def names(events: list[dict[str, Any]]) -> list[str]:
    return [event["EventName"] for event in events]


def only(key: str, value: str) -> dict[str, Any]:
    return {"LookupAttributes": [{"AttributeKey": key, "AttributeValue": value}]}


def test_an_event_is_its_record_without_any_trail(sandbox: Sandbox) -> None:
    aws.client(sandbox, "ec2").create_vpc(CidrBlock="10.0.0.0/16")
    (event,) = look(sandbox)
    record = aws.last_record(sandbox, "CreateVpc")
    assert json.loads(event.pop("CloudTrailEvent")) == record
    assert event.pop("EventTime") == datetime.fromisoformat(record["eventTime"])
    vpc = record["responseElements"]["vpc"]["vpcId"]
    assert event == {
        "EventId": record["eventID"],
        "EventName": "CreateVpc",
        "ReadOnly": "false",
        "AccessKeyId": "testing",
        "EventSource": "ec2.amazonaws.com",
        "Username": "sandbox",
        "Resources": [{"ResourceType": "AWS::EC2::VPC", "ResourceName": vpc}],
    }


def test_pages_newest_first_stay_true_while_events_come(still: Sandbox) -> None:
    iam, cloudtrail = aws.client(still, "iam"), aws.client(still, "cloudtrail")
    for number in range(120):
        iam.create_user(UserName=f"user-{number:03}")
    asked = only("EventName", "CreateUser")
    first = cloudtrail.lookup_events(**asked)
    iam.create_user(UserName="late")
    second = cloudtrail.lookup_events(**asked, NextToken=first["NextToken"])
    third = cloudtrail.lookup_events(**asked, NextToken=second["NextToken"], MaxResults=50)
    assert [len(page["Events"]) for page in (first, second, third)] == [50, 50, 20]
    assert "NextToken" not in third
    users = [event["Resources"][0]["ResourceName"] for page in (first, second, third) for event in page["Events"]]
    assert users == [f"user-{number:03}" for number in reversed(range(120))]


@pytest.mark.parametrize(
    ("attribute", "value", "wanted"),
    [
        ("EventName", "CreateBucket", ["CreateBucket"]),
        ("EventSource", "iam.amazonaws.com", ["ListUsers", "CreateUser"]),
        ("ReadOnly", "true", ["ListUsers"]),
        ("ReadOnly", "false", ["CreateBucket", "CreateUser"]),
        ("Username", "sandbox", ["ListUsers", "CreateBucket", "CreateUser"]),
        ("AccessKeyId", "testing", ["ListUsers", "CreateBucket", "CreateUser"]),
        ("ResourceName", "ada", ["CreateUser"]),
        ("ResourceType", "AWS::S3::Bucket", ["CreateBucket"]),
        ("EventName", "createbucket", []),
    ],
)
def test_attributes(sandbox: Sandbox, attribute: str, value: str, wanted: list[str]) -> None:
    aws.client(sandbox, "iam").create_user(UserName="ada")
    aws.client(sandbox, "s3").create_bucket(Bucket="data")
    aws.client(sandbox, "iam").list_users()
    assert names(look(sandbox, **only(attribute, value))) == wanted


def test_one_event_by_its_id(sandbox: Sandbox) -> None:
    aws.client(sandbox, "iam").create_user(UserName="ada")
    event_id = aws.last_record(sandbox, "CreateUser")["eventID"]
    assert names(look(sandbox, **only("EventId", event_id))) == ["CreateUser"]


def test_root_and_sessions_have_names(sandbox: Sandbox) -> None:
    (key,) = aws.control(sandbox, "root", {"account": ACCOUNT, "access_keys": 1})["access_keys"]
    aws.client(sandbox, "iam", key).list_users()
    aws.client(sandbox, "iam", aws.session(sandbox, ACCOUNT, name="night-shift")).list_roles()
    found = {event["EventName"]: event["Username"] for event in look(sandbox)}
    assert found == {"ListUsers": "root", "AssumeRole": "sandbox", "ListRoles": "night-shift"}


def test_of_the_account_and_region_management_events_only(sandbox: Sandbox) -> None:
    keys = aws.session(sandbox, MEMBER)
    s3 = aws.client(sandbox, "s3", keys)
    s3.create_bucket(Bucket="data")
    s3.put_object(Bucket="data", Key="a", Body=b"")
    aws.client(sandbox, "ec2", keys, "eu-west-1").describe_vpcs()
    aws.client(sandbox, "iam", keys, "eu-west-1").list_users()
    assert names(look(sandbox, keys)) == ["ListUsers", "CreateBucket", "AssumeRole"]
    assert names(look(sandbox, keys, "eu-west-1")) == ["DescribeVpcs"]


def test_times_and_90_days(still: Sandbox) -> None:
    ec2 = aws.client(still, "ec2")
    ec2.describe_vpcs()
    aws.control(still, "clock", {"seconds": 3600})
    ec2.describe_subnets()
    hour, minute = timedelta(hours=1), timedelta(minutes=1)
    assert names(look(still, StartTime=START + minute)) == ["DescribeSubnets"]
    assert names(look(still, EndTime=START + minute)) == ["DescribeVpcs"]
    assert names(look(still, StartTime=START, EndTime=START + hour)) == ["DescribeSubnets", "DescribeVpcs"]


def test_events_go_after_90_days() -> None:
    clock = SandboxClock(start=START)
    clock.hold()
    with Sandbox(delivery_seconds=3600, clock=clock) as sandbox:
        aws.client(sandbox, "ec2").describe_vpcs()
        clock.leap(START + timedelta(days=89))
        aws.client(sandbox, "ec2").describe_subnets()
        assert names(look(sandbox)) == ["DescribeSubnets", "DescribeVpcs"]
        clock.leap(START + timedelta(days=91))
        assert names(look(sandbox)) == ["DescribeSubnets"]


ONE = {"AttributeKey": "EventName", "AttributeValue": "CreateUser"}


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"LookupAttributes": [ONE, ONE]}, "InvalidLookupAttributesException"),
        ({"EventCategory": "insight", **only("Username", "x")}, "InvalidLookupAttributesException"),
        ({"StartTime": START + timedelta(1), "EndTime": START}, "InvalidTimeRangeException"),
        ({"NextToken": "bm9uc2Vuc2U="}, "InvalidNextTokenException"),
        ({"NextToken": "no base64"}, "InvalidNextTokenException"),
    ],
)
def test_refusals(sandbox: Sandbox, asked: dict[str, Any], code: str) -> None:
    assert aws.refusal(aws.client(sandbox, "cloudtrail").lookup_events, **asked)[0] == code


def test_a_token_is_good_for_the_same_question_only(sandbox: Sandbox) -> None:
    for name in ("ada", "bob"):
        aws.client(sandbox, "iam").create_user(UserName=name)
    cloudtrail = aws.client(sandbox, "cloudtrail")
    token = cloudtrail.lookup_events(MaxResults=1)["NextToken"]
    assert aws.refusal(cloudtrail.lookup_events, NextToken=token, **only("ReadOnly", "false"))[0] == (
        "InvalidNextTokenException"
    )


def test_two_a_second_where_the_limit_is_on(still: Sandbox) -> None:
    aws.control(still, "weather", {"habits": ["slow-lookups"]})
    cloudtrail, elsewhere = (aws.client(still, "cloudtrail", region=region) for region in (aws.REGION, "eu-west-1"))
    for _ in range(2):
        cloudtrail.lookup_events()
    assert aws.refusal(cloudtrail.lookup_events) == ("ThrottlingException", "Rate exceeded")
    elsewhere.lookup_events()
    aws.control(still, "clock", {"seconds": 1})
    cloudtrail.lookup_events()
