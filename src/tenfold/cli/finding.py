"""`tenfold finding`: findings and incidents of the state."""

import sys
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import Any, TextIO

import msgspec
from rich.console import RenderableType

from tenfold.alerts.acceptances import Acceptances
from tenfold.alerts.incidents import Incidents
from tenfold.cli.alerting import alerting, deliver
from tenfold.cli.ending import FINE
from tenfold.cli.options import Format
from tenfold.cli.output import write, write_rows
from tenfold.cli.session import Session
from tenfold.model.alert import Acceptance
from tenfold.model.errors import ConfigError
from tenfold.model.evidence import Evidence
from tenfold.model.finding import Finding, Status
from tenfold.model.resource import Json
from tenfold.reports.characters import printable
from tenfold.reports.rows import row
from tenfold.reports.terminal.page import show
from tenfold.reports.terminal.style import SEVERITY, line, moment
from tenfold.sinks.lines import headline
from tenfold.sinks.notice import Notice
from tenfold.store.incidents import Case
from tenfold.trail.source import LOCAL

_SHORT = 160
"""Characters of a line of what was seen, where an incident is told of as it comes."""


def findings(session: Session, statuses: Collection[Status], form: Format) -> int:
    """List the findings in these statuses, worst first; what is accepted shows by whom and until when."""
    with session.store() as store:
        accepted = Acceptances(store, session.clock, session.config.alerts.read_rulings().acceptances).in_force()
        judged = map(accepted.judged, store.findings(tuple(Status)))
    chosen = sorted((each for each in judged if each.status in statuses), key=lambda f: (-f.severity, f.check, f.key))
    if form is not Format.TEXT:
        write(None, lambda out: write_rows([*map(row, chosen)], form, out))
        return FINE
    lines = [_finding_line(each, accepted.of_finding(each)) for each in chosen] or [line("no such finding")]
    write(None, lambda out: show(lines, out))
    return FINE


def incidents(session: Session, form: Format) -> int:
    """List the open incidents, worst first."""
    with session.store() as store:
        cases = Incidents(store, session.clock).all()
    if form is not Format.TEXT:
        write(None, lambda out: write_rows([*map(_incident_row, cases)], form, out))
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
        lines += [line((words, "dim"), indent=4) for words in _evidence(member.evidence)]
    write(None, lambda out: show(lines, out))
    return FINE


def close(session: Session, key: str, proof: str) -> int:
    """Close an incident, with what proves that it is over; who was told of it hears that too."""
    with session.store() as store:
        alerts = alerting(session, store, partial(tell, out=sys.stderr))
        closed = alerts.incidents.close(key, Evidence(proof, as_of=session.clock.now()))
        deliver(alerts.outbox)
    write(None, lambda out: show([line(f"closed {closed.key}")], out))
    return FINE


def tell(notice: Notice, out: TextIO) -> None:
    """Write a change of an incident, short: `tenfold finding show` has all of it."""
    out.write("\n  ".join(map(printable, told(notice))) + "\n")
    out.flush()


def told(notice: Notice) -> Iterator[str]:
    """What is to be known of a change at once: what, who, by which event, where its bytes lie; each one line."""
    yield headline(notice)
    if notice.message != notice.incident.title:
        yield f"now: {notice.message}"
    yield from (_shortened(words) for words in _evidence(notice.evidence))
    yield f"incident: {notice.incident.key}"


def _evidence(pieces: Sequence[Evidence]) -> Iterator[str]:
    for piece in pieces:
        match piece.source, piece.seen:
            case "actors", [*chain]:
                yield f"actors: {', from '.join(map(_actor, chain))}"
            case "origin", {"bucket": bucket, "key": key, "index": index}:
                place = key if bucket == LOCAL else f"s3://{bucket}/{key}"
                yield f"bytes: {place} [{index}]"
            case event, {"eventSource": str(source), "eventName": name, "awsRegion": region, **rest}:
                called = f"{source.partition('.')[0]}:{name} in {region}"
                yield f"event {event}: {called}: {msgspec.json.encode(rest).decode()}"
            case source, None:
                yield source
            case source, seen:
                yield f"{source}: {msgspec.json.encode(seen).decode()}"


def _actor(actor: Json) -> str:
    return " ".join(filter(None, (actor.get("type"), actor.get("arn") or actor.get("source_identity"))))


def _shortened(words: str) -> str:
    whole = words.startswith(("actors:", "bytes:")) or len(words) <= _SHORT
    return words if whole else f"{words[: _SHORT - 3]}..."


def _finding_line(finding: Finding, acceptance: Acceptance | None) -> RenderableType:
    label = (f"{finding.severity.label:9}", SEVERITY[finding.severity])
    status = "" if finding.status is Status.OPEN else f"  {finding.status}"
    if finding.status is Status.ACCEPTED and acceptance:
        status += f" by {acceptance.approver} until {moment(acceptance.expires_at)}: {acceptance.reason}"
    return line(label, (finding.title, "bold"), f"  {finding.key}", (status, "dim"))


def _incident_row(case: Case) -> dict[str, Any]:
    """An incident with what it is about and who answers for it."""
    incident: dict[str, Any] = msgspec.to_builtins(case.incident)
    about = {"kind": case.lead.kind, "arn": case.lead.arn, "account": case.lead.account}
    owner = {"owner": case.owner.name, "owner_evidence": case.owner.evidence}
    return incident | {"severity": case.incident.severity.label} | about | owner


def _headline(case: Case) -> RenderableType:
    incident = case.incident
    label = (f"{incident.severity.label:9}", SEVERITY[incident.severity])
    return line(label, (incident.title, "bold"), f"  {incident.key}  since {moment(incident.opened_at)}")
