"""What goes into the lake comes out of it, once."""

import stat
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.lake.make import batch, ids, left_behind, opened, row, table

from tenfold.lake.batch import Batch, Committed, Conflict, ObjectRef
from tenfold.lake.files import by_day
from tenfold.lake.history import KEPT
from tenfold.lake.known import Known
from tenfold.lake.lake import Lake
from tenfold.lake.schema import CLOUDTRAIL
from tenfold.lake.sift import sift

FULL = {
    field.name: {
        pa.string(): f"{field.name} é '\" \\ \u0000 \U0001f5c3",
        pa.bool_(): False,
        pa.int32(): 7,
        pa.timestamp("us", "UTC"): datetime(2024, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC),
    }[field.type]
    for field in CLOUDTRAIL
}
JSON = row("json", request_parameters='{"tagging":"", "n":1e400, "a" : [null]}', response_elements="{}", other="null")
BARE = row("bare")


def test_rows_come_back_as_they_were(lake: Lake) -> None:
    rows = table([FULL, JSON, BARE])
    assert lake.commit(Batch("one", rows, ())) == Committed("one", added=3, duplicates=0)
    back = lake.rows()
    assert back.schema == CLOUDTRAIL
    assert back.sort_by("event_id") == rows.sort_by("event_id")


def test_a_batch_without_rows_changes_nothing(lake: Lake) -> None:
    assert lake.commit(batch("none")) == Committed("none", added=0, duplicates=0)
    assert lake.data_files() == []
    assert lake.rows().schema == CLOUDTRAIL


def test_rows_by_columns_and_condition(lake: Lake) -> None:
    lake.commit(batch("one", row("a", event_name="StopLogging"), row("b", event_name="GetObject")))
    found = lake.rows(["event_name", "event_id"], "event_name = 'StopLogging'")
    assert found.to_pylist() == [{"event_name": "StopLogging", "event_id": "a"}]


def test_each_day_has_a_file_sorted_by_time(lake: Lake) -> None:
    lake.commit(batch("one", *(row(f"{k}", days=(k * 7 % 12) / 4) for k in range(12))))
    files = [pq.read_table(path, partitioning=None) for path in sorted(lake.data_files())]
    times = [file["event_time"].to_pylist() for file in files]
    assert [{time.day for time in day} for day in times] == [{1}, {2}, {3}]
    assert times == [sorted(day) for day in times]
    assert pq.read_metadata(lake.data_files()[0]).row_group(0).column(0).compression == "ZSTD"


def test_days_end_at_midnight_utc(lake: Lake) -> None:
    lake.commit(batch("one", row("last", days=1 - 1e-9), row("first", days=1)))
    assert sorted(Path(path).parent.name for path in lake.data_files()) == [
        "event_day=2024-03-01",
        "event_day=2024-03-02",
    ]


def test_an_event_is_added_once(lake: Lake) -> None:
    early, late = row("early"), row("late", days=40.5)
    again = early | {"object_key": "another trail's file", "record_index": 5}
    assert lake.commit(batch("one", early, late, again)) == Committed("one", added=2, duplicates=1)
    assert lake.commit(batch("two", again, row("new", days=2), late)) == Committed("two", added=1, duplicates=2)
    assert lake.commit(batch("one", early, late, again)) == Committed("one", added=0, duplicates=3)
    assert ids(lake) == ["early", "late", "new"]


def test_a_lake_opened_later_knows_what_is_there(lake: Lake, root: Path) -> None:
    lake.commit(batch("one", row("a"), row("b", days=9)))
    with opened(root) as later:
        assert later.commit(batch("two", row("a"), row("b", days=9), row("c"))).duplicates == 2
        # And the first one what the later one has added since.
        assert lake.commit(batch("three", row("c"), row("d"))) == Committed("three", added=1, duplicates=1)
    assert ids(lake) == ["a", "b", "c", "d"]


def test_of_two_bodies_the_first_stays_and_the_other_is_reported(lake: Lake) -> None:
    first = row("same", event_name="GetObject", user_agent=None)
    second = first | {"user_agent": "curl", "object_key": "b", "record_index": 3}
    assert lake.commit(batch("one", first, second)).conflicts == (Conflict("same", "trails", "b", 3),)
    third = first | {"event_name": "PutObject", "object_key": "c"}
    moved = first | {"event_time": datetime(2024, 3, 1, 1, tzinfo=UTC), "object_key": "d"}
    assert lake.commit(batch("two", third)) == Committed("two", 0, 0, (Conflict("same", "trails", "c", 0),))
    assert lake.commit(batch("three", moved)).conflicts == (Conflict("same", "trails", "d", 0),)
    assert lake.rows().to_pylist() == table([first]).to_pylist()


