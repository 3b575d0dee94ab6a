"""Time that passes only when somebody waits."""

import threading
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class ManualClock:
    """Stands still, and remembers how long it was asked to wait."""

    def __init__(self, start: datetime = START) -> None:
        self._now, self._lock = start, threading.Lock()
        self.waits: list[float] = []

    def now(self) -> datetime:
        return self._now

    def wait(self, seconds: float) -> None:
        with self._lock:
            self.waits.append(seconds)
            self._now += timedelta(seconds=seconds)
