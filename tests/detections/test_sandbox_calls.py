"""An intruder's calls, made with boto3 against the sandbox and read back from its records: each one is told."""

import json
from typing import Any

from tests.detections.records import event_of
from tests.sandbox import aws

from tenfold.detections.registry import detections_of
from tenfold.detections.run import Runner
from tenfold.sandbox.server import Sandbox

ACCOUNT = "123456789012"
OPS = f"arn:aws:iam::{ACCOUNT}:policy/ops"
EVERYBODY = "http://acs.amazonaws.com/groups/global/AllUsers"
SSH = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
DATA_ONLY = {"ReadWriteType": "All", "IncludeManagementEvents": False}
BLOCK = {"BlockPublicAcls": False, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}
ACL = {"Owner": {"ID": "c4n0n"}, "Grants": [{"Grantee": {"Type": "Group", "URI": EVERYBODY}, "Permission": "READ"}]}


def policy(**statement: str) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


STAR = policy(Action="*", Resource="*")
TRUST = policy(Principal="*", Action="sts:AssumeRole")
OPEN = policy(Principal="*", Action="s3:GetObject", Resource="arn:aws:s3:::pail/*")
CALLS: list[tuple[str, str, dict[str, Any], str]] = [
    ("iam", "create_login_profile", {"UserName": "bob", "Password": "correct horse 1A!"}, "ct-004"),
    ("iam", "update_login_profile", {"UserName": "bob", "Password": "correct horse 2B?"}, "ct-004"),
    ("iam", "create_access_key", {"UserName": "bob"}, "ct-003"),
    ("iam", "create_policy", {"PolicyName": "ops", "PolicyDocument": STAR}, "ct-005"),
    ("iam", "create_policy_version", {"PolicyArn": OPS, "PolicyDocument": STAR}, "ct-005"),
    ("iam", "put_user_policy", {"UserName": "bob", "PolicyName": "p", "PolicyDocument": STAR}, "ct-005"),
    ("iam", "create_role", {"RoleName": "door", "AssumeRolePolicyDocument": TRUST}, "ct-006"),
    ("iam", "update_assume_role_policy", {"RoleName": "door", "PolicyDocument": TRUST}, "ct-006"),
    ("ec2", "authorize_security_group_ingress", {"GroupName": "default", "IpPermissions": [SSH]}, "ct-008"),
    ("ec2", "authorize_security_group_ingress", {"GroupName": "default", "IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "CidrIp": "0.0.0.0/0"}, "ct-008"),
    ("guardduty", "update_detector", {"DetectorId": "DETECTOR", "Enable": False}, "ct-009"),
    ("guardduty", "delete_detector", {"DetectorId": "DETECTOR"}, "ct-009"),
    ("kms", "disable_key", {"KeyId": "KEY"}, "ct-010"),
    ("kms", "schedule_key_deletion", {"KeyId": "KEY", "PendingWindowInDays": 7}, "ct-010"),
    ("cloudtrail", "stop_logging", {"Name": "main"}, "ct-007"),
    ("cloudtrail", "put_event_selectors", {"TrailName": "main", "EventSelectors": [DATA_ONLY]}, "ct-007"),
    ("cloudtrail", "update_trail", {"Name": "main", "IsMultiRegionTrail": False}, "ct-007"),
    ("cloudtrail", "delete_trail", {"Name": "main"}, "ct-007"),
    ("s3", "put_bucket_policy", {"Bucket": "pail", "Policy": OPEN}, "ct-011"),
    ("s3", "put_bucket_acl", {"Bucket": "pail", "ACL": "public-read"}, "ct-011"),
    ("s3", "put_bucket_acl", {"Bucket": "pail", "GrantRead": f'uri="{EVERYBODY}"'}, "ct-011"),
    ("s3", "put_bucket_acl", {"Bucket": "pail", "AccessControlPolicy": ACL}, "ct-011"),
    ("s3", "create_bucket", {"Bucket": "tub", "ACL": "public-read"}, "ct-011"),
    ("s3", "put_public_access_block", {"Bucket": "pail", "PublicAccessBlockConfiguration": BLOCK}, "ct-011"),
    ("s3", "delete_public_access_block", {"Bucket": "pail"}, "ct-011"),
    ("s3control", "put_public_access_block", {"AccountId": ACCOUNT, "PublicAccessBlockConfiguration": BLOCK}, "ct-011"),
    ("s3control", "delete_public_access_block", {"AccountId": ACCOUNT}, "ct-011"),
    ("s3control", "create_access_point", {"AccountId": ACCOUNT, "Name": "tap", "Bucket": "pail", "PublicAccessBlockConfiguration": BLOCK}, "ct-011"),
    ("s3control", "put_access_point_policy", {"AccountId": ACCOUNT, "Name": "tap", "Policy": OPEN}, "ct-011"),
]  # fmt: skip


def test_an_intruders_calls_are_told(sandbox: Sandbox) -> None:
    made = ground(sandbox)
    before = len(aws.records(sandbox))
    for service, method, parameters, _ in CALLS:
        call = getattr(aws.client(sandbox, service), method)
        call(
            **{name: made.get(value, value) if isinstance(value, str) else value for name, value in parameters.items()}
        )
    runner = Runner(detections_of("cloudtrail"))
    told = [[alert.detection for alert in runner.alerts([event_of(one)])] for one in aws.records(sandbox, since=before)]
    assert runner.failures == []
    assert told == [[expected] for *_, expected in CALLS]


def ground(sandbox: Sandbox) -> dict[str, str]:
    """What the calls find there; the ids that AWS gave, by the words that stand for them."""
    s3 = aws.client(sandbox, "s3")
    s3.create_bucket(Bucket="pail")
    s3.put_bucket_ownership_controls(Bucket="pail", OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    s3.create_bucket(Bucket="logs")
    aws.client(sandbox, "cloudtrail").create_trail(Name="main", S3BucketName="logs")
    aws.client(sandbox, "iam").create_user(UserName="bob")
    return {
        "KEY": aws.client(sandbox, "kms").create_key()["KeyMetadata"]["KeyId"],
        "DETECTOR": aws.client(sandbox, "guardduty").create_detector(Enable=True)["DetectorId"],
    }
