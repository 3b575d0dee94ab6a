"""Event selectors: which CloudTrail takes, and which data events they select."""

import gzip
import json
from typing import Any

import pytest
from tests.sandbox import aws
from tests.sandbox.trails import ACCOUNT, BUCKET, trail

from tenfold.sandbox.server import Sandbox

DATA = {"Field": "eventCategory", "Equals": ["Data"]}
MANAGEMENT = {"Field": "eventCategory", "Equals": ["Management"]}
OBJECTS = {"Field": "resources.type", "Equals": ["AWS::S3::Object"]}
NETWORK = {"Field": "eventCategory", "Equals": ["NetworkActivity"]}
TABLE = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/"


def advanced(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"AdvancedEventSelectors": [{"FieldSelectors": list(fields)}]}


def basic(kind: str = "", *values: str, **settings: Any) -> dict[str, Any]:
    resources = [{"Type": kind, "Values": list(values)}] if kind else []
    return {"EventSelectors": [{"ReadWriteType": "All", "DataResources": resources, **settings}]}


def field(name: str, operator: str, *values: str) -> dict[str, Any]:
    return {"Field": name, operator: list(values)}


@pytest.mark.parametrize(
    "selectors",
    [
        {},
        basic() | advanced(MANAGEMENT),
        {"EventSelectors": [{"ReadWriteType": "All"}] * 6},
        basic(ReadWriteType="Reads"),
        basic(ExcludeManagementEventSources=["ec2.amazonaws.com"]),
        basic("AWS::SNS::Topic", "arn:aws:sns:us-east-1:1:t"),
        basic("AWS::S3::Object", "arn:aws:s3:::bucket-without-slash"),
        basic("AWS::S3::Object", "data/"),
        basic("AWS::Lambda::Function", "arn:aws:s3:::data/"),
        basic("AWS::S3::Object", *(f"arn:aws:s3:::data-{n}/" for n in range(251))),
        advanced(OBJECTS),
        advanced(DATA),
        advanced(field("eventCategory", "Equals", "Other")),
        advanced(field("eventCategory", "NotEquals", "Data"), OBJECTS),
        advanced(DATA, field("resources.type", "StartsWith", "AWS::S3")),
        advanced(DATA, field("resources.type", "Equals", "AWS::S3::Object", "AWS::SNS::Topic")),
        advanced(DATA, OBJECTS, field("readOnly", "Equals", "yes")),
        advanced(DATA, OBJECTS, field("eventID", "Equals", "x")),
        advanced(MANAGEMENT, field("eventName", "Equals", "CreateUser")),
        advanced(MANAGEMENT, field("eventSource", "Equals", "kms.amazonaws.com")),
        advanced(MANAGEMENT, field("eventSource", "NotEquals", "ec2.amazonaws.com")),
        advanced(NETWORK),
        advanced(DATA, OBJECTS, field("eventName", "Equals", *(str(n) for n in range(500)))),
    ],
)
def test_refused(sandbox: Sandbox, selectors: dict[str, Any]) -> None:
    cloudtrail = trail(sandbox)
    code, _ = aws.refusal(cloudtrail.put_event_selectors, TrailName="main", **selectors)
    assert code == "InvalidEventSelectorsException"
    assert not cloudtrail.get_trail(Name="main")["Trail"]["HasCustomEventSelectors"]


@pytest.mark.parametrize(
    "selectors",
    [
        advanced(DATA, OBJECTS, field("userIdentity.arn", "NotStartsWith", "arn:aws:sts::")),
        advanced(NETWORK, field("eventSource", "Equals", "s3.amazonaws.com")),
        advanced(MANAGEMENT, field("eventSource", "NotEquals", "kms.amazonaws.com", "rdsdata.amazonaws.com")),
    ],
)
def test_taken(sandbox: Sandbox, selectors: dict[str, Any]) -> None:
    cloudtrail = trail(sandbox)
    cloudtrail.put_event_selectors(TrailName="main", **selectors)
    found = cloudtrail.get_event_selectors(TrailName="main")
    assert found["AdvancedEventSelectors"] == selectors["AdvancedEventSelectors"]
    assert "EventSelectors" not in found
    assert cloudtrail.get_trail(Name="main")["Trail"]["HasCustomEventSelectors"]


def test_one_kind_takes_the_place_of_the_other_and_gaps_are_filled(sandbox: Sandbox) -> None:
    cloudtrail = trail(sandbox)
    cloudtrail.put_event_selectors(TrailName="main", **advanced(DATA, OBJECTS))
    cloudtrail.put_event_selectors(TrailName="main", EventSelectors=[{"ReadWriteType": "WriteOnly"}])
    found = cloudtrail.get_event_selectors(TrailName="main")
    assert "AdvancedEventSelectors" not in found
    assert found["EventSelectors"] == [
        {
            "ReadWriteType": "WriteOnly",
            "IncludeManagementEvents": True,
            "DataResources": [],
            "ExcludeManagementEventSources": [],
        }
    ]


