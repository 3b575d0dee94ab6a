from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.alerts.make import EVERYTHING, KEY, TRAIL, Ears, alert, bucket_arn, finding, run
from tests.clock import START, ManualClock

from tenfold.alerts.acceptances import Acceptances, InForce
from tenfold.alerts.incidents import Incidents
from tenfold.alerts.outbox import Outbox
from tenfold.alerts.rulings import load
from tenfold.model.alert import Acceptance, IncidentStatus
from tenfold.model.clock import DAY
from tenfold.model.errors import ConfigError
from tenfold.store.store import Store

PATTERN = f"s3-001|{bucket_arn('public-*')}"


@pytest.fixture
def acceptances(store: Store, clock: ManualClock) -> Acceptances:
    return Acceptances(store, clock)


def accepted(acceptances: Acceptances, key: str) -> Acceptance:
    return acceptances.accept(key, "our web site", "Ann", START + 30 * DAY)


@pytest.mark.parametrize(
    ("key", "covered"),
    [
        (f"s3-001|{bucket_arn('a')}", True),
        (f"s3-001|{bucket_arn('a')}|read", True),
        (f"s3-001|{bucket_arn('a')}|write", False),
        (f"s3-001|{bucket_arn('?')}", True),
        (f"s3-001|{bucket_arn('*')}", True),
        (f"*|{bucket_arn('a')}", True),
        (f"s3-002|{bucket_arn('a')}", False),
        (f"s3-001|{bucket_arn('A')}", False),
        (f"s3-001|{bucket_arn('[a]')}", False),
        (bucket_arn("a"), False),
    ],
)
def test_what_a_key_or_pattern_covers(key: str, *, covered: bool) -> None:
    acceptance = Acceptance(key, "r", "a", START, START + DAY)
    assert InForce([acceptance], START).of_finding(finding("a", "read")) == (acceptance if covered else None)


def test_accepted_opens_nothing_and_is_counted(incidents: Incidents, acceptances: Acceptances, outbox: Outbox) -> None:
    acceptance = accepted(acceptances, PATTERN)
    assert [i.key for i in incidents.take_findings([finding("public-a"), finding("public-b")], run(1))] == []
    assert incidents.all() == []
    assert outbox.deliver() == 0
    (judged,) = acceptances.all()
    assert (judged.acceptance, judged.hides, judged.in_force) == (acceptance, 2, True)


def test_expired_acceptance_stops_working(incidents: Incidents, acceptances: Acceptances, clock: ManualClock) -> None:
    accepted(acceptances, PATTERN)
    incidents.take_findings([finding("public-a")], run(1))
    clock.wait(30 * 24 * 3600 - 1)
    assert incidents.review() == []
    clock.wait(1)
    (incident,) = incidents.review()
    assert (incident.status, incident.members) == (IncidentStatus.OPEN, (finding("public-a").key,))
    assert [(judged.in_force, judged.hides) for judged in acceptances.all()] == [(False, 0)]


def test_acceptance_closes_what_was_open_and_withdrawal_opens_it_again(
    incidents: Incidents, acceptances: Acceptances, outbox: Outbox, ears: Ears
) -> None:
    incidents.take_findings([finding("public-a"), finding("public-a", "write")], run(1))
    accepted(acceptances, f"{finding('public-a').key}|write")
    assert incidents.review() == []
    accepted(acceptances, PATTERN)
    (closed,) = incidents.review()
    assert closed.proof is not None
    assert (closed.status, closed.proof.seen["approver"]) == (IncidentStatus.CLOSED, "Ann")
    assert acceptances.withdraw(PATTERN)
    assert not acceptances.withdraw(PATTERN)
    (again,) = incidents.review()
    assert (again.status, again.members) == (IncidentStatus.OPEN, (finding("public-a").key,))
    outbox.deliver()
    assert ears.said() == ["opened", "closed", "reopened"]


@pytest.mark.parametrize("key", [KEY, f"ct-003|{TRAIL}", "ct-003|arn:*", "ct-003|e-*"])
def test_alert_accepted_when_it_happened_stays_so(
    incidents: Incidents, acceptances: Acceptances, clock: ManualClock, key: str
) -> None:
    accepted(acceptances, key)
    assert incidents.take([alert("e-1")]) == []
    clock.wait(31 * 24 * 3600)
    assert incidents.take([alert("e-1")]) == []
    assert incidents.review() == []
    (incident,) = incidents.take([alert("e-2")])
    assert incident.members == ("ct-003|e-2",)
    assert [member.key for member in incidents.members(KEY)] == ["ct-003|e-1", "ct-003|e-2"]


def test_what_a_withdrawn_acceptance_hid_is_still_shown(incidents: Incidents, acceptances: Acceptances) -> None:
    accepted(acceptances, KEY)
    incidents.take([alert("e-1")])
    acceptances.withdraw(KEY)
    assert [(j.key, j.hides, j.in_force, j.acceptance) for j in acceptances.all()] == [(KEY, 1, False, None)]


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (("s3-001|x", " ", "Ann", START + DAY), "reason and an approver"),
        (("s3-001|x", "why", "", START + DAY), "reason and an approver"),
        (("s3-001|x", "why", "Ann", START), "must expire after"),
        (("*|*", "why", "Ann", START + DAY), "must not cover everything"),
    ],
)
def test_unsound_acceptances_are_refused(
    acceptances: Acceptances, terms: tuple[str, str, str, datetime], said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        acceptances.accept(*terms)
    assert acceptances.all() == []


FILE = """
[[accept]]
check = "s3-001"
arn = "arn:aws:s3:::public-*"
reason = "our web site"
approver = "Ann"
accepted = 2026-02-01
expires = 2026-03-01

[[accept]]
key = "ct-003|111122223333|main"
reason = "we move the trail"
approver = "Bob"
accepted = 2026-02-01
expires = 2026-03-02

[[owner]]
name = "payments"
arn = "arn:aws:s3:::pay-*"
"""


def test_file(tmp_path: Path, store: Store, clock: ManualClock) -> None:
    path = tmp_path / "rulings.toml"
    path.write_text(FILE)
    rulings = load(path)
    assert [a.key for a in rulings.acceptances] == ["s3-001|arn:aws:s3:::public-*", "ct-003|111122223333|main"]
    assert [a.expires_at for a in rulings.acceptances] == [datetime(2026, 3, day, tzinfo=UTC) for day in (2, 3)]
    assert [owner.name for owner in rulings.owners] == ["payments"]
    incidents = Incidents(store, clock, EVERYTHING, rulings.acceptances)
    assert incidents.take_findings([finding("public-a")], run(1)) == []
    judged = Acceptances(store, clock, rulings.acceptances).all()
    assert [(each.in_force, each.hides) for each in judged] == [(True, 0), (True, 1)]
    clock.wait(timedelta(hours=12).total_seconds())
    assert len(incidents.take_findings([finding("public-a")], run(2))) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (FILE.replace("expires = 2026-03-01\n", "", 1), r"missing required field `expires` - at `\$\.accept\[0\]`"),
        (FILE.replace('arn = "arn:aws:s3:::public-*"\n', ""), "either a key, or a check and an arn"),
        (FILE.replace("2026-02-01", "2027-02-01"), "must expire after"),
        (FILE.replace("reason", "raison"), "unknown field `raison`"),
        (FILE.replace("[[owner]]", "[[owner"), "cannot be used"),
    ],
)
def test_file_that_cannot_be_used(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "rulings.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=said):
        load(path)


def test_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot be read: No such file.*rulings\.toml"):
        load(tmp_path / "rulings.toml")
