"""Records as events: to the rules of the bus of their account and region, as EventBridge gives them out."""

import json
from typing import Any

import pytest
from tests.sandbox import aws
from tests.sandbox.trails import ACCOUNT, MEMBER, Queue, organization, trail

from tenfold.sandbox.server import Sandbox
from tenfold.sandbox.trails.event_bridge import event_of

API_CALL = {"detail-type": ["AWS API Call via CloudTrail"]}
READS = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"


def rule(
    sandbox: Sandbox, target: str, pattern: Any = API_CALL, keys: Any = None, region: str = aws.REGION, **more: Any
) -> Any:
    """A rule on the default bus with one target, as the client that made it."""
    events = aws.client(sandbox, "events", keys, region)
    settings = more.pop("settings", {})
    events.put_rule(Name="rule", EventPattern=json.dumps(pattern), **more)
    events.put_targets(Rule="rule", Targets=[{"Id": "1", "Arn": target, **settings}])
    return events


def names(queue: Queue) -> list[str]:
    return [event["detail"]["eventName"] for event in queue.told()]


def test_the_event_of_a_call(sandbox: Sandbox) -> None:
    queue = Queue(sandbox)
    trail(sandbox)
    rule(sandbox, queue.arn, {"source": ["aws.ec2"]})
    aws.client(sandbox, "ec2").create_vpc(CidrBlock="10.0.0.0/16")
    (event,) = queue.told()
    record = aws.last_record(sandbox, "CreateVpc")
    assert event.pop("id") != record["eventID"]
    assert event == {
        "version": "0",
        "detail-type": "AWS API Call via CloudTrail",
        "source": "aws.ec2",
        "account": ACCOUNT,
        "time": record["eventTime"],
        "region": "us-east-1",
        "resources": [],
        "detail": record,
    }


@pytest.mark.parametrize(
    ("kind", "source", "wanted"),
    [
        ("AwsServiceEvent", "secretsmanager.amazonaws.com", ("AWS Service Event via CloudTrail", "aws.secretsmanager")),
        ("AwsConsoleAction", "s3.amazonaws.com", ("AWS Console Action via CloudTrail", "aws.s3")),
        ("AwsConsoleSignIn", "signin.amazonaws.com", ("AWS Console Sign In via CloudTrail", "aws.signin")),
    ],
)
def test_kinds_of_events(kind: str, source: str, wanted: tuple[str, str]) -> None:
    record = {"eventType": kind, "eventSource": source, "eventID": "1", "eventTime": "2031-02-03T04:05:06Z"}
    event = event_of(record | {"recipientAccountId": ACCOUNT, "awsRegion": "eu-west-1"})
    assert (event["detail-type"], event["source"]) == wanted
    assert event["id"] != "1"


def test_no_event_without_a_trail_that_logs_it(sandbox: Sandbox) -> None:
    queue, ec2 = Queue(sandbox), aws.client(sandbox, "ec2")
    rule(sandbox, queue.arn, {"source": ["aws.ec2"]})
    ec2.create_vpc(CidrBlock="10.0.0.0/16")
    cloudtrail = trail(sandbox)
    selector = {"ReadWriteType": "ReadOnly", "IncludeManagementEvents": True}
    cloudtrail.put_event_selectors(TrailName="main", EventSelectors=[selector])
    ec2.create_vpc(CidrBlock="10.1.0.0/16")
    assert queue.told() == []
    selector["ReadWriteType"] = "All"
    cloudtrail.put_event_selectors(TrailName="main", EventSelectors=[selector])
    ec2.create_vpc(CidrBlock="10.2.0.0/16")
    assert names(queue) == ["CreateVpc"]
    cloudtrail.stop_logging(Name="main")
    ec2.create_vpc(CidrBlock="10.3.0.0/16")
    assert queue.told() == []


