"""Ingest under fire: notices that come twice and out of order, processes that are killed at any moment."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.trail.cloud import Cloud
from tests.trail.make import Home


class Siege:
    """One bucket with its queue, one lake, and processes that follow.

    Args:
        folder: of the state and the lake.
        endpoint: of AWS.
        files: content by key.
        seed: of the order of notices, the doubles, and the moments of the kills.
        rows: bytes of a batch.
    """

    def __init__(self, folder: Path, endpoint: str, files: Mapping[str, bytes], seed: int, rows: int = 20_000) -> None:
        self._rows = rows
        self.folder, self.cloud, self._random = folder, Cloud(endpoint), random.Random(seed)
        self.files = files
        notices = [self.cloud.notice(key, self.cloud.put(key, data), len(data)) for key, data in files.items()]
        self._notices = notices + self._random.sample(notices, len(notices) // 4)
        self._random.shuffle(self._notices)
        Home(folder).close()

    def tell(self, parts: int = 1) -> Iterator[None]:
        """Send all notices in so many parts."""
        for part in range(parts):
            self.cloud.send(*self._notices[part::parts])
            yield

    @contextmanager
    def followers(self) -> Iterator["subprocess.Popen[str]"]:
        given = [str(self.folder), self.cloud.endpoint, self.cloud.url, str(self._rows)]
        command = [sys.executable, "-m", "tests.trail.follower", *given]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            yield process
            process.kill()

    def start(self, followers: "subprocess.Popen[str]") -> int:
        assert followers.stdin is not None
        assert followers.stdout is not None
        followers.stdin.write("go\n")
        followers.stdin.flush()
        return int(followers.stdout.readline())

    def kills(self, count: int, longest: float) -> int:
        """Kill a follower `count` times, each at a random moment of its first `longest` seconds, then let one finish.

        Returns:
            How many were killed while a message was in their hands.
        """
        at_work = 0
        parts = self.tell(count)
        with self.followers() as followers:
            for _ in parts:
                process = self.start(followers)
                time.sleep(self._random.uniform(0, longest))
                at_work += self.cloud.waiting() != (0, 0)
                os.kill(process, signal.SIGKILL)
            self.finish([self.start(followers)])
        return at_work

    def finish(self, processes: Iterable[int], patience: float = 240) -> None:
        """Wait until the queue is empty, then kill."""
        end = time.monotonic() + patience
        while self.cloud.waiting() != (0, 0):
            assert time.monotonic() < end, f"the queue still holds {self.cloud.waiting()}"
            time.sleep(0.1)
        for process in processes:
            os.kill(process, signal.SIGKILL)

    def verdict(self, truth: set[str]) -> dict[str, int]:
        """Events lost from the lake, doubled in it, not heard by the listeners; letters; objects not in the ledger."""
        home = Home(self.folder)
        rows = home.event_ids()
        heard = set((self.folder / "heard").read_text().split())
        totals = home.ledger.totals()
        home.close()
        return {
            "lost": len(truth - {*rows}),
            "doubled": len(rows) - len({*rows}),
            "invented": len({*rows} - truth),
            "unheard": len(truth - heard),
            "dead": sum(totals.dead.values()),
            "objects missing": len(self.files) - totals.objects.get("events", 0),
        }


NOTHING_WRONG = dict.fromkeys(("lost", "doubled", "invented", "unheard", "dead", "objects missing"), 0)


def ids_in(files: Mapping[str, bytes]) -> list[str]:
    """Each eventID of plain JSON files, doubles and all, read by another reader than the one that is tested."""
    return [record["eventID"] for data in files.values() for record in json.loads(data)["Records"]]
