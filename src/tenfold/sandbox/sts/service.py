"""The operations of the token service that the sandbox answers itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from moto.utilities.utils import get_partition

from tenfold.sandbox.authority.gate import Gate
from tenfold.sandbox.calls import Call
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.serialize import serialize
from tenfold.sandbox.sts.assume import RoleDoor, session_policies
from tenfold.sandbox.sts.checks import StsError, check_form, denied
from tenfold.sandbox.sts.mfa import authenticated
from tenfold.sandbox.sts.saml import SamlDoor
from tenfold.sandbox.sts.sessions import issue
from tenfold.sandbox.sts.tags import tagging
from tenfold.sandbox.sts.web import WebDoor
from tenfold.sandbox.wire import Reply

_HALF_DAY, _HOUR = 43_200, 3_600


@dataclass(frozen=True)
class TokenService:
    """Sessions, over the gate (which knows whether identity policies decide) and the clock."""

    gate: Gate
    now: Callable[[], datetime]

    def answer(self, call: Call, caller: Caller) -> Reply | None:
        """The answer to a call of the service; None when it is moto's to answer."""
        operation = self._operations().get(call.operation) if call.service == "sts" else None
        if operation is None:
            return None
        try:
            result = operation(call, caller)
        except StsError as error:
            return error.reply(call)
        return result if isinstance(result, Reply) else serialize(call, result)

    def _operations(self) -> dict[str, Callable[[Call, Caller], dict[str, Any] | Reply]]:
        return {
            "AssumeRole": RoleDoor(self.gate, self.now).assume,
            "AssumeRoleWithSAML": SamlDoor(self.now).assume,
            "AssumeRoleWithWebIdentity": WebDoor(self.now).assume,
            "GetCallerIdentity": _caller_identity,
            "GetFederationToken": self._federation_token,
            "GetSessionToken": self._session_token,
        }

    def _session_token(self, call: Call, caller: Caller) -> dict[str, Any]:
        """A session of the user who calls, or of the root user, who gets an hour at most."""
        check_form(call)
        if caller.session:
            raise denied("Cannot call GetSessionToken with session credentials")
        seconds = int(call.parameters.get("DurationSeconds") or _HALF_DAY)
        if caller.kind == "Root":
            seconds = min(seconds, _HOUR)
        facts = {"name": "", "user": caller.name, "mfa": authenticated(call, caller)}
        return {
            "Credentials": issue(caller.account, get_partition(call.region), self.now(), seconds, **facts).credentials
        }

    def _federation_token(self, call: Call, caller: Caller) -> dict[str, Any]:
        check_form(call)
        if caller.session:
            raise denied("Cannot call GetFederationToken with session credentials")
        partition, name = get_partition(call.region), call.parameters["Name"]
        seconds = int(call.parameters.get("DurationSeconds") or (_HOUR if caller.kind == "Root" else _HALF_DAY))
        tags = tagging({row["Key"]: row["Value"] for row in call.parameters.get("Tags") or ()}, [], {})
        facts = {
            "name": name,
            "user": caller.name,
            "tags": tags.tags,
            "policies": session_policies(call, caller.account, partition) or (),
        }
        key = issue(caller.account, partition, self.now(), seconds, **facts)
        arn = f"arn:{partition}:sts::{caller.account}:federated-user/{name}"
        user = {"FederatedUserId": f"{caller.account}:{name}", "Arn": arn}
        return {"Credentials": key.credentials, "FederatedUser": user}


def _caller_identity(_: Call, caller: Caller) -> dict[str, Any]:
    return {"UserId": caller.id, "Account": caller.account, "Arn": caller.arn}
