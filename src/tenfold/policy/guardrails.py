"""What an organisation and a VPC endpoint put around a request: SCPs, RCPs and endpoint policies."""

from collections.abc import Sequence

from tenfold.policy.access import Access
from tenfold.policy.attempt import Attempt
from tenfold.policy.callers import OF_ACCOUNTS, Kind, Named
from tenfold.policy.callers_table import GATEWAY_SERVICES, RCP_SERVICES
from tenfold.policy.grants import Granted, concerned, granted
from tenfold.policy.layers import Gate, Reading, read

_ALL = tuple(Named)


def scp_readings(access: Access, attempt: Attempt) -> list[Reading]:
    """One reading a level of the caller's organisation.

    They bind users, roles and root users; not services, nor service-linked roles, nor callers without account.
    """
    caller = attempt.caller
    if caller.kind not in OF_ACCOUNTS or caller.service_linked:
        return []
    known = [read(f"scps[{level}]", policies, attempt) for level, policies in enumerate(access.scps)]
    return known + access.unread("scps")


def scp_gates(readings: Sequence[Reading], attempt: Attempt) -> list[Gate]:
    """Every level must allow."""
    return [one.gate(f"no policy of {one.layer} allows {attempt.action}") for one in readings]


def rcp_readings(access: Access, attempt: Attempt) -> list[Reading]:
    """The denies of the organisation of the resource's account, for the services that RCPs reach.

    Nothing needs to be allowed: RCPFullAWSAccess is attached everywhere and cannot be detached.
    """
    if attempt.service not in RCP_SERVICES or attempt.caller.service_linked:
        return []
    known = [
        granted("rcps", concerned(f"rcps[{level}][{index}]", policy, attempt), attempt, access.canonical).reading
        for level, policies in enumerate(access.rcps)
        for index, policy in enumerate(policies)
    ]
    return known + access.unread("rcps")


def endpoint_grants(access: Access, attempt: Attempt) -> list[Granted]:
    """What the policies of the VPC endpoint say."""
    known = [
        granted("endpoint", concerned(f"endpoint[{index}]", policy, attempt), attempt, access.canonical)
        for index, policy in enumerate(access.endpoint)
    ]
    return known + [Granted(one, ()) for one in access.unread("endpoint")]


def endpoint_gates(found: Sequence[Granted], attempt: Attempt) -> list[Gate]:
    """Every endpoint policy must allow.

    In the policy of a gateway endpoint an account stands for its root user alone; in that of an interface endpoint
    for all its principals. Which one it is, the policy does not say.
    """
    missing = f"no endpoint policy allows {attempt.action}"
    gates = [one.gate(*_ALL, missing=missing) for one in found]
    if attempt.service not in GATEWAY_SERVICES or attempt.caller.kind in (Kind.ROOT, Kind.ANONYMOUS):
        return gates
    plain = [one.gate(Named.EVERYONE, missing=missing) for one in found]
    return [
        Gate(None, ("whether a gateway endpoint counts a named principal is not known",))
        if gate.open and not sure.open
        else gate
        for gate, sure in zip(gates, plain, strict=True)
    ]
