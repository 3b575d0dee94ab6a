"""Chances that repeat themselves: they follow from the seed and from what they are about, never from when it came."""

import hashlib
import json
from collections import OrderedDict
from datetime import timedelta

from tenfold.sandbox.calls import Call
from tenfold.sandbox.identity import Caller

_RANGE = 2**64
_REMEMBERED = 20_000
# Parameters that say nothing of what is asked: clients draw them anew for each call, or they are the bytes themselves
_PASSING = frozenset({"Body", "ClientRequestToken", "ClientToken", "CreatorRequestId", "IdempotencyToken"})


class Draw:
    """The chances of one habit under one seed."""

    def __init__(self, seed: int, habit: str) -> None:
        self._seed, self._habit = seed, habit

    def share(self, *about: object) -> float:
        """A number from 0 up to 1 for what it is about; the same one every time."""
        text = json.dumps([self._seed, self._habit, *about], sort_keys=True, default=str)
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") / _RANGE

    def between(self, shortest: timedelta, longest: timedelta, *about: object) -> timedelta:
        """A time between two."""
        return shortest + (longest - shortest) * self.share(*about)


def fate(call: Call, caller: Caller) -> str:
    """What is asked, by whose account, where: what a chance about a call is drawn for."""
    asked = {key: value for key, value in call.parameters.items() if key not in _PASSING}
    return json.dumps([call.name, caller.account, call.region, asked], sort_keys=True, default=str)


class Attempts:
    """Which attempt at the same thing this is. As many things are remembered as fit; the longest unseen go first."""

    def __init__(self) -> None:
        self._counts: OrderedDict[bytes, int] = OrderedDict()

    def next(self, what: str) -> int:
        """0 at the first time, 1 at the second, ..."""
        key = hashlib.sha256(what.encode()).digest()[:16]
        count = self._counts.pop(key, -1) + 1
        self._counts[key] = count
        if len(self._counts) > _REMEMBERED:
            self._counts.popitem(last=False)
        return count
