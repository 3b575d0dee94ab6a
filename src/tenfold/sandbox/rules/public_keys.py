"""The keys by which CloudTrail's digests are checked."""

from datetime import UTC
from typing import Any

from tenfold.sandbox.calls import Call
from tenfold.sandbox.faults import BAD_REQUEST, fault
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.rules.state import Rule, State
from tenfold.sandbox.serialize import serialize
from tenfold.sandbox.trails.keys import SigningKey
from tenfold.sandbox.wire import Reply


def _public_keys(state: State, call: Call, _: Caller) -> Reply:
    """ListPublicKeys: all keys of the range in one answer, for AWS has its NextToken still in reserve."""
    asked, now = call.parameters, state.now()
    if asked.get("NextToken"):
        return fault(call, "InvalidTokenException", "The token is not one that was given out.", BAD_REQUEST)
    start, end = (asked[name].replace(tzinfo=UTC) if name in asked else now for name in ("StartTime", "EndTime"))
    if end < start:
        return fault(call, "InvalidTimeRangeException", "The start time is after the end time.", BAD_REQUEST)
    current = [state.keys.at(call.region, now)]
    keys = state.keys.between(call.region, start, min(end, now)) if "StartTime" in asked else current
    return serialize(call, {"PublicKeyList": [_public_key(key) for key in keys]})


def _public_key(key: SigningKey) -> dict[str, Any]:
    validity = {"ValidityStartTime": key.begins, "ValidityEndTime": key.ends}
    return {"Value": key.public, "Fingerprint": key.fingerprint, **validity}


RULES: dict[str, Rule] = {"cloudtrail:ListPublicKeys": _public_keys}
