"""The throttle: one pace for each account, region and service.

It starts at a share of the quota where AWS publishes one, free where it does not; halves when AWS throttles,
and recovers step by step while calls succeed.
"""

import threading
from collections.abc import Callable, Mapping

from tenfold.model.clock import Clock

SLOWEST = 0.2
"""Calls a second that the pace never falls below."""
_RECOVERY = 1.05
_FIRST_GUESS = 10.0
"""Calls a second taken as the speed at the first throttling of a service without a known quota."""
_FORGET = 100.0
"""Calls a second above which a service without a known quota is free again."""

QUOTAS: Mapping[str, float] = {
    # calls a second for each account and region, as AWS's service quota pages give them
    "cloudtrail": 10,
    "cloudtrail:LookupEvents": 2,
    "ec2": 20,
    "sts": 600,
}


class Pace:
    """Spaces the calls of one account, region and service.

    Args:
        clock: whose time is waited for.
        cap: calls a second; None where no quota is known.
    """

    def __init__(self, clock: Clock, cap: float | None) -> None:
        self._clock, self._cap, self.rate = clock, cap, cap
        self._lock = threading.Lock()
        self._free_at = 0.0

    def take(self) -> None:
        """Wait for the next slot; at once while the pace is free. Up to a second's calls go out in a burst."""
        if self.rate is None:
            return
        with self._lock:
            now = self._clock.now().timestamp()
            step = 1 / self.rate
            self._free_at = max(self._free_at, now - max(0.0, 1 - step)) + step
            wait = self._free_at - step - now
        if wait > 0:
            self._clock.wait(wait)

    def slow(self) -> float:
        """AWS throttled: halve the pace. Returns the seconds to wait before trying again."""
        with self._lock:
            self.rate = max(SLOWEST, (self.rate or _FIRST_GUESS) / 2)
            self._free_at = max(self._free_at, self._clock.now().timestamp()) + 1 / self.rate
            return 1 / self.rate

    def recover(self) -> None:
        """A call succeeded: back towards the cap, or towards no limit where no quota is known."""
        if self.rate == self._cap:
            return
        with self._lock:
            rate = (self.rate or _FORGET) * _RECOVERY
            self.rate = min(rate, self._cap) if self._cap else (None if rate > _FORGET else rate)


class Paces:
    """All paces of a connection.

    Args:
        clock: whose time is waited for.
        share: the share of each known quota to take, 0 to 1.
        quotas: calls a second by `service` or `service:Operation`.
    """

    def __init__(self, clock: Clock, share: float, quotas: Mapping[str, float] = QUOTAS) -> None:
        self._clock, self._share, self._quotas = clock, share, quotas
        self._paces: dict[tuple[str, str, str], Pace] = {}
        self._lock = threading.Lock()

    def of(self, account: str, region: str, call: str) -> Pace:
        """The pace that a call (`service:Operation`) goes by."""
        name = call if call in self._quotas else call.partition(":")[0]
        key = (account, region, name)
        return self._paces.get(key) or self._add(key, lambda: self._quotas.get(name))

    def _add(self, key: tuple[str, str, str], quota: Callable[[], float | None]) -> Pace:
        with self._lock:
            known = quota()
            return self._paces.setdefault(key, Pace(self._clock, known * self._share if known else None))