@pytest.mark.parametrize(
    ("state", "wanted"), [("ENABLED", ["CreateVpc"]), (READS, ["DescribeVpcs", "CreateVpc"]), ("DISABLED", [])]
)
def test_reads_are_for_rules_that_ask_for_all(sandbox: Sandbox, state: str, wanted: list[str]) -> None:
    queue, ec2 = Queue(sandbox), aws.client(sandbox, "ec2")
    trail(sandbox)
    rule(sandbox, queue.arn, {"source": ["aws.ec2"]}, State=state)
    ec2.describe_vpcs()
    ec2.create_vpc(CidrBlock="10.0.0.0/16")
    assert names(queue) == wanted


def test_data_events_that_a_trail_selects_reads_too(sandbox: Sandbox) -> None:
    queue, s3 = Queue(sandbox), aws.client(sandbox, "s3")
    cloudtrail = trail(sandbox)
    s3.create_bucket(Bucket="data")
    pattern = {"source": ["aws.s3"], "detail": {"eventCategory": ["Data"]}}
    rule(sandbox, queue.arn, pattern)
    s3.put_object(Bucket="data", Key="unseen", Body=b"")
    wanted = {"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::data/"]}
    cloudtrail.put_event_selectors(TrailName="main", EventSelectors=[{"DataResources": [wanted]}])
    s3.put_object(Bucket="data", Key="seen", Body=b"")
    s3.get_object(Bucket="data", Key="seen")
    assert names(queue) == ["PutObject", "GetObject"]


def test_on_the_bus_of_the_region_and_global_services_at_home(sandbox: Sandbox) -> None:
    home, ireland = Queue(sandbox), Queue(sandbox, name="ireland", region="eu-west-1")
    trail(sandbox, IsMultiRegionTrail=True)
    rule(sandbox, home.arn)
    rule(sandbox, ireland.arn, region="eu-west-1")
    names(home), names(ireland)
    aws.client(sandbox, "ec2", region="eu-west-1").create_vpc(CidrBlock="10.0.0.0/16")
    aws.client(sandbox, "iam", region="eu-west-1").create_user(UserName="ada")
    assert names(home) == ["CreateUser"]
    assert names(ireland) == ["CreateVpc"]


def test_on_the_bus_of_the_account_by_the_trail_of_the_organization(sandbox: Sandbox) -> None:
    _, member = organization(sandbox)
    keys = aws.session(sandbox, member)
    queue = Queue(sandbox, keys)
    trail(sandbox, IsOrganizationTrail=True, IsMultiRegionTrail=True)
    rule(sandbox, queue.arn, {"source": ["aws.ec2"]}, keys)
    aws.client(sandbox, "ec2").create_vpc(CidrBlock="10.0.0.0/16")
    assert queue.told() == []
    aws.client(sandbox, "ec2", keys).create_vpc(CidrBlock="10.0.0.0/16")
    assert [event["account"] for event in queue.told()] == [member]


def test_no_event_of_more_than_256_kilobytes(sandbox: Sandbox) -> None:
    queue, ec2 = Queue(sandbox), aws.client(sandbox, "ec2")
    trail(sandbox)
    rule(sandbox, queue.arn, {"source": ["aws.ec2"]})
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    permission = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2}
    ranges = [{"CidrIp": f"10.{n // 250}.{n % 250}.0/24", "Description": "x" * 250} for n in range(1000)]
    group = ec2.create_security_group(GroupName="wide", Description="wide", VpcId=vpc)["GroupId"]
    with pytest.raises(ec2.exceptions.ClientError):
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission | {"IpRanges": ranges}])
    assert names(queue) == ["CreateVpc", "CreateSecurityGroup"]


