"""The sandbox as one object: an AWS in this process, on a free port of 127.0.0.1."""

import json
import secrets
import socket
import urllib.request
from collections.abc import Collection
from contextlib import ExitStack
from threading import Lock, RLock, Thread
from types import TracebackType
from typing import ClassVar, Self

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import BaseWSGIServer, make_server

from tenfold.model.errors import ConfigError, EndpointError
from tenfold.sandbox import upstream
from tenfold.sandbox.answers import Answers
from tenfold.sandbox.clock import SandboxClock, governing_moto
from tenfold.sandbox.control import PREFIX, Control
from tenfold.sandbox.denial import Denial
from tenfold.sandbox.dice import Dice
from tenfold.sandbox.gateway import Gateway
from tenfold.sandbox.heart import Heart
from tenfold.sandbox.journal import Journal
from tenfold.sandbox.records import Recorder
from tenfold.sandbox.root import RootUsers
from tenfold.sandbox.trails.delivery import Delivery

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
    ) -> None:
        self._port, self._seed = port, seed
        self._denial = Denial(deny, deny_seed, set(deny_calls))
        self._delivery_seconds = delivery_seconds
        self._clock = clock or SandboxClock()
        self._cleanup = ExitStack()
        self._server: BaseWSGIServer | None = None

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
        self._server = None

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
        delivery = Delivery(clock.now, dice)
        heart = Heart(clock, turn, [delivery], self._delivery_seconds)
        heart.start()
        undo.callback(delivery.deliver)
        undo.callback(heart.stop)
        journal, roots = Journal(), RootUsers(clock.now())
        control = Control(token, self._denial, roots, journal, delivery, clock, heart)
        return Gateway(
            control, Answers(roots, clock.now), self._denial, journal, [delivery], clock, Recorder(dice), turn
        )


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
