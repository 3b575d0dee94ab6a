"""Objects dated back: each kind that can be, made by the API, dated by the route, and read by the API again."""

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest
from tests.sandbox import aws
from tests.sandbox.weather_signs import ACCOUNT, ADMIN, TRUST

from tenfold.sandbox.server import Sandbox

AT = datetime(2023, 4, 5, 6, 7, 8, tzinfo=UTC)
Clients = Callable[[str], Any]


class Case(NamedTuple):
    """How an object of a kind is made (giving its id), and how the API says when that was."""

    make: Callable[[Clients], str]
    read: Callable[[Clients, str], Any]


def _bucket(clients: Clients) -> str:
    clients("s3").create_bucket(Bucket="dated")
    return "dated"


def _object(clients: Clients) -> str:
    clients("s3").put_object(Bucket=_bucket(clients), Key="a/b", Body=b"x")
    return "dated/a/b"


def _user(clients: Clients) -> str:
    return str(clients("iam").create_user(UserName="ada")["User"]["UserName"])


def _access_key(clients: Clients) -> str:
    return str(clients("iam").create_access_key(UserName=_user(clients))["AccessKey"]["AccessKeyId"])


def _role(clients: Clients) -> str:
    return str(clients("iam").create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)["Role"]["RoleName"])


def _policy(clients: Clients) -> str:
    return str(clients("iam").create_policy(PolicyName="p", PolicyDocument=ADMIN)["Policy"]["Arn"])


