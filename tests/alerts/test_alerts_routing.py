from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from tests.alerts.make import CRITICAL, HIGH, KEY, LOW, TRAIL, Ears, alert, bucket_arn, finding, run
from tests.clock import START, ManualClock

from tenfold.alerts.incidents import Incidents
from tenfold.alerts.outbox import Outbox
from tenfold.alerts.owners import OwnerRule, Owners
from tenfold.alerts.quiet import Quiet, quiet_until
from tenfold.alerts.routing import Route, Routing
from tenfold.model.evidence import Evidence
from tenfold.model.finding import Severity
from tenfold.store.store import Store

ALL = Owners((OwnerRule("payments", "arn:aws:s3:::pay-*"),))


def routed(store: Store, clock: ManualClock, *routes: Route) -> tuple[Incidents, Outbox, dict[str, Ears]]:
    ears = {name: Ears() for route in routes for name in route.sinks}
    return Incidents(store, clock, Routing(ALL, routes)), Outbox(store, clock, ears), ears


def test_routes_by_owner_severity_and_kind(store: Store, clock: ManualClock) -> None:
    incidents, outbox, ears = routed(
        store,
        clock,
        Route(("all", "both")),
        Route(("pay",), owner="pay*"),
        Route(("pager", "both"), severity="critical"),
        Route(("buckets",), kind="s3.*"),
        Route(("events",), kind="alert"),
    )
    incidents.take_findings([finding("pay-a"), finding("b", severity=CRITICAL)], run(1))
    incidents.take([alert("e-1")])
    outbox.deliver()
    keys = {
        name: [notice.incident.key.split("|")[0] + notice.incident.key[-2:] for notice in e.heard]
        for name, e in ears.items()
    }
    assert keys == {
        "all": ["s3-001-a", "s3-001:b", "ct-003in"],
        "both": ["s3-001-a", "s3-001:b", "ct-003in"],
        "pay": ["s3-001-a"],
        "pager": ["s3-001:b"],
        "buckets": ["s3-001-a", "s3-001:b"],
        "events": ["ct-003in"],
    }


def test_who_was_told_hears_the_end_though_it_got_milder(store: Store, clock: ManualClock) -> None:
    incidents, outbox, ears = routed(store, clock, Route(("pager",), severity="high"))
    incidents.take_findings([finding("a")], run(1))
    incidents.take_findings([finding("a", severity=LOW)], run(2))
    key = f"s3-001|{bucket_arn('a')}"
    incidents.close(key, Evidence("run run-3"))
    incidents.take_findings([finding("a", severity=LOW)], run(4), at_least=LOW)
    outbox.deliver()
    assert ears["pager"].said() == ["opened", "updated", "closed"]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


NIGHT = Quiet("Europe/Berlin", "22:00-07:00")
WEEKEND = Quiet("Europe/Berlin", days=("sat", "sun"))


@pytest.mark.parametrize(
    ("spans", "now", "until"),
    [
        ([NIGHT], "2026-01-12T20:59:59", "2026-01-12T20:59:59"),
        ([NIGHT], "2026-01-12T21:00", "2026-01-13T06:00"),
        ([NIGHT], "2026-01-13T05:59:59", "2026-01-13T06:00"),
        ([NIGHT], "2026-01-13T06:00", "2026-01-13T06:00"),
        ([NIGHT], "2026-07-13T20:00", "2026-07-14T05:00"),
        ([NIGHT], "2026-03-28T22:00", "2026-03-29T05:00"),  # the night in which the clocks go forward
        ([NIGHT], "2026-10-24T22:00", "2026-10-25T06:00"),  # and back
        ([WEEKEND], "2026-01-16T23:30", "2026-01-18T23:00"),
        ([WEEKEND, NIGHT], "2026-01-16T21:30", "2026-01-19T06:00"),
        ([Quiet("UTC", "22:00-07:00", ("fri",))], "2026-01-17T03:00", "2026-01-17T07:00"),
        ([Quiet("UTC", "22:00-07:00", ("fri",))], "2026-01-16T03:00", "2026-01-16T03:00"),
        ([Quiet("Asia/Kolkata", "09:00-09:30")], "2026-01-16T03:45", "2026-01-16T04:00"),
        ([], "2026-01-16T03:45", "2026-01-16T03:45"),
    ],
)
def test_quiet_hours(spans: list[Quiet], now: str, until: str) -> None:
    assert quiet_until(spans, utc(now)) == utc(until)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"time_zone": "Mars/Olympus"}, "no time zone 'Mars/Olympus'"),
        ({"time_zone": "../etc/passwd"}, "no time zone"),
        ({"time_zone": "UTC", "hours": "9-5"}, "quiet hours are HH:MM-HH:MM, not '9-5'"),
        ({"time_zone": "UTC", "hours": "24:00-06:00"}, "no such time"),
        ({"time_zone": "UTC", "hours": "22:00-24:30"}, "no such time"),
        ({"time_zone": "UTC", "days": ["monday"]}, "Invalid enum value 'monday'"),
        ({"time_zone": "UTC"}, "leave no time in the week"),
    ],
)
def test_quiet_hours_that_cannot_be(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=said):
        msgspec.convert({"sinks": ["a"], "quiet": [settings]}, Route)


def test_held_messages_go_out_at_the_end_and_critical_ones_at_once(store: Store, clock: ManualClock) -> None:
    incidents, outbox, ears = routed(store, clock, Route(("ops",), quiet=(Quiet("UTC", "11:00-13:00"),)))
    incidents.take([alert("e-1", key="a"), alert("e-2", key="b"), alert("e-3", CRITICAL, "c")])
    outbox.deliver()
    assert ears["ops"].said(lambda n: n.incident.key) == ["c"]
    incidents.take([alert("e-4", CRITICAL, "b")])
    outbox.deliver()
    assert ears["ops"].said(lambda n: (n.incident.key, n.change)) == [
        ("c", "opened"),
        ("b", "opened"),
        ("b", "updated"),
    ]
    clock.wait(3599)
    assert outbox.deliver() == 0
    clock.wait(1)
    assert outbox.deliver() == 1
    assert ears["ops"].said(lambda n: n.incident.key)[-1] == "a"


def test_updates_that_come_together_go_out_together(store: Store, clock: ManualClock) -> None:
    incidents, outbox, ears = routed(store, clock, Route(("ops",)))
    incidents.take([alert("e-0", LOW)])
    outbox.deliver()
    for number in range(1, 20):
        incidents.take([alert(f"e-{number}", LOW)])
        clock.wait(1)
        outbox.deliver()
    assert ears["ops"].said() == ["opened"]
    clock.wait(60)
    outbox.deliver()
    assert ears["ops"].said(lambda n: (n.change, n.count, n.message)) == [
        ("opened", 1, "trail stopped (e-0)"),
        ("updated", 20, "trail stopped (e-19)"),
    ]
    incidents.take([alert("e-20", LOW)])
    incidents.take([alert("e-21", HIGH)])
    outbox.deliver()
    assert ears["ops"].said(lambda n: (n.count, n.incident.severity))[2:] == [(22, Severity.HIGH)]


def test_end_does_not_overtake_what_was_held(store: Store, clock: ManualClock) -> None:
    incidents, outbox, ears = routed(store, clock, Route(("ops",)))
    incidents.take([alert("e-1")])
    incidents.take([alert("e-2")])
    incidents.close(KEY, Evidence("run run-2"))
    outbox.deliver()
    assert ears["ops"].said() == ["opened", "updated", "closed"]
    assert ears["ops"].heard[0].arn == TRAIL
    assert clock.now() - START < timedelta(seconds=1)
