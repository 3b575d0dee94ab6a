"""The records made so far, and how often each call came."""

import json
from collections import Counter
from threading import Lock
from typing import Any

Record = dict[str, Any]


class Journal:
    """What was called, in order. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._records: list[Record] = []
        self._counts: Counter[str] = Counter()

    def count(self, name: str) -> None:
        """Count one request of `service:Operation`."""
        with self._lock:
            self._counts[name] += 1

    def add(self, record: Record) -> None:
        """Keep a record."""
        with self._lock:
            self._records.append(record)

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
            records = self._records[since:]
        return "".join(json.dumps(record) + "\n" for record in records)
