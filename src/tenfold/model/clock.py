"""The only source of time. It is handed in, so that hours can pass in minutes and tests can stand still."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Now, and wait."""

    def now(self) -> datetime:
        """The time now, aware, in UTC."""

    def wait(self, seconds: float) -> None:
        """Return when `seconds` of this clock's time have passed."""


class SystemClock:
    """The machine's clock, run `scale` times as fast from `origin` on.

    Args:
        scale: seconds of this clock to a real second; 60 makes an hour pass in a minute. Sandbox and product
            share the setting `[clock] scale`.
        origin: the moment, aware, at which both clocks agree; processes that share a scale share it, as
            `[clock] origin`. None for now: a scale that nobody else has.

    Raises:
        ValueError: when `scale` is not positive, or `origin` has no time zone.
    """

    def __init__(self, scale: float = 1.0, origin: datetime | None = None) -> None:
        if scale <= 0:
            msg = f"clock scale must be positive, not {scale}"
            raise ValueError(msg)
        if origin is not None and origin.tzinfo is None:
            msg = f"clock origin {origin.isoformat()} must have a time zone"
            raise ValueError(msg)
        self.scale = scale
        self.origin = origin or datetime.now(UTC)

    def now(self) -> datetime:
        """The scaled time, aware, in UTC."""
        real = datetime.now(UTC)
        if self.scale == 1:
            return real
        return self.origin + (real - self.origin) * self.scale

    def wait(self, seconds: float) -> None:
        """Sleep `seconds` of scaled time."""
        time.sleep(max(0.0, seconds) / self.scale)


DAY = timedelta(days=1)
