"""Networks that cases stand in: VPCs, groups and instances with nothing wrong about them but what a case changes."""

from typing import Any

from tenfold.sandbox.company.cases.spot import TAKEN, Network, Spot
from tenfold.sandbox.company.script import Answer

ANYWHERE, ANYWHERE6 = "0.0.0.0/0", "::/0"
SIZE = "t3.micro"
ALL = "-1"
_OPEN_EGRESS = [
    {"IpProtocol": ALL, "IpRanges": [{"CidrIp": ANYWHERE}]},
    {"IpProtocol": ALL, "Ipv6Ranges": [{"CidrIpv6": ANYWHERE6}]},
]
_MOST_GROUPS = 5  # of one interface


def tagged(kind: str, tags: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Tags as EC2 takes them at creation."""
    return [{"ResourceType": kind, "Tags": tags}]


def make_vpc(spot: Spot, cidr: str, *, logged: bool = False) -> str:
    """A VPC; its id."""
    made = spot.do("ec2:CreateVpc", CidrBlock=cidr, TagSpecifications=tagged("vpc", spot.tags(spot.name("net"))))
    vpc = made["Vpc.VpcId"]
    if logged:
        log_flows(spot, vpc)
    return vpc


def log_flows(spot: Spot, vpc: str) -> None:
    """Flow logs of a VPC, to the bucket of the company that takes them."""
    spot.do(
        "ec2:CreateFlowLogs",
        ResourceIds=[vpc],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="s3",
        LogDestination=spot.draft.bucket_arn(spot.draft.log_store),
    )


def make_subnet(spot: Spot, vpc: str, cidr: str, zone: str, name: str) -> str:
    """A subnet; its id."""
    made = spot.do(
        "ec2:CreateSubnet",
        VpcId=vpc,
        CidrBlock=cidr,
        AvailabilityZone=zone,
        TagSpecifications=tagged("subnet", spot.tags(name)),
    )
    return made["Subnet.SubnetId"]


def network(spot: Spot) -> Network:
    """The network of the account in the region, made when first asked for."""
    if spot.place not in spot.works.networks:
        spot.works.networks[spot.place] = _network(spot)
    return spot.works.networks[spot.place]


def _network(spot: Spot) -> Network:
    cidr = spot.works.next_cidr()
    vpc = make_vpc(spot, cidr, logged=True)
    blocks = [cidr.replace(".0.0/16", f".{number}.0/24") for number in range(TAKEN)]
    zones = f"{spot.region}a", f"{spot.region}b"
    short = spot.draft.seats[spot.account].short
    private = make_subnet(spot, vpc, blocks[0], zones[0], f"{short}-int-a")
    other = make_subnet(spot, vpc, blocks[1], zones[1], f"{short}-int-b")
    public = make_subnet(spot, vpc, blocks[2], zones[0], f"{short}-ext-a")
    gateway = make_gateway(spot, vpc)
    table = spot.do("ec2:CreateRouteTable", VpcId=vpc)["RouteTable.RouteTableId"]
    spot.do("ec2:CreateRoute", RouteTableId=table, DestinationCidrBlock=ANYWHERE, GatewayId=gateway)
    spot.do("ec2:AssociateRouteTable", RouteTableId=table, SubnetId=public)
    group = make_group(spot, [], name="hosts", vpc=vpc, in_use=False)
    first = run_instances(spot, [group], SubnetId=private)
    volume = first["Instances.0.BlockDeviceMappings.0.Ebs.VolumeId"]
    return Network(vpc, cidr, private, other, public, table, zones, group, volume)


def image(spot: Spot) -> str:
    """The image of the account in the region that hosts run from, made when first asked for."""
    if spot.place not in spot.works.images:
        spot.works.images[spot.place] = make_image(spot)
    return spot.works.images[spot.place]


def make_image(spot: Spot) -> str:
    """An image; its id."""
    return spot.do("ec2:RegisterImage", Name=spot.name("image"), RootDeviceName="/dev/xvda")["ImageId"]


def make_gateway(spot: Spot, vpc: str) -> str:
    """An internet gateway of a VPC; its id."""
    gateway = spot.do("ec2:CreateInternetGateway")["InternetGateway.InternetGatewayId"]
    spot.do("ec2:AttachInternetGateway", InternetGatewayId=gateway, VpcId=vpc)
    return gateway


def make_group(
    spot: Spot,
    rules: list[dict[str, Any]],
    *,
    name: str = "app",
    vpc: str = "",
    in_use: bool = True,
    closed: bool = True,
) -> str:
    """A security group with these ingress rules; its id. `closed` ones have no egress but what is asked for later.

    One `in_use` is put on an interface in the end.
    """
    made = spot.do(
        "ec2:CreateSecurityGroup",
        GroupName=name if name.startswith("launch-wizard") else spot.name(name),
        Description=f"{name} servers",
        VpcId=vpc or network(spot).vpc,
        TagSpecifications=tagged("security-group", spot.tags(name)),
    )
    group = made["GroupId"]
    if rules:
        spot.do("ec2:AuthorizeSecurityGroupIngress", GroupId=group, IpPermissions=rules)
    if closed:
        spot.do("ec2:RevokeSecurityGroupEgress", GroupId=group, IpPermissions=_OPEN_EGRESS)
    if in_use:
        spot.works.waiting.setdefault(spot.place, []).append(group)
    return group


def group_arn(spot: Spot, group: str) -> str:
    """The ARN of a security group."""
    return spot.arn("ec2", f"security-group/{group}")


def rule(low: int, high: int, *cidrs: str, protocol: str = "tcp", **more: Any) -> dict[str, Any]:
    """An ingress rule for ports from `low` to `high` and these ranges of addresses, IPv4 or IPv6."""
    four = [{"CidrIp": cidr} for cidr in cidrs if ":" not in cidr]
    six = [{"CidrIpv6": cidr} for cidr in cidrs if ":" in cidr]
    ports = {} if protocol == ALL else {"FromPort": low, "ToPort": high}
    ranges = {"IpRanges": four, "Ipv6Ranges": six}
    return {"IpProtocol": protocol, **ports, **{key: value for key, value in ranges.items() if value}, **more}


def run_instances(spot: Spot, groups: list[str], *, owned: bool = True, **changes: Any) -> Answer:
    """An instance as it should be: by metadata service version 2 alone, inside, with an owner."""
    parameters = {
        "ImageId": changes.get("ImageId") or image(spot),
        "InstanceType": SIZE,
        "MinCount": 1,
        "MaxCount": 1,
        "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 1, "HttpEndpoint": "enabled"},
        "TagSpecifications": tagged("instance", spot.tags(spot.name("host"), owned=owned)),
        **changes,
    }
    if "NetworkInterfaces" not in parameters:
        subnet = parameters.get("SubnetId") or network(spot).private
        parameters |= {"SubnetId": subnet, "SecurityGroupIds": groups}
    return spot.do("ec2:RunInstances", **parameters)


def make_instance(spot: Spot, *, owned: bool = True, **changes: Any) -> str:
    """An instance in the network's group of hosts; its ARN."""
    return instance_arn(spot, run_host(spot, owned=owned, **changes))


def run_host(spot: Spot, *, owned: bool = True, **changes: Any) -> Answer:
    """An instance in the network's group of hosts."""
    return run_instances(spot, [network(spot).group], owned=owned, **changes)


def instance_arn(spot: Spot, ran: Answer) -> str:
    """The ARN of the first instance that was run."""
    return spot.arn("ec2", f"instance/{ran['Instances.0.InstanceId']}")


def put_groups_to_use(spot: Spot) -> None:
    """An instance for every few groups that wait for one."""
    groups = spot.works.waiting.pop(spot.place, [])
    for start in range(0, len(groups), _MOST_GROUPS):
        run_instances(spot, groups[start : start + _MOST_GROUPS])
