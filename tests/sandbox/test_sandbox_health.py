"""Whether the sandbox is well, and that a beat that fails is told and does not stop time."""

import time
from datetime import datetime
from threading import RLock

from tests.sandbox import aws

from tenfold.sandbox.clock import SandboxClock
from tenfold.sandbox.heart import Heart
from tenfold.sandbox.server import Sandbox


class Failing:
    """A part that fails the first time."""

    def __init__(self) -> None:
        self.ticks = 0

    def tick(self, now: datetime) -> None:
        self.ticks += 1
        if self.ticks == 1:
            raise ValueError(f"no room at {now:%Y}")


def test_a_sandbox_that_is_well_says_so(sandbox: Sandbox) -> None:
    aws.client(sandbox, "s3").list_buckets()
    said = aws.control(sandbox, "health", method="GET")
    assert (said["status"], said["trouble"], said["requests"], said["habits"]) == ("ok", "", 1, [])


def test_time_goes_on_after_a_beat_that_failed_and_the_trouble_is_kept() -> None:
    part = Failing()
    heart = Heart(SandboxClock(), RLock(), [part], 0.01)
    heart.start()
    try:
        deadline = time.monotonic() + 10
        while part.ticks < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
    finally:
        heart.stop()
    assert part.ticks >= 3
    assert heart.trouble.startswith("ValueError: no room at ")
