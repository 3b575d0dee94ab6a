"""AssumeRole: who may enter a role, for how long, and what the session carries on from the one before."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from moto.iam.models import Role, iam_backends
from moto.organizations.models import organizations_backends

from tenfold.model.arn import Arn
from tenfold.policy.document import Effect
from tenfold.sandbox.authority.gate import Gate
from tenfold.sandbox.authority.holdings import document_of
from tenfold.sandbox.calls import Call
from tenfold.sandbox.denial import refusal
from tenfold.sandbox.identity import Caller, role_of, unique_id
from tenfold.sandbox.managed_policies import published
from tenfold.sandbox.sts.checks import CHAINED_SECONDS, StsError, check_form, denied, invalid
from tenfold.sandbox.sts.mfa import authenticated
from tenfold.sandbox.sts.sessions import SessionKey, issue
from tenfold.sandbox.sts.tags import Tagging, tagging
from tenfold.sandbox.sts.trust import SET_SOURCE, TAG, Entry, seconds_of
from tenfold.sandbox.wire import Reply

# The role that Organizations makes in a new account; the management account may be entered by the same name
ACCESS_ROLE = "OrganizationAccountAccessRole"
_PACKED_PERCENT = 6


@dataclass(frozen=True)
class RoleDoor:
    """AssumeRole over the gate and the clock."""

    gate: Gate
    now: Callable[[], datetime]

    def assume(self, call: Call, caller: Caller) -> dict[str, Any] | Reply:
        """The result of the call, or its refusal.

        Raises:
            StsError: when the trust policy, the form of a parameter or a limit forbids it.
        """
        check_form(call)
        arn = role_arn(call)
        if caller.kind == "Root":
            raise denied("Roles may not be assumed by root accounts.")
        role, mfa, source = role_of(str(arn)), authenticated(call, caller), _source_identity(call, caller)
        session = caller.session
        asked = {row["Key"]: row["Value"] for row in call.parameters.get("Tags") or ()}
        tags = tagging(asked, call.parameters.get("TransitiveTagKeys") or [], session.passed_on() if session else {})
        if role is None:
            _missing(call, caller, arn)
        elif refused := self._refused(call, caller, role, mfa=mfa, source=source, tags=tags):
            return refused
        seconds = _chained(caller, seconds_of(call, role))
        facts = {
            "mfa": mfa or bool(session and session.mfa and not session.role),
            "source_identity": source,
            "tags": tags.tags,
        }
        key = enter(call, arn, role, now=self.now(), seconds=seconds, facts=facts | {"transitive": tags.transitive})
        return answer(key, arn) | ({"SourceIdentity": source} if source else {}) | _packed(call)

    def _refused(
        self, call: Call, caller: Caller, role: Role, *, mfa: bool, source: str, tags: Tagging
    ) -> Reply | None:
        context = _context(call, mfa=mfa, source=source) | tags.context
        entry = Entry(call, caller, role, context, self.now())
        entry.require(["sts:AssumeRole", *([TAG] if tags.tags else []), *([SET_SOURCE] if source else [])])
        if not self.gate.enforce:
            return None
        held = self.gate.holds(call, caller)
        named = caller.account == role.account_id and entry.says("sts:AssumeRole", by_name=True) is Effect.ALLOW
        if held is Effect.ALLOW or (held is Effect.IMPLICIT_DENY and named):
            return None
        return refusal(call, caller, held, "an identity-based policy")


def role_arn(call: Call) -> Arn:
    """The role that a call names."""
    try:
        arn = Arn.parse(call.parameters.get("RoleArn", ""))
    except ValueError:
        raise invalid(f"{call.parameters.get('RoleArn')} is invalid") from None
    if arn.service != "iam" or not arn.resource.startswith("role/"):
        raise invalid(f"{arn} is invalid")
    return arn


def enter(
    call: Call, arn: Arn, role: Role | None, *, now: datetime, seconds: int, facts: Mapping[str, object]
) -> SessionKey:
    """Make the session of a role by the call's name for it, its session policies, and other facts."""
    role_id = role.id if role else unique_id("AROA", str(arn))
    named = {
        "name": call.parameters.get("RoleSessionName", ""),
        "policies": session_policies(call, arn.account, arn.partition),
    }
    made = named | {"role": str(arn), "role_id": role_id} | dict(facts)
    return issue(arn.account, arn.partition, now, seconds, **made)


def answer(key: SessionKey, arn: Arn) -> dict[str, Any]:
    """What every way into a role answers."""
    session, name = key.session, arn.resource.rsplit("/", 1)[-1]
    entered = Arn(arn.partition, "sts", "", arn.account, f"assumed-role/{name}/{session.name}")
    return {
        "Credentials": key.credentials,
        "AssumedRoleUser": {"AssumedRoleId": f"{session.role_id}:{session.name}", "Arn": str(entered)},
    }


def session_policies(call: Call, account: str, partition: str) -> tuple[str, ...] | None:
    """The session policies of a call as documents; None when it gives none."""
    named = [row.get("arn", row.get("Arn", "")) for row in call.parameters.get("PolicyArns") or ()]
    inline = call.parameters.get("Policy")
    if not named and inline is None:
        return None
    return (*([inline] if inline else []), *(_managed(account, partition, policy) for policy in named))


def _managed(account: str, partition: str, policy: str) -> str:
    found = iam_backends[account][partition].managed_policies.get(policy)
    if found:
        return document_of(found)
    document = published(policy)
    if document is None:
        raise StsError("MalformedPolicyDocument", f"The specified managed policy {policy} does not exist.")
    return json.dumps(document)


def _missing(call: Call, caller: Caller, arn: Arn) -> None:
    """A role that nobody made is a door for whoever runs the sandbox, and into the own management account."""
    name = arn.resource.rsplit("/", 1)[-1]
    management = organizations_backends[arn.account][arn.partition].org is not None
    if caller.operator or (name == ACCESS_ROLE and management and caller.account == arn.account):
        return
    raise denied(f"User: {caller.arn} is not authorized to perform: sts:{call.operation} on resource: {arn}")


def _source_identity(call: Call, caller: Caller) -> str:
    """Set once, a source identity stays for the whole chain."""
    before, asked = caller.session.source_identity if caller.session else "", call.parameters.get("SourceIdentity", "")
    if before and asked and asked != before:
        raise denied("The source identity is already set for this assume role session")
    return before or asked


def _chained(caller: Caller, seconds: int) -> int:
    if caller.issuer and seconds > CHAINED_SECONDS:
        raise invalid(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
        )
    return seconds


def _context(call: Call, *, mfa: bool, source: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, str] = {
        "sts:rolesessionname": call.parameters.get("RoleSessionName", ""),
        "sts:externalid": call.parameters.get("ExternalId", ""),
        "sts:sourceidentity": source,
    }
    context: dict[str, tuple[str, ...]] = {key: (value,) for key, value in found.items() if value}
    return context | ({"aws:multifactorauthpresent": ("true",), "aws:multifactorauthage": ("0",)} if mfa else {})


def _packed(call: Call) -> dict[str, int]:
    given = any(call.parameters.get(name) for name in ("Policy", "PolicyArns", "Tags"))
    return {"PackedPolicySize": _PACKED_PERCENT} if given else {}
