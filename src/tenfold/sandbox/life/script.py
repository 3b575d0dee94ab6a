"""Who does what when: a pure function of the seed, the cast and the time, whenever one begins to read it."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from tenfold.sandbox.life.cast import Worker
from tenfold.sandbox.life.registry import Chore, chores

SLOT = timedelta(minutes=10)
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_SLOTS_AN_HOUR = timedelta(hours=1) / SLOT


class Act(NamedTuple):
    """Somebody does something once. `draw` decides its details."""

    at: datetime
    worker: Worker
    chore: Chore
    account: str
    tool: str
    draw: int


def script(seed: int, cast: Sequence[Worker], start: datetime, end: datetime, pace: float) -> Iterator[Act]:
    """The acts from `start` up to `end`, in order of time.

    Args:
        seed: decides everything.
        cast: who works.
        start: aware; the acts of a time do not depend on where one begins.
        end: aware, not included.
        pace: acts of one person in a full hour.
    """
    slot = _EPOCH + (start - _EPOCH) // SLOT * SLOT
    while slot < end:
        acts = [act for worker in cast for act in _acts(seed, worker, slot, pace)]
        yield from (act for act in sorted(acts, key=lambda act: (act.at, act.worker.name)) if start <= act.at < end)
        slot += SLOT


def _acts(seed: int, worker: Worker, slot: datetime, pace: float) -> Iterator[Act]:
    rng = random.Random(f"{seed} {worker.name} {slot.isoformat()}")  # noqa: S311 - a life must repeat itself
    if worker.every:
        if (slot - _EPOCH) // worker.every != (slot + SLOT - _EPOCH) // worker.every:
            for account in worker.accounts:
                yield _act(rng, worker, slot, account)
        return
    expected = pace * worker.eagerness(slot) / _SLOTS_AN_HOUR
    for _ in range(int(expected) + (rng.random() < expected % 1)):
        yield _act(rng, worker, slot, rng.choice(worker.accounts))


def _act(rng: random.Random, worker: Worker, slot: datetime, account: str) -> Act:
    at = slot + timedelta(seconds=rng.randrange(int(SLOT.total_seconds())))
    tool = rng.choices(list(worker.agents), list(worker.agents.values()))[0]
    mine = [chore for chore in chores() if chore.suits(worker, tool)]
    chosen = rng.choices(mine, [chore.weight for chore in mine])[0]
    return Act(at, worker, chosen, account, tool, rng.getrandbits(32))
