"""Messages reach their sinks at least once, in the order of their incident, whatever dies in between."""

import threading
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta

import msgspec

from tenfold.alerts.messages import notice_of
from tenfold.model.clock import Clock
from tenfold.model.errors import ConfigError, TenfoldError, contain
from tenfold.sinks.registry import Deliver
from tenfold.store import outbox as rows
from tenfold.store.outbox import Message, MessageState
from tenfold.store.store import Store

ATTEMPTS = 12
"""Sendings before a message is stuck: with the waits below, about 7 hours."""

_FIRST_WAIT, _LAST_WAIT = timedelta(minutes=1), timedelta(hours=1)
"""Longer than a sink should take, so that nobody sends again what is just being sent."""

_FORGET = timedelta(days=90)
_AT_ONCE = 100
_REASON = 500
"""Characters of a reason that are kept."""

_POLL = 0.2
"""Seconds between two looks into the outbox."""


class Mail(msgspec.Struct, frozen=True):
    """What lies in the outbox: counts by sink and state, those that failed and are tried again, those given up."""

    counts: Mapping[tuple[str, MessageState], int]
    retried: tuple[Message, ...]
    stuck: tuple[Message, ...]


class Outbox:
    """Sends what `Incidents` has written. Several processes may send from one state.

    A sending is counted before it begins, and the message then waits for its next turn: who dies in it, even by
    `kill -9`, is followed by another attempt with the same delivery id.

    Args:
        store: where the messages are.
        clock: for all waits.
        sinks: by the names that routes call them.
        attempts: sendings before a message is stuck.
    """

    def __init__(self, store: Store, clock: Clock, sinks: Mapping[str, Deliver], attempts: int = ATTEMPTS) -> None:
        self._store, self._clock, self._sinks, self._attempts = store, clock, sinks, attempts

    def run(self, stop: threading.Event) -> None:
        """Send what falls due until `stop` is set; a sink that hangs holds up no other one.

        Raises:
            StoreError: when the state fails.
        """
        busy: dict[str, Future[int]] = {}
        with ThreadPoolExecutor(len(self._sinks) + 1, "sink") as threads:
            while not stop.is_set():
                for sink in [sink for sink, sending in busy.items() if sending.done()]:
                    busy.pop(sink).result()
                for sink in self._due():
                    if sink not in busy:
                        busy[sink] = threads.submit(self.drain, sink)
                self._clock.wait(_POLL)
        for sending in busy.values():
            sending.result()

    def deliver(self) -> int:
        """Send what is due now, one sink after the other; how many messages were taken."""
        return sum(self.drain(sink) for sink in self._due())

    def drain(self, sink: str) -> int:
        """Send what is due to one sink until it fails or nothing is left; how many messages were taken."""
        taken = 0
        while messages := self._heads(sink):
            for message in messages:
                if not self._sent(message):
                    return taken
                taken += 1
        return taken

    def mail(self) -> Mail:
        """What lies in the outbox."""
        with self._store.reading() as connection:
            waiting = rows.in_state(connection, MessageState.WAITING)
            stuck = rows.in_state(connection, MessageState.STUCK)
            retried = tuple(message for message in waiting if message.attempts)
            return Mail(rows.counts(connection), retried, tuple(stuck))

    def release(self) -> int:
        """Let all stuck messages be tried again, now; how many."""
        with self._store.writing() as connection:
            return rows.release(connection, self._clock.now())

    def _due(self) -> list[str]:
        with self._store.reading() as connection:
            return rows.sinks_due(connection, self._clock.now())

    def _heads(self, sink: str) -> list[Message]:
        with self._store.reading() as connection:
            return rows.due(connection, sink, self._clock.now(), _AT_ONCE)

    def _sent(self, message: Message) -> bool:
        """Whether the sink took a message, or another process has it."""
        with self._store.writing() as connection:
            if not rows.claim(connection, message, self._again_at(message.attempts)):
                return True
        failure = contain(lambda: self._hand_over(message), _reason)
        with self._store.writing() as connection:
            now = self._clock.now()
            if failure is None:
                rows.delivered(connection, message.number, now, now - _FORGET)
            else:
                last = message.attempts + 1 >= self._attempts
                state = MessageState.STUCK if last else MessageState.WAITING
                rows.failed(connection, message.number, failure, state)
        return failure is None

    def _hand_over(self, message: Message) -> None:
        if message.sink not in self._sinks:
            raise ConfigError(f"the configuration has no sink {message.sink!r}")
        self._sinks[message.sink](notice_of(message))

    def _again_at(self, attempts: int) -> datetime:
        return self._clock.now() + min(_FIRST_WAIT * (1 << attempts), _LAST_WAIT)


def _reason(error: Exception) -> str:
    """Why a sending failed. Only our own words: those of a library may hold the target's URL, which is a secret."""
    return str(error)[:_REASON] if isinstance(error, TenfoldError) else type(error).__name__
