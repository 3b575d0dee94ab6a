"""Trails with a log group: one JSON object a log event, in streams by account and region."""

import json
from typing import Any

from tests.sandbox import aws
from tests.sandbox.trails import ACCOUNT, organization, trail

from tenfold.sandbox.server import Sandbox

GROUP = "CloudTrail/all"
SETTINGS = {
    "CloudWatchLogsLogGroupArn": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{GROUP}:*",
    "CloudWatchLogsRoleArn": f"arn:aws:iam::{ACCOUNT}:role/Logs",
}


def logs(sandbox: Sandbox) -> Any:
    client = aws.client(sandbox, "logs")
    client.create_log_group(logGroupName=GROUP)
    return client


def streams(client: Any) -> dict[str, list[str]]:
    """The events of each stream, by name."""
    found = client.filter_log_events(logGroupName=GROUP)["events"]
    names: dict[str, list[str]] = {}
    for event in found:
        names.setdefault(event["logStreamName"], []).append(json.loads(event["message"])["eventName"])
    return names


def test_events_by_account_and_region(sandbox: Sandbox) -> None:
    client = logs(sandbox)
    cloudtrail = trail(sandbox, IsMultiRegionTrail=True, **SETTINGS)
    aws.client(sandbox, "ec2").describe_vpcs()
    aws.client(sandbox, "ec2", region="eu-west-1").describe_subnets()
    aws.control(sandbox, "deliver")
    here, there = f"{ACCOUNT}_CloudTrail_us-east-1", f"{ACCOUNT}_CloudTrail_eu-west-1"
    assert streams(client) == {here: ["DescribeVpcs"], there: ["DescribeSubnets"]}
    (event,) = client.get_log_events(logGroupName=GROUP, logStreamName=here)["events"]
    record = aws.last_record(sandbox, "DescribeVpcs")
    assert json.loads(event["message"]) == record
    assert cloudtrail.get_trail_status(Name="main")["LatestCloudWatchLogsDeliveryTime"]


def test_trail_of_an_organization_names_it(sandbox: Sandbox) -> None:
    made, member = organization(sandbox)
    client = logs(sandbox)
    trail(sandbox, IsOrganizationTrail=True, **SETTINGS)
    aws.client(sandbox, "ec2", aws.session(sandbox, member)).describe_vpcs()
    aws.control(sandbox, "deliver")
    assert streams(client)[f"{made}_{member}_CloudTrail_us-east-1"] == ["AssumeRole", "DescribeVpcs"]


def test_log_group_that_is_gone_is_in_the_status(sandbox: Sandbox) -> None:
    client = logs(sandbox)
    cloudtrail = trail(sandbox, **SETTINGS)
    client.delete_log_group(logGroupName=GROUP)
    aws.client(sandbox, "ec2").describe_vpcs()
    assert aws.control(sandbox, "deliver") == {"files": 1}
    status = cloudtrail.get_trail_status(Name="main")
    assert status["LatestCloudWatchLogsDeliveryError"] == "ResourceNotFoundException"


def test_subscription_gets_the_records(sandbox: Sandbox) -> None:
    client = logs(sandbox)
    other = client.create_log_group(logGroupName="other")
    assert other["ResponseMetadata"]["HTTPStatusCode"] == 200
    destination = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:other:*"
    asked = {"logGroupName": GROUP, "filterName": "all", "filterPattern": "", "destinationArn": destination}
    client.put_subscription_filter(**asked)
    trail(sandbox, **SETTINGS)
    aws.client(sandbox, "ec2").describe_vpcs()
    aws.control(sandbox, "deliver")
    assert streams(client)
