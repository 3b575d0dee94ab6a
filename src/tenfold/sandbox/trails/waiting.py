"""What waits for its time: records under way to a file, a bus, a stream of logs."""

from datetime import datetime
from threading import Lock
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Waiting(Generic[Item]):
    """Things with the time at which each is due. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._entries: list[tuple[datetime, Item]] = []

    def add(self, due: datetime, item: Item) -> None:
        """Let a thing wait until `due`."""
        with self._lock:
            self._entries.append((due, item))

    def take(self, now: datetime | None = None) -> list[Item]:
        """Give out what is due at `now`, or everything at None, in the order in which it was added."""
        with self._lock:
            due = [item for at, item in self._entries if now is None or at <= now]
            if due:
                self._entries = [(at, item) for at, item in self._entries if now is not None and at > now]
        return due
