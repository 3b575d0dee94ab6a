"""Whether AWS allows one request, given every policy and setting that bears on it.

The order of the IAM guide's pages on policy evaluation: a deny anywhere wins; then guardrails, and the permission by
the caller's own policies, by the resource's, or by both, must all let the request pass.
"""

from collections.abc import Iterator

import msgspec

from tenfold.policy.access import Access
from tenfold.policy.attempt import Attempt
from tenfold.policy.callers import OF_ACCOUNTS, Kind, Named
from tenfold.policy.callers_table import TRUST_ACTIONS
from tenfold.policy.document import Effect
from tenfold.policy.grants import Granted, concerned, granted
from tenfold.policy.guardrails import endpoint_gates, endpoint_grants, rcp_readings, scp_gates, scp_readings
from tenfold.policy.layers import OPEN, Gate, Reading, either, every, read
from tenfold.policy.s3_access import acl_rows, keeps_root_in, s3_gates

_ALL = tuple(Named)
_POINT = "access_point.policy"


class Verdict(msgspec.Struct, frozen=True):
    """The effect; and why: the statements that decided, what would have had to allow, or what is not known."""

    effect: Effect
    why: tuple[str, ...]


class Side(msgspec.Struct, frozen=True):
    """The caller's side: what his own policies permit, and how far boundaries and session policies limit him."""

    readings: tuple[Reading, ...]
    permits: Gate
    limits: Gate


def evaluate(attempt: Attempt, access: Access) -> Verdict:
    """Decide one request.

    Raises:
        PolicyError: for an ACL grant that is not of a form S3 documents.
    """
    side = _side(access, attempt)
    owners = _owners(access, attempt)
    scps, endpoint = scp_readings(access, attempt), endpoint_grants(access, attempt)
    theirs = (one.reading for one in (*endpoint, *(owner for owner, _ in owners)))
    readings = [*scps, *rcp_readings(access, attempt), *theirs, *side.readings]
    denies = tuple(deny for one in readings for deny in one.denies)
    if denies:
        return Verdict(Effect.EXPLICIT_DENY, denies)
    gate = every(
        (
            *scp_gates(scps, attempt),
            *endpoint_gates(endpoint, attempt),
            *s3_gates(access, attempt),
            *_refusals(attempt),
            *(_permission(side, owner, attempt, account) for owner, account in owners),
        )
    )
    return _verdict(gate, tuple(doubt for one in readings for doubt in one.doubts))


def _verdict(gate: Gate, doubts: tuple[str, ...]) -> Verdict:
    if gate.open is False:
        return Verdict(Effect.IMPLICIT_DENY, gate.why)
    if gate.open is None or doubts:
        return Verdict(Effect.UNKNOWN, doubts + (() if gate.open else gate.why))
    return Verdict(Effect.ALLOW, gate.why)


def _side(access: Access, attempt: Attempt) -> Side:
    """The caller's side. A root user has every permission; services and strangers without account have none."""
    if attempt.caller.kind is Kind.ROOT:
        return Side((), Gate(True, ("a root user has every permission of his account",)), OPEN)
    if attempt.caller.kind not in OF_ACCOUNTS:
        return Side((), OPEN, OPEN)
    identity = read("identity", access.identity, attempt, unread="identity" in access.unknown)
    session = read("session", access.session, attempt, unread="session" in access.unknown)
    boundaries = [read("boundaries", (one,), attempt, first=index) for index, one in enumerate(access.boundaries)]
    boundaries += access.unread("boundaries")
    limits = every(
        (
            *(one.gate(f"the permissions boundary does not allow {attempt.action}") for one in boundaries),
            _session_gate(session, access, attempt),
        )
    )
    own = identity.gate(f"no identity policy allows {attempt.action}")
    return Side((identity, *boundaries, session), every((own, limits)), limits)


def _session_gate(session: Reading, access: Access, attempt: Attempt) -> Gate:
    """Session policies limit when there are any; a federated user has nothing without them."""
    if not access.session and not session.unread and attempt.caller.kind is not Kind.FEDERATED:
        return OPEN
    return session.gate(f"no session policy allows {attempt.action}")


def _owners(access: Access, attempt: Attempt) -> list[tuple[Granted, str]]:
    """What the owner of the resource says, with his account: of an access point first, then of the bucket behind."""
    door = access.door
    if door is None:
        return [(_owner(access, attempt, attempt.account), access.object_owner or attempt.account)]
    point = granted(_POINT, concerned(_POINT, door.policy, attempt), attempt, access.canonical)
    key = attempt.resource.removeprefix(door.arn).removeprefix("/object")
    behind = _owner(access, attempt.on(door.bucket + key), door.bucket_account)
    return [(point, door.account), (behind, access.object_owner or door.bucket_account)]


def _owner(access: Access, attempt: Attempt, account: str) -> Granted:
    """Resource policy and ACL. Of an object that is another account's, the bucket policy can only deny."""
    rows = concerned("resource_policy", access.resource_policy, attempt)
    if access.object_owner and access.object_owner != account:
        rows = [row for row in rows if not row[1].allows]
    if keeps_root_in(attempt, account):
        rows = [row for row in rows if row[1].allows]
    return granted(
        "resource_policy",
        [*rows, *acl_rows(access, attempt)],
        attempt,
        access.canonical,
        bounded=bool(access.boundaries),
        unread="resource_policy" in access.unknown,
    )


def _permission(side: Side, owner: Granted, attempt: Attempt, account: str) -> Gate:
    """Whether caller and owner together permit a request; the account decides whether both must."""
    missing = f"no statement of the {owner.reading.layer} allows {attempt.action} to the caller"
    if attempt.caller.kind not in OF_ACCOUNTS:
        return owner.gate(*_ALL, missing=missing)
    if account and account != attempt.caller.account:
        return every((side.permits, owner.gate(*_ALL, missing=missing)))
    within = _within(side, owner, attempt, missing)
    if account:
        return within
    across = every((side.permits, owner.gate(*_ALL, missing=missing)))
    return within if within.open is across.open else Gate(None, ("whose the resource is, is not known",))


def _within(side: Side, owner: Granted, attempt: Attempt, missing: str) -> Gate:
    """In one account, either side suffices; how far the caller's limits count depends on how he is named."""
    own = side.permits
    if _must_name(attempt):
        named = owner.gate(
            Named.ACCOUNT, missing=f"the {owner.reading.layer} does not leave {attempt.action} to the account"
        )
        own = every((own, named))
    limited = owner.gate(Named.ROLE, Named.EVERYONE, missing=missing)
    return either((own, owner.gate(Named.DIRECT, missing=missing), every((limited, side.limits))))


def _must_name(attempt: Attempt) -> bool:
    """Trust policies and key policies must allow, in their own account, too."""
    trust = attempt.action.lower() in TRUST_ACTIONS and ":role/" in attempt.resource
    return trust or (attempt.service == "kms" and ":key/" in attempt.resource)


def _refusals(attempt: Attempt) -> Iterator[Gate]:
    if attempt.caller.kind is Kind.ROOT and attempt.action.lower() == "sts:assumerole":
        yield Gate(False, ("a root user cannot assume a role",))
