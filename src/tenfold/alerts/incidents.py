"""Incidents: opened by alerts and findings, closed by proof only."""

import contextlib
from collections.abc import Collection, Iterable, Iterator, Sequence

from sqlalchemy import Connection

from tenfold.alerts.acceptances import InForce
from tenfold.alerts.docket import Docket
from tenfold.alerts.members import of_alert, of_finding, proof_of_run
from tenfold.alerts.routing import Routing
from tenfold.model.alert import Acceptance, Alert, Incident, IncidentStatus
from tenfold.model.clock import Clock
from tenfold.model.errors import InputError
from tenfold.model.evidence import Evidence
from tenfold.model.finding import Finding, Severity, Status
from tenfold.model.run import Run
from tenfold.store import incidents as rows
from tenfold.store.incidents import Case, Member
from tenfold.store.store import Store

OPEN = (IncidentStatus.OPEN,)
_NO_ROUTES = Routing()


class Incidents:
    """The incidents of one state.

    Each method that changes something does it in one transaction, together with the messages that tell of it, and
    gives back the incidents that changed. What an acceptance covers opens nothing; it is kept and counted.

    Args:
        store: where they are kept.
        clock: the time of all marks, and of acceptances and quiet hours.
        routing: owners and routes; without routes nobody is told.
        accepted: acceptances of a file, beside those in the store.
    """

    def __init__(
        self, store: Store, clock: Clock, routing: Routing = _NO_ROUTES, accepted: Sequence[Acceptance] = ()
    ) -> None:
        self._store, self._clock, self._routing, self._accepted = store, clock, routing, tuple(accepted)

    def take(self, alerts: Iterable[Alert]) -> list[Incident]:
        """Take alerts in; one that came before, by detection and event id, changes nothing."""
        members = [of_alert(alert) for alert in alerts]
        if not members:
            return []
        with self._docket() as (_, docket):
            for member in members:
                docket.happen(member)
            return docket.settle()

    def take_findings(
        self, findings: Iterable[Finding], run: Run, at_least: Severity = Severity.HIGH
    ) -> list[Incident]:
        """Take in where the findings stand after a run.

        Open ones at or above a severity open the incident of their check and resource, and stay its members when they
        fall below. What the store has as resolved
        leaves it, with the run as proof; that an earlier run did it and was cut short does not matter. Unknown
        findings change nothing.
        """
        still = [finding for finding in findings if finding.status is Status.OPEN]
        with self._docket() as (connection, docket):
            for member, finding in rows.resolved(connection):
                docket.resolve(member, proof_of_run(finding, run))
            members = rows.unsettled_findings(connection)
            for finding in still:
                if finding.severity >= at_least or finding.key in members:
                    docket.stand(of_finding(finding, run))
            return docket.settle()

    def review(self) -> list[Incident]:
        """Weigh what stands, and findings that are hidden, against the acceptances that hold now."""
        with self._docket() as (connection, docket):
            for member in rows.judged(connection):
                docket.stand(member)
            return docket.settle()

    def close(self, key: str, proof: Evidence) -> Incident:
        """Close an incident; one that is closed keeps its first proof.

        Raises:
            InputError: when there is no such incident, or the proof names no source.
        """
        if not proof.source.strip():
            raise InputError("an incident is closed by proof only, and this proof names no source", where=key)
        with self._docket() as (connection, docket):
            docket.close(key, proof)
            changed = docket.settle()
            found = rows.find(connection, key)
        if found is None:
            raise InputError("there is no such incident", where=key)
        return changed[0] if changed else found.incident

    def find(self, key: str) -> Case | None:
        """An incident with its newest members, the member that opened it, and its owner."""
        with self._store.reading() as connection:
            return rows.find(connection, key)

    def all(self, statuses: Collection[IncidentStatus] = OPEN) -> list[Case]:
        """The incidents in these statuses, worst first."""
        with self._store.reading() as connection:
            return rows.read(connection, statuses)

    def members(self, key: str) -> list[Member]:
        """All members of an incident, hidden ones too, in the order in which they came."""
        with self._store.reading() as connection:
            return list(rows.members(connection, key))

    @contextlib.contextmanager
    def _docket(self) -> Iterator[tuple[Connection, Docket]]:
        now = self._clock.now()
        with self._store.writing() as connection:
            accepted = InForce.read(connection, self._accepted, now)
            yield connection, Docket(connection, now, self._routing, accepted)
