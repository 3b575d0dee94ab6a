"""Every call is recorded: what was called, how often, at what cost in CPU and wall time."""

import threading
from collections.abc import Callable

from tenfold.model.run import CallCount


class _Row:
    __slots__ = ("count", "cpu", "errors", "wall")

    def __init__(self) -> None:
        self.count, self.errors, self.cpu, self.wall = 0, 0, 0.0, 0.0


class Ledger:
    """Counts calls by service and operation; safe for threads.

    Args:
        observe: told of each call as it ends (`service:Operation`, error code or ''); for a progress line.
    """

    def __init__(self, observe: Callable[[str, str], None] | None = None) -> None:
        self._rows: dict[str, _Row] = {}
        self._lock = threading.Lock()
        self._observe = observe

    def add(self, call: str, error: str, cpu: float, wall: float) -> None:
        """Record one call (`service:Operation`); `error` is its code, empty when it succeeded; seconds."""
        with self._lock:
            row = self._rows.get(call)
            if row is None:
                row = self._rows[call] = _Row()
            row.count += 1
            row.errors += bool(error)
            row.cpu += cpu
            row.wall += wall
        if self._observe:
            self._observe(call, error)

    def calls(self) -> tuple[CallCount, ...]:
        """What was called so far, sorted by name."""
        with self._lock:
            rows = sorted(self._rows.items())
        return tuple(
            CallCount(call.partition(":")[0], call.partition(":")[2], row.count, row.errors, row.cpu, row.wall)
            for call, row in rows
        )
