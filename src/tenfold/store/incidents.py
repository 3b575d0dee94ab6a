"""Incidents, one row a key, and their members: alerts and findings, one row each."""

import enum
from collections.abc import Collection, Iterator
from datetime import UTC, datetime

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, delete, func, insert, select, update

from tenfold.model.alert import Incident, IncidentStatus
from tenfold.model.evidence import Evidence
from tenfold.model.finding import Finding, Severity, Status
from tenfold.model.party import Owner
from tenfold.store.codec import packed, unpacked
from tenfold.store.schema import FINDINGS, INCIDENTS
from tenfold.store.schema import INCIDENT_MEMBERS as MEMBERS

SHOWN = 100
"""Members named in an Incident, the newest; the table holds them all."""

ALERT = "alert"
"""The kind of members that happened; the others are findings, whose kind is that of their resource."""


class MemberState(enum.StrEnum):
    """Whether a member counts: it stands, it is meant to be so, or it is over."""

    STANDING = "standing"
    ACCEPTED = "accepted"
    SETTLED = "settled"


_STANDS = MEMBERS.c.state == MemberState.STANDING.value


class Member(msgspec.Struct, frozen=True):
    """One alert or finding of an incident.

    `key` is the finding's, or detection and event id; `rule` the check or detection; `arn`, `account` and `partition`
    are what it is about, empty when nothing says so; `at` is when it happened or was seen.
    """

    key: str
    incident: str
    rule: str
    kind: str
    arn: str
    account: str
    severity: Severity
    at: datetime
    title: str
    message: str
    evidence: tuple[Evidence, ...]
    partition: str = ""


class Case(msgspec.Struct, frozen=True):
    """An incident with the member that opened it first, and the owner it was given when it was last opened."""

    incident: Incident
    lead: Member
    owner: Owner


class Known(msgspec.Struct, frozen=True):
    """What the table says of a member."""

    state: MemberState
    severity: Severity
    acceptance: str | None


class Hidden(msgspec.Struct, frozen=True):
    """How many members one acceptance hides."""

    acceptance: str
    count: int


