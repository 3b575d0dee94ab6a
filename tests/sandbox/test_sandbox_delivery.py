"""Log files in the buckets of the trails."""

import gzip
import json
import re
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.sandbox import aws

from tenfold.sandbox.clock import SandboxClock
from tenfold.sandbox.server import Sandbox

ACCOUNT, MEMBER = "123456789012", "222222222222"
NAME = r"{account}_CloudTrail_{region}_\d{{8}}T\d\d[0-5][05]Z_[A-Za-z0-9]{{16}}\.json\.gz"


def trail(sandbox: Sandbox, keys: dict[str, Any] | None = None, region: str = aws.REGION, **settings: Any) -> Any:
    """A trail that logs, as the client that made it."""
    cloudtrail = aws.client(sandbox, "cloudtrail", keys, region)
    settings = {"Name": "main", "S3BucketName": "log-bucket"} | settings
    cloudtrail.create_trail(**settings)
    cloudtrail.start_logging(Name=settings["Name"])
    return cloudtrail


def log_bucket(sandbox: Sandbox, keys: dict[str, Any] | None = None) -> Any:
    s3 = aws.client(sandbox, "s3", keys)
    s3.create_bucket(Bucket="log-bucket")
    return s3


def files(s3: Any) -> dict[str, list[dict[str, Any]]]:
    found = {}
    for entry in s3.list_objects_v2(Bucket="log-bucket").get("Contents", []):
        body = s3.get_object(Bucket="log-bucket", Key=entry["Key"])["Body"].read()
        found[entry["Key"]] = json.loads(gzip.decompress(body))["Records"]
    return found


def names(found: dict[str, list[dict[str, Any]]]) -> list[str]:
    return [record["eventName"] for records in found.values() for record in records]


def test_key_and_content(sandbox: Sandbox) -> None:
    s3 = log_bucket(sandbox)
    trail(sandbox, S3KeyPrefix="some/prefix")
    aws.client(sandbox, "ec2").describe_vpcs()
    assert aws.control(sandbox, "deliver") == {"files": 1}
    ((key, records),) = files(s3).items()
    folder = rf"some/prefix/AWSLogs/{ACCOUNT}/CloudTrail/us-east-1/\d{{4}}/\d\d/\d\d/"
    assert re.fullmatch(folder + NAME.format(account=ACCOUNT, region="us-east-1"), key)
    assert [record["eventName"] for record in records] == ["DescribeVpcs"]
    assert records == [record for record in aws.records(sandbox) if record["eventName"] == "DescribeVpcs"]
    head = s3.head_object(Bucket="log-bucket", Key=key)
    assert (head["ContentEncoding"], head["ServerSideEncryption"]) == ("gzip", "AES256")
    raw = gzip.decompress(s3.get_object(Bucket="log-bucket", Key=key)["Body"].read())
    assert raw.startswith(b'{"Records":[')
    assert b"\n" not in raw


def test_encrypted_with_the_key_of_the_trail(sandbox: Sandbox) -> None:
    s3 = log_bucket(sandbox)
    key = aws.client(sandbox, "kms").create_key()["KeyMetadata"]["Arn"]
    trail(sandbox, KmsKeyId=key)
    aws.client(sandbox, "ec2").describe_vpcs()
    aws.control(sandbox, "deliver")
    (name,) = files(s3)
    head = s3.head_object(Bucket="log-bucket", Key=name)
    assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", key)


def test_time_is_that_of_the_clock() -> None:
    clock = SandboxClock(start=datetime(2031, 2, 3, 4, 58, 9, tzinfo=UTC))
    clock.hold()
    with Sandbox(delivery_seconds=3600, clock=clock) as sandbox:
        s3 = log_bucket(sandbox)
        trail(sandbox)
        aws.client(sandbox, "ec2").describe_vpcs()
        aws.control(sandbox, "deliver")
        ((key, (record,)),) = files(s3).items()
    assert record["eventTime"] == "2031-02-03T04:58:09Z"
    assert f"/2031/02/03/{ACCOUNT}_CloudTrail_us-east-1_20310203T0455Z_" in key


def test_delivers_by_itself_and_at_the_end() -> None:
    with Sandbox(delivery_seconds=0.05) as sandbox:
        s3 = log_bucket(sandbox)
        trail(sandbox)
        aws.client(sandbox, "ec2").describe_vpcs()
        until = time.monotonic() + 10
        while "DescribeVpcs" not in names(files(s3)) and time.monotonic() < until:
            time.sleep(0.05)
        assert "DescribeVpcs" in names(files(s3))


