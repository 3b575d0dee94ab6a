"""Answers that take a rule: Access Advisor, Config, Elastic Beanstalk, trust policies."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.sandbox import aws

from tenfold.sandbox.server import Sandbox

ACCOUNT = "123456789012"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(delivery_seconds=3600) as running:
        yield running


def policy(*actions: str) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]})


def last_accessed(iam: Any, arn: str, **more: str) -> dict[str, dict[str, Any]]:
    job = iam.generate_service_last_accessed_details(Arn=arn, **more)["JobId"]
    answer = iam.get_service_last_accessed_details(JobId=job)
    assert answer["JobStatus"] == "COMPLETED"
    return {row["ServiceNamespace"]: row for row in answer["ServicesLastAccessed"]}


def test_access_advisor_of_users_and_groups(sandbox: Sandbox) -> None:
    iam = aws.client(sandbox, "iam")
    iam.create_group(GroupName="team")
    for name in ("ada", "ben"):
        iam.create_user(UserName=name)
        iam.add_user_to_group(GroupName="team", UserName=name)
    iam.put_group_policy(GroupName="team", PolicyName="p", PolicyDocument=policy("s3:*", "ec2:Describe*", "sqs:*"))
    keys = iam.create_access_key(UserName="ada")["AccessKey"]
    aws.client(sandbox, "s3", keys, region="eu-west-1").list_buckets()
    group, ada = iam.get_group(GroupName="team")["Group"]["Arn"], f"arn:aws:iam::{ACCOUNT}:user/ada"
    planted = {
        "Principal": f"arn:aws:iam::{ACCOUNT}:user/ben",
        "ServiceNamespace": "sqs",
        "LastAuthenticated": "2024-05-05T00:00:00Z",
    }
    aws.control(sandbox, "plant", {"kind": "iam.last-accessed", "account": ACCOUNT, "facts": planted})
    found = last_accessed(iam, group, Granularity="ACTION_LEVEL")
    assert sorted(found) == ["ec2", "s3", "sqs"]
    assert "LastAuthenticated" not in found["ec2"]
    assert found["ec2"]["TotalAuthenticatedEntities"] == 0
    assert (found["s3"]["LastAuthenticatedEntity"], found["s3"]["LastAuthenticatedRegion"]) == (ada, "eu-west-1")
    assert found["s3"]["TrackedActionsLastAccessed"][0]["ActionName"] == "ListAllMyBuckets"
    assert (found["sqs"]["LastAuthenticated"].year, found["sqs"]["ServiceName"]) == (2024, "Amazon SQS")
    assert "TrackedActionsLastAccessed" not in last_accessed(iam, ada)["s3"]


def test_access_advisor_of_roles_and_policies_with_entities(sandbox: Sandbox) -> None:
    iam = aws.client(sandbox, "iam")
    role = aws.role(sandbox, "Reader", {"AWS": ACCOUNT})
    arn = iam.create_policy(PolicyName="all", PolicyDocument=policy("*"))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="Reader", PolicyArn=arn)
    aws.client(sandbox, "ec2", aws.session(sandbox, ACCOUNT, "Reader")).describe_vpcs()
    rows = last_accessed(iam, arn)
    assert len(rows) > 70
    assert rows["ec2"]["LastAuthenticatedEntity"] == role["Arn"]
    job = iam.generate_service_last_accessed_details(Arn=arn)["JobId"]
    (entity,) = iam.get_service_last_accessed_details_with_entities(JobId=job, ServiceNamespace="ec2")[
        "EntityDetailsList"
    ]
    assert (entity["EntityInfo"]["Type"], entity["EntityInfo"]["Name"]) == ("ROLE", "Reader")
    first = iam.get_service_last_accessed_details(JobId=job, MaxItems=5)
    assert (len(first["ServicesLastAccessed"]), first["IsTruncated"]) == (5, True)
    second = iam.get_service_last_accessed_details(JobId=job, Marker=first["Marker"])
    assert len(second["ServicesLastAccessed"]) == len(rows) - 5
    assert iam.get_role(RoleName="Reader")["Role"]["RoleLastUsed"]["LastUsedDate"]


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("generate_service_last_accessed_details", {"Arn": f"arn:aws:iam::{ACCOUNT}:user/nobody-at-all"}),
        ("get_service_last_accessed_details", {"JobId": "0" * 36}),
        ("get_service_last_accessed_details_with_entities", {"JobId": "0" * 36, "ServiceNamespace": "s3"}),
    ],
)
def test_access_advisor_of_nothing(sandbox: Sandbox, method: str, parameters: dict[str, str]) -> None:
    assert aws.refusal(getattr(aws.client(sandbox, "iam"), method), **parameters)[0] == "NoSuchEntity"


def test_config_counts_compliance_over_evaluations(sandbox: Sandbox) -> None:
    config = aws.client(sandbox, "config")
    managed = {"Owner": "AWS", "SourceIdentifier": "S3_BUCKET_PUBLIC_READ_PROHIBITED"}
    config.put_config_rule(ConfigRule={"ConfigRuleName": "untold", "Source": managed})
    kind = "AWS::S3::Bucket"
    for rule, bucket, compliance in (
        ("no-public", "open", "NON_COMPLIANT"),
        ("no-public", "closed", "COMPLIANT"),
        ("versioned", "closed", "COMPLIANT"),
    ):
        facts = {"ConfigRuleName": rule, "ResourceType": kind, "ResourceId": bucket, "ComplianceType": compliance}
        aws.control(sandbox, "plant", {"kind": "config.evaluation", "account": ACCOUNT, "facts": facts})
    rules = config.describe_compliance_by_config_rule()["ComplianceByConfigRules"]
    assert {row["ConfigRuleName"]: row["Compliance"]["ComplianceType"] for row in rules} == {
        "no-public": "NON_COMPLIANT",
        "versioned": "COMPLIANT",
        "untold": "INSUFFICIENT_DATA",
    }
    (worst,) = config.describe_compliance_by_config_rule(ComplianceTypes=["NON_COMPLIANT"])["ComplianceByConfigRules"]
    assert worst["Compliance"]["ComplianceContributorCount"] == {"CappedCount": 1, "CapExceeded": False}
    rows = config.describe_compliance_by_resource(ResourceType=kind)["ComplianceByResources"]
    assert {row["ResourceId"]: row["Compliance"]["ComplianceType"] for row in rows} == {
        "open": "NON_COMPLIANT",
        "closed": "COMPLIANT",
    }
    summary = config.get_compliance_summary_by_config_rule()["ComplianceSummary"]
    assert summary["NonCompliantResourceCount"]["CappedCount"] == summary["CompliantResourceCount"]["CappedCount"] == 1
    (by_type,) = config.get_compliance_summary_by_resource_type(ResourceTypes=[kind])[
        "ComplianceSummariesByResourceType"
    ]
    assert by_type["ComplianceSummary"]["CompliantResourceCount"]["CappedCount"] == 1
    unknown = aws.refusal(config.describe_compliance_by_config_rule, ConfigRuleNames=["none"])
    assert unknown[0] == "NoSuchConfigRuleException"


def test_config_discovers_groups_and_instances(sandbox: Sandbox) -> None:
    ec2, config = aws.client(sandbox, "ec2", region="eu-west-1"), aws.client(sandbox, "config", region="eu-west-1")
    group = ec2.create_security_group(GroupName="web", Description="web")["GroupId"]
    instance = ec2.run_instances(ImageId="ami-1", MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    groups = config.list_discovered_resources(resourceType="AWS::EC2::SecurityGroup")["resourceIdentifiers"]
    assert {"resourceType": "AWS::EC2::SecurityGroup", "resourceId": group, "resourceName": "web"} in groups
    (found,) = config.list_discovered_resources(resourceType="AWS::EC2::Instance")["resourceIdentifiers"]
    assert found["resourceId"] == instance
    assert (
        config.list_discovered_resources(resourceType="AWS::EC2::Instance", resourceIds=["i-0"])["resourceIdentifiers"]
        == []
    )
    counts = config.get_discovered_resource_counts(resourceTypes=["AWS::EC2::Instance"])
    assert counts["totalDiscoveredResources"] == 1


def environment(sandbox: Sandbox, name: str, keys: Any = None, **more: str) -> dict[str, Any]:
    beanstalk = aws.client(sandbox, "elasticbeanstalk", keys)
    if not beanstalk.describe_applications()["Applications"]:
        beanstalk.create_application(ApplicationName="shop")
    made: dict[str, Any] = beanstalk.create_environment(ApplicationName="shop", EnvironmentName=name, **more)
    return made


def test_beanstalk_names_are_taken_freed_and_taken_by_a_stranger(sandbox: Sandbox) -> None:
    beanstalk = aws.client(sandbox, "elasticbeanstalk")
    made = environment(sandbox, "live", CNAMEPrefix="shop-live")
    assert made["CNAME"] == "shop-live.us-east-1.elasticbeanstalk.com"
    assert made["EndpointURL"]
    drawn = environment(sandbox, "test")["CNAME"]
    assert drawn.startswith("test.eba-")
    (shown,) = beanstalk.describe_environments(EnvironmentNames=["live"])["Environments"]
    assert (shown["CNAME"], shown["EnvironmentId"]) == (made["CNAME"], made["EnvironmentId"])
    stranger = aws.session(sandbox, "999999999999")
    theirs = aws.client(sandbox, "elasticbeanstalk", stranger)
    assert theirs.check_dns_availability(CNAMEPrefix="shop-live")["Available"] is False
    theirs.create_application(ApplicationName="shop")
    taking = {"ApplicationName": "shop", "EnvironmentName": "takeover", "CNAMEPrefix": "shop-live"}
    assert aws.refusal(theirs.create_environment, **taking)[0] == "InvalidParameterValue"
    beanstalk.terminate_environment(EnvironmentName="live")
    free = theirs.check_dns_availability(CNAMEPrefix="shop-live")
    assert (free["Available"], free["FullyQualifiedCNAME"]) == (True, made["CNAME"])
    assert theirs.create_environment(**taking)["CNAME"] == made["CNAME"]


def test_beanstalk_names_are_swapped(sandbox: Sandbox) -> None:
    blue = environment(sandbox, "blue", CNAMEPrefix="blue")["CNAME"]
    green = environment(sandbox, "green", CNAMEPrefix="green")["CNAME"]
    beanstalk = aws.client(sandbox, "elasticbeanstalk")
    beanstalk.swap_environment_cnames(SourceEnvironmentName="blue", DestinationEnvironmentName="green")
    found = beanstalk.describe_environments(EnvironmentNames=["blue", "green"])["Environments"]
    assert {row["EnvironmentName"]: row["CNAME"] for row in found} == {"blue": green, "green": blue}
    assert aws.refusal(beanstalk.terminate_environment, EnvironmentName="none")[0] == "InvalidParameterValue"


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        ({"Action": "s3:GetObject", "Principal": "*"}, "AssumeRole policy may only specify STS AssumeRole actions."),
        ({"Action": "sts:AssumeRole"}, "This policy contains invalid Json"),
        ({"Action": "sts:AssumeRole", "Principal": "*", "Resource": "*"}, "Has prohibited field Resource"),
    ],
)
def test_trust_policies_that_iam_does_not_take(sandbox: Sandbox, statement: dict[str, Any], text: str) -> None:
    iam = aws.client(sandbox, "iam")
    if "Door" not in [role["RoleName"] for role in iam.list_roles()["Roles"]]:
        aws.role(sandbox, "Door", {"AWS": ACCOUNT})
    document = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow"} | statement]})
    code, said = aws.refusal(iam.update_assume_role_policy, RoleName="Door", PolicyDocument=document)
    assert (code, said.startswith(text)) == ("MalformedPolicyDocument", True)
    assert aws.refusal(iam.update_assume_role_policy, RoleName="none", PolicyDocument=document)[0] == "NoSuchEntity"


def test_snapshots_are_not_made_public_where_that_is_blocked(sandbox: Sandbox) -> None:
    ec2 = aws.client(sandbox, "ec2", region="ap-south-1")
    volume = ec2.create_volume(AvailabilityZone="ap-south-1a", Size=1)["VolumeId"]
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    public = {
        "SnapshotId": snapshot,
        "Attribute": "createVolumePermission",
        "CreateVolumePermission": {"Add": [{"Group": "all"}]},
    }
    ec2.modify_snapshot_attribute(**public)
    ec2.enable_snapshot_block_public_access(State="block-new-sharing")
    assert aws.refusal(ec2.modify_snapshot_attribute, **public)[0] == "OperationNotPermitted"
    ec2.modify_snapshot_attribute(**public | {"CreateVolumePermission": {"Add": [{"UserId": "222222222222"}]}})
