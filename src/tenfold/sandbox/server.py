"""The sandbox as one object: an AWS in this process, on a free port of 127.0.0.1."""

import json
import secrets
import socket
import urllib.request
from collections.abc import Collection, Mapping
from contextlib import ExitStack
from pathlib import Path
from threading import Lock, RLock, Thread
from types import TracebackType
from typing import Any, ClassVar, Self

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import BaseWSGIServer, make_server

from tenfold.model.errors import ConfigError, EndpointError
from tenfold.sandbox import upstream
from tenfold.sandbox.answers import Answers
from tenfold.sandbox.authority.door import Door
from tenfold.sandbox.authority.gate import Gate
from tenfold.sandbox.clock import SandboxClock
from tenfold.sandbox.control import PREFIX, Control
from tenfold.sandbox.denial import Denial
from tenfold.sandbox.dice import Dice
from tenfold.sandbox.gateway import Answering, Gateway
from tenfold.sandbox.heart import Heart
from tenfold.sandbox.journal import Journal
from tenfold.sandbox.logs.access import AccessLogs, in_place_of_motos
from tenfold.sandbox.logs.flow import FlowLogs
from tenfold.sandbox.messages.bucket_notices import BucketNotices
from tenfold.sandbox.moto_time import governing_moto
from tenfold.sandbox.records import Recorder
from tenfold.sandbox.root import RootUsers
from tenfold.sandbox.trails.delivery import logging_trails
from tenfold.sandbox.trails.digests import Digests
from tenfold.sandbox.trails.keys import KeyRing
from tenfold.sandbox.trails.service import CloudTrail
from tenfold.sandbox.trails.signin import SignIns
from tenfold.sandbox.uses import Uses
from tenfold.sandbox.weather.weather import Weather

HOST = "127.0.0.1"
_POLL_SECONDS = 0.1  # how long stopping waits at most for the server's loop to notice


