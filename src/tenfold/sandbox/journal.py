"""The records made so far, and how often each call came."""

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from threading import Lock
from typing import Any, Protocol

from moto.cloudtrail.models import Trail

Record = dict[str, Any]

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE record (number INTEGER PRIMARY KEY, text TEXT);
"""


class Hearer(Protocol):
    """Something that is told of each record."""

    def take(self, record: Record, watching: Sequence[Trail]) -> None:
        """Take note of a record; `watching` are the trails that logged when it happened."""


def time_of(record: Record) -> datetime:
    """When it happened, aware."""
    return datetime.fromisoformat(record["eventTime"])


class Journal:
    """What was called, in order. Safe to use from many threads.

    The records lie in a file without a name, so that memory does not grow with them.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: Counter[str] = Counter()
        self._records = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._records.executescript(_SCHEMA)
        self.hearers: list[Hearer] = []
        """Told of each record, after it was kept."""

    def close(self) -> None:
        """Forget everything."""
        self._records.close()

    def count(self, name: str) -> None:
        """Count one request of `service:Operation`."""
        with self._lock:
            self._counts[name] += 1

    def add(self, record: Record, watching: Sequence[Trail]) -> None:
        """Keep a record, and tell of it; `watching` are the trails that logged when it happened."""
        with self._lock:
            self._records.execute("INSERT INTO record (text) VALUES (?)", (json.dumps(record),))
        for hearer in self.hearers:
            hearer.take(record, watching)

    def counts(self) -> dict[str, int]:
        """Requests by `service:Operation`, the most frequent first."""
        with self._lock:
            return dict(self._counts.most_common())

    def reset_counts(self) -> None:
        """Count from zero again."""
        with self._lock:
            self._counts.clear()

    def lines(self, since: int = 0) -> str:
        """The records from number `since` on, one JSON object a line."""
        with self._lock:
            rows = self._records.execute(
                "SELECT text FROM record WHERE number > ? ORDER BY number", (since,)
            ).fetchall()
        return "".join(f"{text}\n" for (text,) in rows)
