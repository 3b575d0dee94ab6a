"""What moto says of an account and the sandbox says better: root, ages, policies, regions, buckets."""

import csv
import io
from typing import Any

import pytest
from tests.sandbox import aws
from tests.sandbox.saml_issuer import Issuer
from tests.sandbox.test_sandbox_identity import refused_code

from tenfold.sandbox.server import Sandbox

ACCOUNT = "123456789012"


def report(sandbox: Sandbox) -> dict[str, dict[str, str]]:
    iam = aws.client(sandbox, "iam")
    iam.generate_credential_report()
    rows = csv.DictReader(io.StringIO(iam.get_credential_report()["Content"].decode()))
    return {row["user"]: row for row in rows}


def summary(sandbox: Sandbox) -> tuple[int, int, int]:
    found = aws.client(sandbox, "iam").get_account_summary()["SummaryMap"]
    return found["AccountMFAEnabled"], found["AccountAccessKeysPresent"], found["AccountPasswordPresent"]


def test_root_that_nobody_described(sandbox: Sandbox) -> None:
    root = report(sandbox)["<root_account>"]
    assert len(root) == 22
    assert root["arn"] == f"arn:aws:iam::{ACCOUNT}:root"
    assert (root["password_enabled"], root["password_last_used"]) == ("not_supported", "no_information")
    assert (root["mfa_active"], root["access_key_1_active"], root["access_key_1_last_used_date"]) == (
        "false",
        "false",
        "N/A",
    )
    assert summary(sandbox) == (0, 0, 1)


def test_root_with_everything_and_back(sandbox: Sandbox) -> None:
    facts = {"account": ACCOUNT, "mfa": True, "access_keys": 2, "password_last_used": "2026-03-01T12:00:00Z"}
    keys = aws.control(sandbox, "root", facts)["access_keys"]
    aws.client(sandbox, "s3", keys[1]).list_buckets()
    root = report(sandbox)["<root_account>"]
    assert (root["mfa_active"], root["password_last_used"]) == ("true", "2026-03-01T12:00:00+00:00")
    assert (root["access_key_1_active"], root["access_key_2_active"]) == ("true", "true")
    assert (root["access_key_1_last_used_date"], root["access_key_2_last_used_service"]) == ("N/A", "s3")
    assert summary(sandbox) == (1, 1, 1)
    aws.control(sandbox, "root", {"account": ACCOUNT, "access_keys": 1, "last_used": "2025-06-01T00:00:00Z"})
    assert report(sandbox)["<root_account>"]["access_key_1_last_used_date"] == "2025-06-01T00:00:00+00:00"
    aws.control(sandbox, "root", {"account": ACCOUNT, "password": False})
    assert summary(sandbox) == (0, 0, 0)
    assert aws.client(sandbox, "sts", keys[0]).get_caller_identity()["Arn"].endswith("user/sandbox")


def test_no_report_before_it_is_asked_for(sandbox: Sandbox) -> None:
    assert refused_code(aws.client(sandbox, "iam").get_credential_report) == "ReportNotPresent"


def test_users_are_dated_back_everywhere(sandbox: Sandbox) -> None:
    iam = aws.client(sandbox, "iam")
    iam.create_user(UserName="ada")
    iam.create_login_profile(UserName="ada", Password="Correct-horse-1")
    key = iam.create_access_key(UserName="ada")["AccessKey"]["AccessKeyId"]
    fresh = report(sandbox)["ada"]
    assert (fresh["password_last_used"], fresh["access_key_1_last_used_date"]) == ("no_information", "N/A")
    of_key = {"account": ACCOUNT, "kind": "access_key", "id": key, "user": "ada"}
    aws.control(sandbox, "date", of_key | {"at": "2024-01-02T03:04:05Z", "last_used": "2025-01-01T00:00:00Z"})
    of_user = {"account": ACCOUNT, "kind": "user", "id": "ada"}
    aws.control(sandbox, "date", of_user | {"at": "2023-01-01T00:00:00Z", "last_used": "2026-01-01T00:00:00+01:00"})
    row = report(sandbox)["ada"]
    assert row["user_creation_time"] == "2023-01-01T00:00:00+00:00"
    assert row["password_last_used"] == "2025-12-31T23:00:00+00:00"
    assert row["access_key_1_last_rotated"] == "2024-01-02T03:04:05+00:00"
    assert row["access_key_1_last_used_date"] == "2025-01-01T00:00:00+00:00"
    assert iam.list_access_keys(UserName="ada")["AccessKeyMetadata"][0]["CreateDate"].year == 2024
    (user,) = iam.get_account_authorization_details()["UserDetailList"]
    assert user["CreateDate"].year == 2023


