"""Calls refused because there are too many of them: in bursts, as when others use up an account's share."""

from datetime import datetime

from tenfold.sandbox.calls import Call
from tenfold.sandbox.faults import BAD_REQUEST, fault
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.weather.draw import Attempts, Draw, fate
from tenfold.sandbox.weather.habit import Ask, Habit
from tenfold.sandbox.wire import Reply

_SHARE = 0.02
_USUAL, _LONGEST = 3, 12
_LONG_ONES = 0.05  # share of bursts that outlast a client's retries
_TOO_MANY, _UNAVAILABLE = 429, 503

# How a service says it: code, message, status [K]
_DEFAULT = ("ThrottlingException", "Rate exceeded", BAD_REQUEST)
_QUERY = ("Throttling", "Rate exceeded", BAD_REQUEST)
_WORDS = {
    "ec2": ("RequestLimitExceeded", "Request limit exceeded.", _UNAVAILABLE),
    "lambda": ("TooManyRequestsException", "Rate exceeded", _TOO_MANY),
    "organizations": ("TooManyRequestsException", "You have sent too many requests in too short a time.", BAD_REQUEST),
    "s3": ("SlowDown", "Please reduce your request rate.", _UNAVAILABLE),
    "s3control": ("SlowDown", "Please reduce your request rate.", _UNAVAILABLE),
}
_NEVER = frozenset({"sqs", "sns"})  # whose limits are beyond what one account reaches


class Throttling(Habit):
    """One call in fifty is throttled one to three times over, now and then more often than a client tries."""

    def __init__(self, draw: Draw) -> None:
        super().__init__(draw)
        self._attempts = Attempts()

    def answer(self, call: Call, caller: Caller, now: datetime, ask: Ask) -> Reply:
        """Refuse an attempt that falls into a burst of this very call."""
        del now
        what = fate(call, caller)
        if call.service in _NEVER or not self._in_burst(what, self._attempts.next(what)):
            return ask(call, caller)
        by_protocol = _QUERY if call.protocol in {"query", "rest-xml"} else _DEFAULT
        return fault(call, *_WORDS.get(call.service, by_protocol))

    def _in_burst(self, what: str, attempt: int) -> bool:
        """Whether a burst began at this attempt, or at one before it and still lasts."""
        return any(
            self.draw.share(what, first) < _SHARE and attempt - first < self._length(what, first)
            for first in range(max(0, attempt - _LONGEST + 1), attempt + 1)
        )

    def _length(self, what: str, first: int) -> int:
        if self.draw.share("long", what, first) < _LONG_ONES:
            return _LONGEST
        return 1 + int(self.draw.share("length", what, first) * _USUAL)
