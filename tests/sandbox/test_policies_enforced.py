"""The policies of the organization and of buckets always, those of identities when switched on."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from tests.sandbox import aws

from tenfold.sandbox.clock import SandboxClock
from tenfold.sandbox.server import Sandbox

MANAGEMENT = "123456789012"
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
Keys = dict[str, Any]


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def deny(action: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, "Resource": "*"} | more


class Company:
    """An organization with one member in a unit of its own."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.organizations = aws.client(sandbox, "organizations")
        self.organizations.create_organization()
        self.root = self.organizations.list_roots()["Roots"][0]
        made = self.organizations.create_account(AccountName="member", Email="m@example.org")
        self.member = made["CreateAccountStatus"]["AccountId"]
        self.unit = self.organizations.create_organizational_unit(ParentId=self.root["Id"], Name="dev")[
            "OrganizationalUnit"
        ]["Id"]
        self.organizations.attach_policy(PolicyId="p-FullAWSAccess", TargetId=self.unit)
        self.organizations.move_account(
            AccountId=self.member, SourceParentId=self.root["Id"], DestinationParentId=self.unit
        )
        self.keys = aws.session(sandbox, self.member, "OrganizationAccountAccessRole")

    def control(self, target: str, *statements: dict[str, Any], kind: str = "SERVICE_CONTROL_POLICY") -> str:
        """Write a policy and attach it to an account, unit or the root; gives its id."""
        named = {"Name": f"policy-{target}", "Description": "test", "Type": kind}
        made = self.organizations.create_policy(Content=document(*statements), **named)
        identity = str(made["Policy"]["PolicySummary"]["Id"])
        self.organizations.attach_policy(PolicyId=identity, TargetId=target)
        return identity


@pytest.fixture
def company(sandbox: Sandbox) -> Company:
    return Company(sandbox)


def test_service_control_policies_are_enabled_from_the_start(company: Company) -> None:
    assert company.root["PolicyTypes"] == [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]


@pytest.mark.parametrize("place", ["root", "unit", "member"])
def test_denied_at_any_level(company: Company, place: str) -> None:
    target = {"root": company.root["Id"], "unit": company.unit, "member": company.member}[place]
    company.control(target, deny("cloudtrail:StopLogging"), deny("s3:CreateBucket"), deny("ec2:RunInstances"))
    who = f"User: arn:aws:sts::{company.member}:assumed-role/OrganizationAccountAccessRole/tester is not authorized to perform: "
    why = "with an explicit deny in a service control policy"
    cloudtrail = aws.client(company.sandbox, "cloudtrail", company.keys)
    code, text = aws.refusal(cloudtrail.stop_logging, Name="main")
    assert (code, text) == ("AccessDeniedException", f"{who}cloudtrail:StopLogging on resource: * {why}")
    s3 = aws.client(company.sandbox, "s3", company.keys)
    code, text = aws.refusal(s3.create_bucket, Bucket="a-bucket")
    assert (code, text) == ("AccessDenied", f'{who}s3:CreateBucket on resource: "arn:aws:s3:::a-bucket" {why}')
    ec2 = aws.client(company.sandbox, "ec2", company.keys)
    code, text = aws.refusal(ec2.run_instances, ImageId="ami-1", MinCount=1, MaxCount=1)
    assert (code, text.startswith("You are not authorized to perform this operation. User: ")) == (
        "UnauthorizedOperation",
        True,
    )
    assert aws.last_record(company.sandbox, "RunInstances")["errorCode"] == "Client.UnauthorizedOperation"
    assert s3.list_buckets()["Buckets"] == []
    aws.client(company.sandbox, "s3").create_bucket(Bucket="of-management")


