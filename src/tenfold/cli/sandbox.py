"""`tenfold sandbox`."""

import json
import os
import sys
import time
from pathlib import Path

import msgspec

from tenfold.model.clock import SystemClock
from tenfold.sandbox.company.plant import plant
from tenfold.sandbox.server import Sandbox

_LOOK = 0.5


def run(seed: int | None, port: int, deny: float, truth: Path | None, *, announce: bool = False) -> None:
    """Serve until Ctrl-C, or with `announce` until the parent process is gone."""
    parent = os.getppid()
    with Sandbox(port=port, deny=deny, seed=seed or 0) as sandbox:
        planted = plant(sandbox.endpoint, seed, SystemClock().now()) if seed is not None else None
        if truth and planted:
            planted.write(truth)
        if announce:
            _announce(sandbox.endpoint, planted)
        else:
            _explain(sandbox.endpoint)
        while not announce or os.getppid() == parent:
            time.sleep(_LOOK)


def _announce(endpoint: str, planted: msgspec.Struct | None) -> None:
    said = {"endpoint": endpoint, "truth": msgspec.to_builtins(planted) if planted else None}
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def _explain(endpoint: str) -> None:
    sys.stdout.write(
        f"An AWS to try against listens at {endpoint} (Ctrl-C stops it; nothing is kept).\n\n"
        f"  export AWS_ENDPOINT_URL={endpoint} AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test\n"
        "  export AWS_DEFAULT_REGION=us-east-1\n  tenfold scan\n"
    )
    sys.stdout.flush()
