"""What makes time pass in the sandbox: at every beat, each part does what is due."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Protocol

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
        with self._turn:
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

    def _run(self) -> None:
        while not self._stopped.wait(self._seconds):
            self.beat()
