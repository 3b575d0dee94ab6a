"""The throttle: one pace for each account, region and service.

It starts at a share of the quota where AWS publishes one, free where it does not; halves when AWS throttles,
and recovers step by step while calls succeed. Nobody waits for it longer than patience lasts.
"""

import math
import threading
from collections.abc import Callable, Mapping
from typing import NamedTuple

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


class Turn(NamedTuple):
    """A slot that one call was given: how long it waited, in seconds, and how often the pace had slowed by then."""

    waited: float
    slowdowns: int


class Pace:
    """Spaces the calls of one account, region and service.

    Args:
        clock: whose time is waited for.
        cap: calls a second; None where no quota is known.
        patience: seconds that one call waits for AWS's throttling; our own share of a quota costs none.
    """

    def __init__(self, clock: Clock, cap: float | None, patience: float) -> None:
        self._clock, self._cap, self._patience, self.rate = clock, cap, patience, cap
        self._lock = threading.Lock()
        self._free_at, self._slowdowns = 0.0, 0
        self._in_vain_since: float | None = None

    def take(self, waited: float) -> Turn | None:
        """Wait for the next slot; at once while the pace is free. Up to a second's calls go out in a burst.

        Args:
            waited: seconds that the call has waited already.

        Returns:
            The turn; None, at once and without taking the slot, when patience ends before it comes.
        """
        with self._lock:
            if self.rate is None:
                return Turn(0.0, self._slowdowns)
            now, step = self._clock.now().timestamp(), 1 / self.rate
            slot = max(self._free_at, now - max(0.0, 1 - step))
            turn = Turn(max(0.0, slot - now), self._slowdowns)
            if turn.waited > self._left(waited, now):
                return None
            self._free_at = slot + step
        if turn.waited:
            self._clock.wait(turn.waited)
        return turn

    def _left(self, waited: float, now: float) -> float:
        """The patience that is left: none once AWS has throttled everything for so long; the next free slot tries."""
        if self._in_vain_since is None:
            return math.inf if self.rate == self._cap else self._patience - waited
        return 0.0 if now - self._in_vain_since > self._patience else self._patience - waited

    def slow(self, turn: Turn) -> None:
        """AWS throttled the call of a turn: halve the pace.

        Once for a burst: a turn that was given before the last slow-down says nothing about the pace since.
        """
        with self._lock:
            if turn.slowdowns < self._slowdowns:
                return
            now = self._clock.now().timestamp()
            self._slowdowns += 1
            self._in_vain_since = now if self._in_vain_since is None else self._in_vain_since
            self.rate = max(min(SLOWEST, self._cap or SLOWEST), (self.rate or _FIRST_GUESS) / 2)
            self._free_at = max(self._free_at, now + 1 / self.rate)

    def recover(self) -> None:
        """A call succeeded: back towards the cap, or towards no limit where no quota is known."""
        if self.rate == self._cap and self._in_vain_since is None:
            return
        with self._lock:
            self._in_vain_since = None
            rate = (self.rate or _FORGET) * _RECOVERY
            self.rate = min(rate, self._cap) if self._cap else (None if rate > _FORGET else rate)


class Paces:
    """All paces of a connection.

    Args:
        clock: whose time is waited for.
        share: the share of each known quota to take, 0 to 1.
        patience: seconds that one call waits for AWS's throttling.
        quotas: calls a second by `service` or `service:Operation`.
    """

    def __init__(self, clock: Clock, share: float, patience: float, quotas: Mapping[str, float] = QUOTAS) -> None:
        self._clock, self._share, self._patience, self._quotas = clock, share, patience, quotas
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
            cap = known * self._share if known else None
            return self._paces.setdefault(key, Pace(self._clock, cap, self._patience))
