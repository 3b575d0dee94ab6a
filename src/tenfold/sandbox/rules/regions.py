"""Regions, with those that an account has to turn on."""

from boto3 import Session
from moto.utilities.utils import get_partition

from tenfold.sandbox.calls import Call
from tenfold.sandbox.endpoints import endpoint_host
from tenfold.sandbox.faults import BAD_REQUEST, fault
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.rules.state import Rule, State
from tenfold.sandbox.serialize import serialize
from tenfold.sandbox.tables import OPT_IN_REGIONS, OPTED_IN_REGIONS
from tenfold.sandbox.wire import Reply

_REGION_FILTERS = {"region-name": "RegionName", "opt-in-status": "OptInStatus", "endpoint": "Endpoint"}


def _regions(_: State, call: Call, __: Caller) -> Reply:
    """DescribeRegions with the status of opt-in regions; those that are off come when all are asked for."""
    asked = call.parameters
    partition = get_partition(call.region)
    rows = [_region(name) for name in Session().get_available_regions("ec2", partition_name=partition)]
    if names := asked.get("RegionNames"):
        rows = [row for row in rows if row["RegionName"] in names]
    elif not asked.get("AllRegions"):
        rows = [row for row in rows if row["OptInStatus"] != "not-opted-in"]
    for condition in asked.get("Filters", []):
        column = _REGION_FILTERS.get(condition["Name"])
        if column is None:
            return fault(call, "InvalidParameterValue", f"The filter '{condition['Name']}' is invalid", BAD_REQUEST)
        rows = [row for row in rows if row[column] in condition["Values"]]
    return serialize(call, {"Regions": rows})


def _region(name: str) -> dict[str, str]:
    return {"RegionName": name, "OptInStatus": _opt_in_status(name), "Endpoint": endpoint_host("ec2", name)}


def _opt_in_status(region: str) -> str:
    if region not in OPT_IN_REGIONS:
        return "opt-in-not-required"
    return "opted-in" if region in OPTED_IN_REGIONS else "not-opted-in"


RULES: dict[str, Rule] = {"ec2:DescribeRegions": _regions}
