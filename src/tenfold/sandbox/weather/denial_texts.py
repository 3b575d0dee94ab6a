"""The words of denials that differ from service to service."""

import hashlib
from base64 import urlsafe_b64encode
from datetime import datetime

from tenfold.sandbox.calls import Call
from tenfold.sandbox.denial import iam_action
from tenfold.sandbox.faults import FORBIDDEN, fault, read_fault
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.weather.habit import Ask, Habit
from tenfold.sandbox.wire import Reply

_ENCODED = " Encoded authorization failure message: "
_TERSE = {  # services that say less than the others [K]
    "organizations": "You don't have permissions to access this resource.",
    "s3control": "Access Denied",
}
_REASONS = (" because no ", " with an explicit deny")
_DENIALS = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
_ROUNDS = 12


class DenialTexts(Habit):
    """Denials are in the words of each service: EC2 encodes its reason, others keep theirs to themselves."""

    def answer(self, call: Call, caller: Caller, now: datetime, ask: Ask) -> Reply:
        """Put a denial into the service's words; its code stays."""
        del now
        reply = ask(call, caller)
        found = read_fault(call, reply)
        if found is None or found[0] not in _DENIALS or call.wire.method == "HEAD":
            return reply
        return fault(call, found[0], self._words(call, found[1]), FORBIDDEN)

    def _words(self, call: Call, text: str) -> str:
        if call.service == "ec2":
            return _without_reason(text) + _ENCODED + _encoded(call, text)
        if call.service in _TERSE:
            return _TERSE[call.service]
        return text if self.draw.share(iam_action(call)) < _WITH_REASON else _without_reason(text)


_WITH_REASON = 0.7  # share of actions that say which policy it was


def _without_reason(text: str) -> str:
    for mark in _REASONS:
        text = text.split(mark, 1)[0]
    return text


def _encoded(call: Call, text: str) -> str:
    """As long and as unreadable as AWS's, and the same for the same denial."""
    blocks = (hashlib.sha256(f"{call.name} {text} {number}".encode()).digest() for number in range(_ROUNDS))
    return urlsafe_b64encode(b"".join(blocks)).decode().rstrip("=")
