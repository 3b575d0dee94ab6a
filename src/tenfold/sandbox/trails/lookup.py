"""LookupEvents: the management events of the last 90 days, by account and region."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from moto.cloudtrail.models import Trail

from tenfold.sandbox.journal import Record, time_of
from tenfold.sandbox.trails.lookup_event import lookup_event
from tenfold.sandbox.trails.lookup_query import ATTRIBUTES, KEPT, Query, read_query
from tenfold.sandbox.trails.refusal import Refusal

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE event (
    number INTEGER PRIMARY KEY, place TEXT, at REAL, seen REAL, name TEXT, id TEXT, source TEXT, read_only TEXT,
    access_key TEXT, user TEXT, answer TEXT
);
CREATE TABLE resource (number INTEGER, type TEXT, name TEXT);
CREATE INDEX event_at ON event (place, at, number);
CREATE INDEX event_seen ON event (seen);
CREATE INDEX resource_number ON resource (number);
"""
_INSERT = "INSERT INTO event VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_SECOND = timedelta(seconds=1)


class Lookup:
    """The events, in a file without a name, so that memory does not grow with them.

    Args:
        now: the time.
        lateness: how long after its call an event can be looked up.
        limit: how many calls a second an account may make in a region; None for any number.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        lateness: Callable[[Record], timedelta],
        limit: Callable[[], int | None],
    ) -> None:
        self._now = now
        self._lateness, self._limit = lateness, limit
        self._calls: dict[str, list[datetime]] = {}
        self._lock = Lock()
        self._events = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._events.executescript(_SCHEMA)

    def close(self) -> None:
        """Forget everything."""
        self._events.close()

    def take(self, record: Record, _: Iterable[Trail]) -> None:
        """Keep a management event, whether a trail logs it or not."""
        if record["eventCategory"] == "Management":
            self.add(record)

    def add(self, record: Record) -> None:
        """Keep an event, to be found from when it is due."""
        event = lookup_event(record)
        place = _place(record["recipientAccountId"], record["awsRegion"], record["eventCategory"])
        row = [place, time_of(record).timestamp(), (self._now() + self._lateness(record)).timestamp()]
        row += [event.get(name) for name in ("EventName", "EventId", "EventSource", "ReadOnly")]
        row += [event.get("AccessKeyId"), event.get("Username"), json.dumps(event)]
        with self._lock:
            number = self._events.execute(
                "INSERT INTO event VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row
            ).lastrowid
            named = [(number, one["ResourceType"], one["ResourceName"]) for one in event["Resources"]]
            self._events.executemany("INSERT INTO resource VALUES (?, ?, ?)", named)

    def tick(self, now: datetime) -> None:
        """Forget what is older than 90 days."""
        old = "SELECT number FROM event WHERE seen < ? AND at < ?"
        limits = ((now - KEPT).timestamp(),) * 2
        with self._lock:
            self._events.execute(f"DELETE FROM resource WHERE number IN ({old})", limits)  # noqa: S608 - our own text
            self._events.execute(f"DELETE FROM event WHERE number IN ({old})", limits)  # noqa: S608 - our own text

    def find(self, account: str, region: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a call of LookupEvents, newest first; `asked` are its parameters.

        Raises:
            Refusal: when they are not valid, or the account calls too often.
        """
        self._count(f"{account}/{region}")
        query = read_query(asked, self._now())
        rows = self._rows(_place(account, region, query.category), query)
        found: dict[str, Any] = {"Events": [json.loads(answer) for _, _, answer in rows[: query.size]]}
        if len(rows) > query.size:
            found["NextToken"] = query.token(rows[query.size - 1][:2])
        return found

    def _rows(self, place: str, query: Query) -> list[Any]:
        """One row more than asked for, if there is one: time, number, answer."""
        conditions = ["place = ?", "seen <= ?", "at BETWEEN ? AND ?"]
        values: list[Any] = [place, self._now().timestamp(), query.start.timestamp(), query.end.timestamp()]
        if query.attribute:
            conditions.append(ATTRIBUTES[query.attribute[0]])
            values.append(query.attribute[1])
        if query.after:
            conditions.append("(at, number) < (?, ?)")
            values += query.after
        condition = " AND ".join(conditions)
        text = f"SELECT at, number, answer FROM event WHERE {condition} ORDER BY at DESC, number DESC LIMIT ?"  # noqa: S608 - of the texts above
        with self._lock:
            return self._events.execute(text, [*values, query.size + 1]).fetchall()

    def _count(self, place: str) -> None:
        """Count a call, and refuse it when the second before it had enough."""
        limit, now = self._limit(), self._now()
        if limit is None:
            return
        recent = [at for at in self._calls.get(place, []) if now - at < _SECOND]
        if len(recent) >= limit:
            raise Refusal("ThrottlingException", "Rate exceeded")
        self._calls[place] = [*recent, now]


def _place(account: str, region: str, category: str) -> str:
    return f"{account}/{region}/{category}"