@pytest.mark.parametrize("versioning", ["Suspended", "Enabled"])
def test_what_calls_get_does_not_hang_on_the_beats_between_them(versioning: str) -> None:
    made = []
    for beats in (False, True):
        clock = SandboxClock(start=datetime(2031, 2, 3, 4, 58, 9, tzinfo=UTC))
        clock.hold()
        with Sandbox(delivery_seconds=3600, clock=clock) as sandbox:
            s3 = log_bucket(sandbox)
            s3.put_bucket_versioning(Bucket="log-bucket", VersioningConfiguration={"Status": versioning})
            trail(sandbox)
            for _ in range(3):
                aws.client(sandbox, "ec2").describe_subnets()
                if beats:
                    aws.control(sandbox, "clock", {"seconds": 0})
            aws.client(sandbox, "ec2").create_vpc(CidrBlock="10.0.0.0/16")
            made.append(aws.last_record(sandbox, "CreateVpc"))
            assert bool(files(s3)) is beats
    assert made[0] == made[1]


def test_one_region_or_all(sandbox: Sandbox) -> None:
    s3 = log_bucket(sandbox)
    trail(sandbox, Name="ireland", region="eu-west-1")
    for region in ("eu-west-1", "eu-central-1"):
        aws.client(sandbox, "ec2", region=region).describe_vpcs()
    aws.client(sandbox, "iam").list_users()
    aws.control(sandbox, "deliver")
    assert [record["awsRegion"] for records in files(s3).values() for record in records] == ["eu-west-1"]
    trail(sandbox, Name="world", region="eu-west-1", IsMultiRegionTrail=True)
    for region in ("eu-west-1", "eu-central-1"):
        aws.client(sandbox, "ec2", region=region).describe_vpcs()
    aws.client(sandbox, "iam").list_users()
    assert aws.control(sandbox, "deliver")["files"] == 4, "Ireland twice, Frankfurt and the home region once"
    assert sorted({key.split("/")[3] for key in files(s3)}) == ["eu-central-1", "eu-west-1", "us-east-1"]


def test_global_services_only_where_wanted(sandbox: Sandbox) -> None:
    s3 = log_bucket(sandbox)
    trail(sandbox, IncludeGlobalServiceEvents=False)
    aws.client(sandbox, "iam").list_users()
    assert aws.control(sandbox, "deliver") == {"files": 0}
    trail(sandbox, Name="with-global", IncludeGlobalServiceEvents=True)
    aws.client(sandbox, "iam").list_users()
    aws.control(sandbox, "deliver")
    assert "ListUsers" in names(files(s3))


def test_nothing_while_logging_is_off(sandbox: Sandbox) -> None:
    s3 = log_bucket(sandbox)
    cloudtrail = trail(sandbox)
    ec2 = aws.client(sandbox, "ec2")
    ec2.describe_vpcs()
    cloudtrail.stop_logging(Name="main")
    ec2.describe_subnets()
    cloudtrail.start_logging(Name="main")
    ec2.describe_volumes()
    aws.control(sandbox, "deliver")
    assert names(files(s3)) == ["DescribeVpcs", "StopLogging", "DescribeVolumes"], "the stop is the last that it logs"


def test_bucket_in_another_account_and_no_records_of_the_delivery(sandbox: Sandbox) -> None:
    s3 = log_bucket(sandbox, aws.session(sandbox, MEMBER))
    trail(sandbox)
    aws.client(sandbox, "ec2").describe_vpcs()
    before = len(aws.records(sandbox))
    assert aws.control(sandbox, "deliver") == {"files": 1}
    assert len(aws.records(sandbox)) == before
    ((key, _),) = files(s3).items()
    assert key.startswith(f"AWSLogs/{ACCOUNT}/")


def test_records_wait_for_a_bucket_that_is_gone(sandbox: Sandbox) -> None:
    s3 = log_bucket(sandbox)
    trail(sandbox)
    s3.delete_bucket(Bucket="log-bucket")
    assert aws.control(sandbox, "deliver") == {"files": 0}
    s3.create_bucket(Bucket="log-bucket")
    assert aws.control(sandbox, "deliver") == {"files": 1}
    assert "DeleteBucket" in names(files(s3))


def test_trail_of_the_organization(sandbox: Sandbox) -> None:
    organizations = aws.client(sandbox, "organizations")
    organization = organizations.create_organization(FeatureSet="ALL")["Organization"]["Id"]
    member = organizations.create_account(AccountName="dev", Email="dev@example.com")["CreateAccountStatus"][
        "AccountId"
    ]
    s3 = log_bucket(sandbox)
    trail(sandbox, IsMultiRegionTrail=True, IsOrganizationTrail=True)
    for account in (member, MEMBER):
        aws.client(sandbox, "ec2", aws.session(sandbox, account)).describe_vpcs()
    aws.control(sandbox, "deliver")
    folders = {"/".join(key.split("/")[:3]) for key in files(s3)}
    assert folders == {f"AWSLogs/{organization}/{account}" for account in (ACCOUNT, member)}, "a stranger is not in it"


