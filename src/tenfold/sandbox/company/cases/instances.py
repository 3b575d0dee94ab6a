"""Instances: whom their metadata service answers, what they were started with, where they stand."""

import base64

from tenfold.sandbox.company.cases.case import Case, Variety
from tenfold.sandbox.company.cases.networks import (
    instance_arn,
    log_flows,
    make_group,
    make_instance,
    make_subnet,
    make_vpc,
    network,
    run_host,
    run_instances,
)
from tenfold.sandbox.company.cases.spot import Spot

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def _answering(tokens: str, hops: int, endpoint: str = "enabled") -> Variety:
    options = {"HttpTokens": tokens, "HttpPutResponseHopLimit": hops, "HttpEndpoint": endpoint}
    why = f"tokens {tokens}, hop limit {hops}, endpoint {endpoint}"
    return Variety(why, lambda spot: make_instance(spot, MetadataOptions=options))


METADATA_V1 = Case(
    "credentials/instance-metadata-v1",
    "an instance's metadata service answers without a token (it is on, and tokens are optional)",
    (_answering("optional", 1),),
    (_answering("required", 1), _answering("optional", 1, "disabled")),
)
HOP_LIMIT = Case(
    "credentials/metadata-hop-limit",
    "an instance's metadata service is on and answers over more than two hops",
    (_answering("required", 3), _answering("required", 64)),
    (_answering("required", 1), _answering("required", 2)),
)


def made_up_key(spot: Spot) -> str:
    """What looks like an access key id and its secret, as somebody pasted them."""
    key = "".join(spot.rng.choices(_ALPHABET, k=16))
    secret = base64.b64encode(spot.rng.randbytes(30)).decode()
    return f"AWS_ACCESS_KEY_ID=AKIA{key} AWS_SECRET_ACCESS_KEY={secret}"


def _started_with(spot: Spot, line: str) -> str:
    return make_instance(spot, UserData=f"#!/bin/sh\nexport {line}\n/opt/app/start\n")


SECRET_IN_USER_DATA = Case(
    "credentials/secret-in-user-data",
    "an instance's user data holds an access key",
    (Variety("an access key in its user data", lambda spot: _started_with(spot, made_up_key(spot))),),
    (
        Variety("the name of a secret in its user data", lambda spot: _started_with(
            spot, "SECRET_NAME=app/database AWS_REGION=" + spot.region)),
        Variety("an access key id alone, as trails have it, in its user data", lambda spot: _started_with(
            spot, "OWNER_KEY=" + made_up_key(spot).split("=")[1].split(" ")[0])),
    ),
)  # fmt: skip


def _in_default_network(spot: Spot) -> str:
    vpcs = spot.do("ec2:DescribeVpcs", Filters=[{"Name": "is-default", "Values": ["true"]}])
    vpc = vpcs["Vpcs.0.VpcId"]
    if spot.place not in spot.works.default_networks:
        log_flows(spot, vpc)
        spot.works.default_networks.add(spot.place)
    subnets = spot.do("ec2:DescribeSubnets", Filters=[{"Name": "vpc-id", "Values": [vpc]}])
    group = make_group(spot, [], vpc=vpc, in_use=False)
    interface = {
        "DeviceIndex": 0,
        "SubnetId": subnets["Subnets.0.SubnetId"],
        "Groups": [group],
        "AssociatePublicIpAddress": False,
    }
    run_instances(spot, [], NetworkInterfaces=[interface])
    return spot.arn("ec2", f"vpc/{vpc}")


def _in_own_network(spot: Spot) -> str:
    return spot.arn("ec2", f"vpc/{network(spot).vpc}")


DEFAULT_NETWORK = Case(
    "defaults/default-vpc-in-use",
    "a default VPC has an interface in it",
    (Variety("an instance in the default VPC", _in_default_network),),
    (Variety("an instance in a VPC of the company's own", _in_own_network),),
)


def _in_default_group(spot: Spot) -> str:
    cidr = spot.works.next_cidr()
    vpc = make_vpc(spot, cidr, logged=True)
    subnet = make_subnet(spot, vpc, cidr.replace("/16", "/24"), f"{spot.region}a", spot.name("int-a"))
    held = spot.do("ec2:DescribeSecurityGroups", Filters=[{"Name": "vpc-id", "Values": [vpc]}])
    group = held["SecurityGroups.0.GroupId"]
    run_instances(spot, [group], SubnetId=subnet)
    return spot.arn("ec2", f"security-group/{group}")


def _in_own_group(spot: Spot) -> str:
    group = make_group(spot, [], in_use=False)
    run_instances(spot, [group])
    return spot.arn("ec2", f"security-group/{group}")


DEFAULT_GROUP = Case(
    "defaults/default-group-in-use",
    "a default security group is on an interface",
    (Variety("an instance in the default group of its VPC", _in_default_group),),
    (Variety("an instance in a group of its own", _in_own_group),),
)


def _unlogged(spot: Spot, *, logged: bool) -> str:
    cidr = spot.works.next_cidr()
    vpc = make_vpc(spot, cidr, logged=logged)
    subnet = make_subnet(spot, vpc, cidr.replace("/16", "/24"), f"{spot.region}a", spot.name("int-a"))
    run_instances(spot, [make_group(spot, [], vpc=vpc, in_use=False)], SubnetId=subnet)
    return spot.arn("ec2", f"vpc/{vpc}")


NO_FLOW_LOG = Case(
    "logging/no-flow-log",
    "a VPC with an interface in it has no flow log, nor have its subnets",
    (Variety("an instance, and no flow log", lambda spot: _unlogged(spot, logged=False)),),
    (Variety("an instance, and a flow log", lambda spot: _unlogged(spot, logged=True)),),
)


def _stopped(spot: Spot, *, stopped: bool) -> str:
    ran = run_host(spot)
    if stopped:
        spot.do("ec2:StopInstances", InstanceIds=[ran["Instances.0.InstanceId"]])
    return instance_arn(spot, ran)


STOPPED = Case(
    "inventory/stopped-instance",
    "an instance is stopped, and its volumes go on to cost money",
    (Variety("stopped", lambda spot: _stopped(spot, stopped=True)),),
    (Variety("running", lambda spot: _stopped(spot, stopped=False)),),
)
NO_OWNER = Case(
    "inventory/no-owner",
    "an instance has no owner tag, and neither a stack nor an Auto Scaling group that says whose it is",
    (Variety("no owner tag", lambda spot: make_instance(spot, owned=False)),),
    (Variety("an owner tag", make_instance),),
)
CASES = (
    METADATA_V1,
    HOP_LIMIT,
    SECRET_IN_USER_DATA,
    DEFAULT_NETWORK,
    DEFAULT_GROUP,
    NO_FLOW_LOG,
    STOPPED,
    NO_OWNER,
)
