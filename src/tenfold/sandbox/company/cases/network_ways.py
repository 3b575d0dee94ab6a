"""Ways through the network: what the internet reaches, and what VPCs and their subnets let happen."""

import json
from collections.abc import Callable

from tenfold.sandbox.company.cases.case import ROOMY, Case, Variety
from tenfold.sandbox.company.cases.networks import (
    ANYWHERE,
    instance_arn,
    make_group,
    make_subnet,
    make_vpc,
    network,
    rule,
    run_host,
    run_instances,
    tagged,
)
from tenfold.sandbox.company.cases.spot import Spot
from tenfold.sandbox.company.documents import allow, document
from tenfold.sandbox.company.tables import S3_ENDPOINT

_WEB = 8080
_ALL_HOSTS, _FEW_HOSTS = 10, 2
"""Of the eleven addresses that AWS leaves in a /28."""


def _facing(spot: Spot, subnet: str, *, address: bool = True) -> str:
    """An instance that would let the web in; with a public address unless told otherwise."""
    group = make_group(spot, [rule(_WEB, _WEB, ANYWHERE)], name="web", in_use=False)
    interface = {"DeviceIndex": 0, "SubnetId": subnet, "Groups": [group], "AssociatePublicIpAddress": address}
    return instance_arn(spot, run_instances(spot, [], NetworkInterfaces=[interface]))


def _shut_off(spot: Spot) -> str:
    """In a public subnet whose network ACL denies all of it."""
    net, block = network(spot), spot.works.next_block(spot.place)
    subnet = make_subnet(spot, net.vpc, block, net.zones[0], spot.name("ext-dmz"))
    spot.do("ec2:AssociateRouteTable", RouteTableId=net.outward_table, SubnetId=subnet)
    acl = spot.do("ec2:CreateNetworkAcl", VpcId=net.vpc)["NetworkAcl.NetworkAclId"]
    held = spot.do("ec2:DescribeNetworkAcls", Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])
    for egress in (False, True):
        spot.do(
            "ec2:CreateNetworkAclEntry",
            NetworkAclId=acl,
            RuleNumber=50,
            Protocol="-1",
            RuleAction="deny",
            Egress=egress,
            CidrBlock=ANYWHERE,
        )
    association = held["NetworkAcls.0.Associations.-1.NetworkAclAssociationId"]
    spot.do("ec2:ReplaceNetworkAclAssociation", AssociationId=association, NetworkAclId=acl)
    return _facing(spot, subnet)


EXPOSED_INSTANCE = Case(
    "network/exposed-instance",
    "an instance has an address, a route, a network ACL and a group by which anyone on the internet reaches a port",
    (Variety("in a public subnet, with a public address, let in from everywhere", lambda spot: _facing(
        spot, network(spot).public)),),
    (
        Variety("in a private subnet, with a public address", lambda spot: _facing(spot, network(spot).private)),
        Variety("in a public subnet, without a public address", lambda spot: _facing(
            spot, network(spot).public, address=False)),
        Variety("in a public subnet whose network ACL denies everything", _shut_off),
    ),
)  # fmt: skip


def _vpc_arn(spot: Spot, vpc: str) -> str:
    return spot.arn("ec2", f"vpc/{vpc}")


def _overlapping(spot: Spot) -> str:
    cidr, why = spot.works.next_cidr(), "two accounts have the same block"
    other = spot.elsewhere()
    other.mark(OVERLAP.slug, _vpc_arn(other, make_vpc(other, cidr)), why, decoy=False)
    return _vpc_arn(spot, make_vpc(spot, cidr))


def _overlapping_later(spot: Spot) -> str:
    first, second = spot.works.next_cidr(), spot.works.next_cidr()
    other = spot.elsewhere()
    vpc = make_vpc(other, second)
    other.mark(OVERLAP.slug, _vpc_arn(other, vpc), "another VPC has its block as a second one", decoy=False)
    mine = make_vpc(spot, first)
    spot.do("ec2:AssociateVpcCidrBlock", VpcId=mine, CidrBlock=second)
    return _vpc_arn(spot, mine)


