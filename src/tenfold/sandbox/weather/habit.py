"""What a habit is: where it may come between a call and its answer, and between a record and where it goes."""

from collections.abc import Callable
from datetime import datetime, timedelta

from moto.cloudtrail.models import Trail

from tenfold.sandbox.calls import Call
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.journal import Record
from tenfold.sandbox.trails.files import LogFile
from tenfold.sandbox.weather.draw import Draw
from tenfold.sandbox.wire import Reply

Ask = Callable[[Call, Caller], Reply]
"""Gives the answer to a call as it is without this habit."""

AT_ONCE = timedelta(0)


class Habit:
    """A habit of AWS. Each overrides what it changes; its first line of documentation describes it to users.

    Args:
        draw: its own chances, which repeat themselves.
    """

    def __init__(self, draw: Draw) -> None:
        self.draw = draw

    def answer(self, call: Call, caller: Caller, now: datetime, ask: Ask) -> Reply:
        """The answer to a call."""
        del now
        return ask(call, caller)

    def file_lateness(self, trail: Trail, record: Record) -> timedelta:
        """How long after its call a record comes into a log file."""
        del trail, record
        return AT_ONCE

    def digest_lateness(self, trail: Trail, account: str, region: str, end: datetime) -> timedelta:
        """How much later than usual the digest of the hour comes that ends at `end`."""
        del trail, account, region, end
        return AT_ONCE

    def overlooks(self, file: LogFile) -> bool:
        """Whether the digest of its hour leaves out a log file."""
        del file
        return False

    def event_lateness(self, record: Record) -> timedelta:
        """How long after its call a record can be looked up."""
        del record
        return AT_ONCE

    def loses(self, record: Record) -> bool:
        """Whether the event of a record never reaches EventBridge."""
        del record
        return False

    def lookups_a_second(self) -> int | None:
        """How often an account may call LookupEvents in a region; None for as often as it likes."""
        return None
