"""From a folder into the lake, once each, with the ledger, the listeners and the dead letters."""

import contextlib
import json
import os
import random
import resource
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from tests.clock import START, ManualClock
from tests.trail.make import ACCOUNT, FOLDER, Home, document, record, write

from tenfold.model.errors import InputError, StoreError
from tenfold.model.event import Event
from tenfold.store.ledger import DeadKind, ObjectKind
from tenfold.trail.folder import Folder
from tenfold.trail.follow import backfill, follow
from tenfold.trail.ingest import Bounds
from tenfold.trail.limits import MIB
from tenfold.trail.retry import dead_letters, replay, status
from tenfold.trail.source import Delivery, Listed


def ids(*numbers: int) -> list[str]:
    return [str(record(number)["eventID"]) for number in numbers]


def test_each_object_is_read_once_and_each_event_kept_once(home: Home, tmp_path: Path) -> None:
    write(tmp_path, "a.json.gz", document(record(1), record(2)))
    write(tmp_path, "b.json", document(record(2), record(3)))
    heard: list[str] = []

    def listener(events: Sequence[Event]) -> None:
        heard.extend(event.id for event in events)

    first = backfill(Folder(tmp_path / "AWSLogs"), home.ingest(listener))
    assert (first.objects, first.events, first.added, first.duplicates, first.dead) == (2, 4, 3, 1, 0)
    assert home.event_ids() == ids(1, 2, 3)
    assert heard == ids(1, 2, 2, 3)
    second = backfill(Folder(tmp_path / "AWSLogs"), home.ingest(listener))
    assert (second.objects, second.known, second.added) == (0, 2, 0)
    assert len(heard) == 4
    write(tmp_path, "b.json", document(record(3), record(4)))
    third = backfill(Folder(tmp_path / "AWSLogs"), home.ingest(listener))
    assert (third.objects, third.known, third.added, third.duplicates) == (1, 1, 1, 1)
    found = status(home.lake, home.ledger, home.clock)
    assert (found.rows, found.totals.objects, found.totals.records, found.totals.dead) == (4, {"events": 3}, 6, {})
    assert found.lag == timedelta(minutes=59, seconds=56)


def test_batches_are_bounded_and_reported(home: Home, tmp_path: Path) -> None:
    for number in range(5):
        write(tmp_path, f"{number}.json", document(record(number)))
    seen: list[int] = []
    ingest = home.ingest(progress=lambda summary: seen.append(summary.added), bounds=Bounds(rows=1))
    assert backfill(Folder(tmp_path / "AWSLogs"), ingest).batches == 5
    assert seen == [1, 2, 3, 4, 5]


def test_one_large_object_is_committed_in_parts(home: Home, tmp_path: Path) -> None:
    write(tmp_path, "a.json", document(*map(record, range(200))))
    summary = backfill(Folder(tmp_path / "AWSLogs"), home.ingest(bounds=Bounds(rows=50_000)))
    assert (summary.batches, summary.added) == (1, 200)
    assert home.event_ids() == sorted(ids(*range(200)))
    parts = list(home.lake.committed_batches())
    assert len(parts) > 2
    assert {objects for _, objects in parts} == {parts[0][1]}


def test_many_bad_records_of_one_object(home: Home, tmp_path: Path) -> None:
    bad = [record(number, eventTime="never") for number in range(2500)]
    write(tmp_path, "a.json", document(record(1), *bad))
    assert backfill(Folder(tmp_path / "AWSLogs"), home.ingest()).dead == 1001
    assert home.event_ids() == ids(1)
    assert "1500 more records of this object cannot be read" in {one.reason for one in home.ledger.letters()}


def test_digests_and_other_files_are_set_aside(home: Home, tmp_path: Path) -> None:
    write(tmp_path, "a.json.gz", document(record(1)))
    write(tmp_path, "by-content.json", json.dumps({"digestStartTime": 1, "digestEndTime": 2, "logFiles": []}).encode())
    write(tmp_path, "README.md", b"hello")
    by_folder = tmp_path / f"AWSLogs/{ACCOUNT}/CloudTrail-Digest/eu-west-1/2026/03/01/d.json.gz"
    by_folder.parent.mkdir(parents=True)
    by_folder.write_bytes(b"never opened")
    insight = tmp_path / f"AWSLogs/{ACCOUNT}/CloudTrail-Insight/eu-west-1/2026/03/01/i.json"
    insight.parent.mkdir(parents=True)
    details = {"state": "Start", "insightType": "ApiCallRateInsight"}
    told = record(2, eventName=None, eventCategory="Insight", insightDetails=details)
    insight.write_bytes(document(told))
    write(tmp_path, "insight-by-content.json", document(told, told))
    summary = backfill(Folder(tmp_path / "AWSLogs"), home.ingest())
    assert summary.set_aside == {"digest": 2, "insight": 2, "other": 1}
    assert (summary.added, summary.dead) == (1, 0)
    assert backfill(Folder(tmp_path / "AWSLogs"), home.ingest()).known == 6