OVERLAP = Case(
    "network/overlapping-space",
    "a VPC, other than a default VPC, has a block of addresses that overlaps one of another VPC of the company",
    (
        Variety("two accounts have the same block", _overlapping),
        Variety("its second block is the first of another VPC", _overlapping_later),
    ),
    (Variety("its block is its own", lambda spot: _vpc_arn(spot, make_vpc(spot, spot.works.next_cidr()))),),
)


def _filled(spot: Spot, hosts: int) -> str:
    vpc = network(spot).vpc
    block = spot.works.next_block(spot.place).replace("/24", "/28")
    subnet = make_subnet(spot, vpc, block, network(spot).zones[0], spot.name("int-small"))
    run_host(spot, SubnetId=subnet, MinCount=hosts, MaxCount=hosts)
    return spot.arn("ec2", f"subnet/{subnet}")


EXHAUSTED = Case(
    "network/exhausted-subnet",
    "a subnet has fewer than three addresses left, or fewer than a tenth",
    (Variety(f"{_ALL_HOSTS} instances in a /28", lambda spot: _filled(spot, _ALL_HOSTS)),),
    (Variety(f"{_FEW_HOSTS} instances in a /28", lambda spot: _filled(spot, _FEW_HOSTS)),),
)


def _zones(spot: Spot, letters: str) -> str:
    cidr = spot.works.next_cidr()
    vpc = make_vpc(spot, cidr)
    for number, letter in enumerate(letters):
        block = cidr.replace(".0.0/16", f".{number}.0/24")
        make_subnet(spot, vpc, block, f"{spot.region}{letter}", spot.name(f"int-{letter}"))
    return _vpc_arn(spot, vpc)


ONE_ZONE = Case(
    "network/one-zone",
    "a VPC has two subnets or more, all in one availability zone",
    (Variety("two subnets in one zone", lambda spot: _zones(spot, "aa")),),
    (Variety("a subnet in each of two zones", lambda spot: _zones(spot, "ab")),),
)


def _named(name: str, table: Callable[[Spot, str], str]) -> Callable[[Spot], str]:
    def make(spot: Spot) -> str:
        net = network(spot)
        block = spot.works.next_block(spot.place)
        subnet = make_subnet(spot, net.vpc, block, net.zones[0], spot.name(name))
        return table(spot, subnet)

    return make


def _outward(spot: Spot, subnet: str) -> str:
    spot.do("ec2:AssociateRouteTable", RouteTableId=network(spot).outward_table, SubnetId=subnet)
    return spot.arn("ec2", f"subnet/{subnet}")


def _inward(spot: Spot, subnet: str) -> str:
    return spot.arn("ec2", f"subnet/{subnet}")


CONTRADICTION = Case(
    "network/name-contradicts-routes",
    "a subnet's name says `int` and its routes lead to an internet gateway, or `ext` and they do not",
    (
        Variety("named int, with a route to the internet", _named("int-app", _outward)),
        Variety("named ext, without a route to the internet", _named("ext-app", _inward)),
    ),
    (
        Variety("named ext, with a route to the internet", _named("ext-app", _outward)),
        Variety("named int, without a route to the internet", _named("int-app", _inward)),
    ),
)


