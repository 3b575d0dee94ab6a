"""Real logs: everything in, once, and nothing left over."""

import json
from collections import Counter
from pathlib import Path

import pytest
from tests.trail.make import Home

from tenfold.trail.folder import Folder
from tenfold.trail.follow import backfill
from tenfold.trail.retry import status

SETS = [("invictus-aws", 2900), ("stratus-red-team", 142)]


@pytest.mark.parametrize(("name", "count"), SETS)
def test_real_events_are_all_there_and_the_second_run_adds_none(
    home: Home, shared: Path, name: str, count: int
) -> None:
    folder = shared / "data" / name
    wholes = [json.loads(path.read_bytes()) for path in folder.rglob("*.json")]
    records = [record for whole in wholes for record in (whole["Records"] if isinstance(whole, dict) else whole)]
    heard: list[str] = []
    first = backfill(Folder(folder), home.ingest(lambda events: heard.extend(event.id for event in events)))
    assert (first.added, first.duplicates, first.dead, home.ledger.letters()) == (count, 0, 0, [])
    assert Counter(home.event_ids()) == Counter(heard) == Counter(record["eventID"] for record in records)
    names = Counter(home.lake.rows(columns=("event_name",)).column("event_name").to_pylist())
    assert names == Counter(record["eventName"] for record in records)
    second = backfill(Folder(folder), home.ingest())
    assert (second.objects, second.added, status(home.lake, home.ledger, home.clock).rows) == (0, 0, count)


def test_bodies_of_real_events_are_what_the_files_say(home: Home, shared: Path) -> None:
    folder = shared / "data" / "invictus-aws"
    backfill(Folder(folder), home.ingest())
    columns = ("event_id", "user_identity", "request_parameters", "response_elements", "resources", "other")
    rows = {row["event_id"]: row for row in home.lake.rows(columns=columns).to_pylist()}
    for path in folder.rglob("*.json"):
        for record in json.loads(path.read_bytes())["Records"]:
            row = rows[record["eventID"]]
            found = {name: json.loads(text) if text else None for name, text in row.items() if name != "event_id"}
            assert found["user_identity"] == record["userIdentity"]
            assert found["request_parameters"] == record.get("requestParameters")
            assert found["response_elements"] == record.get("responseElements")
            assert found["resources"] == record.get("resources")
            assert (found["other"] or {}).keys() <= record.keys()