def _instance(clients: Clients) -> str:
    ec2 = clients("ec2")
    image = ec2.register_image(Name="image")["ImageId"]
    return str(ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"])


def _volume(clients: Clients) -> str:
    return str(clients("ec2").create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"])


def _attached(clients: Clients) -> str:
    volume, instance = _volume(clients), _instance(clients)
    clients("ec2").attach_volume(VolumeId=volume, InstanceId=instance, Device="/dev/sdh")
    return volume


def _database(clients: Clients) -> str:
    made = clients("rds").create_db_instance(
        DBInstanceIdentifier="db",
        DBInstanceClass="db.t3.micro",
        Engine="mysql",
        AllocatedStorage=20,
        MasterUsername="m",
        MasterUserPassword="a-Passw0rd",
    )
    return str(made["DBInstance"]["DBInstanceIdentifier"])


def _db_snapshot(clients: Clients) -> str:
    clients("rds").create_db_snapshot(DBSnapshotIdentifier="snap", DBInstanceIdentifier=_database(clients))
    return "snap"


def _function(clients: Clients) -> str:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("f.py", "")
    role = f"arn:aws:iam::{ACCOUNT}:role/{_role(clients)}"
    code = {"ZipFile": archive.getvalue()}
    return str(
        clients("lambda").create_function(FunctionName="f", Runtime="python3.12", Role=role, Handler="f.f", Code=code)[
            "FunctionName"
        ]
    )


def _stack(clients: Clients) -> str:
    template = '{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}'
    clients("cloudformation").create_stack(StackName="s", TemplateBody=template)
    return "s"


def _trail(clients: Clients) -> str:
    _bucket(clients)
    clients("cloudtrail").create_trail(Name="t-1", S3BucketName="dated")
    clients("cloudtrail").start_logging(Name="t-1")
    return "t-1"


def _log_group(clients: Clients) -> str:
    clients("logs").create_log_group(logGroupName="g")
    return "g"


def _account(clients: Clients) -> str:
    clients("organizations").create_organization()
    made = clients("organizations").create_account(AccountName="a", Email="a@example.com")
    return str(made["CreateAccountStatus"]["AccountId"])


def _parameter(clients: Clients) -> str:
    clients("ssm").put_parameter(Name="/a/b", Value="x", Type="String")
    return "/a/b"


def _vault(clients: Clients) -> str:
    clients("backup").create_backup_vault(BackupVaultName="v")
    return "v"


def _certificate(clients: Clients) -> str:
    return str(clients("acm").request_certificate(DomainName="example.com")["CertificateArn"])


def _table(clients: Clients) -> str:
    clients("dynamodb").create_table(
        TableName="t",
        AttributeDefinitions=[{"AttributeName": "a", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "a", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return "t"


def _queue(clients: Clients) -> str:
    clients("sqs").create_queue(QueueName="q")
    return "q"


def _queue_made(clients: Clients, name: str) -> datetime:
    sqs = clients("sqs")
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    seconds = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]["CreatedTimestamp"]
    return datetime.fromtimestamp(float(seconds), UTC)


CASES = {
    "access_key": Case(
        _access_key, lambda c, _: c("iam").list_access_keys(UserName="ada")["AccessKeyMetadata"][0]["CreateDate"]
    ),
    "account": Case(
        _account, lambda c, i: c("organizations").describe_account(AccountId=i)["Account"]["JoinedTimestamp"]
    ),
    "backup_vault": Case(_vault, lambda c, _: c("backup").list_backup_vaults()["BackupVaultList"][0]["CreationDate"]),
    "bucket": Case(_bucket, lambda c, _: c("s3").list_buckets()["Buckets"][0]["CreationDate"]),
    "certificate": Case(
        _certificate, lambda c, i: c("acm").describe_certificate(CertificateArn=i)["Certificate"]["CreatedAt"]
    ),
    "db_instance": Case(
        _database, lambda c, _: c("rds").describe_db_instances()["DBInstances"][0]["InstanceCreateTime"]
    ),
    "db_snapshot": Case(
        _db_snapshot,
        lambda c, i: c("rds").describe_db_snapshots(DBSnapshotIdentifier=i)["DBSnapshots"][0]["SnapshotCreateTime"],
    ),
    "function": Case(
        _function,
        lambda c, i: datetime.fromisoformat(c("lambda").get_function(FunctionName=i)["Configuration"]["LastModified"]),
    ),
    "instance": Case(
        _instance,
        lambda c, i: c("ec2").describe_instances(InstanceIds=[i])["Reservations"][0]["Instances"][0]["LaunchTime"],
    ),
    "kms_key": Case(
        lambda c: str(c("kms").create_key()["KeyMetadata"]["KeyId"]),
        lambda c, i: c("kms").describe_key(KeyId=i)["KeyMetadata"]["CreationDate"],
    ),
    "log_group": Case(
        _log_group,
        lambda c, _: datetime.fromtimestamp(
            c("logs").describe_log_groups()["logGroups"][0]["creationTime"] / 1000, UTC
        ),
    ),
    "object": Case(_object, lambda c, _: c("s3").head_object(Bucket="dated", Key="a/b")["LastModified"]),
    "parameter": Case(_parameter, lambda c, i: c("ssm").get_parameter(Name=i)["Parameter"]["LastModifiedDate"]),
    "policy": Case(
        _policy,
        lambda c, i: c("iam").get_policy_version(PolicyArn=i, VersionId="v1")["PolicyVersion"]["CreateDate"],
    ),
    "queue": Case(_queue, _queue_made),
    "repository": Case(
        lambda c: str(c("ecr").create_repository(repositoryName="repo")["repository"]["repositoryName"]),
        lambda c, _: c("ecr").describe_repositories()["repositories"][0]["createdAt"],
    ),
    "role": Case(_role, lambda c, i: c("iam").get_role(RoleName=i)["Role"]["CreateDate"]),
    "secret": Case(
        lambda c: str(c("secretsmanager").create_secret(Name="s", SecretString="x")["Name"]),
        lambda c, i: c("secretsmanager").describe_secret(SecretId=i)["CreatedDate"],
    ),
    "snapshot": Case(
        lambda c: str(c("ec2").create_snapshot(VolumeId=_volume(c))["SnapshotId"]),
        lambda c, i: c("ec2").describe_snapshots(SnapshotIds=[i])["Snapshots"][0]["StartTime"],
    ),
    "stack": Case(_stack, lambda c, i: c("cloudformation").describe_stacks(StackName=i)["Stacks"][0]["CreationTime"]),
    "table": Case(_table, lambda c, i: c("dynamodb").describe_table(TableName=i)["Table"]["CreationDateTime"]),
    "trail": Case(_trail, lambda c, i: c("cloudtrail").get_trail_status(Name=i)["StartLoggingTime"]),
    "user": Case(_user, lambda c, i: c("iam").get_user(UserName=i)["User"]["CreateDate"]),
    "volume": Case(_volume, lambda c, i: c("ec2").describe_volumes(VolumeIds=[i])["Volumes"][0]["CreateTime"]),
    "volume_attachment": Case(
        _attached,
        lambda c, i: c("ec2").describe_volumes(VolumeIds=[i])["Volumes"][0]["Attachments"][0]["AttachTime"],
    ),
}
"""Not every kind that can be dated is here: the others are kept by moto in the same forms."""


@pytest.mark.parametrize("kind", sorted(CASES))
def test_kind_is_dated_back(sandbox: Sandbox, kind: str) -> None:
    case = CASES[kind]

    def clients(service: str) -> Any:
        return aws.client(sandbox, service)

    made = case.make(clients)
    facts = {"kind": kind, "account": ACCOUNT, "region": aws.REGION, "id": made, "at": AT.isoformat()}
    assert aws.control(sandbox, "date", facts) == {}
    read = case.read(clients, made)
    assert (read if read.tzinfo else read.replace(tzinfo=UTC)) == AT
    missing = aws.control(sandbox, "date", facts | {"id": "nothing"})
    assert missing == (400, {"error": f"UnknownObjectError: account {ACCOUNT} has no {kind} nothing"})


def test_last_use_is_dated_where_aws_keeps_it(sandbox: Sandbox) -> None:
    iam, used = aws.client(sandbox, "iam"), AT.isoformat()
    for kind, make in (("user", _user), ("role", _role)):
        facts = {"kind": kind, "account": ACCOUNT, "id": make(lambda _: iam), "last_used": used}
        assert aws.control(sandbox, "date", facts) == {}
    assert iam.get_user(UserName="ada")["User"]["PasswordLastUsed"] == AT
    assert iam.get_role(RoleName="r")["Role"]["RoleLastUsed"]["LastUsedDate"] == AT
    key = iam.create_access_key(UserName="ada")["AccessKey"]["AccessKeyId"]
    facts = {"kind": "access_key", "account": ACCOUNT, "id": key, "last_used": used}
    assert aws.control(sandbox, "date", facts | {"service": "ec2", "region": "eu-west-1"}) == {}
    last = iam.get_access_key_last_used(AccessKeyId=key)["AccessKeyLastUsed"]
    assert last == {"LastUsedDate": AT, "ServiceName": "ec2", "Region": "eu-west-1"}


def test_kinds_and_facts_that_cannot_be_dated_are_refused(sandbox: Sandbox) -> None:
    facts = {"account": ACCOUNT, "id": "x", "at": AT.isoformat()}
    status, answer = aws.control(sandbox, "date", facts | {"kind": "security_group"})
    assert status == 400
    assert answer["error"].startswith("UnknownObjectError: cannot date a security_group: one of access_key, account, ")
    assert aws.control(sandbox, "date", facts | {"kind": "volume"}) == (400, {"error": "KeyError: 'region'"})
    status, answer = aws.control(sandbox, "date", facts | {"kind": "bucket", "last_used": AT.isoformat()})
    assert (status, answer["error"]) == (400, "ValueError: AWS does not say when a bucket was last used")
