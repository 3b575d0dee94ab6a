"""Policies that name a user or a role which is gone: they show its unique id in the place of its ARN."""

from datetime import datetime

from moto.iam.models import iam_backends
from moto.utilities.utils import get_partition

from tenfold.sandbox.calls import Call
from tenfold.sandbox.faults import BAD_REQUEST
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.weather.habit import Ask, Habit
from tenfold.sandbox.weather.resource_policies import rename
from tenfold.sandbox.wire import Reply


class UniqueIds(Habit):
    """Policies show the unique id (AIDA..., AROA...) of a user or role that was deleted, for good."""

    def answer(self, call: Call, caller: Caller, now: datetime, ask: Ask) -> Reply:
        """After a deletion, let every policy that named the principal by ARN name it by id."""
        del now
        principal = _principal(call, caller)
        reply = ask(call, caller)
        if principal and reply.status < BAD_REQUEST:
            rename(*principal)
        return reply


def _principal(call: Call, caller: Caller) -> tuple[str, str] | None:
    """ARN and id of the user or role that a call deletes."""
    iam = iam_backends[caller.account][get_partition(call.region)]
    if call.name == "iam:DeleteUser":
        user = iam.users.get(call.parameters.get("UserName", ""))
        return (user.arn, user.id) if user else None
    if call.name == "iam:DeleteRole":
        wanted = call.parameters.get("RoleName")
        return next(((role.arn, role.id) for role in iam.roles.values() if role.name == wanted), None)
    return None
