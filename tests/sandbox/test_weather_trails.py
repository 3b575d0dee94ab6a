"""Log files in bad weather: each record 2 to 15 minutes after its call, files out of order, nothing lost."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from tests.sandbox import aws
from tests.sandbox.weather_signs import objects, passing, trail

from tenfold.sandbox.clock import SandboxClock
from tenfold.sandbox.server import Sandbox
from tenfold.sandbox.weather.weather import Weather

START = datetime(2026, 2, 28, 23, 0, tzinfo=UTC)
MINUTE, MINUTES = timedelta(minutes=1), 60


class Arrival(NamedTuple):
    """A record: when its call was made, and when its file came."""

    called: datetime
    came: datetime
    event_id: str
    key: str


@pytest.fixture(scope="module")
def arrivals() -> list[Arrival]:
    """A call a minute, for an hour."""
    clock = SandboxClock(1, START)
    clock.hold()
    with Sandbox(delivery_seconds=3600, clock=clock, weather=Weather(11, ["late-files"])) as sandbox:
        s3 = trail(sandbox)
        for _ in range(MINUTES):
            aws.client(sandbox, "ec2").describe_vpcs()
            passing(sandbox, 60)
        for _ in range(20):
            passing(sandbox, 60)
        return [arrival for row in objects(s3, "CloudTrail") for arrival in _arrivals(s3, row)]


def _arrivals(s3: Any, row: dict[str, Any]) -> list[Arrival]:
    records = json.loads(gzip.decompress(s3.get_object(Bucket="weathered", Key=row["Key"])["Body"].read()))["Records"]
    wanted = [record for record in records if record["eventName"] == "DescribeVpcs"]
    return [
        Arrival(datetime.fromisoformat(record["eventTime"]), row["LastModified"], record["eventID"], row["Key"])
        for record in wanted
    ]


def test_every_record_arrives_once(arrivals: list[Arrival]) -> None:
    assert len(arrivals) == len({arrival.event_id for arrival in arrivals}) == MINUTES


def test_records_are_2_to_15_minutes_late(arrivals: list[Arrival]) -> None:
    delays = [arrival.came - arrival.called for arrival in arrivals]
    assert 2 * MINUTE <= min(delays) < 6 * MINUTE
    assert 9 * MINUTE < max(delays) <= 16 * MINUTE  # time passes here by the minute


def test_records_of_five_minutes_come_together(arrivals: list[Arrival]) -> None:
    places: dict[datetime, set[str]] = {}
    for arrival in arrivals:
        slot = arrival.called - timedelta(minutes=arrival.called.minute % 5, seconds=arrival.called.second)
        places.setdefault(slot, set()).add(arrival.key)
    assert len(places) == MINUTES // 5
    assert all(len(keys) == 1 for keys in places.values())


def test_some_younger_records_come_before_older_ones(arrivals: list[Arrival]) -> None:
    by_call = [arrival.came for arrival in sorted(arrivals)]
    assert by_call != sorted(by_call)
