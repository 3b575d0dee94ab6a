"""The sandbox's time: at a scale, movable forward, and stoppable while a past is being played."""

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Lock
from types import SimpleNamespace
from typing import Any

import moto.core.utils
import moto.s3.models

_MODULES_WITH_A_CLOCK: tuple[Any, ...] = (moto.core.utils, moto.s3.models)


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


@contextmanager
def governing_moto(clock: SandboxClock) -> Iterator[None]:
    """Let moto date what it makes by this clock."""
    shown = _datetime_module(clock)
    before = [module.datetime for module in _MODULES_WITH_A_CLOCK]
    for module in _MODULES_WITH_A_CLOCK:
        module.datetime = shown
    try:
        yield
    finally:
        for module, original in zip(_MODULES_WITH_A_CLOCK, before, strict=True):
            module.datetime = original


def _datetime_module(clock: SandboxClock) -> Any:
    """The standard module, but for what it says of the present."""

    class AnyDatetime(type):
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, datetime)

    class Shown(datetime, metaclass=AnyDatetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> datetime:  # type: ignore[override]  # a plain datetime, as moto pickles and compares them
            return clock.now().astimezone(tz) if tz else clock.now().replace(tzinfo=None)

        @classmethod
        def utcnow(cls) -> datetime:  # type: ignore[override]  # as above
            return clock.now().replace(tzinfo=None)

    return SimpleNamespace(**{**vars(dt), "datetime": Shown})
