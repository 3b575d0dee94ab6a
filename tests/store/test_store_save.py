"""What is saved comes back; what fails leaves the state as it was."""

import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, event, text
from tests.store.make import (
    ACCOUNT,
    DENIED,
    START,
    StoppedClock,
    bucket,
    bucket_arn,
    finding,
    listed,
    opened,
    run,
    snapshot,
    verdict,
)

from tenfold.model.errors import StoreError
from tenfold.model.finding import Finding, Status
from tenfold.model.party import Parties, Party
from tenfold.model.resource import Fact, Json
from tenfold.model.run import Delta, Run
from tenfold.model.snapshot import Snapshot, Vanished
from tenfold.store import database, snapshots
from tenfold.store.codec import packed, unpacked
from tenfold.store.store import Store


def test_a_story(store: Store, clock: StoppedClock) -> None:
    first, current, resolved = store.save(run(1), snapshot("a", "b"), [opened("a"), verdict("b")], ["s3-001"])
    assert first == Delta(None, appeared=(finding("a").key,))
    assert [(f.key, f.first_seen, f.last_seen) for f in current] == [(finding("a").key, START, START)]
    assert resolved == ()

    clock.wait(60)
    second, current, resolved = store.save(run(2), snapshot("a", "b"), [verdict("a"), opened("b")], ["s3-001"])
    assert second == Delta("run-1", appeared=(finding("b").key,), resolved=(finding("a").key,))
    assert [f.key for f in current] == [finding("b").key]
    assert [(f.status, f.resolved_at) for f in resolved] == [(Status.RESOLVED, START + timedelta(seconds=60))]

    assert store.findings(arn=bucket_arn("a")) == []
    assert [f.arn for f in store.findings(list(Status), check="s3-001")] == [bucket_arn("a"), bucket_arn("b")]
    assert store.findings(check="s3-002") == []
    assert [r.id for r in store.runs(5)] == ["run-2", "run-1"]
    assert store.latest_run() == run(2)


def test_a_check_that_got_a_new_id_keeps_its_history(store: Store, clock: StoppedClock) -> None:
    store.save(run(1), snapshot("a", "b"), [opened("a", check="old-1"), opened("b", check="old-1")], ["old-1"])
    clock.wait(60)
    answers = [opened("a", check="new-1"), verdict("b", check="new-1")]
    delta, current, resolved = store.save(run(2), snapshot("a", "b"), answers, ["new-1"], {"old-1": "new-1"})
    assert delta.appeared == ()
    assert [(f.check, f.key, f.first_seen) for f in current] == [("new-1", f"new-1|{bucket_arn('a')}", START)]
    assert [f.key for f in resolved] == [f"new-1|{bucket_arn('b')}"]
    assert store.findings(list(Status), check="old-1") == []


def test_empty_state(store: Store) -> None:
    assert (store.latest_run(), store.latest_snapshot(), store.findings(), store.runs(3)) == (None, None, [], [])


def test_only_the_last_snapshots_are_kept(store: Store) -> None:
    for number in range(snapshots.KEPT + 2):
        store.save(run(number), snapshot("a", f"b{number}"), [], [])
    with store._engine.connect() as connection:
        counts = [connection.execute(text(f"SELECT count(*) FROM {t}")).scalar() for t in ("snapshots", "resources")]
    assert counts == [snapshots.KEPT, 2 * snapshots.KEPT]
    assert store.latest_snapshot() == snapshot("a", f"b{snapshots.KEPT + 1}")
    assert len(store.runs(100)) == snapshots.KEPT + 2


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text()
    | st.datetimes(timezones=st.just(UTC))
)
VALUES: st.SearchStrategy[Json] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=20
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(values=st.lists(VALUES, max_size=3), number=st.integers())
def test_snapshot_comes_back_equal(store: Store, values: list[Json], number: int) -> None:
    facets = {f"facet{index}": Fact(START, value) for index, value in enumerate(values)}
    facets |= {"none": Fact(START, absent=True), "denied": Fact(START, gap=DENIED)}
    name = f"b{number}"
    resource = snapshot(name).resources[0]
    resource = type(resource)(resource.arn, resource.kind, resource.scope, name, {"t": "x"}, None, facets, ("arn",))
    parties = Parties({ACCOUNT: Party.OWN}, {ACCOUNT: "production"}, {"abc": ACCOUNT})
    gone = (Vanished(bucket_arn("gone"), "s3.bucket", START),)
    saved = Snapshot(START, (resource, bucket("second")), (listed(),), gone, parties)
    known = store.latest_run()
    store.save(run(int(known.id[4:]) + 1 if known else 0), saved, [], [])
    assert store.latest_snapshot() == saved


def test_large_bodies_are_compressed() -> None:
    large = bucket("a", {"policy": {"Statement": ["the same"] * 1000}})
    assert len(packed(large)) < 1000
    assert unpacked(packed(large), type(large)) == large


def test_hostile_text_and_numbers_do_not_stop_a_save(store: Store) -> None:
    policy = {"Sid": "half \ud800 pair", "limit": 10**40, "at": START, "fine": ["\U0001f4a9", -1, 2**64 - 1]}
    hostile = Snapshot(START, (bucket("a", {"policy": policy}),), (listed(),))
    found = finding("a", key="half \ud800 pair")
    _, current, _ = store.save(run(1), hostile, [verdict("a", found)], ["s3-001"])
    assert [f.key for f in current] == [f"s3-001|{bucket_arn('a')}|half \ufffd pair"]
    read = store.latest_snapshot()
    assert read is not None
    assert read.resources[0]["policy"] == {**policy, "Sid": "half \ufffd pair", "limit": str(10**40)}


