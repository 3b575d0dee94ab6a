"""Who used which service when: kept from the calls that are made."""

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec
from moto.iam.models import AccessKeyLastUsed, iam_backends
from moto.utilities.utils import get_partition

from tenfold.sandbox.calls import Call
from tenfold.sandbox.denial import iam_action
from tenfold.sandbox.identity import ANONYMOUS, Caller


class Use(msgspec.Struct, frozen=True):
    """The last use of something: when, and in which region."""

    at: datetime
    region: str


class Uses:
    """The last uses of services and actions by users and roles; refused calls count too, as they do on AWS."""

    def __init__(self) -> None:
        self._services: dict[str, dict[str, Use]] = {}
        self._actions: dict[str, dict[str, Use]] = {}
        self.jobs: dict[str, msgspec.Struct] = {}  # of Access Advisor, by their ids

    def note(self, call: Call, caller: Caller, now: datetime) -> None:
        """Keep a call, and date the last use of the access key and the role by it."""
        if caller is ANONYMOUS or caller.provider:
            return
        action, principal = iam_action(call), caller.issuer.arn if caller.issuer else caller.arn
        use = Use(now, call.region)
        self._services.setdefault(principal, {})[action.split(":", 1)[0]] = use
        self._actions.setdefault(principal, {})[action] = use
        if caller.key:
            at = now.astimezone(UTC).replace(tzinfo=None)
            caller.key.last_used = AccessKeyLastUsed(at, action.split(":", 1)[0], call.region)
            if caller.issuer:
                role = iam_backends[caller.account][get_partition(call.region)].roles.get(caller.issuer.id)
                if role:
                    role.last_used = at

    def services(self, principal: str) -> Mapping[str, Use]:
        """The last uses by a user's or role's ARN, by the namespace of the service."""
        return self._services.get(principal, {})

    def actions(self, principal: str) -> Mapping[str, Use]:
        """The last uses by a user's or role's ARN, by action."""
        return self._actions.get(principal, {})
