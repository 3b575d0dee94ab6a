"""Runs the real program in a process of its own, with a state and an environment of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

SECRET = "canary-secret-Zq8/" + "x" * 22
TOKEN = "canary-token-Vw3+" + "y" * 60
KEY_ID = "AKIACANARY0EXAMPLE77"


class Ended(NamedTuple):
    """How a run of the program ended."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.out)
        return found


class Program:
    """`tenfold`, against one endpoint.

    Args:
        home: TENFOLD_HOME.
        endpoint: what --endpoint-url would say; empty for none.
        keys: access key id, secret and token in the environment; None for no credentials at all.
    """

    def __init__(self, home: Path, endpoint: str = "", keys: Sequence[str] | None = (KEY_ID, SECRET, TOKEN)) -> None:
        self.home = home
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "TENFOLD_HOME": str(home / "state"),
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            **({"AWS_ENDPOINT_URL": endpoint} if endpoint else {}),
            **dict(zip(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"), keys or (), strict=False)),
        }

    def start(self, *arguments: str, largest_file: int | None = None) -> subprocess.Popen[str]:
        """Start it; `largest_file` is how many bytes a file may grow to, as on a disk that is nearly full."""
        command = [sys.executable, "-m", "tenfold.cli.main", *arguments]
        if largest_file:  # the signal is ignored, so that a write fails instead of ending the process
            command = ["sh", "-c", 'trap "" XFSZ; ulimit -f "$0"; exec "$@"', str(largest_file // 512), *command]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command,
            env=self.environment,
            cwd=self.home,
            stdout=pipe,
            stderr=pipe,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str, largest_file: int | None = None) -> Ended:
        process = self.start(*arguments, largest_file=largest_file)
        out, err = process.communicate(timeout=120)
        return Ended(process.returncode, out, err)
