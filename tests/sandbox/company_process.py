"""A planted company behind a sandbox in a process of its own, where nothing of an earlier one is left."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple, cast

import msgspec

from tenfold.sandbox.company.truth import Truth
from tenfold.sandbox.server import Sandbox

_PROGRAM = """
import json, sys
from datetime import datetime
import msgspec
from tenfold.sandbox.company.plant import plant
from tenfold.sandbox.server import Sandbox
seed, accounts, now, ids = sys.argv[1:]
with Sandbox(delivery_seconds=3600, seed=int(ids)) as sandbox:
    truth = plant(sandbox.endpoint, int(seed), datetime.fromisoformat(now), int(accounts))
    print(json.dumps({"endpoint": sandbox.endpoint, "truth": msgspec.to_builtins(truth)}), flush=True)
    sys.stdin.read()
"""


class Running(NamedTuple):
    """A sandbox of another process."""

    endpoint: str
    truth: Truth


def reached(running: Running) -> Sandbox:
    """For the harness's clients, which ask a sandbox for its endpoint alone."""
    return cast(Sandbox, running)


@contextmanager
def companies(seed: int, accounts: int, now: datetime, count: int = 1) -> Iterator[list[Running]]:
    """As many sandboxes side by side, each with the company of the seed; they end with the block."""
    commands = [
        [sys.executable, "-c", _PROGRAM, str(seed), str(accounts), now.isoformat(), str(n)] for n in range(count)
    ]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for command in commands
    ]
    try:
        said = [json.loads(process.stdout.readline()) for process in started if process.stdout]
        yield [Running(one["endpoint"], msgspec.convert(one["truth"], Truth)) for one in said]
    finally:
        for process in started:
            process.communicate(timeout=60)
