import random
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.alerts.make import CRITICAL, HIGH, KEY, LOW, MEDIUM, Ears, alert, bucket_arn, finding, opened, run
from tests.clock import START, ManualClock

from tenfold.alerts.incidents import Incidents
from tenfold.alerts.outbox import Outbox
from tenfold.model.alert import Alert, IncidentStatus
from tenfold.model.errors import InputError
from tenfold.model.evidence import Evidence
from tenfold.model.finding import Severity, Status, Verdict
from tenfold.model.snapshot import Snapshot
from tenfold.store.store import Store

PROOF = Evidence("run r-9", {"IsLogging": True}, START)
BOTH = (IncidentStatus.OPEN, IncidentStatus.CLOSED)


def test_alert_opens_an_incident(incidents: Incidents) -> None:
    (incident,) = incidents.take([alert("e-1")])
    assert (incident.key, incident.title, incident.severity) == (KEY, "trail stopped (e-1)", HIGH)
    assert (incident.status, incident.opened_at, incident.members) == (IncidentStatus.OPEN, START, ("ct-003|e-1",))
    case = incidents.find(KEY)
    assert case is not None
    assert case.incident == incident
    assert (case.lead.account, case.lead.arn) == tuple(KEY.split("|")[1:])


def test_same_alert_twice_changes_nothing(incidents: Incidents, clock: ManualClock, outbox: Outbox, ears: Ears) -> None:
    before = incidents.take([alert("e-1"), alert("e-1")])
    clock.wait(3600)
    assert incidents.take([alert("e-1")]) == []
    assert [case.incident for case in incidents.all()] == before
    outbox.deliver()
    assert ears.said() == ["opened"]


def test_severity_is_that_of_the_worst_member(incidents: Incidents) -> None:
    incidents.take([alert("e-1", LOW)])
    (incident,) = incidents.take([alert("e-2", CRITICAL), alert("e-3", MEDIUM)])
    assert incident.severity is CRITICAL
    assert incident.members == ("ct-003|e-1", "ct-003|e-2", "ct-003|e-3")


def test_two_detections_share_an_incident_and_an_event(incidents: Incidents) -> None:
    (incident,) = incidents.take([alert("e-1"), alert("e-1", detection="ct-004")])
    assert incident.members == ("ct-003|e-1", "ct-004|e-1")


def test_closed_by_proof_and_opened_again_by_what_comes_after(
    incidents: Incidents, clock: ManualClock, outbox: Outbox, ears: Ears
) -> None:
    incidents.take([alert("e-1", CRITICAL)])
    closed = incidents.close(KEY, PROOF)
    assert (closed.status, closed.proof) == (IncidentStatus.CLOSED, PROOF)
    assert incidents.close(KEY, Evidence("something else")) == closed
    assert incidents.take([alert("e-1", CRITICAL)]) == []
    clock.wait(60)
    (again,) = incidents.take([alert("e-2", LOW)])
    assert (again.status, again.proof, again.severity) == (IncidentStatus.OPEN, None, LOW)
    assert again.opened_at == START + timedelta(seconds=60)
    outbox.deliver()
    assert ears.said(lambda n: (n.change, n.message)) == [
        ("opened", "trail stopped (e-1)"),
        ("closed", "closed by run r-9"),
        ("reopened", "trail stopped (e-2)"),
    ]
    assert ears.heard[1].evidence == (PROOF,)


@pytest.mark.parametrize(("key", "proof"), [(KEY, Evidence(" ")), ("no such key", PROOF)])
def test_nothing_is_closed_without_proof_or_incident(incidents: Incidents, key: str, proof: Evidence) -> None:
    incidents.take([alert("e-1")])
    with pytest.raises(InputError, match=r"names no source|no such incident"):
        incidents.close(key, proof)
    assert [case.incident.status for case in incidents.all()] == [IncidentStatus.OPEN]


def test_incidents_come_worst_first(incidents: Incidents) -> None:
    incidents.take([alert("e-1", LOW, "a"), alert("e-2", CRITICAL, "b"), alert("e-3", HIGH, "c")])
    incidents.close("c", PROOF)
    assert [case.incident.key for case in incidents.all()] == ["b", "a"]
    assert [case.incident.key for case in incidents.all(BOTH)] == ["b", "c", "a"]


def test_noisy_incident_names_its_newest_members_and_keeps_all(incidents: Incidents) -> None:
    (incident,) = incidents.take([alert(f"e-{n}") for n in range(250)])
    assert len(incident.members) == 100
    assert incident.members[-1] == "ct-003|e-249"
    assert [member.key for member in incidents.members(KEY)] == [f"ct-003|e-{n}" for n in range(250)]


