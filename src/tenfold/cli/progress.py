"""A progress line on stderr; none when it is not a terminal."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tenfold.inventory.collect import Progress as Reading
from tenfold.inventory.collect import Silent


class _Bar:
    def __init__(self, progress: Progress, what: str) -> None:
        self._progress = progress
        self._task = progress.add_task(what, total=0, now="")
        self._total = 0
        self._lock = threading.Lock()

    def expect(self, more: int) -> None:
        with self._lock:
            self._total += more
            self._progress.update(self._task, total=self._total)

    def step(self, what: str) -> None:
        self._progress.update(self._task, advance=1, now=what)


@contextmanager
def reading(what: str) -> Iterator[Reading]:
    """Draw how a scan goes on."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Silent()
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[now]}"),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        yield _Bar(progress, what)