def test_data_events_of_a_table(sandbox: Sandbox) -> None:
    s3 = log_bucket(sandbox)
    table = {"Type": "AWS::DynamoDB::Table", "Values": [f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/people"]}
    trail(sandbox).put_event_selectors(TrailName="main", **basic(IncludeManagementEvents=False, DataResources=[table]))
    dynamodb = aws.client(sandbox, "dynamodb")
    for name in ("people", "other"):
        keys = {"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}
        kinds = {"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}
        dynamodb.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **keys, **kinds)
        dynamodb.put_item(TableName=name, Item={"id": {"S": "1"}})
    aws.control(sandbox, "deliver")
    found = [record for records in files(s3).values() for record in records if record["eventCategory"] == "Data"]
    assert [record["requestParameters"]["tableName"] for record in found] == ["people"]


def exclude(field: str, value: str) -> dict[str, Any]:
    return {"Field": field, "NotEquals": [value]}


MANAGEMENT = {"Field": "eventCategory", "Equals": ["Management"]}
DATA = {"Field": "eventCategory", "Equals": ["Data"]}
S3_OBJECT = {"Field": "resources.type", "Equals": ["AWS::S3::Object"]}
READS, WRITES, OBJECTS = {"DescribeVpcs", "ListKeys"}, {"CreateVpc"}, {"PutObject", "GetObject"}


def basic(**settings: Any) -> dict[str, Any]:
    return {"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True, **settings}]}


def objects(*beginnings: str, **settings: Any) -> dict[str, Any]:
    resources = [{"Type": "AWS::S3::Object", "Values": list(beginnings)}]
    return basic(IncludeManagementEvents=False, DataResources=resources, **settings)


def advanced(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"AdvancedEventSelectors": [{"Name": "it", "FieldSelectors": list(fields)}]}


@pytest.mark.parametrize(
    ("selectors", "wanted"),
    [
        (basic(), READS | WRITES),
        (basic(ReadWriteType="ReadOnly"), READS),
        (basic(ReadWriteType="WriteOnly"), WRITES),
        (basic(ExcludeManagementEventSources=["kms.amazonaws.com"]), {"DescribeVpcs"} | WRITES),
        (basic(IncludeManagementEvents=False), set()),
        (objects("arn:aws:s3"), OBJECTS),
        (objects("arn:aws:s3:::data-bucket/in/"), OBJECTS),
        (objects("arn:aws:s3:::data-bucket/out/"), set()),
        (objects("arn:aws:s3", ReadWriteType="WriteOnly"), {"PutObject"}),
        (advanced(MANAGEMENT), READS | WRITES),
        (advanced(MANAGEMENT, {"Field": "readOnly", "Equals": ["false"]}), WRITES),
        (advanced(MANAGEMENT, exclude("eventSource", "kms.amazonaws.com")), {"DescribeVpcs"} | WRITES),
        (advanced(DATA, S3_OBJECT), OBJECTS),
        (advanced(DATA, S3_OBJECT, {"Field": "eventName", "StartsWith": ["Put"]}), {"PutObject"}),
        (
            advanced(DATA, S3_OBJECT, {"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::data-bucket/in/"]}),
            OBJECTS,
        ),
        (advanced(DATA, S3_OBJECT, {"Field": "resources.ARN", "NotStartsWith": ["arn:aws:s3:::data-bucket/"]}), set()),
        (advanced(DATA, S3_OBJECT, {"Field": "resources.ARN", "EndsWith": [".csv", ".json"]}), OBJECTS),
        (advanced(DATA, {"Field": "resources.type", "Equals": ["AWS::Lambda::Function"]}), set()),
    ],
)
def test_selectors(sandbox: Sandbox, selectors: dict[str, Any], wanted: set[str]) -> None:
    s3 = log_bucket(sandbox)
    s3.create_bucket(Bucket="data-bucket")
    trail(sandbox).put_event_selectors(TrailName="main", **selectors)
    aws.control(sandbox, "deliver")
    before = set(files(s3))
    ec2 = aws.client(sandbox, "ec2")
    ec2.describe_vpcs()
    ec2.create_vpc(CidrBlock="10.0.0.0/16")
    aws.client(sandbox, "kms").list_keys()
    s3.put_object(Bucket="data-bucket", Key="in/a.csv", Body=b"1")
    s3.get_object(Bucket="data-bucket", Key="in/a.csv")
    aws.control(sandbox, "deliver")
    after = {key: records for key, records in files(s3).items() if key not in before}
    assert set(names(after)) & (READS | WRITES | OBJECTS) == wanted
