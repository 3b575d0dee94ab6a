"""EBS snapshots: sharing with everybody, which an account can block in a region."""

from tenfold.sandbox.calls import Call
from tenfold.sandbox.faults import BAD_REQUEST, fault
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.rules.state import Rule, State
from tenfold.sandbox.wire import Reply

BLOCK = "ec2.snapshot-block"


def _modify(state: State, call: Call, caller: Caller) -> Reply | None:
    """ModifySnapshotAttribute: refused when it makes a snapshot public in spite of the block; else moto's."""
    asked = call.parameters
    added = (asked.get("CreateVolumePermission") or {}).get("Add") or ()
    groups = [row.get("Group") for row in added]
    if asked.get("OperationType") == "add":
        groups.extend(asked.get("GroupNames") or ())
    (block,) = state.catalogue.rows(BLOCK, caller.account, call.region)
    if "all" not in groups or block["State"] == "unblocked":
        return None
    text = "You cannot publicly share snapshots because block public access for snapshots is enabled in this Region."
    return fault(call, "OperationNotPermitted", text, BAD_REQUEST)


RULES: dict[str, Rule] = {"ec2:ModifySnapshotAttribute": _modify}
