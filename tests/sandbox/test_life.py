"""The life of a company: who works when, what it leaves in trails and logs, and that its truth is true."""

import gzip
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moto.s3.models import s3_backends
from tests.sandbox.aws import control, records

from tenfold.sandbox.clock import SandboxClock
from tenfold.sandbox.company.plant import plant
from tenfold.sandbox.company.truth import Truth
from tenfold.sandbox.life.cast import cast_of
from tenfold.sandbox.life.play import Player
from tenfold.sandbox.life.registry import chores
from tenfold.sandbox.life.script import script
from tenfold.sandbox.life.world import World
from tenfold.sandbox.server import Sandbox

ACCOUNTS = [f"{number:012}" for number in range(4)]
MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
HOURS = 4


class Lived(NamedTuple):
    truth: Truth
    world: World
    acts: int
    records: list[dict[str, Any]]
    objects: dict[str, bytes]


def live(seed: int, hours: int) -> Lived:
    clock = SandboxClock(start=NOON - timedelta(hours=hours))
    clock.hold()
    with Sandbox(seed=seed, clock=clock, delivery_seconds=3600) as sandbox:
        truth = plant(sandbox.endpoint, seed, NOON)
        player = Player(sandbox.endpoint, clock, truth)
        player.settle_in()
        acts = player.past(clock.now(), NOON)
        control(sandbox, "deliver")
        return Lived(truth, player.world, acts, records(sandbox), objects())


def objects() -> dict[str, bytes]:
    buckets = [bucket for account in s3_backends.values() for s3 in account.values() for bucket in s3.buckets.values()]
    return {f"{bucket.name}/{key}": item.value for bucket in buckets for key, item in bucket.keys.items()}


@pytest.fixture(scope="module")
def lived() -> Lived:
    return live(7, HOURS)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**16), st.integers(0, 600), st.integers(1, 600))
def test_the_script_does_not_depend_on_where_one_begins(seed: int, minutes: int, length: int) -> None:
    cast, begin = cast_of(seed, ACCOUNTS), MONDAY + timedelta(minutes=minutes)
    end = begin + timedelta(minutes=length)
    whole = [act for act in script(seed, cast, MONDAY, end, 6) if act.at >= begin]
    assert whole == list(script(seed, cast, begin, end, 6))
    assert whole == sorted(whole, key=lambda act: act.at)


def test_people_work_by_day_and_pipelines_always() -> None:
    cast = cast_of(1, ACCOUNTS)
    acts = list(script(1, cast, MONDAY, MONDAY + timedelta(days=7), 6))
    by_people = [act for act in acts if act.worker.kind == "person"]
    local = Counter((act.at + timedelta(hours=act.worker.offset)).hour for act in by_people)
    assert sum(local[hour] for hour in range(9, 18)) > 8 * sum(local[hour] for hour in range(6))
    days = Counter((act.at + timedelta(hours=act.worker.offset)).weekday() < 5 for act in by_people)
    assert days[True] > 10 * days[False]
    watched = [act.at.hour for act in acts if act.chore.name == "watch"]
    assert set(watched) == set(range(24))


def test_every_chore_has_somebody_to_do_it() -> None:
    acts = script(1, cast_of(1, ACCOUNTS), MONDAY, MONDAY + timedelta(days=14), 6)
    assert {act.chore.name for act in acts} == {chore.name for chore in chores()}


def test_most_of_what_is_called_reads(lived: Lived) -> None:
    work = [record for record in lived.records if record["sourceIPAddress"] != "127.0.0.1"]
    reads = sum(record["readOnly"] for record in work)
    assert 0.6 < reads / len(work) < 0.95
    assert lived.acts > 50


def test_each_change_of_the_truth_is_in_the_trail(lived: Lived) -> None:
    assert lived.world.changes
    seen = {(record["eventTime"], record["eventName"], _who(record)) for record in lived.records}
    for change in lived.world.changes:
        assert (f"{change.at:%Y-%m-%dT%H:%M:%SZ}", change.event_name, change.actor) in seen


