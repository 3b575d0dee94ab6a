"""`tenfold finding`: findings and incidents of the state."""

from typing import Any

import msgspec

from tenfold.alerts.incidents import Incidents
from tenfold.cli.ending import FINE
from tenfold.cli.options import Format
from tenfold.cli.output import write, write_rows
from tenfold.cli.session import Session
from tenfold.model.errors import ConfigError
from tenfold.model.evidence import Evidence
from tenfold.reports.terminal.page import show
from tenfold.reports.terminal.style import SEVERITY, line, moment
from tenfold.store.incidents import Case


def incidents(session: Session, form: Format) -> int:
    """List the open incidents, worst first."""
    with session.store() as store:
        cases = Incidents(store, session.clock).all()
    if form is not Format.TEXT:
        rows = [msgspec.to_builtins(case.incident) for case in cases]
        write(None, lambda out: write_rows(rows, form, out))
        return FINE
    lines = [_headline(case) for case in cases] or [line("no open incident")]
    write(None, lambda out: show(lines, out))
    return FINE


def show_one(session: Session, key: str) -> int:
    """Show an incident with its members and their evidence.

    Raises:
        ConfigError: when there is none of that key.
    """
    with session.store() as store:
        found = Incidents(store, session.clock)
        case, members = found.find(key), found.members(key)
    if case is None:
        raise ConfigError(f"there is no incident {key!r}", next="tenfold finding incidents lists them")
    lines = [_headline(case), line(f"owner {case.owner.name}: {case.owner.evidence}", indent=2)]
    for member in members:
        lines.append(line(f"{moment(member.at)}  {member.message}", indent=2))
        lines += [line((f"{each.source}: {each.seen}", "dim"), indent=4) for each in member.evidence]
    write(None, lambda out: show(lines, out))
    return FINE


def close(session: Session, key: str, proof: str) -> int:
    """Close an incident, with what proves that it is over."""
    with session.store() as store:
        closed = Incidents(store, session.clock).close(key, Evidence(proof, as_of=session.clock.now()))
    write(None, lambda out: show([line(f"closed {closed.key}")], out))
    return FINE


def _headline(case: Case) -> Any:
    incident = case.incident
    label = (f"{incident.severity.label:9}", SEVERITY[incident.severity])
    return line(label, (incident.title, "bold"), f"  {incident.key}  since {moment(incident.opened_at)}")
