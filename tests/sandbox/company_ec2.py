"""The cases of EC2 once more, the short way over plain API answers: an oracle for the truth about a company."""

import base64
import ipaddress
import re
from collections.abc import Iterator
from typing import Any

from tests.sandbox.company_answers import Answers, named

Found = Iterator[tuple[str, str]]
"""(slug, ARN) of what is wrong."""
_ADMINISTRATION, _DATABASES = (22, 3389), (3306, 5432, 6379, 9200, 27017)
_SECRET = re.compile(r"AKIA[A-Z2-7]{16}\b.*SECRET_ACCESS_KEY=\S{40}", re.DOTALL)


def groups(at: Answers) -> Found:
    used = {group["GroupId"] for interface in at.interfaces if not _of_nat(interface) for group in interface["Groups"]}
    named_in_rules = {pair["GroupId"] for group in at.groups for rule in group["IpPermissions"]
                      for pair in rule["UserIdGroupPairs"]}  # fmt: skip
    for group in at.groups:
        arn, id_ = at.arn("ec2", f"security-group/{group['GroupId']}"), group["GroupId"]
        if group["GroupName"] == "default":
            if id_ in used:
                yield "defaults/default-group-in-use", arn
            continue
        if group["GroupName"].startswith("launch-wizard"):
            yield "manual/launch-wizard-group", arn
        if id_ not in used | named_in_rules:
            yield "inventory/unused-group", arn
        if id_ in used:
            yield from _open(at, group, arn)


def _open(at: Answers, group: Any, arn: str) -> Found:
    ports = {port for rule in group["IpPermissions"] if _from_world(at, rule) for port in _ports(rule)}
    if ports & set(_ADMINISTRATION):
        yield "network/world-open-ssh", arn
    if ports & set(_DATABASES):
        yield "network/world-open-database", arn
    if len(ports) == 65536:
        yield "network/world-open-everything", arn
    if any(rule["IpProtocol"] == "-1" and _from_world(at, rule) for rule in group["IpPermissionsEgress"]):
        yield "network/open-egress", arn


def _from_world(at: Answers, rule: Any) -> bool:
    ranges = [row["CidrIp"] for row in rule["IpRanges"]]
    ranges += [cidr for row in rule["PrefixListIds"] for cidr in at.prefix_lists[row["PrefixListId"]]]
    four = list(ipaddress.collapse_addresses(ipaddress.IPv4Network(cidr) for cidr in ranges))
    six = [row["CidrIpv6"] for row in rule["Ipv6Ranges"]]
    return ipaddress.IPv4Network("0.0.0.0/0") in four or "::/0" in six


def _ports(rule: Any) -> range:
    if rule["IpProtocol"] == "-1":
        return range(65536)
    return range(rule["FromPort"], rule["ToPort"] + 1) if rule["IpProtocol"] == "tcp" else range(0)


def instances(at: Answers) -> Found:
    images, client = {image["ImageId"] for image in at.images}, at.clients("ec2")
    for row in at.instances:
        arn, options = at.arn("ec2", f"instance/{row['InstanceId']}"), row["MetadataOptions"]
        on = options["HttpEndpoint"] == "enabled"
        if on and options["HttpTokens"] == "optional":
            yield "credentials/instance-metadata-v1", arn
        if on and options["HttpPutResponseHopLimit"] > 2:
            yield "credentials/metadata-hop-limit", arn
        if row["State"]["Name"] == "stopped":
            yield "inventory/stopped-instance", arn
        if "owner" not in named(row):
            yield "inventory/no-owner", arn
        if row["ImageId"] not in images:
            yield "inventory/image-gone", arn
        told = client.describe_instance_attribute(InstanceId=row["InstanceId"], Attribute="userData")["UserData"]
        if _SECRET.search(base64.b64decode(told.get("Value", "")).decode()):
            yield "credentials/secret-in-user-data", arn
        if _exposed(at, row):
            yield "network/exposed-instance", arn


def _exposed(at: Answers, row: Any) -> bool:
    held = {group["GroupId"] for interface in row["NetworkInterfaces"] for group in interface["Groups"]}
    let_in = any(_from_world(at, rule) for group in at.groups if group["GroupId"] in held
                 for rule in group["IpPermissions"])  # fmt: skip
    denied = any(
        entry["RuleAction"] == "deny" and entry["RuleNumber"] < 100 and not entry["Egress"]
        for acl in at.acls
        if any(tie["SubnetId"] == row["SubnetId"] for tie in acl["Associations"])
        for entry in acl["Entries"]
    )
    return let_in and bool(row.get("PublicIpAddress")) and _outward(at, row["SubnetId"], row["VpcId"]) and not denied


def _outward(at: Answers, subnet: str, vpc: str) -> bool:
    """Whether the route table of a subnet leads to an internet gateway."""
    own = [table for table in at.route_tables if any(tie.get("SubnetId") == subnet for tie in table["Associations"])]
    main = [
        table for table in at.route_tables if table["VpcId"] == vpc and any(t["Main"] for t in table["Associations"])
    ]
    return any(route.get("GatewayId", "").startswith("igw-") for table in own or main for route in table["Routes"])


