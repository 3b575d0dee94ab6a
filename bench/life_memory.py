"""Memory of a sandbox in which a company lives: growth against what its objects need.

Usage: life_memory.py [HOURS] [SEED]. Plays that many hours of life as fast as they go (2 real hours at scale 60 are 120
hours of it) and prints, for each step, the memory of the process, the objects in its buckets with their bytes, and the
growth since the first step for each object that was added. The limit: 8 kB an object beside its bytes.
"""

import resource
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from moto.s3.models import s3_backends

from tenfold.sandbox.clock import SandboxClock
from tenfold.sandbox.company.plant import plant
from tenfold.sandbox.life.play import Player
from tenfold.sandbox.server import Sandbox

STEPS = 10
LIMIT = 8_000
PAGE = resource.getpagesize()


def main(hours: float = 120, seed: int = 1) -> None:
    """Play, and print a line a step."""
    now = datetime.now(UTC)
    start = now - timedelta(hours=hours)
    clock = SandboxClock(start=start)
    clock.hold()
    with Sandbox(seed=seed, clock=clock) as sandbox:
        player = Player(sandbox.endpoint, clock, plant(sandbox.endpoint, seed, now))
        player.settle_in()
        first: tuple[int, int, int] | None = None
        for step in range(1, STEPS + 1):
            acts = player.past(clock.now(), start + timedelta(hours=hours) * step / STEPS)
            memory, (count, size) = resident(), objects()
            first = first or (memory, count, size)
            added = max(1, count - first[1])
            grown = (memory - first[0] - (size - first[2])) / added
            print(
                f"hour {hours * step / STEPS:6.1f}: {acts:6,} acts, {memory / 1e6:7.1f} MB, {count:7,} objects of "
                f"{size / 1e6:6.1f} MB, growth beside their bytes {grown:8,.0f} B an object"
            )
        print(f"{grown / LIMIT:.2f} of the limit of {LIMIT:,} B an object")


def resident() -> int:
    """Bytes of this process in memory now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


def objects() -> tuple[int, int]:
    """How many objects lie in all buckets, and their bytes."""
    keys = [
        key
        for account in s3_backends.values()
        for s3 in account.values()
        for bucket in s3.buckets.values()
        for key in bucket.keys.values()
    ]
    return len(keys), sum(key.size for key in keys)


if __name__ == "__main__":
    main(*map(float, sys.argv[1:2]), *map(int, sys.argv[2:3]))