def test_what_is_not_kept_in_memory_is_read_again(lake: Lake) -> None:
    limits = [Known(limit) for limit in (0, 100, 1 << 20)]
    asked = table([row("a3"), row("b5", days=30), row("a20"), row("a4", days=5)])
    for number in range(6):  # each adds two files, on days far apart
        lake.commit(batch(f"{number}", row(f"a{number}"), row(f"b{number}", days=30)))
        current = lake._table()
        for known in limits:
            known.follow(current)
            sift(current, known, asked)
    found = [sift(current, known, asked).new["event_id"].to_pylist() for known in limits]
    assert found == [["a20"]] * 3  # a4 lies on a day that is looked at in any case


@pytest.mark.parametrize("days", [1.5, -0.5, 300, -300, 2_912_701.5, -738_944.5])
def test_an_event_that_comes_again_with_another_day_is_a_conflict(lake: Lake, root: Path, days: float) -> None:
    lake.commit(batch("one", row("same"), row("other")))
    again = batch("two", row("same", days=days), row("new", days=days))
    with opened(root) as later:
        for holder, added in ((later, 1), (lake, 0)):
            assert holder.commit(again) == Committed(
                "two", added, 1 - added, (Conflict("same", "trails", "same.json.gz", 0),)
            )
    assert ids(lake) == ["new", "other", "same"]


def test_in_a_large_table_an_event_is_looked_for_on_the_days_beside_its_own(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenfold.lake.known._WHOLE", 1)
    lake.commit(batch("one", row("same"), row("other")))
    for days in (1.5, -0.5):
        assert lake.commit(batch(f"{days}", row("same", days=days))).conflicts
    assert lake.commit(batch("far", row("same", days=5))).added == 1


def test_a_body_that_a_tool_has_written_anew_is_no_conflict(lake: Lake) -> None:
    first = row("same", user_identity='{"type":"Root","accountId":"1","n":[1,2.0]}', other=None)
    lake.commit(batch("one", first))
    anew = first | {"user_identity": '{\n "accountId": "1",\n "n": [1, 2.0],\n "type": "Root"}'}
    assert lake.commit(batch("two", anew)) == Committed("two", 0, 1)
    for body in (
        '{"type":"Root","accountId":"2","n":[1,2.0]}',
        '{"type":"Root","accountId":"1","n":[2.0,1]}',
        None,
        "{",
    ):
        assert lake.commit(batch("three", first | {"user_identity": body})).conflicts, body


def test_a_day_of_many_commits(lake: Lake) -> None:
    current, known = lake._table(), Known(1 << 20)
    known.follow(current)
    assert not any(known.held(current, table([row("0")])).to_pylist())
    for number in range(40):  # as if committed
        known.added(current, by_day(current, table([row(f"{number}"), row(f"{number}", days=9)]), uuid.uuid4()))
    assert known.held(current, table([row("0"), row("39"), row("40"), row("1", days=9)])).to_pylist() == [
        True,
        True,
        False,
        True,
    ]


def test_rows_of_another_shape_are_refused(lake: Lake) -> None:
    with pytest.raises(ValueError, match="names"):
        lake.commit(Batch("one", table([BARE]).drop_columns("user_agent"), ()))
    with pytest.raises(ValueError, match="event_id"):
        lake.commit(batch("one", BARE | {"event_id": None}))
    assert ids(lake) == []


@pytest.mark.parametrize("name", ["", ".", "../up", "a/b", "a\n", "x" * 201])
def test_a_batch_id_is_a_name(lake: Lake, name: str) -> None:
    with pytest.raises(ValueError, match="batch id"):
        lake.commit(batch(name, BARE))


def test_batches_are_remembered_with_their_objects(lake: Lake, root: Path) -> None:
    lake.commit(batch("b", row("b")))
    lake.commit(batch("a", row("a")))
    lake.commit(batch("c", row("a")))  # adds nothing
    with opened(root) as later:
        assert list(later.committed_batches()) == [
            ("a", (ObjectRef("trails", "a.json.gz", "etag", 1),)),
            ("b", (ObjectRef("trails", "b.json.gz", "etag", 1),)),
        ]


def test_many_commits_leave_few_files(lake: Lake) -> None:
    for number in range(2 * KEPT + 3):
        lake.commit(batch(f"batch-{number:02}", row(f"{number:02}")))
    assert ids(lake) == [f"{number:02}" for number in range(2 * KEPT + 3)]
    assert len(lake._table().snapshots()) == KEPT + 3
    assert [name for name, _ in lake.committed_batches()] == [f"batch-{KEPT + number}" for number in range(KEPT + 3)]
    assert left_behind(lake) == set()
    assert lake.commit(batch("again", row("00"))).duplicates == 1


def test_everything_is_private(lake: Lake) -> None:
    lake.commit(batch("one", BARE))
    modes = {stat.S_IMODE(path.stat().st_mode) for path in lake.root.rglob("*") if path.is_file()}
    assert modes == {0o600}
    assert stat.S_IMODE(lake.root.stat().st_mode) == 0o700
