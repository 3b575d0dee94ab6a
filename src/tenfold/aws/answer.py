"""One question to AWS, three possible answers."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from tenfold.model.clock import Clock
from tenfold.model.errors import GapError, TenfoldError, contain
from tenfold.model.gap import Gap, GapKind
from tenfold.model.resource import ABSENT, Absent, Fact, Json


class Answer(msgspec.Struct, frozen=True):
    """What AWS said, and since when that is so (older than the call where AWS answers from a cache)."""

    value: Json
    as_of: datetime


class Dated(msgspec.Struct, frozen=True):
    """A value that AWS itself says is older than the call, such as a credential report."""

    value: Json
    as_of: datetime


def ask(read: Callable[[], Json | Dated | Absent], clock: Clock) -> Answer | Absent | Gap:
    """Ask one question; whatever goes wrong is a Gap with its reason, never an empty answer.

    Args:
        read: makes the calls; returns a value, a `Dated` value or ABSENT, and may raise anything.
        clock: dates the answer.
    """
    return contain(lambda: _answer(read(), clock), lambda error: gap_from(error, clock))


def fact(read: Callable[[], Json | Dated | Absent], clock: Clock) -> Fact:
    """The same as a Fact, the form that resources keep."""
    answer = ask(read, clock)
    if isinstance(answer, Gap):
        return Fact(clock.now(), gap=answer)
    if answer is ABSENT:
        return Fact(clock.now(), absent=True)
    return Fact(answer.as_of, answer.value)


def gap_from(error: Exception, clock: Clock) -> Gap:
    """The gap that an exception leaves: its own where it carries one, else `failed` with the error in words."""
    if isinstance(error, GapError):
        return error.gap
    if isinstance(error, TenfoldError):
        return Gap(GapKind.FAILED, str(error), clock.now())
    return Gap(GapKind.FAILED, f"{type(error).__name__}: {error}", clock.now())


def _answer(value: Json | Dated | Absent, clock: Clock) -> Answer | Absent:
    if value is ABSENT:
        return ABSENT
    if isinstance(value, Dated):
        return Answer(value.value, value.as_of)
    return Answer(value, clock.now())
