"""The sandbox's time: at a scale, movable forward, and stoppable while a past is being played."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Lock


class SandboxClock:
    """Real time, `scale` times as fast from `start` on; it can leap forward, and be held still.

    Args:
        scale: seconds here to a real second.
        start: what it shows now; None for the real time.

    Raises:
        ValueError: when `scale` is not positive.
    """

    def __init__(self, scale: float = 1.0, start: datetime | None = None) -> None:
        if scale <= 0:
            raise ValueError(f"clock scale must be positive, not {scale}")
        self.scale = scale
        self._lock = Lock()
        self._shown = start or datetime.now(UTC)
        self._since = time.monotonic()
        self._held = False

    def now(self) -> datetime:
        """The time here, aware, in UTC."""
        with self._lock:
            return self._now()

    def wait(self, seconds: float) -> None:
        """Sleep `seconds` of this time."""
        time.sleep(max(0.0, seconds) / self.scale)

    def leap(self, to: datetime) -> None:
        """Show `to` from now on.

        Raises:
            ValueError: when that lies in the past.
        """
        with self._lock:
            now = self._now()
            if to < now:
                raise ValueError(f"time does not go back: it is {now.isoformat()}, not yet {to.isoformat()}")
            self._show(to)

    def hold(self) -> None:
        """Stand still; leaps still move it."""
        with self._lock:
            self._show(self._now())
            self._held = True

    def release(self) -> None:
        """Go on from where it stands."""
        with self._lock:
            self._show(self._now())
            self._held = False

    @contextmanager
    def still(self) -> Iterator[None]:
        """Stand still inside the block, so that only leaps move it; then go on as before."""
        held = self._held
        self.hold()
        try:
            yield
        finally:
            if not held:
                self.release()

    @property
    def is_real(self) -> bool:
        """Whether it shows the machine's time, to the second."""
        return self.scale == 1 and not self._held and abs(self.now() - datetime.now(UTC)) < timedelta(seconds=1)

    def real(self, at: datetime) -> datetime:
        """What the machine's clock will show when it is `at` here, if nothing leaps until then."""
        return datetime.now(UTC) + (at - self.now()) / self.scale

    def origin(self) -> datetime | None:
        """The moment at which this clock and real time agree, as `[clock] origin` has it; None at scale 1."""
        if self.scale == 1:
            return None
        ahead = self.now() - datetime.now(UTC)
        return datetime.now(UTC) - ahead / (self.scale - 1)

    def _now(self) -> datetime:
        if self._held:
            return self._shown
        return self._shown + timedelta(seconds=(time.monotonic() - self._since) * self.scale)

    def _show(self, at: datetime) -> None:
        self._shown, self._since = at, time.monotonic()
