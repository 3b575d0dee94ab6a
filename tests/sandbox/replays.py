"""For each frequent write event: a boto3 call of our own that makes the same event, with similar options.

A replay takes the clients of one sandbox and makes its own resources. The record looked at is the latest one of the event.
"""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError
from tests.sandbox import aws

from tenfold.sandbox.server import Sandbox

TAGS = [{"Key": "team", "Value": "storage"}]
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
POLICY = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"}]}
)
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


@dataclass(frozen=True)
class Play:
    """The clients of one sandbox, acting as one user."""

    sandbox: Sandbox
    keys: dict[str, Any]

    clients: dict[str, Any] = field(default_factory=dict)

    def __call__(self, service: str) -> Any:
        if service not in self.clients:
            self.clients[service] = aws.client(self.sandbox, service, self.keys)
        return self.clients[service]

    def vpc(self) -> str:
        return str(self("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"])

    def subnet(self) -> str:
        found = self("ec2").create_subnet(VpcId=self.vpc(), CidrBlock="10.0.1.0/24", AvailabilityZone="us-east-1a")
        return str(found["Subnet"]["SubnetId"])

    def route_table(self, vpc: str) -> str:
        return str(self("ec2").create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"])

    def gateway(self) -> str:
        return str(self("ec2").create_internet_gateway()["InternetGateway"]["InternetGatewayId"])

    def role(self) -> str:
        self("iam").create_role(RoleName=(name := unique("role")), AssumeRolePolicyDocument=TRUST)
        return name

    def user(self) -> str:
        self("iam").create_user(UserName=(name := unique("user")))
        return name

    def profile(self) -> str:
        self("iam").create_instance_profile(InstanceProfileName=(name := unique("profile")))
        return name

    def bucket(self) -> str:
        self("s3").create_bucket(Bucket=(name := unique("bucket")))
        return name

    def trail(self) -> str:
        self("cloudtrail").create_trail(Name=(name := unique("trail")), S3BucketName=self.bucket())
        return name

    def secret(self) -> str:
        return str(self("secretsmanager").create_secret(Name=unique("secret"))["ARN"])

    def volume(self) -> str:
        return str(self("ec2").create_volume(Size=1, AvailabilityZone="us-east-1a")["VolumeId"])

    def snapshot(self) -> str:
        return str(self("ec2").create_snapshot(VolumeId=self.volume())["SnapshotId"])

    def address(self) -> str:
        return str(self("ec2").allocate_address(Domain="vpc")["AllocationId"])

    def interface(self) -> str:
        return str(
            self("ec2").create_network_interface(SubnetId=self.subnet())["NetworkInterface"]["NetworkInterfaceId"]
        )

    def group(self) -> str:
        made = self("ec2").create_security_group(GroupName=unique("group"), Description="web", VpcId=self.vpc())
        return str(made["GroupId"])

    def instance(self) -> str:
        made = self("ec2").run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, InstanceType="t3.micro")
        return str(made["Instances"][0]["InstanceId"])


def unique(kind: str) -> str:
    return f"{kind}-{uuid4().hex[:10]}"


def tagged(kind: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": TAGS}]


def refused(call: Callable[..., Any], **parameters: Any) -> None:
    """A call that AWS answers with an error."""
    try:
        call(**parameters)
    except ClientError:
        return
    raise AssertionError("the call was meant to fail")


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("index.py", "def handler(event, context):\n    return event\n")
    return out.getvalue()


def delete_parameter(play: Play) -> None:
    play("ssm").put_parameter(Name=(name := "/app/" + unique("p")), Value="x", Type="String")
    play("ssm").delete_parameter(Name=name)


def put_parameter(play: Play) -> None:
    play("ssm").put_parameter(
        Name="/app/" + unique("p"),
        Value="x",
        Type="SecureString",
        Overwrite=False,
        AllowedPattern="",
        Tags=TAGS,
        Tier="Standard",
    )


def create_secret(play: Play) -> None:
    play("secretsmanager").create_secret(Name=unique("secret"), Description="", ForceOverwriteReplicaSecret=False)


def run_instances(play: Play) -> None:
    play("iam").add_role_to_instance_profile(InstanceProfileName=(profile := play.profile()), RoleName=play.role())
    play("ec2").run_instances(
        ImageId="ami-12345678",
        MinCount=1,
        MaxCount=1,
        InstanceType="t3.micro",
        Monitoring={"Enabled": False},
        DisableApiTermination=False,
        DisableApiStop=False,
        ClientToken=unique("token"),
        NetworkInterfaces=[{"NetworkInterfaceId": play.interface(), "DeviceIndex": 0, "DeleteOnTermination": False}],
        IamInstanceProfile={"Name": profile},
        EbsOptimized=False,
        TagSpecifications=tagged("instance"),
        CreditSpecification={"CpuCredits": "unlimited"},
        HibernationOptions={"Configured": False},
    )


def create_function(play: Play) -> None:
    play("s3").put_object(Bucket=(bucket := play.bucket()), Key="code.zip", Body=archive())
    play("lambda").create_function(
        FunctionName=unique("function"),
        Runtime="python3.11",
        Role=f"arn:aws:iam::123456789012:role/{play.role()}",
        Handler="index.handler",
        Code={"S3Bucket": bucket, "S3Key": "code.zip"},
        Description="",
        Timeout=3,
        MemorySize=128,
        Publish=False,
        PackageType="Zip",
        Environment={},
        Tags={"team": "storage"},
    )


def associate_route_table(play: Play) -> str:
    vpc = play.vpc()
    subnet = play("ec2").create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    return str(play("ec2").associate_route_table(RouteTableId=play.route_table(vpc), SubnetId=subnet)["AssociationId"])


def create_route(play: Play) -> str:
    table = play.route_table(vpc := play.vpc())
    play("ec2").attach_internet_gateway(InternetGatewayId=(gateway := play.gateway()), VpcId=vpc)
    play("ec2").create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    return table


def detach_gateway(play: Play) -> None:
    play("ec2").attach_internet_gateway(InternetGatewayId=(gateway := play.gateway()), VpcId=(vpc := play.vpc()))
    play("ec2").detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)


