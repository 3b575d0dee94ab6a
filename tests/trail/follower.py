"""Processes that follow a queue, to be killed.

    python -m tests.trail.follower HOME ENDPOINT QUEUE ROWS

Each line on stdin starts one and prints its process id; they are forked from this one, which has imported all it needs
and opened nothing, so that a start costs no seconds. ROWS is the size of a batch in bytes.
What the listeners hear goes to HOME/heard, one event id a line.
"""

import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from tests.trail.cloud import connection
from tests.trail.make import Home

from tenfold.model.clock import SystemClock
from tenfold.model.event import Event
from tenfold.trail.follow import follow
from tenfold.trail.ingest import Bounds
from tenfold.trail.objects import Objects
from tenfold.trail.queue import Queue


def run(folder: Path, endpoint: str, url: str, rows: str) -> None:
    clock = SystemClock()
    home, reached = Home(folder, clock), connection(endpoint)
    heard = os.open(folder / "heard", os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def listener(events: Sequence[Event]) -> None:
        os.write(heard, "".join(f"{event.id}\n" for event in events).encode())

    ingest = home.ingest(listener, objects=Objects(reached), bounds=Bounds(rows=int(rows)))
    follow([Queue(reached, url, wait=1, visibility=2)], ingest, clock, stop=lambda: False)


if __name__ == "__main__":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the killed
    for _ in sys.stdin:
        assert threading.active_count() == 1
        process = os.fork()
        if not process:
            run(Path(sys.argv[1]), *sys.argv[2:])
        sys.stdout.write(f"{process}\n")
        sys.stdout.flush()
