"""Machines come and go, and with them their addresses."""

from datetime import timedelta

from tenfold.sandbox.company.truth import AddressSpan
from tenfold.sandbox.life.registry import chore
from tenfold.sandbox.life.stage import Stage
from tenfold.sandbox.life.world import Instance

_IMAGE = "ami-0a1b2c3d4e5f60718"
_MOST, _NIGHT_SHIFT = 6, 1
_KEPT_SNAPSHOTS = 7
_MORNING, _EVENING = 6, 18
_LONG_ENOUGH = timedelta(hours=2)


@chore("person", ["cli", "console", "terraform"], weight=2)
def start_a_machine(stage: Stage) -> None:
    """Unless enough of them run."""
    if len(stage.estate.instances) < _MOST:
        start(stage, "somebody needs a machine")


@chore("person", ["cli", "console", "terraform"], weight=2)
def end_a_machine(stage: Stage) -> None:
    """The oldest, once it has had its time."""
    if stage.estate.instances and stage.now - stage.estate.instances[0].started > _LONG_ENOUGH:
        end(stage, stage.estate.instances[0], "it is done with")


@chore("person", ["cli", "console"], weight=1)
def move_an_address(stage: Stage) -> None:
    """A machine gets an address of its own, or gives it back."""
    instance = next(iter(stage.estate.instances), None)
    if instance is None:
        return
    if instance.association:
        give_back(stage, instance)
    else:
        give_address(stage, instance)


@chore("pipeline", ["sdk"])
def scale(stage: Stage) -> None:
    """Up in the morning, down in the evening."""
    stage.see("ec2:DescribeInstances")
    wanted = _MOST // 2 if _MORNING <= stage.now.hour < _EVENING else _NIGHT_SHIFT
    running = stage.estate.instances
    for _ in range(wanted - len(running)):
        start(stage, "more is to do")
    for instance in running[: max(0, len(running) - wanted)]:
        end(stage, instance, "less is to do")


@chore("pipeline", ["sdk"])
def back_up(stage: Stage) -> None:
    """A snapshot a night; the oldest goes."""
    estate = stage.estate
    made = stage.change(
        "ec2:CreateSnapshot", estate.volume, "nightly backup", VolumeId=estate.volume, Description="nightly"
    )
    if made:
        estate.snapshots.append(made["SnapshotId"])
    if len(estate.snapshots) > _KEPT_SNAPSHOTS:
        old = estate.snapshots.popleft()
        stage.change("ec2:DeleteSnapshot", old, "kept long enough", SnapshotId=old)


def start(stage: Stage, why: str) -> None:
    """Run an instance in the estate's subnet."""
    estate = stage.estate
    made = stage.see(
        "ec2:RunInstances",
        ImageId=_IMAGE,
        InstanceType="t3.small",
        MinCount=1,
        MaxCount=1,
        SubnetId=estate.subnet,
        SecurityGroupIds=[estate.group],
        MetadataOptions={"HttpTokens": "required"},
        TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "owner", "Value": stage.actor.name}]}],
    )
    if made:
        found = made["Instances"][0]
        instance = Instance(found["InstanceId"], stage.now, found["PrivateIpAddress"])
        stage.note("ec2:RunInstances", instance.id, why)
        estate.instances.append(instance)
        span = AddressSpan(instance.private, estate.vpc, estate.account, instance.id, stage.now, None)
        stage.world.assign(span)


def end(stage: Stage, instance: Instance, why: str) -> None:
    """Terminate an instance; its addresses are free."""
    if instance.association:
        give_back(stage, instance)
    if stage.change("ec2:TerminateInstances", instance.id, why, InstanceIds=[instance.id]):
        stage.estate.instances.remove(instance)
        stage.world.free(stage.estate.vpc, instance.private, stage.now)


def give_address(stage: Stage, instance: Instance) -> None:
    """An elastic address for an instance."""
    made = stage.change("ec2:AllocateAddress", instance.id, "to be reached from outside", Domain="vpc")
    if not made:
        return
    instance.allocation = made["AllocationId"]
    joined = stage.change(
        "ec2:AssociateAddress",
        instance.id,
        "to be reached from outside",
        AllocationId=instance.allocation,
        InstanceId=instance.id,
    )
    if joined:
        instance.association = joined["AssociationId"]
        span = AddressSpan(made["PublicIp"], "", stage.estate.account, instance.id, stage.now, None)
        stage.world.assign(span)


def give_back(stage: Stage, instance: Instance) -> None:
    """The elastic address is not needed any more."""
    found = stage.see("ec2:DescribeAddresses", AllocationIds=[instance.allocation]).get("Addresses", [])
    why = "not to be reached from outside any more"
    if stage.change("ec2:DisassociateAddress", instance.id, why, AssociationId=instance.association):
        instance.association = ""
        for address in found:
            stage.world.free(stage.estate.account, address["PublicIp"], stage.now)
        stage.change("ec2:ReleaseAddress", instance.id, why, AllocationId=instance.allocation)
