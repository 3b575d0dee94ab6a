"""`tenfold finding`: findings and incidents of the state."""

from collections.abc import Iterator, Sequence
from typing import Any, TextIO

import msgspec

from tenfold.alerts.incidents import Incidents
from tenfold.cli.ending import FINE
from tenfold.cli.options import Format
from tenfold.cli.output import write, write_rows
from tenfold.cli.session import Session
from tenfold.model.errors import ConfigError
from tenfold.model.evidence import Evidence
from tenfold.model.resource import Json
from tenfold.reports.characters import printable
from tenfold.reports.terminal.page import show
from tenfold.reports.terminal.style import SEVERITY, line, moment
from tenfold.sinks.lines import headline
from tenfold.sinks.notice import Notice
from tenfold.store.incidents import Case
from tenfold.trail.source import LOCAL

_SHORT = 160
"""Characters of a line of what was seen, where an incident is told of as it comes."""


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
        lines += [line((words, "dim"), indent=4) for words in _evidence(member.evidence)]
    write(None, lambda out: show(lines, out))
    return FINE


def close(session: Session, key: str, proof: str) -> int:
    """Close an incident, with what proves that it is over."""
    with session.store() as store:
        closed = Incidents(store, session.clock).close(key, Evidence(proof, as_of=session.clock.now()))
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


def _headline(case: Case) -> Any:
    incident = case.incident
    label = (f"{incident.severity.label:9}", SEVERITY[incident.severity])
    return line(label, (incident.title, "bold"), f"  {incident.key}  since {moment(incident.opened_at)}")