@pytest.mark.parametrize(
    ("detail", "matches"),
    [
        ({"eventName": ["PutBucketPolicy", "DeleteBucketPolicy"]}, True),
        ({"eventName": [{"prefix": "Put"}]}, True),
        ({"eventName": [{"anything-but": ["PutBucketPolicy"]}]}, False),
        ({"requestParameters": {"bucketName": ["data"]}}, True),
        ({"requestParameters": {"bucketPolicy": {"Statement": {"Effect": ["Allow"]}}}}, True),
        ({"requestParameters": {"bucketPolicy": {"Statement": {"Effect": ["Deny"]}}}}, False),
        ({"resources": {"ARN": [{"suffix": ":data"}]}}, True),
        ({"errorCode": [{"exists": False}]}, True),
        ({"errorCode": [{"exists": True}]}, False),
        ({"userIdentity": {"type": ["Root"]}}, False),
        ({"$or": [{"userIdentity": {"type": ["Root"]}}, {"eventName": ["PutBucketPolicy"]}]}, True),
    ],
)
def test_patterns(sandbox: Sandbox, detail: Any, matches: bool) -> None:
    queue, s3 = Queue(sandbox), aws.client(sandbox, "s3")
    trail(sandbox)
    s3.create_bucket(Bucket="data")
    rule(sandbox, queue.arn, {"source": ["aws.s3"], "detail": detail})
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}
    s3.put_bucket_policy(Bucket="data", Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    assert bool(queue.told()) is matches


def test_targets_topic_queue_of_another_account_and_log_group(sandbox: Sandbox) -> None:
    foreign, queue = Queue(sandbox, aws.session(sandbox, MEMBER)), Queue(sandbox)
    sns, logs = aws.client(sandbox, "sns"), aws.client(sandbox, "logs")
    topic = sns.create_topic(Name="events")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn, Attributes={"RawMessageDelivery": "true"})
    logs.create_log_group(logGroupName="/aws/events/all")
    trail(sandbox)
    events = rule(sandbox, foreign.arn, {"source": ["aws.ec2"]})
    group = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/events/all:*"
    events.put_targets(Rule="rule", Targets=[{"Id": "2", "Arn": topic}, {"Id": "3", "Arn": group}])
    aws.client(sandbox, "ec2").create_vpc(CidrBlock="10.0.0.0/16")
    (event,) = foreign.told()
    assert queue.told() == [event]
    found = logs.filter_log_events(logGroupName="/aws/events/all")["events"]
    assert [json.loads(one["message"]) for one in found] == [event]


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({"Input": '{"fixed": 1}'}, {"fixed": 1}),
        ({"InputPath": "$.detail.eventName"}, "CreateVpc"),
        (
            {
                "InputTransformer": {
                    "InputPathsMap": {"name": "$.detail.eventName", "where": "$.region"},
                    "InputTemplate": '{"what": "<name>", "where": "<where>"}',
                }
            },
            {"what": "CreateVpc", "where": "us-east-1"},
        ),
    ],
)
def test_what_a_target_gets(sandbox: Sandbox, settings: dict[str, Any], wanted: Any) -> None:
    queue = Queue(sandbox)
    trail(sandbox)
    rule(sandbox, queue.arn, {"source": ["aws.ec2"]}, settings=settings)
    aws.client(sandbox, "ec2").create_vpc(CidrBlock="10.0.0.0/16")
    assert queue.told() == [wanted]


def test_over_a_bus_of_another_account_and_no_further(sandbox: Sandbox) -> None:
    keys, third = aws.session(sandbox, MEMBER), aws.session(sandbox, "333333333333")
    queue, beyond = Queue(sandbox, keys), Queue(sandbox, third)
    trail(sandbox)
    bus = "arn:aws:events:us-east-1:{}:event-bus/default"
    rule(sandbox, bus.format(MEMBER), {"source": ["aws.ec2"]})
    events = rule(sandbox, queue.arn, {"source": ["aws.ec2"]}, keys)
    events.put_targets(Rule="rule", Targets=[{"Id": "2", "Arn": bus.format("333333333333")}])
    rule(sandbox, beyond.arn, {"source": ["aws.ec2"]}, third)
    aws.client(sandbox, "ec2").create_vpc(CidrBlock="10.0.0.0/16")
    assert [event["account"] for event in queue.told()] == [ACCOUNT], "it stays the event of its account"
    assert beyond.told() == []