def save_second(store: Store) -> object:
    return store.save(run(2), snapshot("a", "b"), [verdict("a"), opened("b")], ["s3-001"])


def everything(store: Store) -> tuple[list[Finding], list[Run], Snapshot | None]:
    return store.findings(list(Status)), store.runs(9), store.latest_snapshot()


def test_control_c_at_any_statement_leaves_the_state_as_it_was(store: Store) -> None:
    store.save(run(1), snapshot("a"), [opened("a")], ["s3-001"])
    before = everything(store)
    left = 0

    def interrupt(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            signal.raise_signal(signal.SIGINT)

    event.listen(store._engine, "before_cursor_execute", interrupt)
    interrupted = 0
    while True:
        left = interrupted + 1
        try:
            save_second(store)
        except KeyboardInterrupt:
            interrupted += 1
            assert everything(store) == before
        else:
            break
    event.remove(store._engine, "before_cursor_execute", interrupt)
    assert interrupted >= 8
    assert everything(store) != before


KILLED = """
import os, signal, sys
from sqlalchemy import event
from tenfold.store.store import Store
from tests.store.make import StoppedClock
from tests.store.test_store_save import save_second
store = Store.open(sys.argv[1], StoppedClock())
event.listen(store._engine, "commit", lambda connection: os.kill(os.getpid(), signal.SIGKILL))
save_second(store)
"""


def test_kill_before_the_commit_leaves_the_state_as_it_was(store: Store) -> None:
    store.save(run(1), snapshot("a"), [opened("a")], ["s3-001"])
    before = everything(store)
    root = Path(__file__).parents[2]
    killed = subprocess.run([sys.executable, "-c", KILLED, str(store.path)], cwd=root, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert everything(store) == before
    save_second(store)
    assert everything(store) != before


def test_full_disk(store: Store) -> None:
    store.save(run(1), snapshot("a"), [opened("a")], ["s3-001"])
    before = everything(store)

    def fill(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 1}")

    event.listen(store._engine, "begin", fill)
    many = Snapshot(START, tuple(bucket(f"b{n}") for n in range(500)), (listed(),))
    with pytest.raises(StoreError) as failed:
        store.save(run(2), many, [opened("b1")], ["s3-001"])
    assert "database or disk is full" in failed.value.what
    assert failed.value.where == str(store.path)
    assert "Free some space" in failed.value.next
    assert everything(store) == before


def test_writer_that_never_ends(store: Store, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.1)
    with Store.open(store.path, clock) as impatient, database.writing(store._engine):
        assert impatient.findings() == []
        with pytest.raises(StoreError, match=r"has been writing to the state for too long.*Try again later"):
            save_second(impatient)


def test_run_that_was_saved(store: Store) -> None:
    store.save(run(1), snapshot("a"), [opened("a")], ["s3-001"])
    before = everything(store)
    with pytest.raises(StoreError, match=r"refused a row.*runs\.id"):
        store.save(run(1), snapshot(), [], [])
    assert everything(store) == before


def test_row_that_was_damaged(store: Store) -> None:
    store.save(run(1), snapshot("a"), [opened("a")], ["s3-001"])
    with store._engine.begin() as connection:
        connection.execute(text("UPDATE findings SET body = x'c1'"))
        connection.execute(text("UPDATE runs SET body = x'78ff'"))
    for read in (store.findings, store.latest_run):
        with pytest.raises(StoreError, match="row that cannot be read"):
            read()


def test_two_processes_that_write_wait_for_each_other(store: Store) -> None:
    code = KILLED.replace("os.kill(os.getpid(), signal.SIGKILL)", "None")
    root = Path(__file__).parents[2]
    with database.writing(store._engine):
        other = subprocess.Popen([sys.executable, "-c", code, str(store.path)], cwd=root)
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(2)
    assert other.wait(30) == 0
    assert store.latest_run() == run(2)


def test_ten_thousand_resources_in_seconds(store: Store) -> None:
    policy = {"Version": "2012-10-17", "Statement": [{"Sid": "x", "Effect": "Allow", "Action": ["s3:Get*"] * 9}]}
    names = [f"bucket-{number}" for number in range(10_000)]
    many = Snapshot(START, tuple(bucket(name, {"policy": policy, "acl": policy}) for name in names), (listed(),))
    verdicts = [opened(name) if name.endswith("7") else verdict(name) for name in names]
    begin = time.perf_counter()
    store.save(run(1), many, verdicts, ["s3-001"])
    store.save(run(2), many, verdicts, ["s3-001"])
    took = time.perf_counter() - begin
    assert store.latest_snapshot() == many
    assert took < 20, f"two saves of 10,000 resources took {took:.1f} s"


def test_datetimes_of_other_zones_come_back_as_the_same_moment() -> None:
    moment = datetime.fromisoformat("2026-01-02T03:04:05+02:00")
    fact = unpacked(packed(Fact(START, {"deep": [moment]})), Fact)
    assert fact.value == {"deep": [moment]}
