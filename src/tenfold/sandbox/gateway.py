"""The front door: every request comes in here, is answered, and leaves its record."""

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import Protocol
from wsgiref.types import StartResponse, WSGIEnvironment

from tenfold.sandbox import upstream
from tenfold.sandbox.authority.organization import enable_controls
from tenfold.sandbox.buckets.defaults import equip
from tenfold.sandbox.buckets.owners import ask_as_owner
from tenfold.sandbox.calls import Call, read_call
from tenfold.sandbox.client_time import in_client_time
from tenfold.sandbox.clock import SandboxClock
from tenfold.sandbox.control import PREFIX, Control
from tenfold.sandbox.denial import Denial, refuse
from tenfold.sandbox.identity import ANONYMOUS, Caller, identify
from tenfold.sandbox.journal import Journal
from tenfold.sandbox.managed_policies import provide
from tenfold.sandbox.messages.subscriptions import settle
from tenfold.sandbox.records import Recorder
from tenfold.sandbox.trails.delivery import logging_trails
from tenfold.sandbox.weather.weather import Weather
from tenfold.sandbox.wire import Reply, Wire, receive

_LONG_POLLS = frozenset({"sqs:ReceiveMessage"})
"""Calls that wait for others: they go without a turn."""


class Answering(Protocol):
    """Something that answers calls in place of moto."""

    def to(self, call: Call, caller: Caller) -> Reply | None:
        """The answer to a call; None when it is not answered here."""


@dataclass(frozen=True)
class Gateway:
    """A WSGI application: control routes, refusals, the sandbox's own answers, moto; then the record.

    Calls take turns: moto's state is plain dictionaries, which break when they grow while another thread walks them.
    """

    control: Control
    answers: Sequence[Answering]
    denial: Denial
    journal: Journal
    clock: SandboxClock
    recorder: Recorder
    weather: Weather
    turn: RLock = field(default_factory=RLock)
    modern_buckets: bool = False

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        wire = receive(environ)
        reply = self.control.answer(wire) if wire.path.startswith(PREFIX) else self._serve(wire)
        return reply.send(start)

    def _serve(self, wire: Wire) -> Reply:
        call = read_call(wire)
        if call is None:
            return upstream.page(wire)
        self.journal.count(call.name)
        with nullcontext() if call.name in _LONG_POLLS else self.turn:
            return in_client_time(call, self._recorded(call), self.clock)

    def _recorded(self, call: Call) -> Reply:
        with self.turn:  # those that wait for others do so without it
            caller, watching = identify(call), logging_trails()
        reply = self.weather.answer(call, caller, self.clock.now(), self._answer)
        for record in self.recorder.of(call, caller, reply, self.clock.now()):
            self.journal.add(record, watching)
        return reply

    def _answer(self, call: Call, caller: Caller) -> Reply:
        own = refuse(call, caller) if self.denial.covers(call, caller) else self._own(call, caller)
        return self._ask_moto(call, caller) if own is None else own

    def _own(self, call: Call, caller: Caller) -> Reply | None:
        return next((reply for part in self.answers if (reply := part.to(call, caller)) is not None), None)

    def _ask_moto(self, call: Call, caller: Caller) -> Reply:
        provide(call, caller)
        if caller is not ANONYMOUS:
            call = replace(call, wire=call.wire.acting_for(caller.account))
        reply = ask_as_owner(call, caller, upstream.ask)
        equip(call, reply, modern=self.modern_buckets)
        enable_controls(call, caller, reply)
        settle(call, reply)
        return reply
