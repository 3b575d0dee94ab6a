"""What a command needs to open incidents and to tell of them: the settings' owners, routes, acceptances and sinks."""

import sys
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, NamedTuple, TextIO

from msgspec.structs import replace

from tenfold.alerts.acceptances import Acceptances
from tenfold.alerts.incidents import Incidents
from tenfold.alerts.outbox import Outbox
from tenfold.alerts.routing import Route, Routing
from tenfold.alerts.rulings import Rulings
from tenfold.cli.session import Session
from tenfold.model.alert import Incident, IncidentStatus
from tenfold.model.clock import Clock
from tenfold.reports.characters import printable
from tenfold.reports.terminal.style import counted
from tenfold.sinks.registry import Deliver
from tenfold.store.outbox import Message
from tenfold.store.store import Store

_TERMINAL = "terminal"


class Alerting(NamedTuple):
    """Incidents, what is meant to be so, what goes out, and the file that says both of the first."""

    incidents: Incidents
    acceptances: Acceptances
    outbox: Outbox
    rulings: Rulings


def alerting(
    session: Session, store: Store, terminal: Deliver, *, out: TextIO = sys.stderr, all_here: bool = False
) -> Alerting:
    """By the settings, on an open state.

    Args:
        session: its settings and clock.
        store: the state.
        terminal: tells what is for this terminal: with `all_here` every change of an incident, at once; else only what
            a run that ended early has left in the outbox.
        out: where sinks write that write text: never among rows of JSON or CSV.
        all_here: see `terminal`.

    Raises:
        ConfigError: the file of acceptances and owners, a route or a sink cannot be used.
    """
    settings, clock = session.config.alerts, session.clock
    rulings = settings.read_rulings()
    routing = settings.routing(rulings)
    handed: dict[Any, object] = {Clock: clock, TextIO: out}
    sinks = {_TERMINAL: terminal, **settings.deliveries(handed)}
    return Alerting(
        Incidents(store, clock, _with_terminal(routing) if all_here else routing, rulings.acceptances),
        Acceptances(store, clock, rulings.acceptances),
        Outbox(store, clock, sinks),
        rulings,
    )


def deliver(outbox: Outbox) -> None:
    """Send what is due, and say what could not be sent."""
    outbox.deliver()
    mail = outbox.mail()
    _complain(mail.retried, "could not be sent yet; the next run tries again")
    _complain(mail.stuck, "were given up")


def told(changed: Iterable[Incident]) -> str:
    """How many incidents were opened and closed, in a few words."""
    last = {incident.key: incident for incident in changed}.values()
    opened = sum(each.status is IncidentStatus.OPEN and each.opened_at == each.updated_at for each in last)
    closed = sum(each.status is IncidentStatus.CLOSED for each in last)
    return f"{counted(opened, 'incident')} opened, {closed:,} closed"


def _with_terminal(routing: Routing) -> Routing:
    """Everything goes here too, and nothing waits: somebody is looking."""
    return replace(routing, routes=(*routing.routes, Route(sinks=(_TERMINAL,))), fold=timedelta(0))


def _complain(messages: Iterable[Message], what: str) -> None:
    reasons = {message.sink: message.reason for message in messages}
    for sink, count in Counter(message.sink for message in messages).items():
        reason = f": {reasons[sink]}" if reasons[sink] else ""
        sys.stderr.write(printable(f"tenfold: {counted(count, 'message')} to {sink} {what}{reason}") + "\n")