def test_user_without_password(sandbox: Sandbox) -> None:
    aws.client(sandbox, "iam").create_user(UserName="robot")
    row = report(sandbox)["robot"]
    assert (row["password_enabled"], row["password_last_used"], row["password_last_changed"]) == ("false", "N/A", "N/A")


def test_passwords_that_must_change_and_certificates(sandbox: Sandbox) -> None:
    iam = aws.client(sandbox, "iam")
    iam.create_user(UserName="ada")
    iam.create_login_profile(UserName="ada", Password="Correct-horse-1")
    aws.control(sandbox, "date", {"account": ACCOUNT, "kind": "user", "id": "ada", "at": "2024-01-01T00:00:00Z"})
    assert report(sandbox)["ada"]["password_next_rotation"] == "N/A"
    iam.update_account_password_policy(MaxPasswordAge=30)
    iam.upload_signing_certificate(UserName="ada", CertificateBody=Issuer(str.encode).pem)
    row = report(sandbox)["ada"]
    assert row["password_next_rotation"] == "2024-01-31T00:00:00+00:00"
    assert (row["cert_1_active"], row["cert_2_active"], row["cert_2_last_rotated"]) == ("true", "false", "N/A")
    assert row["cert_1_last_rotated"].endswith("+00:00")


def test_use_of_a_key_is_in_the_report(sandbox: Sandbox) -> None:
    iam = aws.client(sandbox, "iam")
    iam.create_user(UserName="ada")
    key = iam.create_access_key(UserName="ada")["AccessKey"]
    aws.client(sandbox, "ec2", key, region="eu-west-1").describe_vpcs()
    row = report(sandbox)["ada"]
    assert (row["access_key_1_last_used_region"], row["access_key_1_last_used_service"]) == ("eu-west-1", "ec2")
    used = iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])["AccessKeyLastUsed"]
    assert (used["ServiceName"], used["Region"]) == ("ec2", "eu-west-1")


def test_roles_and_buckets_are_dated_back(sandbox: Sandbox) -> None:
    iam, s3 = aws.client(sandbox, "iam"), aws.client(sandbox, "s3")
    iam.create_role(RoleName="Audit", AssumeRolePolicyDocument="{}")
    s3.create_bucket(Bucket="a-bucket")
    past = {"account": ACCOUNT, "at": "2022-05-05T00:00:00Z"}
    aws.control(sandbox, "date", past | {"kind": "role", "id": "Audit", "last_used": "2023-05-05T00:00:00Z"})
    aws.control(sandbox, "date", past | {"kind": "bucket", "id": "a-bucket"})
    (role,) = iam.get_account_authorization_details(Filter=["Role"])["RoleDetailList"]
    assert (role["CreateDate"].year, role["RoleLastUsed"]["LastUsedDate"].year) == (2022, 2023)
    assert s3.list_buckets()["Buckets"][0]["CreationDate"].year == 2022