class _SilentHandler(MotoRequestHandler):
    """Without a line on stderr for each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


class Sandbox:
    """moto behind a recorder of CloudTrail events.

    moto's state belongs to the process, so one sandbox runs in a process at a time; starting one empties it.

    Args:
        port: the port to listen on; 0 takes a free one.
        seed: what ids are drawn from, moto's and the sandbox's own.
        deny: share of read calls (0 to 1) that are refused; which ones follows from `deny_seed` and the call.
        deny_calls: `service:Operation` names of reads that are always refused.
        delivery_seconds: real seconds between two beats, at which log files and the rest that is due are written.
        clock: the time that everything carries.
        weather: AWS's habits that it starts with; `POST /_sandbox/weather` changes them. None for none.
        enforce: whether identity policies decide too, beside trust policies and those of the organization.
        answers: a file of answers of one's own, over those that come along.
        aws_defaults: whether new buckets start as AWS's do since 2023, with public access blocked and ACLs off.
        strict_trails: whether a trail needs a bucket whose policy lets CloudTrail write, as AWS has it.
    """

    _running: ClassVar[Lock] = Lock()

    def __init__(
        self,
        *,
        port: int = 0,
        seed: int = 0,
        deny: float = 0.0,
        deny_seed: int = 0,
        deny_calls: Collection[str] = (),
        delivery_seconds: float = 5.0,
        clock: SandboxClock | None = None,
        weather: Weather | None = None,
        strict_trails: bool = False,
        enforce: bool = False,
        answers: Path | None = None,
        aws_defaults: bool = False,
    ) -> None:
        self._port, self._seed = port, seed
        self._denial = Denial(deny, deny_seed, set(deny_calls))
        self._delivery_seconds = delivery_seconds
        self._clock = clock or SandboxClock()
        self._weather = weather or Weather(seed)
        self._strict_trails = strict_trails
        self._enforce, self._own_answers, self._aws_defaults = enforce, answers, aws_defaults
        self._cleanup = ExitStack()
        self._server: BaseWSGIServer | None = None
        self._answers: Answers | None = None

    @property
    def endpoint(self) -> str:
        """`http://127.0.0.1:PORT`, while it runs."""
        if self._server is None:
            raise ConfigError("the sandbox is not running", next="Call start() first")
        return f"http://{HOST}:{self._server.port}"

    def start(self) -> None:
        """Bind, serve in a thread, and make sure that the listener is this one.

        Raises:
            ConfigError: when another sandbox runs in this process, or the port is taken.
            EndpointError: when something else answers on the port.
        """
        if not self._running.acquire(blocking=False):
            raise ConfigError(
                "a sandbox already runs in this process", next="Stop it first: moto's state is one to a process"
            )
        with ExitStack() as undo:
            undo.callback(self._running.release)
            undo.enter_context(upstream.settings())
            undo.enter_context(governing_moto(self._clock))
            self._serve(undo)
            self._cleanup = undo.pop_all()

    def stop(self) -> None:
        """Write the log files that are due, free the port. Stopping twice does nothing."""
        self._cleanup.close()
        self._server = self._answers = None

    def plant(self, kind: str, account: str, facts: Mapping[str, Any], region: str = "us-east-1") -> Mapping[str, Any]:
        """Plant an object of a kind of the answers' file, while it runs; gives the object as it now is.

        Raises:
            PlantError: when the kind or a member of the facts is not known.
        """
        if self._answers is None:
            raise ConfigError("the sandbox is not running", next="Call start() first")
        return self._answers.catalogue.plant(kind, account, region, facts)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _serve(self, undo: ExitStack) -> None:
        upstream.reset(self._seed)
        token = secrets.token_hex(16)
        self._server = server = _bind(self._port, self._assemble(token, undo))
        undo.callback(server.server_close)
        thread = Thread(target=server.serve_forever, args=(_POLL_SECONDS,), name="sandbox", daemon=True)
        thread.start()
        undo.callback(thread.join)
        undo.callback(server.shutdown)
        _prove(self.endpoint, token)

    def _assemble(self, token: str, undo: ExitStack) -> Gateway:
        """Join the parts, and let time pass for them; `undo` stops it after the last log files are written."""
        clock, dice, turn = self._clock, Dice(self._seed), RLock()
        undo.enter_context(BucketNotices(clock.now, Dice(self._seed)).replacing_moto())
        weather = Weather(self._weather.seed, self._weather.names)  # without what an earlier run left in it
        trails = CloudTrail(clock.now, weather, strict=self._strict_trails)
        keys = KeyRing(self._seed, clock.now())
        digests = Digests(
            clock.now,
            keys,
            trails.statuses,
            lateness=weather.digest_lateness,
            overlooks=weather.overlooks,
            obstacle=trails.obstacle,
        )
        trails.delivery.on_file.append(digests.hear)
        undo.enter_context(in_place_of_motos())
        access, flows = AccessLogs(Dice(self._seed)), FlowLogs(self._seed)
        heart = Heart(clock, turn, [trails, digests, access, flows], self._delivery_seconds)
        heart.start()
        undo.callback(trails.close)
        undo.callback(heart.stop)
        journal, roots = Journal(), RootUsers(clock.now())
        undo.callback(journal.close)
        journal.hearers += [trails, digests, access]
        sign_ins = SignIns(clock.now, dice, roots, lambda record: journal.add(record, logging_trails()))
        gate, uses = Gate(clock.now, enforce=self._enforce), Uses()
        self._answers = answers = Answers(roots, clock.now, keys, gate, uses, self._own_answers)
        parts: list[Answering] = [Door(gate, uses, clock.now), trails.answers, answers]
        control = Control(
            token, self._denial, roots, journal, trails, sign_ins, clock, heart, weather, answers.catalogue
        )
        recorder = Recorder(dice, sign_ins.console_keys)
        modern = self._aws_defaults
        return Gateway(control, parts, self._denial, journal, clock, recorder, weather, turn, modern)


def _bind(port: int, gateway: Gateway) -> BaseWSGIServer:
    try:
        listener = socket.create_server((HOST, port))
    except OSError as error:
        what = f"port {port} of {HOST} cannot be used: {error.strerror}"
        raise ConfigError(what, next="Choose 0 for a free one") from error
    with listener:  # the server keeps a copy of its own
        fd = listener.fileno()
        return make_server(HOST, port, gateway, threaded=True, request_handler=_SilentHandler, fd=fd)


def _prove(endpoint: str, token: str) -> None:
    with urllib.request.urlopen(f"{endpoint}{PREFIX}ready", timeout=10) as answer:  # noqa: S310 - our own http address
        if json.load(answer).get("token") != token:
            raise EndpointError("another program answers in place of the sandbox", where=endpoint)