def test_what_no_level_allows(company: Company) -> None:
    only_s3 = {"Effect": "Allow", "Action": ["s3:*", "sts:*"], "Resource": "*"}
    company.control(company.member, only_s3)
    company.organizations.detach_policy(PolicyId="p-FullAWSAccess", TargetId=company.member)
    text = aws.refusal(aws.client(company.sandbox, "iam", company.keys).list_users)[1]
    assert text.endswith("because no service control policy allows the iam:ListUsers action")
    aws.client(company.sandbox, "s3", company.keys).create_bucket(Bucket="a-bucket")


def test_conditions_and_the_root_user(company: Company) -> None:
    elsewhere = {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}
    company.control(company.unit, deny("sqs:*", Condition=elsewhere))
    (root,) = aws.control(company.sandbox, "root", {"account": company.member, "access_keys": 1})["access_keys"]
    for keys in (company.keys, root):
        assert aws.refusal(aws.client(company.sandbox, "sqs", keys).list_queues)[0].startswith("AccessDenied")
        aws.client(company.sandbox, "sqs", keys, region="eu-west-1").list_queues()
    assert aws.client(company.sandbox, "sts", root).get_caller_identity()["Account"] == company.member


def test_switched_off_policy_type_holds_nothing(company: Company) -> None:
    company.control(company.member, deny("s3:*"))
    company.organizations.disable_policy_type(RootId=company.root["Id"], PolicyType="SERVICE_CONTROL_POLICY")
    aws.client(company.sandbox, "s3", company.keys).list_buckets()


def test_resource_control_policy_refuses_strangers(company: Company) -> None:
    company.organizations.enable_policy_type(RootId=company.root["Id"], PolicyType="RESOURCE_CONTROL_POLICY")
    ours = aws.client(company.sandbox, "s3", company.keys)
    ours.create_bucket(Bucket="theirs")
    ours.put_object(Bucket="theirs", Key="k", Body=b"v")
    org = company.organizations.describe_organization()["Organization"]["Id"]
    outside = {"StringNotEquals": {"aws:PrincipalOrgID": org}}
    company.control(company.root["Id"], deny("s3:*", Principal="*", Condition=outside), kind="RESOURCE_CONTROL_POLICY")
    stranger = aws.client(company.sandbox, "s3", aws.session(company.sandbox, "999999999999"))
    text = aws.refusal(stranger.get_object, Bucket="theirs", Key="k")[1]
    assert text.endswith("with an explicit deny in a resource control policy")
    assert ours.get_object(Bucket="theirs", Key="k")["Body"].read() == b"v"


def test_bucket_policy_knows_principals_and_conditions(sandbox: Sandbox) -> None:
    s3 = aws.client(sandbox, "s3")
    s3.create_bucket(Bucket="a-bucket")
    resource = {"Principal": "*", "Resource": "arn:aws:s3:::a-bucket/*"}
    insecure = {"Bool": {"aws:SecureTransport": "false"}}
    s3.put_bucket_policy(Bucket="a-bucket", Policy=document(deny("s3:*", **resource | {"Condition": insecure})))
    s3.put_object(Bucket="a-bucket", Key="k", Body=b"v")
    assert s3.get_object(Bucket="a-bucket", Key="k")["Body"].read() == b"v"
    eve = {"AWS": "arn:aws:iam::123456789012:user/eve"}
    s3.put_bucket_policy(Bucket="a-bucket", Policy=document(deny("s3:GetObject", **resource | {"Principal": eve})))
    assert s3.get_object(Bucket="a-bucket", Key="k")["Body"].read() == b"v"
    aws.client(sandbox, "iam").create_user(UserName="eve")
    keys = aws.client(sandbox, "iam").create_access_key(UserName="eve")["AccessKey"]
    code, text = aws.refusal(aws.client(sandbox, "s3", keys).get_object, Bucket="a-bucket", Key="k")
    assert (code, text.endswith("with an explicit deny in a resource-based policy")) == ("AccessDenied", True)


