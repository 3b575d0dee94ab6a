"""What makes time pass in the sandbox: at every beat, each part does what is due."""

import random
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Protocol

from moto.moto_api._internal import mock_random

from tenfold.model.errors import contain
from tenfold.sandbox.clock import SandboxClock

STEP = timedelta(minutes=5)
"""How far a leap goes at once: files and hours on the way are due in their order."""


class Part(Protocol):
    """Something that has work as time passes."""

    def tick(self, now: datetime) -> None:
        """Do what is due at `now`."""


class Heart:
    """Beats at every interval, and at every step of a leap.

    Args:
        clock: the sandbox's time.
        turn: held while the parts work: they and the calls write the same state.
        parts: in the order in which they work.
        seconds: real seconds between two beats.
    """

    def __init__(
        self, clock: SandboxClock, turn: AbstractContextManager[object], parts: Sequence[Part], seconds: float
    ) -> None:
        self._clock, self._turn, self._parts, self._seconds = clock, turn, parts, seconds
        self._aside = random.Random(0).getstate()  # noqa: S311 - ids must repeat themselves
        self.trouble = ""
        """What went wrong at the last beat that failed; empty when none did."""
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="sandbox-heart", daemon=True)

    def start(self) -> None:
        """Beat from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Beat no more."""
        self._stopped.set()
        self._thread.join()

    def beat(self) -> None:
        """Let each part do what is due."""
        with self._turn, self._drawing_aside():
            now = self._clock.now()
            for part in self._parts:
                part.tick(now)

    def leap(self, to: datetime) -> None:
        """Let time pass until `to`, in steps.

        Raises:
            ValueError: when that lies in the past.
        """
        while self._clock.now() + STEP < to:
            self._clock.leap(self._clock.now() + STEP)
            self.beat()
        self._clock.leap(to)
        self.beat()

    @contextmanager
    def _drawing_aside(self) -> Iterator[None]:
        """Let moto draw from numbers of its own: what calls get does not hang on the beats between them."""
        of_calls = mock_random.getstate()
        mock_random.setstate(self._aside)
        try:
            yield
        finally:
            self._aside = mock_random.getstate()
            mock_random.setstate(of_calls)

    def _run(self) -> None:
        while not self._stopped.wait(self._seconds):
            contain(self.beat, self._remember)

    def _remember(self, error: Exception) -> None:
        """The next beat may succeed; until somebody asks, what went wrong is kept."""
        self.trouble = f"{type(error).__name__}: {error}"
