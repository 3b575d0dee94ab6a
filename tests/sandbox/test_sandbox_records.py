"""What a record says of a call: names, region, category, parameters, errors, nothing secret."""

import json
from typing import Any

import pytest
from tests.sandbox import aws
from tests.sandbox.test_sandbox_identity import refused_code

from tenfold.sandbox.server import Sandbox

HOME, REGION = "us-east-1", "eu-west-1"
PRIVATE = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (("s3", "put_public_access_block", {"Bucket": "a-bucket", "PublicAccessBlockConfiguration": PRIVATE}), ("s3", "PutBucketPublicAccessBlock", REGION)),
        (("s3", "get_bucket_acl", {"Bucket": "a-bucket"}), ("s3", "GetBucketAcl", REGION)),
        (("s3control", "put_public_access_block", {"AccountId": "123456789012", "PublicAccessBlockConfiguration": PRIVATE}), ("s3", "PutAccountPublicAccessBlock", REGION)),
        (("iam", "list_users", {}), ("iam", "ListUsers", HOME)),
        (("sts", "get_caller_identity", {}), ("sts", "GetCallerIdentity", REGION)),
        (("organizations", "describe_organization", {}), ("organizations", "DescribeOrganization", HOME)),
        (("cloudwatch", "list_metrics", {}), ("monitoring", "ListMetrics", REGION)),
        (("elbv2", "describe_load_balancers", {}), ("elasticloadbalancing", "DescribeLoadBalancers", REGION)),
        (("lambda", "list_functions", {}), ("lambda", "ListFunctions20150331", REGION)),
        (("dynamodb", "list_tables", {}), ("dynamodb", "ListTables", REGION)),
        (("ecr", "describe_repositories", {}), ("ecr", "DescribeRepositories", REGION)),
        (("accessanalyzer", "list_analyzers", {}), ("access-analyzer", "ListAnalyzers", REGION)),
    ],
)  # fmt: skip
def test_names(sandbox: Sandbox, call: tuple[str, str, dict[str, Any]], named: tuple[str, str, str]) -> None:
    service, method, parameters = call
    aws.client(sandbox, "s3").create_bucket(Bucket="a-bucket", CreateBucketConfiguration={"LocationConstraint": REGION})
    refused_code(getattr(aws.client(sandbox, service, region=REGION), method), **parameters)
    record = aws.records(sandbox)[-1]
    source, name, region = named
    assert (record["eventSource"], record["eventName"]) == (f"{source}.amazonaws.com", name)
    assert record["awsRegion"] == region
    assert record["readOnly"] is not name.startswith("Put")
    assert record["tlsDetails"]["clientProvidedHostHeader"].endswith("amazonaws.com")


def test_bucket_policy_as_cloudtrail_shows_it(sandbox: Sandbox) -> None:
    policy = {"Version": "2012-10-17", "Statement": []}
    s3 = aws.client(sandbox, "s3")
    s3.create_bucket(Bucket="a-bucket")
    s3.put_bucket_policy(Bucket="a-bucket", Policy=json.dumps(policy))
    record = aws.last_record(sandbox, "PutBucketPolicy")
    assert record["requestParameters"] == {
        "bucketName": "a-bucket",
        "Host": "s3.us-east-1.amazonaws.com",
        "policy": "",
        "bucketPolicy": policy,
    }
    assert record["responseElements"] is None
    assert record["resources"] == [
        {"accountId": "123456789012", "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::a-bucket"}
    ]


def test_object_calls_are_data_events(sandbox: Sandbox) -> None:
    s3 = aws.client(sandbox, "s3")
    s3.create_bucket(Bucket="a-bucket")
    s3.put_object(Bucket="a-bucket", Key="a/b c.txt", Body=b"not to be recorded")
    bucket, key = aws.last_record(sandbox, "CreateBucket"), aws.last_record(sandbox, "PutObject")
    assert (bucket["eventCategory"], bucket["managementEvent"]) == ("Management", True)
    assert (key["eventCategory"], key["managementEvent"]) == ("Data", False)
    assert key["requestParameters"]["key"] == "a/b c.txt"
    assert key["additionalEventData"]["bytesTransferredIn"] == len(b"not to be recorded")
    assert "not to be recorded" not in json.dumps(key)