ANONYMOUS: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, "AccessDenied"),
    "policy": ({"policy": {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::open/*"}}, "allowed"),
    "policy-elsewhere": ({"policy": {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::open/other/*"}}, "AccessDenied"),
    "policy-condition": ({"policy": {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::open/*", "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}}, "AccessDenied"),
    "acl": ({"acl": "public-read"}, "allowed"),
    "acl-authenticated": ({"acl": "authenticated-read"}, "AccessDenied"),
    "acl-ignored": ({"acl": "public-read", "block": "IgnorePublicAcls"}, "AccessDenied"),
    "policy-restricted": ({"policy": {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::open/*"}, "block": "RestrictPublicBuckets"}, "AccessDenied"),
}  # fmt: skip


@pytest.mark.parametrize("name", ANONYMOUS)
def test_anonymous_reads_by_policy_and_acl_behind_the_blocks(sandbox: Sandbox, name: str) -> None:
    facts, expected = ANONYMOUS[name]
    s3 = aws.client(sandbox, "s3")
    s3.create_bucket(Bucket="open")
    s3.put_object(Bucket="open", Key="k", Body=b"v", **({"ACL": facts["acl"]} if "acl" in facts else {}))
    if "policy" in facts:
        s3.put_bucket_policy(Bucket="open", Policy=document(facts["policy"]))
    if "block" in facts:
        s3.put_public_access_block(Bucket="open", PublicAccessBlockConfiguration={facts["block"]: True})
    reader = aws.anonymous(sandbox, "s3")
    if expected == "allowed":
        assert reader.get_object(Bucket="open", Key="k")["Body"].read() == b"v"
    else:
        assert aws.refusal(reader.get_object, Bucket="open", Key="k")[0] == expected
    assert aws.refusal(reader.list_objects_v2, Bucket="open")[0] == "AccessDenied"
    assert aws.refusal(reader.get_object, Bucket="open", Key="not-there")[0] == "AccessDenied"


@pytest.fixture
def strict() -> Iterator[Sandbox]:
    with Sandbox(delivery_seconds=3600, enforce=True) as running:
        yield running


def strict_user(strict: Sandbox, *statements: dict[str, Any]) -> Keys:
    iam = aws.client(strict, "iam")
    iam.create_user(UserName="ada")
    if statements:
        iam.put_user_policy(UserName="ada", PolicyName="own", PolicyDocument=document(*statements))
    return iam.create_access_key(UserName="ada")["AccessKey"]  # type: ignore[no-any-return]  # boto3 is untyped


def allow(action: str, resource: str = "*") -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def test_identity_policies_decide_when_enforced(strict: Sandbox) -> None:
    aws.client(strict, "s3").create_bucket(Bucket="a-bucket")
    keys = strict_user(strict, allow("s3:Get*", "arn:aws:s3:::a-bucket"), deny("s3:GetBucketAcl"))
    s3 = aws.client(strict, "s3", keys)
    assert s3.get_bucket_location(Bucket="a-bucket")
    text = aws.refusal(s3.list_buckets)[1]
    assert text.endswith("because no identity-based policy allows the s3:ListAllMyBuckets action")
    text = aws.refusal(s3.get_bucket_acl, Bucket="a-bucket")[1]
    assert text.endswith("with an explicit deny in an identity-based policy")
    assert aws.client(strict, "sts", keys).get_caller_identity()["Account"] == MANAGEMENT
    aws.client(strict, "s3").list_buckets()


def test_groups_and_managed_policies_count(strict: Sandbox) -> None:
    iam, keys = aws.client(strict, "iam"), strict_user(strict)
    assert aws.refusal(aws.client(strict, "iam", keys).list_users)[0] == "AccessDenied"
    iam.create_group(GroupName="team")
    iam.attach_group_policy(GroupName="team", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    iam.add_user_to_group(GroupName="team", UserName="ada")
    aws.client(strict, "iam", keys).list_users()


def test_boundary_of_a_role_limits_it(strict: Sandbox) -> None:
    iam = aws.client(strict, "iam")
    limit = iam.create_policy(PolicyName="limit", PolicyDocument=document(allow("s3:*")))["Policy"]["Arn"]
    aws.role(strict, "Bounded", {"AWS": MANAGEMENT})
    iam.attach_role_policy(RoleName="Bounded", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    iam.put_role_permissions_boundary(RoleName="Bounded", PermissionsBoundary=limit)
    keys = aws.session(strict, MANAGEMENT, "Bounded")
    aws.client(strict, "s3", keys).list_buckets()
    text = aws.refusal(aws.client(strict, "iam", keys).list_users)[1]
    assert text.endswith("because no permissions boundary allows the iam:ListUsers action")


def test_session_policies_narrow_a_role(strict: Sandbox) -> None:
    aws.role(strict, "Admin", {"AWS": MANAGEMENT})
    iam = aws.client(strict, "iam")
    iam.attach_role_policy(RoleName="Admin", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    arn = f"arn:aws:iam::{MANAGEMENT}:role/Admin"
    narrowed = aws.client(strict, "sts").assume_role(
        RoleArn=arn, RoleSessionName="narrow", Policy=document(allow("s3:*"))
    )
    aws.client(strict, "s3", narrowed["Credentials"]).list_buckets()
    text = aws.refusal(aws.client(strict, "iam", narrowed["Credentials"]).list_users)[1]
    assert text.endswith("because no session policy allows the iam:ListUsers action")


def test_assuming_a_role_takes_both_sides(strict: Sandbox) -> None:
    keys = strict_user(strict)
    aws.role(strict, "for-account", {"AWS": MANAGEMENT})
    aws.role(strict, "for-ada", {"AWS": f"arn:aws:iam::{MANAGEMENT}:user/ada"})
    sts = aws.client(strict, "sts", keys)
    named = {"RoleArn": f"arn:aws:iam::{MANAGEMENT}:role/for-ada", "RoleSessionName": "tester"}
    assert sts.assume_role(**named)["Credentials"]
    whole = named | {"RoleArn": f"arn:aws:iam::{MANAGEMENT}:role/for-account"}
    text = aws.refusal(sts.assume_role, **whole)[1]
    assert text.endswith("because no identity-based policy allows the sts:AssumeRole action")
    iam = aws.client(strict, "iam")
    iam.put_user_policy(UserName="ada", PolicyName="own", PolicyDocument=document(allow("sts:AssumeRole")))
    assert sts.assume_role(**whole)["Credentials"]


def test_bucket_of_another_account_takes_both_sides(strict: Sandbox) -> None:
    owner = aws.client(strict, "s3", aws.session(strict, "222222222222"))
    owner.create_bucket(Bucket="theirs")
    owner.put_object(Bucket="theirs", Key="k", Body=b"v")
    keys = strict_user(strict, allow("s3:*"))
    s3 = aws.client(strict, "s3", keys)
    text = aws.refusal(s3.get_object, Bucket="theirs", Key="k")[1]
    assert text.endswith("because no resource-based policy allows the s3:GetObject action")
    granted = {
        "Effect": "Allow",
        "Principal": {"AWS": MANAGEMENT},
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::theirs/*",
    }
    owner.put_bucket_policy(Bucket="theirs", Policy=document(granted))
    assert s3.get_object(Bucket="theirs", Key="k")["Body"].read() == b"v"


def test_sessions_end_when_enforced() -> None:
    clock = SandboxClock()
    with Sandbox(delivery_seconds=3600, enforce=True, clock=clock) as running:
        session = aws.session(running, "222222222222")
        clock.leap(clock.now() + timedelta(minutes=59))
        aws.client(running, "s3", session).list_buckets()
        clock.leap(clock.now() + timedelta(minutes=2))
        code, text = aws.refusal(aws.client(running, "s3", session).list_buckets)
        assert (code, text) == ("ExpiredToken", "The provided token has expired.")
        assert aws.refusal(aws.client(running, "iam", session).list_users)[0] == "ExpiredToken"
        assert aws.refusal(aws.client(running, "cloudtrail", session).describe_trails)[0] == "ExpiredTokenException"