def test_addendum_is_kept_beside_what_it_corrects(home: Home, tmp_path: Path) -> None:
    (first,) = ids(1)
    addendum = {"reason": "UPDATED_DATA", "updatedFields": "errorCode", "originalEventID": first}
    write(tmp_path, "a.json", document(record(1), record(2, addendum=addendum)))
    backfill(Folder(tmp_path / "AWSLogs"), home.ingest())
    corrections = home.lake.rows(columns=("event_id", "addendum_reason"), where=f"original_event_id = '{first}'")
    assert corrections.to_pylist() == [{"event_id": ids(2)[0], "addendum_reason": "UPDATED_DATA"}]
    assert home.event_ids() == ids(1, 2)


def test_two_events_of_one_id_and_two_contents(home: Home, tmp_path: Path) -> None:
    write(tmp_path, "a.json", document(record(1)))
    write(tmp_path, "b.json", document(record(2), record(1, eventName="DeleteBucket")))
    summary = backfill(Folder(tmp_path / "AWSLogs"), home.ingest())
    assert (summary.added, summary.dead) == (2, 1)
    (letter,) = dead_letters(home.ledger)
    assert (letter.kind, letter.index) == (DeadKind.CONFLICT, 1)
    assert ids(1)[0] in letter.reason
    assert json.loads(letter.content)["eventName"] == "DeleteBucket"
    assert replay(home.ingest()).solved == 0


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the object is empty"),
        (b"\x1f\x8b\x08", "the gzip stream ends early"),
        (b'{"a": 1}', "JSON, but not CloudTrail"),
    ],
)
def test_dead_letter_is_solved_when_the_object_is_mended(home: Home, tmp_path: Path, data: bytes, reason: str) -> None:
    path = write(tmp_path, "b.json", data)
    write(tmp_path, "a.json", document(record(1)))
    summary = backfill(Folder(tmp_path / "AWSLogs"), home.ingest())
    assert (summary.added, summary.dead) == (1, 1)
    assert reason in home.reasons()["object"]
    assert (replay(home.ingest()).solved, dead_letters(home.ledger)[0].tries) == (0, 2)
    path.write_bytes(document(record(2)))
    again = replay(home.ingest())
    assert (again.tried, again.solved, again.summary.added) == (1, 1, 1)
    assert (home.reasons(), home.event_ids()) == ({}, ids(1, 2))
    assert home.ledger.totals().solved == 1


def test_file_that_vanishes_between_listing_and_reading(home: Home, tmp_path: Path) -> None:
    path = write(tmp_path, "a.json", document(record(1)))
    (listed,) = Folder(tmp_path / "AWSLogs").deliveries()
    path.unlink()
    assert backfill(Listed(listed.objects), home.ingest()).dead == 1
    assert home.reasons() == {"vanished": "the object is not there any more"}
    path.write_bytes(document(record(1)))
    assert backfill(Folder(tmp_path / "AWSLogs"), home.ingest()).added == 1
    assert home.reasons() == {}


def test_vanished_file_is_tried_again_by_itself_while_following(home: Home, tmp_path: Path) -> None:
    path = write(tmp_path, "a.json", document(record(1)))
    (listed,) = Folder(path).deliveries()
    path.unlink()
    home.ingest().take(Listed(listed.objects))
    (tmp_path / "empty").mkdir()
    tries = []

    def stop() -> bool:
        tries.append(home.ledger.letters()[:1])
        if len(tries) == 30:
            path.write_bytes(document(record(1)))
        return not tries[-1]

    follow([Folder(tmp_path / "empty")], home.ingest(), home.clock, stop=stop)
    assert home.event_ids() == ids(1)
    assert timedelta(seconds=60) <= home.clock.now() - START < timedelta(seconds=63)


def test_link_to_nowhere_and_a_name_that_is_not_utf8(home: Home, tmp_path: Path) -> None:
    path = write(tmp_path, "a.json", document(record(1)))
    path.with_name("link.json").symlink_to("nowhere")
    (path.parent / os.fsdecode(b"\xff.json")).write_bytes(document(record(2)))
    path.with_name("\\xff-by-name.json").write_bytes(document(record(3)))
    assert backfill(Folder(tmp_path / "AWSLogs"), home.ingest()).added == 3
    assert home.reasons().keys() == {"vanished"}
    keys = {Path(key).name for key in home.lake.rows(columns=("object_key",))["object_key"].to_pylist()}
    assert keys == {"a.json", "\\xff.json", "\\xff-by-name.json"}


