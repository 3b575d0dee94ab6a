"""`tenfold trail` on a state that holds more than it can read now, or that fails beneath it: the real program."""

import os
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.cli import logs
from tests.cli.program import Program
from tests.clock import ManualClock

from tenfold.store.ledger import DeadKind, DeadLetter, Ledger
from tenfold.store.store import Store

STOPPED = "trail main was stopped"


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path, keys=None)


@pytest.fixture
def left(program: Program) -> Program:
    """A state in which something in S3 is still to be read: a key that was denied, an object that nobody heard."""
    clock = ManualClock()
    with Store.open(program.home / "state" / "state.sqlite", clock) as store:
        ledger = Ledger(store, clock)
        ledger.bury([DeadLetter(DeadKind.DENIED, "access denied", "logs", "AWSLogs/a.json.gz")])
        ledger.catch_up("batch", [("logs", "AWSLogs/b.json.gz", "e1")])
        assert clock.now() < datetime.now(UTC), "its retry is long due"
    return program


def test_backfill_of_a_folder_leaves_what_lies_in_s3(left: Program, tmp_path: Path) -> None:
    ended = left.run("trail", "backfill", str(logs.folder(tmp_path / "logs")))
    assert ended.code == 0, ended.err
    assert "5 added to the lake" in ended.out
    assert "2 objects in S3 of which this state still has something to read" in ended.err
    (row,) = left.run("trail", "status", "--format", "json").rows
    assert (row["rows"], row["dead_letters"], row["unheard"]) == (5, 1, 1)


def test_follow_of_a_folder_leaves_what_lies_in_s3(left: Program, tmp_path: Path) -> None:
    with following(left, logs.folder(tmp_path / "logs")) as process:
        assert STOPPED in line(process)
        os.kill(process.pid, signal.SIGTERM)
        _, err = process.communicate(timeout=15)
    assert process.returncode == 0
    assert err.count("2 objects in S3") == 1
    assert "trying again" not in err


def test_replay_says_that_it_needs_access(left: Program) -> None:
    ended = left.run("trail", "replay")
    assert ended.code == 4
    assert "no AWS credentials were found" in ended.err


@pytest.mark.parametrize("mended", [True, False])
def test_an_outbox_that_fails_is_complained_of_and_tried_again(
    program: Program, tmp_path: Path, *, mended: bool
) -> None:
    folder = logs.folder(tmp_path / "logs")
    with following(program, folder) as process:
        assert STOPPED in line(process)
        state = sqlite3.connect(tmp_path / "state" / "state.sqlite")
        (made,) = state.execute("SELECT sql FROM sqlite_master WHERE name = 'outbox'").fetchone()
        state.execute("DROP TABLE outbox")
        assert process.stderr
        assert "no such table: outbox" in process.stderr.readline()
        if mended:
            state.execute(made)
            another = logs.record(9, "iam", "CreateAccessKey", requestParameters={"userName": "other"})
            (folder / f"{logs.NAME}DDDDDDDDDDDDDDDD.json").write_bytes(logs.body([another]))
            while "an access key was made" not in (said := line(process)):
                assert said, "the stream ended"
        state.close()
        os.kill(process.pid, signal.SIGTERM)
        _, err = process.communicate(timeout=20)
    assert process.returncode == (0 if mended else 4)
    assert "Traceback" not in err
    assert mended or "tenfold: the state cannot be used: no such table: outbox" in err


@contextmanager
def following(program: Program, folder: Path) -> Iterator["subprocess.Popen[str]"]:
    process = program.start("trail", "follow", str(folder))
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    return process.stdout.readline()