def _giving_addresses(spot: Spot, subnet: str) -> str:
    spot.do("ec2:ModifySubnetAttribute", SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
    return spot.arn("ec2", f"subnet/{subnet}")


PUBLIC_ADDRESSES = Case(
    "network/public-addresses-by-default",
    "a subnet, other than a default subnet, gives a public address to whatever is launched in it",
    (Variety("public addresses at launch", _named("int-lab", _giving_addresses)),),
    (Variety("no public addresses at launch", _named("int-lab", _inward)),),
)


def _endpoint(spot: Spot, *, narrow: bool) -> str:
    service = S3_ENDPOINT.format(region=spot.region)
    company = {"StringEquals": {"aws:PrincipalOrgID": spot.draft.ground.organization}}
    policy = document(allow("s3:*", "*", Principal="*", **({"Condition": company} if narrow else {})))
    made = spot.do(
        "ec2:CreateVpcEndpoint",
        VpcId=network(spot).vpc,
        ServiceName=service,
        VpcEndpointType="Gateway",
        PolicyDocument=json.dumps(policy),
    )
    return spot.arn("ec2", f"vpc-endpoint/{made['VpcEndpoint.VpcEndpointId']}")


OPEN_ENDPOINT = Case(
    "network/open-endpoint-policy",
    "a VPC endpoint lets everybody do everything: data leaves through it to any account's buckets",
    (Variety("its policy allows everything to everybody", lambda spot: _endpoint(spot, narrow=False)),),
    (Variety("its policy allows everything to the organisation", lambda spot: _endpoint(spot, narrow=True)),),
)


def _half(spot: Spot) -> tuple[str, str, str]:
    """One side of a peering: a VPC of its own, its block, and a route table."""
    cidr = spot.works.next_cidr()
    vpc = make_vpc(spot, cidr)
    return vpc, cidr, spot.do("ec2:CreateRouteTable", VpcId=vpc)["RouteTable.RouteTableId"]


def _peered(spot: Spot, *, back: bool) -> str:
    """A VPC peered with one of another account; the way back is there or not."""
    other = spot.elsewhere()
    (mine, my_block, my_table), (theirs, their_block, their_table) = _half(spot), _half(other)
    sides = {"VpcId": mine, "PeerVpcId": theirs, "PeerOwnerId": other.account, "PeerRegion": other.region}
    made = spot.do("ec2:CreateVpcPeeringConnection", **sides)
    peering = made["VpcPeeringConnection.VpcPeeringConnectionId"]
    other.do("ec2:AcceptVpcPeeringConnection", VpcPeeringConnectionId=peering)
    _route(spot, my_table, their_block, peering)
    if back:
        _route(other, their_table, my_block, peering)
    return spot.arn("ec2", f"vpc-peering-connection/{peering}")


def _route(spot: Spot, table: str, block: str, peering: str) -> None:
    spot.do("ec2:CreateRoute", RouteTableId=table, DestinationCidrBlock=block, VpcPeeringConnectionId=peering)


ONE_WAY_PEERING = Case(
    "network/one-way-peering",
    "an active peering connection has a route on one side alone: nothing that is sent is answered",
    (Variety("a route on the side that asked for it", lambda spot: _peered(spot, back=False)),),
    (Variety("a route on either side", lambda spot: _peered(spot, back=True)),),
    ROOMY,
)


def _transit(spot: Spot, accepting: str) -> str:
    options = {"AutoAcceptSharedAttachments": accepting}
    named = tagged("transit-gateway", spot.tags(spot.name("transit")))
    made = spot.do("ec2:CreateTransitGateway", Options=options, TagSpecifications=named)
    return spot.arn("ec2", f"transit-gateway/{made['TransitGateway.TransitGatewayId']}")


OPEN_TRANSIT = Case(
    "network/transit-gateway-accepts-all",
    "a transit gateway takes in every network of an account that it is shared with",
    (Variety("attachments are accepted by themselves", lambda spot: _transit(spot, "enable")),),
    (Variety("attachments wait for somebody to accept them", lambda spot: _transit(spot, "disable")),),
    ROOMY,
)
CASES = (
    EXPOSED_INSTANCE,
    OVERLAP,
    EXHAUSTED,
    ONE_ZONE,
    CONTRADICTION,
    PUBLIC_ADDRESSES,
    OPEN_ENDPOINT,
    ONE_WAY_PEERING,
    OPEN_TRANSIT,
)