def test_hostile_and_huge_evidence_is_taken(incidents: Incidents, outbox: Outbox, ears: Ears) -> None:
    odd = Evidence("e-2", {"name": "\ud800", "number": 2**70})
    incidents.take([replace(alert("e-1"), evidence=(Evidence("e-1", "x" * 100_000), odd))])
    (member,) = incidents.members(KEY)
    assert member.evidence[0].seen == {"omitted": "100002 bytes, see e-1"}
    assert member.evidence[1].seen == {"name": "\ufffd", "number": str(2**70)}
    outbox.deliver()
    assert ears.heard[0].evidence == member.evidence


def save(store: Store, number: int, verdict: Verdict) -> None:
    store.save(run(number), Snapshot(START), [verdict], [verdict.check])


def verdict(name: str, *keys: str) -> Verdict:
    one = finding(name)
    return Verdict("s3-001", one.arn, one.kind, one.scope, tuple(finding(name, key) for key in keys))


def test_findings_of_one_check_and_resource_are_one_incident(incidents: Incidents) -> None:
    found = [finding("a", "read"), finding("a", "write", CRITICAL), finding("b"), finding("c", severity=LOW)]
    a, b = incidents.take_findings(found, run(1))
    assert (a.key, a.severity, len(a.members)) == (f"s3-001|{bucket_arn('a')}", CRITICAL, 2)
    assert (b.key, b.title) == (f"s3-001|{bucket_arn('b')}", "Bucket is open to anyone")
    assert incidents.take_findings(found, run(2)) == []


def test_run_that_saw_the_cause_gone_closes_and_a_later_one_opens_again(
    incidents: Incidents, store: Store, outbox: Outbox, ears: Ears
) -> None:
    key = f"s3-001|{bucket_arn('a')}"
    save(store, 1, verdict("a", "read", "write"))
    incidents.take_findings(store.findings(), run(1))
    incidents.take([alert("e-1", key=key)])
    save(store, 2, verdict("a", "write"))
    assert incidents.take_findings(store.findings(), run(2)) == []
    save(store, 3, verdict("a"))
    (closed,) = incidents.take_findings(store.findings(), run(3))
    assert closed.status is IncidentStatus.CLOSED
    assert closed.proof is not None
    assert closed.proof.source == "run run-3"
    assert closed.proof.seen["finding"] == f"{key}|write"
    save(store, 4, verdict("a", "write"))
    (again,) = incidents.take_findings(store.findings(), run(4))
    assert (again.key, again.status) == (key, IncidentStatus.OPEN)
    outbox.deliver()
    assert ears.said() == ["opened", "updated", "closed", "reopened"]


def test_proof_that_an_interrupted_run_left_behind_is_found(incidents: Incidents, store: Store) -> None:
    save(store, 1, verdict("a", "read"))
    incidents.take_findings(store.findings(), run(1))
    save(store, 2, verdict("a"))  # and killed before the incidents heard of it
    save(store, 3, verdict("b", "read"))
    changed = incidents.take_findings(store.findings(), run(3))
    assert [(i.key[-1], i.status.value) for i in changed] == [("a", "closed"), ("b", "open")]


def test_unknown_closes_nothing(incidents: Incidents) -> None:
    incidents.take_findings([finding("a")], run(1))
    assert incidents.take_findings([finding("a", status=Status.UNKNOWN)], run(2)) == []
    assert len(incidents.all()) == 1


def test_finding_that_got_milder_stays_with_its_new_severity(incidents: Incidents) -> None:
    incidents.take_findings([finding("a")], run(1))
    (milder,) = incidents.take_findings([finding("a", severity=LOW)], run(2))
    assert (milder.status, milder.severity) == (IncidentStatus.OPEN, LOW)


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 6), st.sampled_from(list(Severity))), max_size=12),
    st.integers(0, 2**32),
)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_neither_order_nor_repetition_of_alerts_matters(
    tmp_path_factory: pytest.TempPathFactory, hits: list[tuple[str, int, Severity]], seed: int
) -> None:
    """The first of two alerts with one detection and event stands: here they are made alike."""
    once = {(key, number): severity for key, number, severity in hits}
    alerts = [alert(f"{key}-{number}", severity, key) for (key, number), severity in once.items()]
    states = [_state(tmp_path_factory.mktemp("one"), [alerts])]
    twice = [*alerts, *alerts]
    random.Random(seed).shuffle(twice)
    states.append(_state(tmp_path_factory.mktemp("two"), [[each] for each in twice]))
    assert states[0] == states[1]
    assert states[0] == {
        key: (max(s for (k, _), s in once.items() if k == key), {f"ct-003|{k}-{n}" for k, n in once if k == key})
        for key, _ in once
    }


def _state(folder: Path, batches: list[list[Alert]]) -> dict[str, tuple[Severity, set[str]]]:
    clock = ManualClock()
    with opened(folder, clock) as store:
        incidents = Incidents(store, clock)
        for batch in batches:
            incidents.take(batch)
        return {c.incident.key: (c.incident.severity, set(c.incident.members)) for c in incidents.all()}
