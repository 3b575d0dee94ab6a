"""The forms of the token service's parameters, and its refusals."""

import re

from tenfold.sandbox.calls import Call
from tenfold.sandbox.faults import BAD_REQUEST, FORBIDDEN, fault
from tenfold.sandbox.wire import Reply

DEFAULT_SECONDS, LEAST_SECONDS, CHAINED_SECONDS = 3600, 900, 3600
_MOST_SECONDS = {"GetSessionToken": 129_600, "GetFederationToken": 129_600}
_LONGEST_ROLE = 43_200
_SHAPES = {
    "RoleSessionName": (re.compile(r"[\w+=,.@-]{2,64}", re.ASCII), "roleSessionName", r"[\w+=,.@-]*"),
    "SourceIdentity": (re.compile(r"[\w+=,.@-]{2,64}", re.ASCII), "sourceIdentity", r"[\w+=,.@-]*"),
    "ExternalId": (re.compile(r"[\w+=,.@:\\/-]{2,1224}", re.ASCII), "externalId", r"[\w+=,.@:\\\/-]*"),
    "TokenCode": (re.compile(r"\d{6}"), "tokenCode", r"[\d]*"),
    "Name": (re.compile(r"[\w+=,.@-]{2,32}", re.ASCII), "name", r"[\w+=,.@-]*"),
}


class StsError(Exception):
    """A refusal of the token service: its code, text and status."""

    def __init__(self, code: str, text: str, status: int = BAD_REQUEST) -> None:
        super().__init__(text)
        self.code, self.text, self.status = code, text, status

    def reply(self, call: Call) -> Reply:
        """The refusal as the answer to a call."""
        return fault(call, self.code, self.text, self.status)


def invalid(text: str) -> StsError:
    """A parameter that does not have its form."""
    return StsError("ValidationError", text)


def denied(text: str) -> StsError:
    """A refusal by a policy."""
    return StsError("AccessDenied", text, FORBIDDEN)


def check_form(call: Call) -> None:
    """Refuse parameters that do not have the form that the service asks for."""
    for parameter, (form, name, shown) in _SHAPES.items():
        value = call.parameters.get(parameter)
        if value is not None and not form.fullmatch(str(value)):
            raise invalid(
                f"1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: "
                f"Member must satisfy regular expression pattern: {shown}"
            )
    seconds = call.parameters.get("DurationSeconds")
    most = _MOST_SECONDS.get(call.operation, _LONGEST_ROLE)
    if seconds is not None and not LEAST_SECONDS <= int(seconds) <= most:
        bound = (
            f"greater than or equal to {LEAST_SECONDS}"
            if int(seconds) < LEAST_SECONDS
            else f"less than or equal to {most}"
        )
        raise invalid(
            f"1 validation error detected: Value '{seconds}' at 'durationSeconds' failed to satisfy constraint: "
            f"Member must have value {bound}"
        )
