"""`tenfold sandbox`: an AWS to try against, with a company that lives in it."""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from tenfold.cli.options import Format
from tenfold.model.errors import ConfigError
from tenfold.sandbox.clock import SandboxClock
from tenfold.sandbox.company.endpoint import Endpoint
from tenfold.sandbox.company.plant import plant
from tenfold.sandbox.company.truth import Truth
from tenfold.sandbox.life.play import Player
from tenfold.sandbox.server import Sandbox
from tenfold.sandbox.weather.weather import parse

_LOOK = 0.5  # real seconds until a parent that is gone, or a signal, is seen
_WRITE_EVERY = 60.0


class Wishes(NamedTuple):
    """What the sandbox is to be; the fields are the command's options."""

    seed: int | None = None
    company: int | None = None
    port: int = 0
    live: bool = False
    past: timedelta = timedelta(0)
    pace: float = 6
    scale: float = 1
    weather: str = ""
    deny: float = 0
    answers: Path | None = None
    truth: Path | None = None
    form: Format = Format.TEXT
    announce: bool = False


def run(wishes: Wishes) -> None:
    """Serve until Ctrl-C or SIGTERM; with `announce` until the parent process is gone, too."""
    if wishes.truth and not wishes.truth.parent.is_dir():
        raise ConfigError("the folder for the truth does not exist", where=str(wishes.truth.parent))
    parent = os.getppid() if wishes.announce else None
    signal.signal(signal.SIGTERM, _interrupted)  # until it is ready, both signals end it at once
    now = datetime.now(UTC)
    clock = SandboxClock(wishes.scale, now - wishes.past)
    if wishes.past:
        clock.hold()
    seed = wishes.seed or 0
    weather = parse(wishes.weather, seed)  # a wrong name is said before anything is planted
    with Sandbox(
        port=wishes.port, seed=seed, deny=wishes.deny, clock=clock, weather=parse("", seed), answers=wishes.answers
    ) as sandbox:
        company = _Company(sandbox, clock, wishes, now) if _wants_company(wishes) else None
        Endpoint(sandbox.endpoint, now).tell("weather", {"habits": list(weather.names)})  # it was planted in calm
        if company:
            company.play_past(now)
        is_over = _ending(parent)
        _say_ready(sandbox, clock, company, wishes)
        if company:
            company.stay(is_over)
        while not is_over():
            clock.wait(_LOOK * clock.scale)


class _Company:
    """The planted company, and its life if it is to have one."""

    def __init__(self, sandbox: Sandbox, clock: SandboxClock, wishes: Wishes, now: datetime) -> None:
        self._wishes = wishes
        self._planted = plant(sandbox.endpoint, wishes.seed or 0, now, accounts=wishes.company or 4)
        self._player = None
        if wishes.live or wishes.past:
            self._player = Player(sandbox.endpoint, clock, self._planted, wishes.pace)
            self._player.settle_in()
        self._clock = clock

    def play_past(self, until: datetime) -> None:
        """Live through the time that is to lie behind it, and write the truth."""
        if self._player is not None:
            self._player.past(self._clock.now(), until)
            self._clock.release()
        self.write()

    @property
    def truth(self) -> Truth:
        """What was planted, and what has been lived so far."""
        if self._player is None:
            return self._planted
        world = self._player.world
        return msgspec.structs.replace(self._planted, changes=tuple(world.changes), addresses=world.addresses())

    def write(self) -> None:
        """Write the truth where it is wanted."""
        if self._wishes.truth:
            self.truth.write(self._wishes.truth)

    def stay(self, is_over: Callable[[], bool]) -> None:
        """Live until it is over; the truth is written every minute, and at the end."""
        if self._player is None or not self._wishes.live:
            return
        ended = threading.Event()
        writer = threading.Thread(target=self._write_often, args=(ended,), daemon=True)
        writer.start()
        try:
            self._player.live(is_over)
        finally:
            ended.set()
            writer.join()
            self.write()

    def _write_often(self, ended: threading.Event) -> None:
        while not ended.wait(_WRITE_EVERY):
            self.write()


def _wants_company(wishes: Wishes) -> bool:
    return wishes.seed is not None or wishes.company is not None or wishes.live or bool(wishes.past)


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def _ending(parent: int | None) -> Callable[[], bool]:
    """Whether it is time to go: a signal came, or the parent is gone and with it who wanted the sandbox."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    return lambda: stopped.is_set() or (parent is not None and os.getppid() != parent)


def _say_ready(sandbox: Sandbox, clock: SandboxClock, company: _Company | None, wishes: Wishes) -> None:
    if wishes.announce or wishes.form is Format.JSON:
        origin = clock.origin()
        said: dict[str, Any] = {
            "endpoint": sandbox.endpoint,
            "clock": {"scale": clock.scale, "origin": origin.isoformat() if origin else None},
            "truth": msgspec.to_builtins(company.truth) if company else None,
        }
        sys.stdout.write(json.dumps(said) + "\n")
    else:
        sys.stdout.write(_explained(sandbox, clock, company))
    sys.stdout.flush()


def _explained(sandbox: Sandbox, clock: SandboxClock, company: _Company | None) -> str:
    """The line that it is ready, and how to go on."""
    key, secret, role = "test", "test", ""
    if company:
        entry = company.truth.entry
        key, secret, role = entry.access_key_id, entry.secret_access_key, f" --role {entry.role_name}"
    fast = ""
    if origin := clock.origin():
        fast = f"  export TENFOLD_CLOCK_SCALE={clock.scale:g} TENFOLD_CLOCK_ORIGIN={origin.isoformat()}\n"
    return (
        f"Ready: an AWS to try against listens at {sandbox.endpoint} (Ctrl-C stops it; nothing is kept).\n\n"
        f"  export AWS_ENDPOINT_URL={sandbox.endpoint} AWS_DEFAULT_REGION=us-east-1\n"
        f"  export AWS_ACCESS_KEY_ID={key} AWS_SECRET_ACCESS_KEY={secret}\n{fast}"
        f"  tenfold scan{role}\n"
    )
