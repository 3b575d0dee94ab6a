"""The front door: every request comes in here, is answered, and leaves its record."""

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from threading import RLock
from typing import Protocol
from wsgiref.types import StartResponse, WSGIEnvironment

from moto.cloudtrail.models import Trail
from moto.iam.models import mark_account_as_visited

from tenfold.model.clock import Clock
from tenfold.sandbox import upstream
from tenfold.sandbox.answers import Answers
from tenfold.sandbox.bucket_encryption import encrypt
from tenfold.sandbox.calls import Call, read_call
from tenfold.sandbox.control import PREFIX, Control
from tenfold.sandbox.denial import Denial, refuse
from tenfold.sandbox.identity import Caller, identify
from tenfold.sandbox.journal import Journal, Record
from tenfold.sandbox.managed_policies import provide
from tenfold.sandbox.records import Recorder
from tenfold.sandbox.trails.defaults import select
from tenfold.sandbox.trails.delivery import logging_trails
from tenfold.sandbox.wire import Reply, Wire, receive

_LONG_POLLS = frozenset({"sqs:ReceiveMessage"})
"""Calls that wait for others: they go without a turn."""


class Hearer(Protocol):
    """Something that is told of each record."""

    def take(self, record: Record, watching: Sequence[Trail]) -> None:
        """Take note of a record; `watching` are the trails that logged when the call came."""


@dataclass(frozen=True)
class Gateway:
    """A WSGI application: control routes, refusals, the sandbox's own answers, moto; then the record.

    Calls take turns: moto's state is plain dictionaries, which break when they grow while another thread walks them.
    """

    control: Control
    answers: Answers
    denial: Denial
    journal: Journal
    hearers: Sequence[Hearer]
    clock: Clock
    recorder: Recorder
    turn: RLock = field(default_factory=RLock)

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
            return self._recorded(call)

    def _recorded(self, call: Call) -> Reply:
        caller = identify(call)
        watching = logging_trails()
        reply = self._answer(call, caller)
        for record in self.recorder.of(call, caller, reply, self.clock.now()):
            self.journal.add(record)
            for hearer in self.hearers:
                hearer.take(record, watching)
        return reply

    def _answer(self, call: Call, caller: Caller) -> Reply:
        own = refuse(call, caller) if self.denial.covers(call, caller) else self.answers.to(call, caller)
        if own is None:
            return self._ask_moto(call, caller)
        if caller.access_key:
            mark_account_as_visited(caller.account, caller.access_key, call.service, call.region)
        return own

    @staticmethod
    def _ask_moto(call: Call, caller: Caller) -> Reply:
        provide(call, caller)
        reply = upstream.ask(call)
        encrypt(call, reply)
        select(call, caller, reply)
        return reply
