"""Errors of S3 that mean nothing but that it should be tried again."""

from datetime import datetime

from tenfold.sandbox.calls import Call
from tenfold.sandbox.faults import SERVER_FAULT, fault
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.weather.draw import Attempts, Draw, fate
from tenfold.sandbox.weather.habit import Ask, Habit
from tenfold.sandbox.wire import Reply

_SHARE = 0.01
_HALF = 0.5
_UNAVAILABLE = 503


class S3Errors(Habit):
    """One call to S3 in a hundred fails with 500 or 503; a write may have been carried out all the same."""

    def __init__(self, draw: Draw) -> None:
        super().__init__(draw)
        self._attempts = Attempts()

    def answer(self, call: Call, caller: Caller, now: datetime, ask: Ask) -> Reply:
        """Fail by what is asked and which attempt it is."""
        del now
        if call.service != "s3":
            return ask(call, caller)
        what = fate(call, caller)
        attempt = self._attempts.next(what)
        if self.draw.share(what, attempt) >= _SHARE:
            return ask(call, caller)
        if not call.read_only and self.draw.share("done", what, attempt) < _HALF:
            ask(call, caller)
        if self.draw.share("kind", what, attempt) < _HALF:
            return fault(call, "InternalError", "We encountered an internal error. Please try again.", SERVER_FAULT)
        return fault(call, "ServiceUnavailable", "Service is unable to handle request.", _UNAVAILABLE)
