"""`tenfold finding accept|acceptances|withdraw`: what is meant to be so."""

import sys
from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from functools import partial
from typing import Any

from rich.console import RenderableType

from tenfold.alerts.acceptances import InForce, Judged
from tenfold.alerts.rulings import end_of
from tenfold.cli.alerting import Alerting, alerting, deliver, told
from tenfold.cli.ending import FINE
from tenfold.cli.finding import tell
from tenfold.cli.options import Format
from tenfold.cli.output import write, write_rows
from tenfold.cli.session import Session
from tenfold.model.alert import IncidentStatus
from tenfold.model.errors import ConfigError
from tenfold.model.finding import Status, finding_key
from tenfold.reports.terminal.page import show
from tenfold.reports.terminal.style import counted, line, moment
from tenfold.store.store import Store

_LISTS = "tenfold finding list and tenfold finding incidents show the keys"


def accept(session: Session, key: str, reason: str, approver: str, expires: str) -> int:
    """Say that something is meant to be so, and close what it covers.

    Raises:
        ConfigError: no reason, approver or coming expiry; nothing has that key; the file has it already.
    """
    ends = end_of(_day(expires))
    with session.store() as store:
        alerts = _alerting(session, store)
        _refuse_filed(session, alerts, key)
        _refuse_unknown(store, alerts, key)
        acceptance = alerts.acceptances.accept(key, reason, approver, ends)
        covering = InForce([acceptance], acceptance.accepted_at)
        covered = sum(covering.judged(each).status is Status.ACCEPTED for each in store.findings((Status.OPEN,)))
        changed = told(alerts.incidents.review())
        deliver(alerts.outbox)
    until = f"accepted until {moment(ends)}: {key}"
    write(None, lambda out: show([line(until), line(f"covers {counted(covered, 'open finding')}; {changed}")], out))
    return FINE


def withdraw(session: Session, key: str) -> int:
    """Take back what was said of a key; what it hid and is still so is open again.

    Raises:
        ConfigError: nothing was said of it, or the file says it.
    """
    with session.store() as store:
        alerts = _alerting(session, store)
        if not alerts.acceptances.withdraw(key):
            _refuse_filed(session, alerts, key)
            raise ConfigError(f"nobody accepted {key!r}", next="tenfold finding acceptances lists what was accepted")
        changed = told(alerts.incidents.review())
        deliver(alerts.outbox)
    write(None, lambda out: show([line(f"withdrawn: {key}"), line(changed)], out))
    return FINE


def acceptances(session: Session, form: Format) -> int:
    """List what was accepted, expired too, with how much each hides."""
    with session.store() as store:
        alerts = _alerting(session, store)
        judged = alerts.acceptances.all()
    filed = {each.key for each in alerts.rulings.acceptances}
    rows = [_row(each, filed=each.key in filed) for each in judged]
    if form is not Format.TEXT:
        write(None, lambda out: write_rows(rows, form, out))
        return FINE
    lines = [each for one in judged for each in _lines(one)] or [line("nothing was accepted")]
    write(None, lambda out: show(lines, out))
    return FINE


def _alerting(session: Session, store: Store) -> Alerting:
    return alerting(session, store, partial(tell, out=sys.stderr))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"an expiry is a day such as 2026-12-31, not {text!r}") from error


def _refuse_filed(session: Session, alerts: Alerting, key: str) -> None:
    """The file comes first: what the state said beside it would not count."""
    if any(each.key == key for each in alerts.rulings.acceptances):
        where = session.config.alerts.rulings
        raise ConfigError(f"the file of acceptances has {key!r}", where=where, next="Change it there.")


def _refuse_unknown(store: Store, alerts: Alerting, key: str) -> None:
    """A key with a slip would accept nothing, and nobody would notice; a pattern may be for what is yet to come."""
    if "*" in key or "?" in key:
        return
    known = set(_keys(store, alerts))
    if key not in known:
        close = ", ".join(get_close_matches(key, known, n=3))
        raise ConfigError(
            f"no finding or incident has the key {key!r}", next=f"Similar: {close}" if close else f"{_LISTS}."
        )


def _keys(store: Store, alerts: Alerting) -> Iterator[str]:
    """What an acceptance may name: a finding, a check or detection with an ARN, an incident."""
    for finding in store.findings(tuple(Status)):
        yield from (finding.key, finding_key(finding.check, finding.arn))
    for case in alerts.incidents.all(tuple(IncidentStatus)):
        yield from (case.incident.key, f"{case.lead.rule}|{case.lead.arn}")


def _row(judged: Judged, *, filed: bool) -> dict[str, Any]:
    said = judged.acceptance
    return {
        "key": judged.key,
        "in_force": judged.in_force,
        "reason": said.reason if said else None,
        "approver": said.approver if said else None,
        "accepted_at": said.accepted_at.isoformat() if said else None,
        "expires_at": said.expires_at.isoformat() if said else None,
        "hides": judged.hides,
        "from": "file" if filed else "state" if said else "withdrawn",
    }


def _lines(judged: Judged) -> Iterator[RenderableType]:
    said = judged.acceptance
    state = "in force" if judged.in_force else "expired" if said else "withdrawn"
    yield line(f"{state:10}", (judged.key, "bold"), f"  hides {judged.hides:,}")
    if said:
        yield line(f"by {said.approver} until {moment(said.expires_at)}: {said.reason}", indent=10)