def test_folder_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file or folder"):
        Folder(tmp_path / "no")


def test_one_file_by_its_name(home: Home, tmp_path: Path) -> None:
    assert backfill(Folder(write(tmp_path, "a.json", document(record(1)))), home.ingest()).added == 1


def test_huge_file_is_not_read(home: Home, tmp_path: Path) -> None:
    path = write(tmp_path, "a.json", b"")
    with path.open("r+b") as file:
        file.truncate(65 * MIB)
    backfill(Folder(tmp_path / "AWSLogs"), home.ingest())
    assert home.reasons() == {"object": "more than 64 MiB stored; a log file is never so large"}


def test_listener_that_fails_is_given_the_events_again(home: Home, tmp_path: Path) -> None:
    write(tmp_path, "a.json", document(record(1)))
    heard: list[str] = []

    def full(_events: Sequence[Event]) -> None:
        raise StoreError("the disk is full")

    with pytest.raises(StoreError, match="full"):
        backfill(Folder(tmp_path / "AWSLogs"), home.ingest(full))
    assert home.event_ids() == ids(1)
    backfill(Folder(tmp_path / "AWSLogs"), home.ingest(lambda events: heard.extend(event.id for event in events)))
    assert (home.event_ids(), heard) == (ids(1), ids(1))


def test_commit_that_was_not_written_down_is_heard_at_the_next_start(home: Home, tmp_path: Path) -> None:
    """As after a kill between commit and ledger, and the source itself names the object no more."""
    write(tmp_path, "a.json", document(record(1)))
    with pytest.raises(KeyboardInterrupt):
        backfill(Folder(tmp_path / "AWSLogs"), home.ingest(_interrupt))
    (tmp_path / "empty").mkdir()
    heard: list[str] = []
    summary = backfill(
        Folder(tmp_path / "empty"), home.ingest(lambda events: heard.extend(event.id for event in events))
    )
    assert (summary.added, summary.duplicates, heard) == (0, 1, ids(1))
    assert home.ledger.totals().objects == {ObjectKind.EVENTS: 1}
    assert home.ingest().catch_up() == []


def _interrupt(_events: Sequence[Event]) -> None:
    raise KeyboardInterrupt


def test_ctrl_c_loses_nothing(home: Home, tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path, f"{number}.json", document(record(number)))

    def once(events: Sequence[Event]) -> None:
        if events[0].id == ids(1)[0]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backfill(Folder(tmp_path / "AWSLogs"), home.ingest(once, bounds=Bounds(rows=1)))
    assert home.event_ids() == ids(0, 1)
    backfill(Folder(tmp_path / "AWSLogs"), home.ingest())
    assert home.event_ids() == ids(0, 1, 2)


def test_state_that_fails_after_the_first_round_is_waited_for(tmp_path: Path) -> None:
    clock = ManualClock()
    with contextlib.closing(Home(tmp_path / "home", clock)) as home:
        errors = [None, StoreError("the disk is full"), StoreError("the disk is full"), None]
        told: list[tuple[str, float]] = []
        write(tmp_path, "a.json", document(record(1)))

        class Flaky(Folder):
            every = 0.0

            def deliveries(self) -> Iterator[Delivery]:
                if error := errors.pop(0):
                    raise error
                return super().deliveries()

        follow(
            [Flaky(tmp_path / FOLDER)],
            home.ingest(),
            clock,
            stop=lambda: not errors,
            trouble=lambda error, pause: told.append((error.what, pause)),
        )
        assert told == [("the disk is full", 1.0), ("the disk is full", 2.0)]
        assert home.event_ids() == ids(1)


@contextlib.contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """Writing fails in the middle of a file, as it does on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_disk_that_is_full_while_committing(home: Home, tmp_path: Path) -> None:
    draw = random.Random(5)
    numbers = range(2000)
    write(tmp_path, "a.json", document(*(record(number, userAgent=draw.randbytes(300).hex()) for number in numbers)))
    with no_file_larger_than(500_000), pytest.raises(StoreError) as full:
        backfill(Folder(tmp_path / "AWSLogs"), home.ingest())
    assert full.value.next
    assert (home.event_ids(), home.ledger.totals().objects) == ([], {})
    assert backfill(Folder(tmp_path / "AWSLogs"), home.ingest()).added == 2000
    assert home.event_ids() == sorted(ids(*numbers))