def networks(at: Answers) -> Found:
    client = at.clients("ec2")
    logged = {row["ResourceId"] for row in client.describe_flow_logs()["FlowLogs"]}
    lived_in = {interface["VpcId"] for interface in at.interfaces}
    for vpc in at.vpcs:
        arn, id_ = at.arn("ec2", f"vpc/{vpc['VpcId']}"), vpc["VpcId"]
        if vpc["IsDefault"] and id_ in lived_in:
            yield "defaults/default-vpc-in-use", arn
        if id_ in lived_in - logged:
            yield "logging/no-flow-log", arn
        zones = [subnet["AvailabilityZone"] for subnet in at.subnets if subnet["VpcId"] == id_]
        if len(zones) > 1 and len(set(zones)) == 1:
            yield "network/one-zone", arn
    for endpoint in client.describe_vpc_endpoints()["VpcEndpoints"]:
        if "Condition" not in endpoint["PolicyDocument"]:
            yield "network/open-endpoint-policy", at.arn("ec2", f"vpc-endpoint/{endpoint['VpcEndpointId']}")


def joins(company: list[Answers]) -> Found:
    """Over all accounts: peering connections with a route on one side alone, transit gateways that take everybody."""
    asked = {row["VpcPeeringConnectionId"]: at for at in company
             for row in at.clients("ec2").describe_vpc_peering_connections()["VpcPeeringConnections"]
             if row["RequesterVpcInfo"]["OwnerId"] == at.account and row["Status"]["Code"] == "active"}  # fmt: skip
    ways = [(route["VpcPeeringConnectionId"], table["VpcId"]) for at in company for table in at.route_tables
            for route in table["Routes"] if "VpcPeeringConnectionId" in route]  # fmt: skip
    for id_, at in asked.items():
        if len({vpc for peering, vpc in ways if peering == id_}) != 2:
            yield "network/one-way-peering", at.arn("ec2", f"vpc-peering-connection/{id_}")
    for at in company:
        for row in at.clients("ec2").describe_transit_gateways()["TransitGateways"]:
            if row["Options"]["AutoAcceptSharedAttachments"] == "enable":
                yield "network/transit-gateway-accepts-all", row["TransitGatewayArn"]


def subnets(at: Answers) -> Found:
    for subnet in at.subnets:
        arn, name = at.arn("ec2", f"subnet/{subnet['SubnetId']}"), named(subnet).get("Name", "")
        if subnet["DefaultForAz"]:
            continue
        size = ipaddress.ip_network(subnet["CidrBlock"]).num_addresses - 5
        if subnet["AvailableIpAddressCount"] < max(3, size / 10):
            yield "network/exhausted-subnet", arn
        if subnet["MapPublicIpOnLaunch"]:
            yield "network/public-addresses-by-default", arn
        outward = _outward(at, subnet["SubnetId"], subnet["VpcId"])
        if ("-int-" in name and outward) or ("-ext-" in name and not outward):
            yield "network/name-contradicts-routes", arn


def overlaps(company: list[Answers]) -> Found:
    """Over all accounts: blocks of VPCs that overlap."""
    blocks = [
        (ipaddress.ip_network(block["CidrBlock"]), at.arn("ec2", f"vpc/{vpc['VpcId']}"))
        for at in company
        for vpc in at.vpcs
        if not vpc["IsDefault"]
        for block in vpc["CidrBlockAssociationSet"]
    ]
    for block, arn in blocks:
        if any(block.overlaps(other) for other, its in blocks if its != arn):
            yield "network/overlapping-space", arn


def leftovers(at: Answers) -> Found:
    for address in at.addresses:
        if not address.get("AssociationId") and not address.get("NetworkInterfaceId"):
            yield "inventory/unused-address", at.arn("ec2", f"elastic-ip/{address['AllocationId']}")
    for volume in at.volumes:
        if volume["State"] == "available":
            yield "inventory/unused-volume", at.arn("ec2", f"volume/{volume['VolumeId']}")
    volumes = {volume["VolumeId"] for volume in at.volumes}
    of_images = {row["Ebs"]["SnapshotId"] for image in at.images for row in image["BlockDeviceMappings"]}
    for snapshot in at.snapshots:
        if snapshot["VolumeId"] not in volumes and snapshot["SnapshotId"] not in of_images:
            yield "inventory/orphaned-snapshot", at.arn("ec2", f"snapshot/{snapshot['SnapshotId']}")
    for interface in at.interfaces:
        if interface["Status"] == "available" and not _of_nat(interface):
            yield "inventory/unused-interface", at.arn("ec2", f"network-interface/{interface['NetworkInterfaceId']}")


def _of_nat(interface: Any) -> bool:
    """Whether it is a NAT gateway's, which moto makes without saying so: with an address, and on no instance."""
    return "Association" in interface and "InstanceId" not in interface.get("Attachment", {})


def lent(at: Answers, known: set[str]) -> Found:
    ec2 = at.clients("ec2")
    for snapshot in at.snapshots:
        id_ = snapshot["SnapshotId"]
        held = ec2.describe_snapshot_attribute(SnapshotId=id_, Attribute="createVolumePermission")
        yield from _lent("snapshot", at.arn("ec2", f"snapshot/{id_}"), held["CreateVolumePermissions"], known)
    for image in at.images:
        id_ = image["ImageId"]
        held = ec2.describe_image_attribute(ImageId=id_, Attribute="launchPermission")
        yield from _lent("image", at.arn("ec2", f"image/{id_}"), held["LaunchPermissions"], known)


def _lent(word: str, arn: str, permissions: list[Any], known: set[str]) -> Found:
    if any(row.get("Group") == "all" for row in permissions):
        yield f"buckets/public-{word}", arn
    if {row["UserId"] for row in permissions if "UserId" in row} - known:
        yield f"buckets/{word}-shared-with-unknown", arn
