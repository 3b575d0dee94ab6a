"""What a role's trust policy says, and how long its sessions may be."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec
from moto.iam.models import Role

from tenfold.policy.document import Effect, Request
from tenfold.sandbox.authority.context import context_of, policy_caller
from tenfold.sandbox.authority.judge import judge
from tenfold.sandbox.calls import Call
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.sts.checks import DEFAULT_SECONDS, denied, invalid

TAG, SET_SOURCE = "sts:TagSession", "sts:SetSourceIdentity"


class Entry(msgspec.Struct, frozen=True):
    """Somebody at the door of a role: the call, the caller, and what the request carries for the trust policy."""

    call: Call
    caller: Caller
    role: Role
    context: Mapping[str, tuple[str, ...]]
    now: datetime

    def says(self, action: str, *, by_name: bool = False) -> Effect:
        """What the trust policy says of an action; `by_name` leaves out what it gives to the whole account."""
        who = policy_caller(self.caller)
        if by_name:
            who = msgspec.structs.replace(who, names=("", *who.names[1:]))
        context = context_of(self.call, self.caller, self.now, self.role.account_id)
        request = Request(who, action, self.role.arn, {**context, **self.context})
        return judge([self.role.assume_role_policy_document], request)

    def require(self, actions: Iterable[str]) -> None:
        """Refuse the caller unless the trust policy allows every action.

        Within one account the refusal says why; a stranger is told nothing.
        """
        for action in actions:
            effect = self.says(action)
            if effect is not Effect.ALLOW:
                raise denied(self._words(action, effect))

    def _words(self, action: str, effect: Effect) -> str:
        if self.caller.provider:
            return f"Not authorized to perform {action}"
        text = f"User: {self.caller.arn} is not authorized to perform: {action} on resource: {self.role.arn}"
        if self.caller.account != self.role.account_id:
            return text
        if effect is Effect.EXPLICIT_DENY:
            return f"{text} with an explicit deny in the role trust policy"
        return f"{text} because no role trust policy allows the {action} action"


def seconds_of(call: Call, role: Role | None) -> int:
    """How long the session is to be, at most what the role allows."""
    seconds = int(call.parameters.get("DurationSeconds") or DEFAULT_SECONDS)
    if role and seconds > int(role.max_session_duration or DEFAULT_SECONDS):
        raise invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
    return seconds
