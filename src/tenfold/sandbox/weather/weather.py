"""The weather of a sandbox: which habits of AWS it has, and what they do to a call or a record."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Self

from moto.cloudtrail.models import Trail

from tenfold.model.errors import ConfigError
from tenfold.sandbox.calls import Call
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.journal import Record
from tenfold.sandbox.trails.files import LogFile
from tenfold.sandbox.weather.any_order import AnyOrder
from tenfold.sandbox.weather.backfilled_digests import BackfilledDigests
from tenfold.sandbox.weather.cached_report import CachedReport
from tenfold.sandbox.weather.closed_regions import ClosedRegions
from tenfold.sandbox.weather.denial_texts import DenialTexts
from tenfold.sandbox.weather.doubled_messages import DoubledMessages
from tenfold.sandbox.weather.draw import Draw
from tenfold.sandbox.weather.habit import AT_ONCE, Ask, Habit
from tenfold.sandbox.weather.lag import Lag
from tenfold.sandbox.weather.late_digests import LateDigests
from tenfold.sandbox.weather.late_files import LateFiles
from tenfold.sandbox.weather.lost_events import LostEvents
from tenfold.sandbox.weather.new_principals import NewPrincipals
from tenfold.sandbox.weather.s3_errors import S3Errors
from tenfold.sandbox.weather.short_pages import ShortPages
from tenfold.sandbox.weather.slow_lookups import SlowLookups
from tenfold.sandbox.weather.throttling import Throttling
from tenfold.sandbox.weather.unique_ids import UniqueIds
from tenfold.sandbox.weather.wrong_region import WrongRegion
from tenfold.sandbox.wire import Reply

ALL = "aws"
_HABITS: dict[str, type[Habit]] = {
    "throttling": Throttling,
    "s3-errors": S3Errors,
    "closed-regions": ClosedRegions,
    "wrong-region": WrongRegion,
    "new-principals": NewPrincipals,
    "denial-texts": DenialTexts,
    "doubled-messages": DoubledMessages,
    "short-pages": ShortPages,
    "any-order": AnyOrder,
    "cached-report": CachedReport,
    "unique-ids": UniqueIds,
    "lag": Lag,
    "late-files": LateFiles,
    "late-digests": LateDigests,
    "backfilled-digests": BackfilledDigests,
    "lost-events": LostEvents,
    "slow-lookups": SlowLookups,
}
"""In the order in which a call meets them."""


class Weather:
    """The habits that are on. The same seed gives the same weather; each habit draws by itself.

    Args:
        seed: what chances are drawn from.
        habits: names from `habits()`; `aws` stands for all of them.

    Raises:
        ValueError: a habit of that name is not known.
    """

    def __init__(self, seed: int = 0, habits: Iterable[str] = ()) -> None:
        self.seed = seed
        self._on: dict[str, Habit] = {}
        self.switch(habits)

    @property
    def names(self) -> tuple[str, ...]:
        """The habits that are on."""
        return tuple(self._on)

    def switch(self, habits: Iterable[str]) -> Self:
        """Have exactly these habits from now on; those that stay keep what they know.

        Raises:
            ValueError: a habit of that name is not known; then nothing changes.
        """
        wanted = set(habits)
        wanted = (wanted - {ALL}) | (set(_HABITS) if ALL in wanted else set())
        if unknown := sorted(wanted - set(_HABITS)):
            raise ValueError(f"unknown weather {', '.join(unknown)}: one of {', '.join([ALL, *_HABITS])}")
        self._on = {
            name: self._on.get(name) or habit(Draw(self.seed, name))
            for name, habit in _HABITS.items()
            if name in wanted
        }
        return self

    def answer(self, call: Call, caller: Caller, now: datetime, ask: Ask) -> Reply:
        """The answer to a call in this weather; `ask` gives it in none."""
        for habit in reversed(self._on.values()):
            ask = _within(habit, now, ask)
        return ask(call, caller)

    def file_lateness(self, trail: Trail, record: Record) -> timedelta:
        """How long after its call a record comes into a log file."""
        return sum((habit.file_lateness(trail, record) for habit in self._on.values()), AT_ONCE)

    def digest_lateness(self, trail: Trail, account: str, region: str, end: datetime) -> timedelta:
        """How much later than usual the digest of the hour comes that ends at `end`."""
        return sum((habit.digest_lateness(trail, account, region, end) for habit in self._on.values()), AT_ONCE)

    def overlooks(self, file: LogFile) -> bool:
        """Whether the digest of its hour leaves out a log file."""
        return any(habit.overlooks(file) for habit in self._on.values())

    def event_lateness(self, record: Record) -> timedelta:
        """How long after its call a record can be looked up."""
        return sum((habit.event_lateness(record) for habit in self._on.values()), AT_ONCE)

    def loses(self, record: Record) -> bool:
        """Whether the event of a record never reaches EventBridge."""
        return any(habit.loses(record) for habit in self._on.values())

    def lookups_a_second(self) -> int | None:
        """How often an account may call LookupEvents in a region; None for as often as it likes."""
        return min(
            (limit for habit in self._on.values() if (limit := habit.lookups_a_second()) is not None), default=None
        )


def habits() -> dict[str, str]:
    """The habits by name, each with a line that describes it."""
    return {name: (habit.__doc__ or "").split("\n", 1)[0] for name, habit in _HABITS.items()}


def parse(text: str, seed: int = 0) -> Weather:
    """The weather that a text asks for: names with commas between them, `aws` for all, nothing for none.

    Raises:
        ConfigError: a name is not known; it lists those that are.
    """
    try:
        return Weather(seed, [name for part in text.split(",") if (name := part.strip().lower())])
    except ValueError as error:
        raise ConfigError(str(error), next=f"Name habits with commas between them, or {ALL} for all") from error


def _within(habit: Habit, now: datetime, ask: Ask) -> Ask:
    return lambda call, caller: habit.answer(call, caller, now, ask)
