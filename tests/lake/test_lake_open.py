"""Lakes that are there already: of another version, of another process, damaged."""

import os
from pathlib import Path

import pytest
from tests.clock import START, ManualClock
from tests.lake.make import batch, ids, opened, row

from tenfold.lake.lake import Lake
from tenfold.lake.schema import CLOUDTRAIL
from tenfold.model.errors import StoreError
from tenfold.store.lease import held


def test_a_table_of_an_older_version_gets_the_columns_it_lacks(root: Path) -> None:
    with opened(root) as lake:
        lake.commit(batch("old", row("old")))
        with lake._table().update_schema() as update:
            update.delete_column("event_context")
        assert "event_context" not in lake._table().schema().column_names
    with opened(root) as lake:
        assert lake._table().schema().column_names[-1] == "event_context"
        assert lake.commit(batch("new", row("old"), row("new", event_context="{}"))).added == 1
        found = lake.rows()
        assert found.schema == CLOUDTRAIL
        assert dict(zip(*(found[name].to_pylist() for name in ("event_id", "event_context")), strict=True)) == {
            "old": None,
            "new": "{}",
        }


def test_a_table_of_a_newer_version_keeps_its_columns(root: Path) -> None:
    with opened(root) as lake:
        with lake._table().update_schema() as update:
            update.union_by_name(CLOUDTRAIL.append(CLOUDTRAIL.field("other").with_name("later")))
        lake.commit(batch("one", row("a")))
    with opened(root) as lake:
        assert lake.commit(batch("two", row("a"), row("b"))).added == 1
        assert lake._table().scan().to_arrow()["later"].null_count == 2


def test_a_second_committer_waits_and_then_says_who_is_at_work(root: Path, tmp_path: Path) -> None:
    clock, lock = ManualClock(), tmp_path / "lock"
    with Lake.open(root, clock=clock, lease=lambda name: held(lock, name, START)) as lake:
        lake.commit(batch("one", row("a")))
        with held(lock, "lake", START), pytest.raises(StoreError, match=f"process {os.getpid()} on .* at work"):
            lake.commit(batch("two", row("b")))
        assert 59 < sum(clock.waits) < 61
        assert ids(lake) == ["a"]
        lake.commit(batch("two", row("b")))
        assert ids(lake) == ["a", "b"]


def test_readers_need_no_lease(root: Path, tmp_path: Path) -> None:
    with opened(root) as lake:
        lake.commit(batch("one", row("a")))
    lock = tmp_path / "lock"
    with (
        held(lock, "lake", START),
        Lake.open(root, clock=ManualClock(), lease=lambda name: held(lock, name, START)) as reader,
    ):
        assert ids(reader) == ["a"]


def test_a_file_that_is_no_catalog(root: Path) -> None:
    root.mkdir()
    (root / "catalog.sqlite").write_bytes(b"something else" * 100)
    with pytest.raises(StoreError, match="not a database"):
        opened(root)
    assert (root / "catalog.sqlite").read_bytes() == b"something else" * 100


def test_a_network_file_system(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (mounts := tmp_path / "mounts").write_text(f"/dev/sda1 / ext4 rw 0 0\nfiler:/x {tmp_path} nfs4 rw 0 0\n")
    monkeypatch.setattr("tenfold.lake.disk._MOUNTS", mounts)
    with pytest.raises(StoreError, match=r"network file system \(nfs4\)"):
        opened(root)
    assert not root.exists()


def test_a_place_that_is_a_file(root: Path) -> None:
    root.touch()
    with pytest.raises(StoreError, match="cannot be read or written"):
        opened(root)


def test_a_data_file_that_vanished(lake: Lake) -> None:
    lake.commit(batch("one", row("a")))
    Path(lake.data_files()[0]).unlink()
    with pytest.raises(StoreError, match=r"\.parquet"):
        lake.rows()


def test_there_is_no_such_table(lake: Lake) -> None:
    with pytest.raises(StoreError, match="flow_logs"):
        lake.data_files("flow_logs")