def detach_role_policy(play: Play) -> None:
    play("iam").attach_role_policy(RoleName=(role := play.role()), PolicyArn=READ_ONLY)
    play("iam").detach_role_policy(RoleName=role, PolicyArn=READ_ONLY)


def delete_role_policy(play: Play) -> None:
    play("iam").put_role_policy(RoleName=(role := play.role()), PolicyName="inline", PolicyDocument=POLICY)
    play("iam").delete_role_policy(RoleName=role, PolicyName="inline")


def login_profile(play: Play) -> str:
    play("iam").create_login_profile(
        UserName=(user := play.user()), Password="Correct-horse-1", PasswordResetRequired=False
    )
    return user


def remove_role(play: Play) -> None:
    play("iam").add_role_to_instance_profile(
        InstanceProfileName=(profile := play.profile()), RoleName=(role := play.role())
    )
    play("iam").remove_role_from_instance_profile(InstanceProfileName=profile, RoleName=role)


def put_bucket_policy(play: Play) -> None:
    bucket = play.bucket()
    statements = [
        {
            "Sid": "Acl",
            "Effect": "Allow",
            "Principal": {"Service": "cloudtrail.amazonaws.com"},
            "Action": "s3:GetBucketAcl",
            "Resource": f"arn:aws:s3:::{bucket}",
        },
        {
            "Sid": "Write",
            "Effect": "Allow",
            "Principal": {"Service": "cloudtrail.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": f"arn:aws:s3:::{bucket}/*",
            "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}},
        },
    ]
    play("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": statements}))


def put_event_selectors(play: Play) -> None:
    resources = [{"Type": "AWS::S3::Object", "Values": []}, {"Type": "AWS::Lambda::Function", "Values": []}]
    selector = {"ReadWriteType": "ReadOnly", "IncludeManagementEvents": False, "DataResources": resources}
    play("cloudtrail").put_event_selectors(
        TrailName=play.trail(), EventSelectors=[selector | {"ExcludeManagementEventSources": []}]
    )


def authorize_ingress(play: Play) -> None:
    ranges = [{"CidrIp": "198.51.100.0/24", "Description": "office"}]
    permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": ranges}
    play("ec2").authorize_security_group_ingress(GroupId=play.group(), IpPermissions=[permission])


def send_command(play: Play) -> None:
    play("ssm").send_command(
        InstanceIds=[play.instance()], DocumentName="AWS-RunShellScript", Parameters={"commands": ["uptime"]}
    )


def create_nat_gateway(play: Play) -> str:
    return str(
        play("ec2").create_nat_gateway(
            ConnectivityType="public",
            AllocationId=play.address(),
            SubnetId=play.subnet(),
            ClientToken=unique("token"),
            TagSpecifications=[{"ResourceType": "natgateway", "Tags": [*TAGS, {"Key": "Name", "Value": "nat"}]}],
        )["NatGateway"]["NatGatewayId"]
    )