def moment(at: datetime) -> str:
    """The text of a time in the tables: UTC, to the microsecond, so that texts sort as times do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def find(connection: Connection, key: str) -> Case | None:
    """The incident of a key, with its newest members; None when there is none."""
    body = connection.execute(select(INCIDENTS.c.body).where(INCIDENTS.c.key == key)).scalar()
    return None if body is None else _with_members(connection, unpacked(body, Case))


def read(connection: Connection, statuses: Collection[IncidentStatus]) -> list[Case]:
    """The incidents in these statuses, worst first, then newest."""
    wanted = select(INCIDENTS.c.body).where(INCIDENTS.c.status.in_(sorted(statuses)))
    rows = connection.execute(wanted.order_by(INCIDENTS.c.severity.desc(), INCIDENTS.c.updated_at.desc()))
    return [_with_members(connection, unpacked(body, Case)) for body in rows.scalars()]


def put(connection: Connection, case: Case) -> Case:
    """Write an incident over whatever stood under its key, its members apart; gives it back with those that it has."""
    incident = replace(case.incident, members=())
    row = {
        "title": incident.title,
        "status": incident.status.value,
        "severity": int(incident.severity),
        "kind": case.lead.kind,
        "arn": case.lead.arn,
        "account": case.lead.account,
        "owner": case.owner.name,
        "opened_at": moment(incident.opened_at),
        "updated_at": moment(incident.updated_at),
        "body": packed(replace(case, incident=incident)),
    }
    connection.execute(delete(INCIDENTS).where(INCIDENTS.c.key == incident.key))
    connection.execute(insert(INCIDENTS).values(key=incident.key, **row))
    return _with_members(connection, case)


def known(connection: Connection, key: str) -> Known | None:
    """What is known of a member; None when it never came."""
    columns = MEMBERS.c
    wanted = select(columns.state, columns.severity, columns.acceptance).where(columns.key == key)
    row = connection.execute(wanted).first()
    return Known(MemberState(row.state), Severity(row.severity), row.acceptance) if row else None


def put_member(connection: Connection, member: Member, state: MemberState, acceptance: str | None = None) -> None:
    """Write a member; one that was there keeps its place in the order.

    Args:
        connection: in a transaction that may write.
        member: the alert or finding.
        state: where it stands now.
        acceptance: the key of the acceptance that hides it, when it is ACCEPTED.
    """
    values = {
        "incident": member.incident,
        "kind": member.kind,
        "severity": int(member.severity),
        "state": state.value,
        "acceptance": acceptance,
        "body": packed(member),
    }
    changed = connection.execute(update(MEMBERS).where(MEMBERS.c.key == member.key).values(values))
    if not changed.rowcount:
        connection.execute(insert(MEMBERS).values(key=member.key, **values))


def settle(connection: Connection, incident: str) -> None:
    """Let every member of an incident that stands be over."""
    mine = _STANDS & (MEMBERS.c.incident == incident)
    connection.execute(update(MEMBERS).where(mine).values(state=MemberState.SETTLED.value))


def standing(connection: Connection, incident: str) -> tuple[int, Severity]:
    """How many members of an incident stand, and the worst severity among them (INFO when none does)."""
    wanted = select(func.count(), func.max(MEMBERS.c.severity)).where(_STANDS, MEMBERS.c.incident == incident)
    count, worst = connection.execute(wanted).one()
    return count, Severity(worst or 0)


def findings_stand(connection: Connection, incident: str) -> bool:
    """Whether a finding is among the members of an incident that stand."""
    wanted = select(MEMBERS.c.number).where(_STANDS, MEMBERS.c.incident == incident, MEMBERS.c.kind != ALERT)
    return connection.execute(wanted.limit(1)).first() is not None


def resolved(connection: Connection) -> list[tuple[Member, Finding]]:
    """The members that are not over, although their finding is resolved."""
    wanted = (
        select(MEMBERS.c.body, FINDINGS.c.body)
        .join(FINDINGS, FINDINGS.c.key == MEMBERS.c.key)
        .where(MEMBERS.c.state != MemberState.SETTLED.value, FINDINGS.c.status == Status.RESOLVED.value)
        .order_by(MEMBERS.c.number)
    )
    return [(unpacked(mine, Member), unpacked(theirs, Finding)) for mine, theirs in connection.execute(wanted)]


def judged(connection: Connection) -> list[Member]:
    """The members that an acceptance may hide or no longer hide: all that stand, and hidden findings.

    A hidden alert stays hidden when its acceptance ends: it was judged when it happened, and does not last.
    """
    hidden = (MEMBERS.c.state == MemberState.ACCEPTED.value) & (MEMBERS.c.kind != ALERT)
    wanted = select(MEMBERS.c.body).where(_STANDS | hidden)
    return [unpacked(body, Member) for body in connection.execute(wanted.order_by(MEMBERS.c.number)).scalars()]


def members(connection: Connection, incident: str) -> Iterator[Member]:
    """All members of an incident, hidden ones too, in the order in which they came."""
    wanted = select(MEMBERS.c.body).where(MEMBERS.c.incident == incident).order_by(MEMBERS.c.number)
    for body in connection.execute(wanted).scalars():
        yield unpacked(body, Member)


def hidden(connection: Connection) -> list[Hidden]:
    """How many members each acceptance hides, by its key."""
    columns = MEMBERS.c
    wanted = select(columns.acceptance, func.count()).where(columns.state == MemberState.ACCEPTED.value)
    rows = connection.execute(wanted.group_by(columns.acceptance).order_by(columns.acceptance))
    return [Hidden(acceptance, count) for acceptance, count in rows]


def unsettled_findings(connection: Connection) -> set[str]:
    """The keys of the findings that are members and not over."""
    wanted = select(MEMBERS.c.key).where(MEMBERS.c.state != MemberState.SETTLED.value, MEMBERS.c.kind != ALERT)
    return set(connection.execute(wanted).scalars())


def _with_members(connection: Connection, case: Case) -> Case:
    columns = MEMBERS.c
    wanted = select(columns.key).where(columns.incident == case.incident.key)
    shown = wanted.where(columns.state != MemberState.ACCEPTED.value).order_by(columns.number.desc()).limit(SHOWN)
    keys = connection.execute(shown).scalars().all()
    return replace(case, incident=replace(case.incident, members=tuple(reversed(keys))))