def test_authorization_details_come_in_pages_with_held_policies_only(sandbox: Sandbox) -> None:
    iam = aws.client(sandbox, "iam")
    for name in ("ada", "ben"):
        iam.create_user(UserName=name)
    iam.create_role(RoleName="Audit", AssumeRolePolicyDocument="{}")
    iam.attach_role_policy(RoleName="Audit", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    pages = list(iam.get_paginator("get_account_authorization_details").paginate(PaginationConfig={"PageSize": 2}))
    assert [len(page["UserDetailList"]) for page in pages] == [2, 0]
    (policy,) = pages[1]["Policies"]
    assert (policy["PolicyName"], policy["AttachmentCount"]) == ("AdministratorAccess", 1)
    assert policy["PolicyVersionList"][0]["Document"]["Statement"][0]["Action"] == "*"
    assert pages[1]["RoleDetailList"][0]["AttachedManagedPolicies"][0]["PolicyName"] == "AdministratorAccess"


@pytest.mark.parametrize(
    ("asked", "statuses"),
    [
        ({}, {"opt-in-not-required", "opted-in"}),
        ({"AllRegions": True}, {"opt-in-not-required", "opted-in", "not-opted-in"}),
        ({"AllRegions": True, "Filters": [{"Name": "opt-in-status", "Values": ["not-opted-in"]}]}, {"not-opted-in"}),
        ({"RegionNames": ["eu-west-1"]}, {"opt-in-not-required"}),
    ],
)
def test_regions(sandbox: Sandbox, asked: dict[str, Any], statuses: set[str]) -> None:
    found = aws.client(sandbox, "ec2").describe_regions(**asked)["Regions"]
    assert {region["OptInStatus"] for region in found} == statuses


def test_filter_that_ec2_does_not_know(sandbox: Sandbox) -> None:
    ec2 = aws.client(sandbox, "ec2")
    assert (
        refused_code(ec2.describe_regions, Filters=[{"Name": "colour", "Values": ["blue"]}]) == "InvalidParameterValue"
    )


def test_buckets_in_pages_with_their_regions(sandbox: Sandbox) -> None:
    s3 = aws.client(sandbox, "s3")
    for name in ("logs-a", "logs-b", "site"):
        s3.create_bucket(Bucket=name)
    s3.create_bucket(Bucket="logs-c", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    pages = list(s3.get_paginator("list_buckets").paginate(PaginationConfig={"PageSize": 3}))
    assert [[bucket["Name"] for bucket in page["Buckets"]] for page in pages] == [
        ["logs-a", "logs-b", "logs-c"],
        ["site"],
    ]
    logs = s3.list_buckets(Prefix="logs-", BucketRegion="eu-west-1")["Buckets"]
    assert [(bucket["Name"], bucket["BucketRegion"]) for bucket in logs] == [("logs-c", "eu-west-1")]
    assert refused_code(s3.list_buckets, MaxBuckets=10_001) == "InvalidArgument"


def algorithm(s3: Any) -> str:
    (rule,) = s3.get_bucket_encryption(Bucket="a-bucket")["ServerSideEncryptionConfiguration"]["Rules"]
    return str(rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"])


def test_bucket_is_always_encrypted(sandbox: Sandbox) -> None:
    s3 = aws.client(sandbox, "s3")
    s3.create_bucket(Bucket="a-bucket")
    assert algorithm(s3) == "AES256"
    assert s3.put_object(Bucket="a-bucket", Key="k", Body=b"v")["ServerSideEncryption"] == "AES256"
    kms = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]}
    s3.put_bucket_encryption(Bucket="a-bucket", ServerSideEncryptionConfiguration=kms)
    s3.create_bucket(Bucket="a-bucket")
    assert algorithm(s3) == "aws:kms", "a bucket that one has already is left as it is"
    s3.delete_bucket_encryption(Bucket="a-bucket")
    assert algorithm(s3) == "AES256"


def test_bucket_of_another_account_is_reached_by_name_and_not_listed(sandbox: Sandbox) -> None:
    theirs = aws.client(sandbox, "s3", aws.session(sandbox, "222222222222"))
    theirs.create_bucket(Bucket="theirs")
    theirs.put_object(Bucket="theirs", Key="k", Body=b"v")
    ours = aws.client(sandbox, "s3")
    assert ours.list_buckets()["Buckets"] == []
    assert ours.get_object(Bucket="theirs", Key="k")["Body"].read() == b"v"
    (to_us, to_them) = (record for record in aws.records(sandbox) if record["eventName"] == "GetObject")
    assert (to_us["recipientAccountId"], to_them["recipientAccountId"]) == (ACCOUNT, "222222222222")
    assert to_us["sharedEventID"] == to_them["sharedEventID"]


def test_account_wide_block_is_of_the_account_in_the_header(sandbox: Sandbox) -> None:
    keys = aws.session(sandbox, "222222222222")
    control = aws.client(sandbox, "s3control", keys)
    everything = {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": True,
        "RestrictPublicBuckets": True,
    }
    control.put_public_access_block(AccountId="222222222222", PublicAccessBlockConfiguration=everything)
    assert control.get_public_access_block(AccountId="222222222222")["PublicAccessBlockConfiguration"] == everything
    ours = aws.client(sandbox, "s3control")
    assert refused_code(ours.get_public_access_block, AccountId=ACCOUNT) == "NoSuchPublicAccessBlockConfiguration"
