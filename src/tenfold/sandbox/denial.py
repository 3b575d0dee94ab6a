"""Refusing reads: a share of them by chance that repeats itself, and named calls always."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from tenfold.policy.document import Effect
from tenfold.sandbox.calls import Call
from tenfold.sandbox.faults import FORBIDDEN, fault
from tenfold.sandbox.identity import ANONYMOUS, Caller
from tenfold.sandbox.resources import target_arn
from tenfold.sandbox.tables import IAM_ACTION
from tenfold.sandbox.wire import Reply

_NEVER_DENIED = frozenset({"sts:GetCallerIdentity"})
_PAGING = frozenset(
    {
        "ContinuationToken",
        "KeyMarker",
        "Marker",
        "MaxBuckets",
        "MaxItems",
        "MaxKeys",
        "MaxResults",
        "NextToken",
        "StartAfter",
    }
)
_HASH_RANGE = 2**64


@dataclass
class Denial:
    """Which reads are refused: a `share` of them (0 to 1), drawn by `seed`, and the named `calls`."""

    share: float = 0.0
    seed: int = 0
    calls: set[str] = field(default_factory=set)

    def replace_calls(self, calls: Iterable[str]) -> None:
        """Refuse exactly these calls by name from now on."""
        self.calls = set(calls)

    def covers(self, call: Call, caller: Caller) -> bool:
        """Whether this call is refused: the same answer for the same call, account, region and resource."""
        if not call.read_only or call.name in _NEVER_DENIED or call.name.startswith("sts:AssumeRole"):
            return False
        return call.name in self.calls or self._draw(call, caller) < self.share

    def _draw(self, call: Call, caller: Caller) -> float:
        asked = {key: value for key, value in call.parameters.items() if key not in _PAGING}
        fate = json.dumps([self.seed, call.name, caller.account, call.region, asked], sort_keys=True, default=str)
        return int.from_bytes(hashlib.sha256(fate.encode()).digest()[:8], "big") / _HASH_RANGE


def refuse(call: Call, caller: Caller) -> Reply:
    """AWS's answer to a caller whose own policies do not allow the call."""
    return refusal(call, caller, Effect.IMPLICIT_DENY, "an identity-based policy")


def refusal(call: Call, caller: Caller, effect: Effect, kind: str) -> Reply:
    """AWS's answer to a caller whom a kind of policy (with its article) forbids the call, or does not allow it."""
    action = iam_action(call)
    target = target_arn(call, caller)
    place = f'"{target}"' if action.startswith("s3:") and target != "*" else target
    if caller is ANONYMOUS:
        return fault(call, "AccessDenied", "Access Denied", FORBIDDEN)
    reason = f"because no {kind.split(' ', 1)[1]} allows the {action} action"
    if effect is Effect.EXPLICIT_DENY:
        reason = f"with an explicit deny in {kind}"
    return denied(call, f"User: {caller.arn} is not authorized to perform: {action} on resource: {place} {reason}")


def denied(call: Call, text: str) -> Reply:
    """A denial in the words and under the code of the call's service."""
    if call.service == "ec2":
        return fault(
            call, "UnauthorizedOperation", f"You are not authorized to perform this operation. {text}", FORBIDDEN
        )
    code = "AccessDenied" if call.protocol in {"query", "rest-xml"} else "AccessDeniedException"
    return fault(call, code, text, FORBIDDEN)


def iam_action(call: Call) -> str:
    """The action that IAM knows the call by."""
    prefix = call.model.service_model.signing_name if call.model else call.service
    return IAM_ACTION.get(call.name, f"{prefix}:{call.operation}")