def test_each_write_by_a_worker_is_in_the_truth(lived: Lived) -> None:
    noted = Counter((change.account, change.event_name, change.actor) for change in lived.world.changes)
    workers = {worker.name for worker in cast_of(7, [account.id for account in lived.truth.accounts])}
    written = Counter(
        (record["recipientAccountId"], record["eventName"], _who(record))
        for record in lived.records
        if not record["readOnly"]
        and record["managementEvent"]
        and _who(record) in workers
        and "errorCode" not in record
    )
    for entering in [place for place in written if place[1] in {"AssumeRole", "ConsoleLogin"}]:
        del written[entering]
    assert written == noted


def test_who_had_an_address_when_follows_from_the_trail(lived: Lived) -> None:
    """The intervals once more, from the records alone."""
    started, ended = {}, {}
    for record in lived.records:
        if record["eventName"] == "RunInstances" and "errorCode" not in record:
            for item in record["responseElements"]["instancesSet"]["items"]:
                started[item["instanceId"]] = (item["privateIpAddress"], record["eventTime"])
        if record["eventName"] == "TerminateInstances" and "errorCode" not in record:
            for item in record["requestParameters"]["instancesSet"]["items"]:
                ended[item["instanceId"]] = record["eventTime"]
    own = {who: (address, at, ended.get(who)) for who, (address, at) in started.items()}
    spans = [span for span in lived.world.addresses() if span.vpc]
    assert spans
    for span in spans:
        end = f"{span.end:%Y-%m-%dT%H:%M:%SZ}" if span.end else None
        assert own[span.resource] == (span.address, f"{span.start:%Y-%m-%dT%H:%M:%SZ}", end)


def test_the_trails_have_it(lived: Lived) -> None:
    files = [key for key in lived.objects if "/CloudTrail/" in key]
    held = [record for key in files for record in json.loads(gzip.decompress(lived.objects[key]))["Records"]]
    assert {change.event_name for change in lived.world.changes} <= {record["eventName"] for record in held}


def test_access_logs_have_a_line_for_each_call_on_the_bucket(lived: Lived) -> None:
    lines = [line for key, body in lived.objects.items() if "/s3/" in key for line in body.decode().splitlines()]
    named = Counter(line.split()[1] for line in lines)
    for estate in lived.world.estates.values():
        calls = [r for r in lived.records if (r["requestParameters"] or {}).get("bucketName") == estate.bucket]
        on = next(number for number, record in enumerate(calls) if record["eventName"] == "PutBucketLogging")
        assert 0 < named[estate.bucket] <= len(calls) - on  # those of the last minutes are still to be written
    assert all(len(line.split('"')[0].split()) == 9 for line in lines)


def test_flow_logs_speak_of_addresses_that_were_there(lived: Lived) -> None:
    own = {estate.logs for estate in lived.world.estates.values()}
    files = [key for key in lived.objects if "/vpcflowlogs/" in key and key.split("/")[0] in own]
    bodies = [gzip.decompress(lived.objects[key]).decode() for key in files]
    rows = [
        dict(zip(head.split(), row.split(), strict=True)) for head, *rest in map(str.splitlines, bodies) for row in rest
    ]
    flowing = [row for row in rows if row["log-status"] == "OK"]
    assert flowing
    spans = [span for span in lived.world.addresses() if span.vpc]
    for row in flowing:
        start, end = (datetime.fromtimestamp(int(row[name]), UTC) for name in ("start", "end"))
        there = {s.address for s in spans if s.start <= end and (s.end is None or s.end >= start)}
        assert {row["srcaddr"], row["dstaddr"]} & there


def test_the_same_seed_leaves_the_same_bytes() -> None:
    assert live(3, 1).objects == live(3, 1).objects


def _who(record: dict[str, Any]) -> str:
    return str(record["userIdentity"].get("arn", "")).rsplit("/", 1)[-1]
