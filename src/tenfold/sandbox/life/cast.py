"""Who works in the company: people with their hours and places, and pipelines with their rhythm."""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from tenfold.sandbox.company.tables import FIRST_NAMES, LAST_NAMES
from tenfold.sandbox.life.tables import AGENTS, OFFICES

_NIGHT, _WEEKEND = 0.02, 0.08
_PEOPLE_TO_AN_ACCOUNT, _MOST_PEOPLE, _MOST_ACCOUNTS = 2, 24, 12
_SATURDAY = 5


class Worker(msgspec.Struct, frozen=True):
    """Somebody or something that makes calls.

    Args:
        name: of the IAM user, and of the sessions.
        kind: `person` or `pipeline`: which chores there are for it.
        address: where its calls come from.
        agents: how often it uses which of `console`, `cli`, `terraform`, `sdk`.
        accounts: where it works.
        offset: hours of its place from UTC.
        every: how far the runs of a pipeline lie apart; zero for people, who come and go.
    """

    name: str
    kind: str
    address: str
    agents: Mapping[str, float]
    accounts: tuple[str, ...]
    offset: float = 0
    every: timedelta = timedelta(0)
    chores: tuple[str, ...] = ()

    def eagerness(self, at: datetime) -> float:
        """The share (0 to 1) of a full hour's work that is done around a time: the day is from nine to six."""
        local = at + timedelta(hours=self.offset)
        if local.weekday() >= _SATURDAY:
            return _WEEKEND
        return _BY_HOUR[local.hour]


def agent_of(tool: str) -> str:
    """The user agent of a tool."""
    return AGENTS[tool]


def cast_of(seed: int, accounts: Sequence[str]) -> tuple[Worker, ...]:
    """The workers of a company; the same for the same seed and accounts.

    Of many accounts, the first dozen is worked in.
    """
    rng = random.Random(f"cast {seed}")  # noqa: S311 - a cast must repeat itself
    worked = tuple(accounts[:_MOST_ACCOUNTS])
    count = min(_MOST_PEOPLE, _PEOPLE_TO_AN_ACCOUNT * len(worked))
    names = rng.sample([f"{first}.{last}" for first in FIRST_NAMES for last in LAST_NAMES], count)
    people = [_person(rng, name, number, worked) for number, name in enumerate(names)]
    return (*people, *_pipelines(worked))


def _person(rng: random.Random, name: str, number: int, accounts: tuple[str, ...]) -> Worker:
    start, offset = rng.choice(OFFICES)
    agents = rng.choice(({"console": 0.7, "cli": 0.3}, {"cli": 0.8, "console": 0.2}, {"cli": 0.5, "terraform": 0.5}))
    mine = tuple(dict.fromkeys((accounts[number % len(accounts)], rng.choice(accounts))))
    return Worker(name, "person", f"{start}.{rng.randint(10, 250)}", agents, mine, offset)


def _pipelines(accounts: tuple[str, ...]) -> list[Worker]:
    robots, terraform, every = {"sdk": 1.0}, {"terraform": 1.0}, timedelta(hours=1)
    return [
        Worker("svc-deploy", "pipeline", "203.0.113.5", robots, accounts, 1, timedelta(minutes=40), ("deploy",)),
        Worker("svc-terraform", "pipeline", "203.0.113.6", terraform, accounts, 1, 3 * every, ("terraform_run",)),
        Worker("svc-monitor", "pipeline", "198.51.100.9", robots, accounts, 0, timedelta(minutes=10), ("watch",)),
        Worker("svc-backup", "pipeline", "198.51.100.10", robots, accounts, 0, 24 * every, ("back_up",)),
        Worker("svc-scaler", "pipeline", "198.51.100.11", robots, accounts, 0, 4 * every, ("scale",)),
    ]  # fmt: skip


_BY_HOUR = (*[_NIGHT] * 9, 0.7, 1.0, 1.0, 0.5, *[1.0] * 5, 0.3, 0.15, *[_NIGHT] * 4)
