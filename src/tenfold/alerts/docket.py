"""Changes to incidents inside one transaction: members come and go, then each incident is settled and told."""

from datetime import datetime

from msgspec.structs import replace
from sqlalchemy import Connection

from tenfold.alerts.acceptances import InForce, proof_of
from tenfold.alerts.answerable import Answerable
from tenfold.alerts.members import bounded
from tenfold.alerts.messages import Change, tell
from tenfold.alerts.routing import Routing
from tenfold.model.alert import Incident, IncidentStatus
from tenfold.model.evidence import Evidence
from tenfold.model.finding import Severity
from tenfold.sinks.notice import Told
from tenfold.store import incidents as rows
from tenfold.store.incidents import Case, Member, MemberState


class Docket:
    """What one transaction changes."""

    def __init__(self, connection: Connection, now: datetime, routing: Routing, accepted: InForce) -> None:
        self._connection, self._now, self._routing, self._accepted = connection, now, routing, accepted
        self._answerable = Answerable(connection, routing.owners)
        self._fresh: dict[str, list[Member]] = {}
        self._proofs: dict[str, Evidence] = {}

    def stand(self, member: Member) -> None:
        """A member that is true now: new, back again, or as it was; or hidden by an acceptance."""
        known = rows.known(self._connection, member.key)
        acceptance = self._accepted.of_member(member)
        if acceptance:
            if known is None or known.acceptance != acceptance.key or known.state is not MemberState.ACCEPTED:
                rows.put_member(self._connection, member, MemberState.ACCEPTED, acceptance.key)
                self._prove(member.incident, proof_of(acceptance))
        elif known is None or known.state is not MemberState.STANDING or known.severity != member.severity:
            rows.put_member(self._connection, member, MemberState.STANDING)
            self._fresh.setdefault(member.incident, []).append(member)

    def happen(self, member: Member) -> None:
        """An alert: the second coming of the same one changes nothing."""
        if rows.known(self._connection, member.key) is None:
            self.stand(member)

    def resolve(self, member: Member, proof: Evidence) -> None:
        """A finding that is over; when it was the last of its incident, so are the alerts: they told of its cause."""
        rows.put_member(self._connection, member, MemberState.SETTLED)
        self._prove(member.incident, proof)
        if not rows.findings_stand(self._connection, member.incident):
            rows.settle(self._connection, member.incident)

    def close(self, key: str, proof: Evidence) -> None:
        """All members of an incident are over."""
        rows.settle(self._connection, key)
        self._prove(key, proof)

    def settle(self) -> list[Incident]:
        """Write down the incidents that changed, with the messages that tell of it; those incidents."""
        changed = (self._settle(key, members) for key, members in self._fresh.items())
        return [case.incident for case in changed if case]

    def _prove(self, key: str, proof: Evidence) -> None:
        self._fresh.setdefault(key, [])
        self._proofs[key] = bounded([proof])[0]

    def _settle(self, key: str, fresh: list[Member]) -> Case | None:
        before = rows.find(self._connection, key)
        count, worst = rows.standing(self._connection, key)
        if before is None:
            return self._tell(self._opened(fresh[0], worst), Told.OPENED, fresh, count) if fresh else None
        if before.incident.status is IncidentStatus.CLOSED:
            return self._tell(self._open(before, worst), Told.REOPENED, fresh, count) if fresh else None
        if not count:
            return self._tell(self._closed(before), Told.CLOSED, fresh, count)
        if fresh or worst != before.incident.severity:
            incident = replace(before.incident, severity=worst, updated_at=self._now)
            return self._tell(replace(before, incident=incident), Told.UPDATED, fresh, count, before.incident.severity)
        return None

    def _opened(self, lead: Member, worst: Severity) -> Case:
        account, owner = self._answerable.of(lead)
        incident = Incident(lead.incident, lead.title, worst, IncidentStatus.OPEN, self._now, self._now, ())
        return Case(incident, replace(lead, account=account), owner)

    def _open(self, before: Case, worst: Severity) -> Case:
        since = {"opened_at": self._now, "updated_at": self._now, "proof": None}
        incident = replace(before.incident, severity=worst, status=IncidentStatus.OPEN, **since)
        account, owner = self._answerable.of(before.lead)
        return Case(incident, replace(before.lead, account=account), owner)

    def _closed(self, before: Case) -> Case:
        proof = self._proofs[before.incident.key]
        incident = replace(before.incident, status=IncidentStatus.CLOSED, updated_at=self._now, proof=proof)
        return replace(before, incident=incident)

    def _tell(self, case: Case, told: Told, fresh: list[Member], count: int, severity: Severity | None = None) -> Case:
        """Write an incident and the messages that tell of it."""
        written = rows.put(self._connection, case)
        worse = severity is not None and case.incident.severity > severity
        change = Change(written, told, fresh[-1] if fresh else None, count, worse)
        tell(self._connection, change, self._routing, self._now)
        return written
