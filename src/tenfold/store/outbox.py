"""Messages that are to be sent, in order; a row goes through WAITING to DELIVERED or STUCK."""

import enum
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from tenfold.store.incidents import moment
from tenfold.store.schema import OUTBOX


class MessageState(enum.StrEnum):
    """Waiting for its time or its turn; taken by the sink; given up until somebody releases it."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    STUCK = "stuck"


class Message(msgspec.Struct, frozen=True):
    """One message to one sink.

    `delivery` stays the same however often it is sent; `change` says what it tells of the incident; `attempts` counts
    the sendings that were begun, `reason` is why the last one failed; `body` is the alerts' own.
    """

    delivery: str
    incident: str
    sink: str
    change: str
    due_at: datetime
    body: bytes
    attempts: int = 0
    reason: str = ""
    state: MessageState = MessageState.WAITING
    number: int = 0


def add(connection: Connection, message: Message) -> None:
    """Put a message at the end; its `number` is given to it here."""
    row = msgspec.structs.asdict(message) | {"due_at": moment(message.due_at), "state": message.state.value}
    del row["number"]
    connection.execute(insert(OUTBOX).values(row))


def last_waiting(connection: Connection, incident: str, sink: str) -> Message | None:
    """The newest message of an incident that waits for a sink."""
    wanted = select(OUTBOX).where(OUTBOX.c.incident == incident, OUTBOX.c.sink == sink, _waiting())
    row = connection.execute(wanted.order_by(OUTBOX.c.number.desc()).limit(1)).first()
    return _message(row) if row else None


def sinks_of(connection: Connection, incident: str) -> set[str]:
    """The sinks that an incident was told to, or will be."""
    wanted = select(OUTBOX.c.sink).where(OUTBOX.c.incident == incident).distinct()
    return set(connection.execute(wanted).scalars())


def rewrite(connection: Connection, number: int, body: bytes) -> None:
    """Give a message another body; only for one that was never sent, since its delivery id stays."""
    connection.execute(update(OUTBOX).where(OUTBOX.c.number == number).values(body=body))


def hasten(connection: Connection, incident: str, sink: str, due_at: datetime) -> None:
    """Let what was never sent of an incident to a sink go out at `due_at` at the latest."""
    columns = OUTBOX.c
    unsent = (columns.incident == incident) & (columns.sink == sink) & (columns.attempts == 0) & _waiting()
    late = columns.due_at > moment(due_at)
    connection.execute(update(OUTBOX).where(unsent & late).values(due_at=moment(due_at)))


def sinks_due(connection: Connection, now: datetime) -> list[str]:
    """The names of the sinks for which a message is due, sorted."""
    wanted = select(OUTBOX.c.sink).where(_waiting(), OUTBOX.c.due_at <= moment(now))
    return sorted(connection.execute(wanted.distinct()).scalars())


def due(connection: Connection, sink: str, now: datetime, limit: int) -> list[Message]:
    """The messages to a sink that are due, oldest first; of each incident only the first that waits."""
    earlier = OUTBOX.alias("earlier")
    before = (earlier.c.incident == OUTBOX.c.incident) & (earlier.c.sink == OUTBOX.c.sink)
    before &= (earlier.c.number < OUTBOX.c.number) & (earlier.c.state == MessageState.WAITING.value)
    wanted = select(OUTBOX).where(_waiting(), OUTBOX.c.sink == sink, OUTBOX.c.due_at <= moment(now))
    heads = wanted.where(~select(earlier.c.number).where(before).exists()).order_by(OUTBOX.c.number).limit(limit)
    return [_message(row) for row in connection.execute(heads)]


def claim(connection: Connection, message: Message, again_at: datetime) -> bool:
    """Count a sending that begins now; False when another process was faster. Who dies in it is followed `again_at`."""
    mine = (OUTBOX.c.number == message.number) & (OUTBOX.c.attempts == message.attempts) & _waiting()
    values = {"attempts": message.attempts + 1, "due_at": moment(again_at)}
    return bool(connection.execute(update(OUTBOX).where(mine).values(values)).rowcount)


def delivered(connection: Connection, number: int, now: datetime, forget: datetime) -> None:
    """The sink took a message; messages delivered before `forget` go."""
    values = {"state": MessageState.DELIVERED.value, "due_at": moment(now), "reason": ""}
    connection.execute(update(OUTBOX).where(OUTBOX.c.number == number).values(values))
    old = (OUTBOX.c.state == MessageState.DELIVERED.value) & (OUTBOX.c.due_at < moment(forget))
    connection.execute(delete(OUTBOX).where(old))


def failed(connection: Connection, number: int, reason: str, state: MessageState) -> None:
    """The sink did not take a message: it waits on, or is STUCK."""
    values = {"state": state.value, "reason": reason}
    connection.execute(update(OUTBOX).where(OUTBOX.c.number == number).values(values))


def release(connection: Connection, now: datetime) -> int:
    """Let all stuck messages be tried again; how many. They count as sent before: their bodies stay as they are."""
    values = {"state": MessageState.WAITING.value, "attempts": 1, "due_at": moment(now)}
    changed = connection.execute(update(OUTBOX).where(OUTBOX.c.state == MessageState.STUCK.value).values(values))
    return changed.rowcount


def counts(connection: Connection) -> dict[tuple[str, MessageState], int]:
    """How many messages are in each state, by sink."""
    wanted = select(OUTBOX.c.sink, OUTBOX.c.state, func.count()).group_by(OUTBOX.c.sink, OUTBOX.c.state)
    return {(sink, MessageState(state)): count for sink, state, count in connection.execute(wanted)}


def in_state(connection: Connection, state: MessageState) -> list[Message]:
    """The messages in a state, oldest first."""
    rows = connection.execute(select(OUTBOX).where(OUTBOX.c.state == state.value).order_by(OUTBOX.c.number))
    return [_message(row) for row in rows]


def _waiting() -> ColumnElement[bool]:
    return OUTBOX.c.state == MessageState.WAITING.value


def _message(row: Row[Any]) -> Message:
    return msgspec.convert({name: getattr(row, name) for name in Message.__struct_fields__}, Message)