Replay = Callable[[Play], Any]
REPLAYS: dict[tuple[str, str], Replay] = {
    ("cloudtrail", "CreateTrail"): lambda play: play("cloudtrail").create_trail(
        Name=unique("trail"), S3BucketName=play.bucket(), IncludeGlobalServiceEvents=True, TagsList=TAGS
    ),
    ("cloudtrail", "DeleteTrail"): lambda play: play("cloudtrail").delete_trail(Name=play.trail()),
    ("cloudtrail", "PutEventSelectors"): put_event_selectors,
    ("cloudtrail", "StartLogging"): lambda play: play("cloudtrail").start_logging(Name=play.trail()),
    ("cloudtrail", "StopLogging"): lambda play: refused(play("cloudtrail").stop_logging, Name="no-such-trail"),
    ("ec2-instance-connect", "SendSSHPublicKey"): lambda play: play("ec2-instance-connect").send_ssh_public_key(
        InstanceId=play.instance(), InstanceOSUser="ec2-user", SSHPublicKey="ssh-ed25519 " + "A" * 80
    ),
    ("ec2", "AllocateAddress"): lambda play: play("ec2").allocate_address(
        Domain="vpc", TagSpecifications=tagged("elastic-ip")
    ),
    ("ec2", "AssociateRouteTable"): associate_route_table,
    ("ec2", "AttachInternetGateway"): detach_gateway,
    ("ec2", "AuthorizeSecurityGroupIngress"): authorize_ingress,
    ("ec2", "CreateInternetGateway"): lambda play: play("ec2").create_internet_gateway(
        TagSpecifications=tagged("internet-gateway")
    ),
    ("ec2", "CreateNatGateway"): create_nat_gateway,
    ("ec2", "CreateNetworkInterface"): lambda play: play("ec2").create_network_interface(
        SubnetId=play.subnet(),
        PrivateIpAddresses=[{"PrivateIpAddress": "10.0.1.10", "Primary": True}],
        TagSpecifications=tagged("network-interface"),
        ClientToken=unique("token"),
    ),
    ("ec2", "CreateRoute"): create_route,
    ("ec2", "CreateRouteTable"): lambda play: play("ec2").create_route_table(
        VpcId=play.vpc(), TagSpecifications=tagged("route-table")
    ),
    ("ec2", "CreateSnapshot"): lambda play: play("ec2").create_snapshot(
        VolumeId=play.volume(), TagSpecifications=tagged("snapshot")
    ),
    ("ec2", "CreateSubnet"): lambda play: play("ec2").create_subnet(
        VpcId=play.vpc(), CidrBlock="10.0.2.0/24", AvailabilityZone="us-east-1a", TagSpecifications=tagged("subnet")
    ),
    ("ec2", "CreateVolume"): lambda play: play("ec2").create_volume(
        Size=1, AvailabilityZone="us-east-1a", TagSpecifications=tagged("volume"), ClientToken=unique("token")
    ),
    ("ec2", "CreateVpc"): lambda play: play("ec2").create_vpc(
        CidrBlock="10.0.0.0/16",
        InstanceTenancy="default",
        AmazonProvidedIpv6CidrBlock=False,
        TagSpecifications=tagged("vpc"),
    ),
    ("ec2", "DeleteInternetGateway"): lambda play: play("ec2").delete_internet_gateway(
        InternetGatewayId=play.gateway()
    ),
    ("ec2", "DeleteNatGateway"): lambda play: play("ec2").delete_nat_gateway(NatGatewayId=create_nat_gateway(play)),
    ("ec2", "DeleteNetworkInterface"): lambda play: play("ec2").delete_network_interface(
        NetworkInterfaceId=play.interface()
    ),
    ("ec2", "DeleteRoute"): lambda play: play("ec2").delete_route(
        RouteTableId=create_route(play), DestinationCidrBlock="0.0.0.0/0"
    ),
    ("ec2", "DeleteRouteTable"): lambda play: play("ec2").delete_route_table(RouteTableId=play.route_table(play.vpc())),
    ("ec2", "DeleteSnapshot"): lambda play: play("ec2").delete_snapshot(SnapshotId=play.snapshot()),
    ("ec2", "DeleteSubnet"): lambda play: play("ec2").delete_subnet(SubnetId=play.subnet()),
    ("ec2", "DeleteVolume"): lambda play: play("ec2").delete_volume(VolumeId=play.volume()),
    ("ec2", "DeleteVpc"): lambda play: play("ec2").delete_vpc(VpcId=play.vpc()),
    ("ec2", "DetachInternetGateway"): detach_gateway,
    ("ec2", "DisassociateRouteTable"): lambda play: play("ec2").disassociate_route_table(
        AssociationId=associate_route_table(play)
    ),
    ("ec2", "ModifyInstanceAttribute"): lambda play: play("ec2").modify_instance_attribute(
        InstanceId=play.instance(), DisableApiTermination={"Value": False}
    ),
    ("ec2", "ModifySnapshotAttribute"): lambda play: play("ec2").modify_snapshot_attribute(
        SnapshotId=play.snapshot(),
        Attribute="createVolumePermission",
        CreateVolumePermission={"Add": [{"UserId": "444455556666"}]},
    ),
    ("ec2", "ReleaseAddress"): lambda play: play("ec2").release_address(
        AllocationId=play.address(), NetworkBorderGroup=aws.REGION
    ),
    ("ec2", "RunInstances"): run_instances,
    ("ec2", "TerminateInstances"): lambda play: play("ec2").terminate_instances(InstanceIds=[play.instance()]),
    ("iam", "AddRoleToInstanceProfile"): remove_role,
    ("iam", "AttachRolePolicy"): detach_role_policy,
    ("iam", "AttachUserPolicy"): lambda play: play("iam").attach_user_policy(UserName=play.user(), PolicyArn=READ_ONLY),
    ("iam", "CreateAccessKey"): lambda play: play("iam").create_access_key(UserName=play.user()),
    ("iam", "CreateInstanceProfile"): lambda play: play("iam").create_instance_profile(
        InstanceProfileName=unique("profile"), Path="/", Tags=TAGS
    ),
    ("iam", "CreateLoginProfile"): login_profile,
    ("iam", "CreatePolicy"): lambda play: play("iam").create_policy(
        PolicyName=unique("policy"), Path="/", PolicyDocument=POLICY, Description="", Tags=TAGS
    ),
    ("iam", "CreateRole"): lambda play: play("iam").create_role(
        RoleName=unique("role"), Path="/", AssumeRolePolicyDocument=TRUST, MaxSessionDuration=3600, Tags=TAGS
    ),
    ("iam", "CreateUser"): lambda play: play("iam").create_user(UserName=unique("user"), Path="/", Tags=TAGS),
    ("iam", "DeleteAccessKey"): lambda play: play("iam").delete_access_key(
        UserName=(user := play.user()),
        AccessKeyId=play("iam").create_access_key(UserName=user)["AccessKey"]["AccessKeyId"],
    ),
    ("iam", "DeleteInstanceProfile"): lambda play: play("iam").delete_instance_profile(
        InstanceProfileName=play.profile()
    ),
    ("iam", "DeleteLoginProfile"): lambda play: play("iam").delete_login_profile(UserName=login_profile(play)),
    ("iam", "DeleteRole"): lambda play: play("iam").delete_role(RoleName=play.role()),
    ("iam", "DeleteRolePolicy"): delete_role_policy,
    ("iam", "DeleteUser"): lambda play: play("iam").delete_user(UserName=play.user()),
    ("iam", "DetachRolePolicy"): detach_role_policy,
    ("iam", "PutRolePolicy"): delete_role_policy,
    ("iam", "RemoveRoleFromInstanceProfile"): remove_role,
    ("iam", "TagInstanceProfile"): lambda play: play("iam").tag_instance_profile(
        InstanceProfileName=play.profile(), Tags=TAGS
    ),
    ("iam", "UpdateAssumeRolePolicy"): lambda play: play("iam").update_assume_role_policy(
        RoleName=play.role(), PolicyDocument=TRUST
    ),
    ("lambda", "CreateFunction20150331"): create_function,
    ("s3", "CreateBucket"): lambda play: play("s3").create_bucket(Bucket=unique("bucket"), ACL="private"),
    ("s3", "DeleteBucket"): lambda play: play("s3").delete_bucket(Bucket=play.bucket()),
    ("s3", "PutBucketPolicy"): put_bucket_policy,
    ("s3", "PutBucketTagging"): lambda play: play("s3").put_bucket_tagging(
        Bucket=play.bucket(), Tagging={"TagSet": TAGS}
    ),
    ("secretsmanager", "CreateSecret"): create_secret,
    ("secretsmanager", "DeleteSecret"): lambda play: play("secretsmanager").delete_secret(
        SecretId=play.secret(), ForceDeleteWithoutRecovery=True
    ),
    ("secretsmanager", "PutSecretValue"): lambda play: play("secretsmanager").put_secret_value(
        SecretId=play.secret(), SecretString="x"
    ),
    ("ssm", "DeleteParameter"): delete_parameter,
    ("ssm", "PutParameter"): put_parameter,
    ("ssm", "SendCommand"): send_command,
}

# Frequent write events of operations that no client can call: agents of AWS use them, and botocore's models lack them.
INTERNAL = {("ssm", "UpdateInstanceAssociationStatus"), ("ssm", "UpdateInstanceInformation")}
