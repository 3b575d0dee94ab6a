import io
from pathlib import Path
from typing import Any, TextIO

import msgspec
import pytest
from tests.alerts.make import ACCOUNT, TRAIL, alert, bucket_arn, run
from tests.clock import START, ManualClock

from tenfold.alerts.incidents import Incidents
from tenfold.alerts.outbox import Outbox
from tenfold.alerts.rulings import Rulings
from tenfold.alerts.settings import AlertSettings
from tenfold.model.arn import Scope
from tenfold.model.clock import Clock
from tenfold.model.errors import ConfigError
from tenfold.model.resource import Resource
from tenfold.model.snapshot import Snapshot
from tenfold.store.store import Store

TOML = """
rulings = "%s"
owner_tags = ["cost-centre"]
default_owner = "secops"

[[routes]]
sinks = ["terminal"]
severity = "high"
quiet = [{ time_zone = "Europe/Berlin", hours = "22:00-07:00" }]

[sinks.terminal]
type = "text"

[sinks.hook]
type = "webhook"
url = "https://hooks.example/x"
secret = "0123456789abcdef"
"""
OWNERS = '[[owner]]\nname = "search"\narn = "arn:aws:s3:::a"\n'


def settings(text: str) -> AlertSettings:
    return msgspec.toml.decode(text, type=AlertSettings)


def test_from_the_configuration_to_the_terminal(tmp_path: Path, store: Store, clock: ManualClock) -> None:
    (tmp_path / "rulings.toml").write_text(OWNERS)
    read, out = settings(TOML % (tmp_path / "rulings.toml")), io.StringIO()
    routing = read.routing(read.read_rulings())
    trail = Resource(TRAIL, "cloudtrail.trail", Scope("aws", ACCOUNT, "eu-west-1"), "main", {"Cost-Centre": "4711"})
    store.save(run(1), Snapshot(START, (trail,)), [], [])
    sinks = read.deliveries({Clock: clock, TextIO: out})
    assert sorted(sinks) == ["hook", "terminal"]
    Incidents(store, clock, routing).take([alert("e-1"), alert("e-2", key=f"s3-exposure|{bucket_arn('a')}")])
    assert Outbox(store, clock, sinks).deliver() == 2
    owners = [line.strip() for line in out.getvalue().splitlines() if "owner" in line]
    assert owners == [
        "owner: 4711 (tag Cost-Centre of the resource)",
        "owner: search (ownership file: arn arn:aws:s3:::a, account *)",
    ]


def test_route_to_a_sink_that_there_is_not() -> None:
    read = settings('[[routes]]\nsinks = ["pager"]\n[sinks.terminal]\ntype = "text"\n')
    with pytest.raises(ConfigError, match=r"the sink 'pager', which there is not\. There are: terminal\."):
        read.routing(Rulings())


@pytest.mark.parametrize(
    ("sink", "said"),
    [({"type": "pigeon"}, "there is no sink 'pigeon'"), ({"type": 7}, "the type of a sink is a text")],
)
def test_sink_that_cannot_be(sink: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        AlertSettings(sinks={"ops": sink}).deliveries({})


def test_nothing_is_needed() -> None:
    read = AlertSettings()
    assert read.read_rulings() == Rulings()
    assert read.routing(Rulings()).routes == ()
    assert read.deliveries({}) == {}
