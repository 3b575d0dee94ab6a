"""Before the work begins: the workers' users; in each account the roles, the bucket and the network of their work."""

import json
from typing import Any, NamedTuple

from tenfold.model.arn import Arn
from tenfold.sandbox.company.documents import allow, document, trust
from tenfold.sandbox.company.endpoint import Endpoint, Login
from tenfold.sandbox.life.cast import Worker
from tenfold.sandbox.life.tables import LOG_WRITERS
from tenfold.sandbox.life.world import Estate

ROLES = {"person": "Engineer", "pipeline": "Deployer"}
_BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
_READS = ["ec2:Describe*", "iam:Get*", "iam:List*", "s3:Get*", "s3:List*", "sqs:List*", "sns:List*", "kms:List*"]
_WORK = [
    "ec2:*Instances",
    "ec2:*Snapshot",
    "ec2:*Address",
    "ec2:*SecurityGroupIngress",
    "ec2:CreateTags",
    "cloudtrail:LookupEvents",
]
_NETWORK, _SUBNET = "10.{}.0.0/16", "10.{}.1.0/24"


class Ground(NamedTuple):
    """Where it all happens: partition, the account of the users, and a region."""

    partition: str
    home: str
    region: str

    def iam(self, account: str, resource: str) -> str:
        """The ARN of something of IAM's."""
        return str(Arn(self.partition, "iam", "", account, resource))


def hire(endpoint: Endpoint, ground: Ground, worker: Worker, login: Login) -> Login:
    """A user for a worker, who may take the worker's role where they work; gives the user's key."""
    iam = endpoint.client("iam", login)
    path = "/people/" if worker.kind == "person" else "/services/"
    iam.create_user(UserName=worker.name, Path=path)
    roles = [ground.iam(account, f"role/{ROLES[worker.kind]}") for account in worker.accounts]
    own = ground.iam(ground.home, f"user{path}{worker.name}")
    may = document(allow("sts:AssumeRole", roles), allow("iam:*AccessKey*", own))
    iam.put_user_policy(UserName=worker.name, PolicyName="work", PolicyDocument=json.dumps(may))
    key = iam.create_access_key(UserName=worker.name)["AccessKey"]
    return Login(key["AccessKeyId"], key["SecretAccessKey"])


def open_roles(endpoint: Endpoint, ground: Ground, account: str, login: Login, cast: tuple[Worker, ...]) -> None:
    """The roles of an account, each for the workers of its kind."""
    iam = endpoint.client("iam", login)
    for kind, role in ROLES.items():
        folder = "people" if kind == "person" else "services"
        mine = [worker.name for worker in cast if worker.kind == kind and account in worker.accounts]
        users = [ground.iam(ground.home, f"user/{folder}/{name}") for name in mine]
        if not users:
            continue
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(trust({"AWS": users})))
        may = document(allow(_READS, "*"), allow(_WORK, "*"))
        iam.put_role_policy(RoleName=role, PolicyName="work", PolicyDocument=json.dumps(may))


def settle(endpoint: Endpoint, estate: Estate, number: int, company: str, login: Login) -> None:
    """The bucket, the bucket for the logs, and the network with its flow logs."""
    estate.bucket, estate.logs = f"{company}-{estate.account}-workbench", f"{company}-{estate.account}-access-logs"
    s3 = endpoint.client("s3", login, estate.region)
    for bucket in (estate.logs, estate.bucket):
        _bucket(s3, bucket, estate.region)
    s3.put_bucket_policy(Bucket=estate.logs, Policy=json.dumps(_taking_logs(estate)))
    target = {"TargetBucket": estate.logs, "TargetPrefix": "s3/"}
    s3.put_bucket_logging(Bucket=estate.bucket, BucketLoggingStatus={"LoggingEnabled": target})
    _network(endpoint.client("ec2", login, estate.region), estate, number)


def _bucket(s3: Any, bucket: str, region: str) -> None:
    place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3.create_bucket(Bucket=bucket, ObjectOwnership="BucketOwnerEnforced", **place)
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=dict.fromkeys(_BLOCKS, True))


def _taking_logs(estate: Estate) -> dict[str, Any]:
    """A statement for each service that writes."""
    objects = str(Arn(estate.partition, "s3", "", "", f"{estate.logs}/*"))
    own = {"StringEquals": {"aws:SourceAccount": estate.account}}
    return document(
        *(allow("s3:PutObject", objects, Principal={"Service": writer}, Condition=own) for writer in LOG_WRITERS)
    )


def _network(ec2: Any, estate: Estate, number: int) -> None:
    estate.vpc = ec2.create_vpc(CidrBlock=_NETWORK.format(number))["Vpc"]["VpcId"]
    estate.subnet = ec2.create_subnet(VpcId=estate.vpc, CidrBlock=_SUBNET.format(number))["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="workbench", Description="the workbench's machines", VpcId=estate.vpc)
    estate.group = group["GroupId"]
    estate.volume = ec2.create_volume(AvailabilityZone=f"{estate.region}a", Size=8, Encrypted=True)["VolumeId"]
    ec2.create_flow_logs(
        ResourceIds=[estate.vpc],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="s3",
        LogDestination=str(Arn(estate.partition, "s3", "", "", estate.logs)),
    )
