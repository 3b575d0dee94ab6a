"""What nobody uses any more: addresses, volumes, snapshots, interfaces, images."""

from tenfold.sandbox.company.cases.case import Case, Variety
from tenfold.sandbox.company.cases.networks import make_image, network, run_host, tagged
from tenfold.sandbox.company.cases.spot import Spot


def allocate(spot: Spot) -> tuple[str, str]:
    """An Elastic IP address: its allocation id and the address."""
    named = tagged("elastic-ip", spot.tags(spot.name("address")))
    made = spot.do("ec2:AllocateAddress", Domain="vpc", TagSpecifications=named)
    return made["AllocationId"], made["PublicIp"]


def address_in_use(spot: Spot) -> tuple[str, str]:
    """An Elastic IP address on an instance inside: its allocation id and the address."""
    allocation, address = allocate(spot)
    ran = run_host(spot)
    spot.do("ec2:AssociateAddress", AllocationId=allocation, InstanceId=ran["Instances.0.InstanceId"])
    return allocation, address


def _address_arn(spot: Spot, allocation: str) -> str:
    return spot.arn("ec2", f"elastic-ip/{allocation}")


def _of_nat(spot: Spot) -> str:
    allocation, _ = allocate(spot)
    spot.do("ec2:CreateNatGateway", SubnetId=network(spot).public, AllocationId=allocation)
    return _address_arn(spot, allocation)


UNUSED_ADDRESS = Case(
    "inventory/unused-address",
    "an Elastic IP address is on nothing",
    (Variety("on nothing", lambda spot: _address_arn(spot, allocate(spot)[0])),),
    (
        Variety("on an instance", lambda spot: _address_arn(spot, address_in_use(spot)[0])),
        Variety("on a NAT gateway", _of_nat),
    ),
)


def _volume(spot: Spot) -> str:
    named = tagged("volume", spot.tags(spot.name("data")))
    zone = network(spot).zones[0]
    made = spot.do("ec2:CreateVolume", AvailabilityZone=zone, Size=20, Encrypted=True, TagSpecifications=named)
    return made["VolumeId"]


def _unused_volume(spot: Spot) -> str:
    return spot.arn("ec2", f"volume/{_volume(spot)}")


def _attached_volume(spot: Spot) -> str:
    volume, ran = _volume(spot), run_host(spot)
    spot.do("ec2:AttachVolume", VolumeId=volume, InstanceId=ran["Instances.0.InstanceId"], Device="/dev/sdf")
    return spot.arn("ec2", f"volume/{volume}")


UNUSED_VOLUME = Case(
    "inventory/unused-volume",
    "a volume is attached to nothing",
    (Variety("attached to nothing", _unused_volume),),
    (Variety("attached to an instance", _attached_volume),),
)


def _snapshot(spot: Spot, *, orphaned: bool) -> str:
    volume = _volume(spot)
    if not orphaned:
        ran = run_host(spot)
        spot.do("ec2:AttachVolume", VolumeId=volume, InstanceId=ran["Instances.0.InstanceId"], Device="/dev/sdf")
    named = tagged("snapshot", spot.tags(spot.name("copy")))
    made = spot.do("ec2:CreateSnapshot", VolumeId=volume, TagSpecifications=named)
    if orphaned:
        spot.do("ec2:DeleteVolume", VolumeId=volume)
    return spot.arn("ec2", f"snapshot/{made['SnapshotId']}")


ORPHANED_SNAPSHOT = Case(
    "inventory/orphaned-snapshot",
    "a snapshot's volume is gone, and no image is made of it",
    (Variety("its volume is deleted", lambda spot: _snapshot(spot, orphaned=True)),),
    (Variety("its volume is in use", lambda spot: _snapshot(spot, orphaned=False)),),
)


def _interface(spot: Spot, *, attached: bool) -> str:
    made = spot.do(
        "ec2:CreateNetworkInterface",
        SubnetId=network(spot).private,
        Groups=[network(spot).group],
        TagSpecifications=tagged("network-interface", spot.tags(spot.name("interface"))),
    )
    interface = made["NetworkInterface.NetworkInterfaceId"]
    if attached:
        ran = run_host(spot)
        instance = ran["Instances.0.InstanceId"]
        spot.do("ec2:AttachNetworkInterface", NetworkInterfaceId=interface, InstanceId=instance, DeviceIndex=1)
    return spot.arn("ec2", f"network-interface/{interface}")


UNUSED_INTERFACE = Case(
    "inventory/unused-interface",
    "a network interface is attached to nothing",
    (Variety("attached to nothing", lambda spot: _interface(spot, attached=False)),),
    (Variety("attached to an instance", lambda spot: _interface(spot, attached=True)),),
)


def _from_image(spot: Spot, *, gone: bool) -> str:
    image = make_image(spot)
    ran = run_host(spot, ImageId=image)
    if gone:
        held = spot.do("ec2:DescribeImages", ImageIds=[image])["Images.0.BlockDeviceMappings.0.Ebs.SnapshotId"]
        spot.do("ec2:DeregisterImage", ImageId=image)
        spot.mark(ORPHANED_SNAPSHOT.slug, spot.arn("ec2", f"snapshot/{held}"), "its image is deregistered", decoy=False)
    return spot.arn("ec2", f"instance/{ran['Instances.0.InstanceId']}")


IMAGE_GONE = Case(
    "inventory/image-gone",
    "an instance runs from an image of the company's own that is deregistered",
    (Variety("its image was deregistered", lambda spot: _from_image(spot, gone=True)),),
    (Variety("its image is there", lambda spot: _from_image(spot, gone=False)),),
)
CASES = (UNUSED_ADDRESS, UNUSED_VOLUME, ORPHANED_SNAPSHOT, UNUSED_INTERFACE, IMAGE_GONE)