def act(sandbox: Sandbox) -> None:
    """Data events on objects, tables and functions."""
    s3, dynamodb, functions = (aws.client(sandbox, name) for name in ("s3", "dynamodb", "lambda"))
    s3.put_object(Bucket="data", Key="in/a", Body=b"")
    s3.put_object(Bucket="data-2", Key="b", Body=b"")
    s3.list_objects_v2(Bucket="data")
    for table in ("people", "people-2"):
        dynamodb.put_item(TableName=table, Item={"id": {"S": "1"}})
    aws.refusal(functions.invoke, FunctionName="work", InvocationType="RequestResponse")


def stage(sandbox: Sandbox) -> None:
    s3, dynamodb = aws.client(sandbox, "s3"), aws.client(sandbox, "dynamodb")
    for bucket in ("data", "data-2"):
        s3.create_bucket(Bucket=bucket)
    keys = {"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}
    kinds = {"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}
    for table in ("people", "people-2"):
        dynamodb.create_table(TableName=table, BillingMode="PAY_PER_REQUEST", **keys, **kinds)


def delivered(sandbox: Sandbox) -> list[str]:
    """Name and resource of each data event in the files."""
    aws.control(sandbox, "deliver")
    s3, found = aws.client(sandbox, "s3"), []
    for entry in s3.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        body = s3.get_object(Bucket=BUCKET, Key=entry["Key"])["Body"].read()
        for record in json.loads(gzip.decompress(body))["Records"]:
            if record["eventCategory"] == "Data":
                named = record["requestParameters"]
                found.append(f"{record['eventName']} {named.get('bucketName') or next(iter(named.values()))}")
    return sorted(found)


PUT, PUT_2, LIST = "PutObject data", "PutObject data-2", "ListObjects data"
ITEM, ITEM_2, INVOKE = "PutItem people", "PutItem people-2", "Invoke work"


@pytest.mark.parametrize(
    ("selectors", "wanted"),
    [
        (basic("AWS::S3::Object", "arn:aws:s3"), [LIST, PUT, PUT_2]),
        (basic("AWS::S3::Object", "arn:aws:s3:::data/"), [LIST, PUT]),
        (basic("AWS::S3::Object", "arn:aws:s3:::data/in/"), [PUT]),
        (basic("AWS::DynamoDB::Table", "arn:aws:dynamodb"), [ITEM, ITEM_2]),
        (basic("AWS::DynamoDB::Table", f"{TABLE}people"), [ITEM]),
        (basic("AWS::Lambda::Function", "arn:aws:lambda"), [INVOKE]),
        (basic("AWS::Lambda::Function", f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:other"), []),
        (advanced(DATA, OBJECTS, field("resources.ARN", "StartsWith", "arn:aws:s3:::data/")), [LIST, PUT]),
        (advanced(DATA, OBJECTS, field("eventName", "NotEquals", "PutObject")), [LIST]),
        (advanced(DATA, OBJECTS, field("readOnly", "Equals", "true")), [LIST]),
        (advanced(DATA, OBJECTS, field("userIdentity.arn", "EndsWith", ":user/other")), []),
        (advanced(DATA, OBJECTS, field("eventSource", "Equals", "s3.amazonaws.com")), [LIST, PUT, PUT_2]),
        (advanced(DATA, field("resources.type", "Equals", "AWS::DynamoDB::Table")), [ITEM, ITEM_2]),
        (advanced(MANAGEMENT), []),
    ],
)
def test_data_events(sandbox: Sandbox, selectors: dict[str, Any], wanted: list[str]) -> None:
    stage(sandbox)
    trail(sandbox).put_event_selectors(TrailName="main", **selectors)
    act(sandbox)
    assert delivered(sandbox) == sorted(wanted)


@pytest.mark.parametrize(
    ("kind", "arn"),
    [
        ("AWS::SQS::Queue", f"arn:aws:sqs:us-east-1:{ACCOUNT}:work"),
        ("AWS::SNS::Topic", f"arn:aws:sns:us-east-1:{ACCOUNT}:work"),
        ("AWS::Kinesis::Stream", f"arn:aws:kinesis:us-east-1:{ACCOUNT}:stream/work"),
    ],
)
def test_data_events_of_messages(sandbox: Sandbox, kind: str, arn: str) -> None:
    sqs, sns, kinesis = (aws.client(sandbox, name) for name in ("sqs", "sns", "kinesis"))
    queue = sqs.create_queue(QueueName="work")["QueueUrl"]
    topic = sns.create_topic(Name="work")["TopicArn"]
    kinesis.create_stream(StreamName="work", ShardCount=1)
    selectors = advanced(DATA, field("resources.type", "Equals", kind), field("resources.ARN", "Equals", arn))
    trail(sandbox).put_event_selectors(TrailName="main", **selectors)
    sqs.send_message(QueueUrl=queue, MessageBody="1")
    sns.publish(TopicArn=topic, Message="1")
    kinesis.put_record(StreamName="work", Data=b"1", PartitionKey="1")
    assert len(delivered(sandbox)) == 1
