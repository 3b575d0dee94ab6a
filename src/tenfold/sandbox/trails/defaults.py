"""What a new trail records: all management events, as AWS has it; moto's trails name no selectors at all."""

from moto.cloudtrail.models import cloudtrail_backends

from tenfold.sandbox.calls import Call
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.wire import Reply

_OK = 200


def select(call: Call, caller: Caller, reply: Reply) -> None:
    """Give the trail that a call has made AWS's default selector."""
    if call.name != "cloudtrail:CreateTrail" or reply.status != _OK:
        return
    trail = cloudtrail_backends[caller.account][call.region].trails.get(str(call.parameters.get("Name", "")))
    if trail is not None and not trail.event_selectors and not trail.advanced_event_selectors:
        trail.event_selectors = [
            {
                "ReadWriteType": "All",
                "IncludeManagementEvents": True,
                "DataResources": [],
                "ExcludeManagementEventSources": [],
            }
        ]
