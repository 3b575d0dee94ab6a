"""Regions that an account has not switched on."""

from datetime import datetime

from tenfold.sandbox.calls import Call
from tenfold.sandbox.identity import ANONYMOUS, Caller
from tenfold.sandbox.naming import is_global
from tenfold.sandbox.tables import OPT_IN_REGIONS, OPTED_IN_REGIONS
from tenfold.sandbox.weather.habit import Ask, Habit
from tenfold.sandbox.weather.refusals import unknown_key
from tenfold.sandbox.wire import Reply

_CLOSED = OPT_IN_REGIONS - OPTED_IN_REGIONS


class ClosedRegions(Habit):
    """A region that an account has not opted in to knows none of its access keys."""

    def answer(self, call: Call, caller: Caller, now: datetime, ask: Ask) -> Reply:
        """Refuse what is signed for such a region."""
        del now
        if call.region in _CLOSED and caller is not ANONYMOUS and not is_global(call):
            return unknown_key(call)
        return ask(call, caller)
