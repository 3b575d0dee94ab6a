"""Backfill once, or follow for good."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from tenfold.model.clock import Clock
from tenfold.model.errors import TenfoldError
from tenfold.trail.ingest import Ingest, Summary
from tenfold.trail.retry import again
from tenfold.trail.source import Listed, Source

_FIRST_PAUSE, _LAST_PAUSE = 1.0, 60.0
_RETRIED_AT_ONCE = 100
_IDLE = 1.0
"""Seconds between two looks at the clock when no source is due."""


def backfill(source: Source, ingest: Ingest) -> Summary:
    """Take all that a source has, once; what is known already is passed over.

    Raises:
        TenfoldError: what was taken until then stays; running again goes on from there.
    """
    ingest.take(Listed(ingest.catch_up()))
    ingest.take(source)
    return ingest.summary


def follow(
    sources: Sequence[Source],
    ingest: Ingest,
    clock: Clock,
    *,
    stop: Callable[[], bool],
    trouble: Callable[[TenfoldError, float], None] = lambda _error, _pause: None,
) -> Summary:
    """Take what the sources get, until `stop()` says so. Any number of processes may follow one queue into one lake.

    Args:
        sources: each is asked as often as it wants to be.
        ingest: takes them.
        clock: for waiting.
        stop: asked between rounds.
        trouble: told of what failed and of the seconds until the next try.

    Raises:
        TenfoldError: the first round fails. Later failures are waited out.
    """
    rounds = _Rounds(sources, ingest, clock)
    rounds.take()
    pause = _FIRST_PAUSE
    while not stop():
        try:
            rounds.take()
        except TenfoldError as error:
            trouble(error, pause)
            clock.wait(pause)
            pause = min(pause * 2, _LAST_PAUSE)
        else:
            pause = _FIRST_PAUSE
    return ingest.summary


class _Rounds:
    """Whose turn it is."""

    def __init__(self, sources: Sequence[Source], ingest: Ingest, clock: Clock) -> None:
        self._sources, self._ingest, self._clock = sources, ingest, clock
        self._due: list[datetime] = [clock.now()] * len(sources)
        self._caught_up = False

    def take(self) -> None:
        """One turn of each source that is due; waits a moment when none is.

        Raises:
            TenfoldError: the first that failed; the others have had their turn.
        """
        if not self._caught_up:
            self._ingest.take(Listed(self._ingest.catch_up()))
            self._caught_up = True
        due = [at for at, moment in enumerate(self._due) if moment <= self._clock.now()]
        for at in due:
            self._due[at] = self._clock.now() + timedelta(seconds=self._sources[at].every)
        turns: list[Callable[[], None]] = [self._retry, *(partial(self._take, at) for at in due)]
        failures = [failure for turn in turns if (failure := _failure(turn))]
        if failures:
            raise failures[0]
        if not due:
            self._clock.wait(_IDLE)

    def _retry(self) -> None:
        again(self._ingest, self._ingest.ledger.letters(due=True, limit=_RETRIED_AT_ONCE))

    def _take(self, at: int) -> None:
        self._ingest.take(self._sources[at])


def _failure(work: Callable[[], None]) -> TenfoldError | None:
    """What `work` failed with: a queue that is gone must not keep its neighbours from being read."""
    try:
        work()
    except TenfoldError as error:
        return error
    return None