def test_error_has_code_and_message_and_no_answer(sandbox: Sandbox) -> None:
    assert refused_code(aws.client(sandbox, "s3").get_bucket_policy, Bucket="not-there") == "NoSuchBucket"
    record = aws.last_record(sandbox, "GetBucketPolicy")
    assert (record["errorCode"], record["responseElements"]) == ("NoSuchBucket", None)
    assert record["errorMessage"]
    assert "resources" in record


@pytest.mark.parametrize(
    ("service", "call", "parameters", "code"),
    [
        ("iam", "get_user", {"UserName": "nobody"}, "NoSuchEntityException"),
        ("ec2", "describe_vpcs", {"VpcIds": ["vpc-00000000"]}, "Client.InvalidVpcID.NotFound"),
        ("cloudtrail", "start_logging", {"Name": "not-there"}, "TrailNotFoundException"),
        ("rds", "delete_db_instance", {"DBInstanceIdentifier": "none"}, "DBInstanceNotFoundFault"),
        ("lambda", "get_function", {"FunctionName": "none"}, "ResourceNotFoundException"),
    ],
)
def test_error_codes_of_each_protocol(
    sandbox: Sandbox, service: str, call: str, parameters: dict[str, Any], code: str
) -> None:
    assert refused_code(getattr(aws.client(sandbox, service), call), **parameters) != "allowed"
    assert aws.records(sandbox)[-1]["errorCode"] == code


def test_what_moto_lacks_is_an_error_of_the_protocol(sandbox: Sandbox) -> None:
    principal = {"PolicySourceArn": "arn:aws:iam::123456789012:user/ada", "ActionNames": ["s3:GetObject"]}
    assert (
        refused_code(aws.client(sandbox, "iam").simulate_principal_policy, **principal) == "UnknownOperationException"
    )
    assert refused_code(aws.client(sandbox, "cloudtrail").list_channels) == "UnknownOperationException"
    assert refused_code(aws.client(sandbox, "detective").list_graphs) == "UnknownOperationException"
    assert aws.records(sandbox)[0]["errorCode"] == "UnknownOperationException"


def test_secrets_are_not_recorded(sandbox: Sandbox) -> None:
    canary = "Canary-7c1e-value"
    iam, ssm = aws.client(sandbox, "iam"), aws.client(sandbox, "ssm")
    iam.create_user(UserName="ada")
    iam.create_login_profile(UserName="ada", Password=canary)
    key = iam.create_access_key(UserName="ada")["AccessKey"]
    ssm.put_parameter(Name="p", Value=canary, Type="SecureString")
    aws.client(sandbox, "secretsmanager").create_secret(Name="s", SecretString=canary)
    session = aws.session(sandbox, "123456789012")
    database = {
        "DBInstanceIdentifier": "db",
        "DBInstanceClass": "db.t3.micro",
        "Engine": "mysql",
        "AllocatedStorage": 5,
    }
    aws.client(sandbox, "rds").create_db_instance(MasterUsername="root", MasterUserPassword=canary, **database)
    text = json.dumps(aws.records(sandbox))
    assert all(secret not in text for secret in (canary, key["SecretAccessKey"], session["SecretAccessKey"]))


def test_records_since_a_number(sandbox: Sandbox) -> None:
    s3 = aws.client(sandbox, "s3")
    s3.list_buckets()
    s3.create_bucket(Bucket="a-bucket")
    assert [record["eventName"] for record in aws.records(sandbox, since=1)] == ["CreateBucket"]
