"""The trail's ledger: versions once each, and letters that are opened, tried, solved and opened again."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.clock import START, ManualClock

from tenfold.store.ledger import DeadKind, DeadLetter, Done, Ledger, ObjectKind, Totals
from tenfold.store.store import Store

GONE = DeadLetter(DeadKind.VANISHED, "gone", "b", "k")
BAD = DeadLetter(DeadKind.RECORD, "bad", "b", "k", "e1", index=3, content=b"x" * 1000)
NEWEST = datetime(2026, 3, 1, 11, tzinfo=UTC)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def ledger(tmp_path: Path, clock: ManualClock) -> Ledger:
    return Ledger(Store.open(tmp_path / "state.sqlite", clock), clock)


def done(etag: str, kind: ObjectKind = ObjectKind.EVENTS, key: str = "k") -> Done:
    return Done("b", key, etag, kind, records=2)


def test_versions_are_known_by_bucket_key_and_etag(ledger: Ledger) -> None:
    ledger.finish("1", [done("e1"), done("e2")])
    versions = [("b", "k", f"e{number}") for number in range(1000)]
    assert ledger.known(versions) == {("b", "k", "e1"), ("b", "k", "e2")}
    assert ledger.known([("b", "other", "e1"), ("other", "k", "e1")]) == set()


def test_totals(ledger: Ledger, clock: ManualClock) -> None:
    assert ledger.totals() == Totals({}, 0, {}, 0, 0)
    ledger.finish("1", [done("e1"), done("d", ObjectKind.DIGEST)], [BAD], NEWEST)
    clock.wait(5)
    ledger.finish("2", [done("e2")], [], NEWEST - timedelta(days=1))
    assert ledger.totals() == Totals(
        objects={"digest": 1, "events": 2},
        records=6,
        dead={"record": 1},
        solved=0,
        unheard=0,
        last_batch_at=START + timedelta(seconds=5),
        newest_event=NEWEST,
    )


def test_caught_up_objects_are_unknown_until_they_are_heard(ledger: Ledger) -> None:
    assert ledger.catch_up("1", [("b", "k", "e1")]) == 1
    assert ledger.catch_up("1", [("b", "k", "e1")]) == 0
    assert (ledger.known([("b", "k", "e1")]), ledger.unheard()) == (set(), [("b", "k", "e1")])
    ledger.finish("2", [done("e1")])
    assert (ledger.known([("b", "k", "e1")]), ledger.unheard()) == ({("b", "k", "e1")}, [])


def test_objects_that_were_written_down_are_not_caught_up(ledger: Ledger) -> None:
    ledger.finish("1", [done("e1")])
    assert ledger.catch_up("1", [("b", "k", "e1"), ("b", "k", "e2")]) == 1
    assert ledger.unheard() == [("b", "k", "e2")]
    assert ledger.catch_up("2", []) == 0


def test_letter_that_comes_again_is_the_same_letter(ledger: Ledger, clock: ManualClock) -> None:
    ledger.finish("1", [done("e1")], [BAD])
    clock.wait(7)
    ledger.finish("2", [done("e1")], [DeadLetter(DeadKind.RECORD, "worse", "b", "k", "e1", index=3)])
    (letter,) = ledger.letters()
    assert (letter.id, letter.reason, letter.tries) == (BAD.id, "worse", 2)
    assert (letter.first_at, letter.last_at) == (START, START + timedelta(seconds=7))


@pytest.mark.parametrize(
    ("letter", "read", "left"),
    [
        pytest.param(BAD, done("e1"), 0, id="the same version, now whole"),
        pytest.param(BAD, done("e2"), 1, id="another version says nothing of this one"),
        pytest.param(BAD, done("e1", key="other"), 1, id="another object"),
        pytest.param(GONE, done("e9"), 0, id="it is there again"),
        pytest.param(DeadLetter(DeadKind.OBJECT, "?", "b", "k", "e1"), done("e2"), 0, id="it was replaced"),
        pytest.param(DeadLetter(DeadKind.MESSAGE, "?", key="k"), done("e1"), 1, id="a message"),
    ],
)
def test_reading_an_object_solves_its_letters(ledger: Ledger, letter: DeadLetter, read: Done, left: int) -> None:
    ledger.bury([letter])
    ledger.finish("1", [read])
    assert (len(ledger.letters()), ledger.totals().solved) == (left, 1 - left)


def test_many_letters_of_one_object_are_solved_together_but_for_those_that_came_again(ledger: Ledger) -> None:
    letters = [DeadLetter(DeadKind.RECORD, "bad", "b", "k", "e1", index=index) for index in range(1001)]
    ledger.finish("1", [done("e1")], letters)
    ledger.finish("2", [done("e1")], letters[:3])
    assert {letter.index for letter in ledger.letters()} == {0, 1, 2}
    assert ledger.totals().solved == 998


def test_retries_come_later_and_later_and_end(ledger: Ledger, clock: ManualClock) -> None:
    ledger.bury([GONE, BAD])
    waited: list[int] = []
    while len(waited) < 47:
        pause = 0
        while not ledger.letters(due=True):
            clock.wait(30)
            pause += 30
        waited.append(pause)
        ledger.bury([GONE])
    assert waited[:8] == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    clock.wait(10**6)
    assert ledger.letters(due=True) == []
    assert [letter.tries for letter in ledger.letters([GONE.id])] == [48]


def test_solved_letters_are_kept_and_opened_again(ledger: Ledger) -> None:
    ledger.bury([BAD])
    ledger.solve([BAD.id])
    assert (ledger.letters(), ledger.totals().solved) == ([], 1)
    ledger.bury([BAD])
    assert [letter.tries for letter in ledger.letters()] == [2]


def test_messages_are_told_apart_by_what_they_say(ledger: Ledger) -> None:
    ledger.bury([DeadLetter(DeadKind.MESSAGE, "no", key="id", content=text) for text in (b"a", b"b", b"a")])
    assert {letter.content for letter in ledger.letters()} == {b"a", b"b"}
    assert len(ledger.letters()) == 2
    assert len(ledger.letters(limit=1)) == 1


def test_a_ledger_of_one_bucket_leaves_the_others_alone(tmp_path: Path, clock: ManualClock) -> None:
    store = Store.open(tmp_path / "state.sqlite", clock)
    every, mine = Ledger(store, clock), Ledger(store, clock, "file")
    every.bury([GONE, DeadLetter(DeadKind.VANISHED, "gone", "file", "k")])
    every.catch_up("1", [("b", "k", "e1"), ("file", "k", "e1")])
    while len(every.letters(due=True)) < 2:
        clock.wait(3600)
    assert [letter.bucket for letter in mine.letters(due=True)] == ["file"]
    assert mine.unheard() == [("file", "k", "e1")]
    assert len(mine.letters()) == len(every.unheard()) == 2
