"""From a change of an incident to rows of the outbox, in the transaction of the change."""

import uuid
from datetime import datetime

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from tenfold.alerts.routing import Routing
from tenfold.model.evidence import Evidence
from tenfold.sinks.notice import Notice, Told
from tenfold.store import outbox as rows
from tenfold.store.codec import packed, unpacked
from tenfold.store.incidents import Case, Member
from tenfold.store.outbox import Message


class Change(msgspec.Struct, frozen=True):
    """What happened to an incident: `newest` is the member that did it, `worse` when its severity rose by it."""

    case: Case
    told: Told
    newest: Member | None
    count: int
    worse: bool


def tell(connection: Connection, change: Change, routing: Routing, now: datetime) -> None:
    """Put one message for each sink into the outbox.

    An update waits a little and takes the next ones along, unless things got worse. Whatever else of the incident was
    held back for a sink goes out with a message that may go earlier: the order of an incident is never turned round.
    """
    waits = change.told is Told.UPDATED and not change.worse
    goes_on = change.told in (Told.UPDATED, Told.CLOSED)
    told = rows.sinks_of(connection, change.case.incident.key) if goes_on else set()
    for sink, may_go_at in routing.due(change.case, told, now).items():
        due_at = max(may_go_at, now + routing.fold) if waits else may_go_at
        rows.hasten(connection, change.case.incident.key, sink, due_at)
        if not _folded(connection, change, sink, now):
            notice = _notice(change, uuid.uuid4().hex, now)
            message = Message(notice.delivery, notice.incident.key, sink, notice.change, due_at, packed(notice))
            rows.add(connection, message)


def notice_of(message: Message) -> Notice:
    """The notice that a message carries."""
    return unpacked(message.body, Notice)


def _folded(connection: Connection, change: Change, sink: str, now: datetime) -> bool:
    """Whether an update went into one that waits and was never sent."""
    if change.told is not Told.UPDATED:
        return False
    last = rows.last_waiting(connection, change.case.incident.key, sink)
    if last is None or last.attempts or last.change != Told.UPDATED:
        return False
    rows.rewrite(connection, last.number, packed(_notice(change, last.delivery, now)))
    return True


def _notice(change: Change, delivery: str, now: datetime) -> Notice:
    case, newest = change.case, change.newest
    proof = case.incident.proof
    notice = Notice(
        delivery=delivery,
        change=change.told,
        incident=case.incident,
        owner=case.owner,
        at=now,
        count=change.count,
        message=newest.message if newest else case.incident.title,
        evidence=newest.evidence if newest else (),
        arn=case.lead.arn,
        account=case.lead.account,
    )
    return replace(notice, message=_proven(proof), evidence=(proof,)) if proof else notice


def _proven(proof: Evidence) -> str:
    return f"closed by {proof.source}"
