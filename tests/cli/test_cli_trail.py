"""`tenfold trail` and `tenfold finding` by the real program, on log files in a folder."""

import gzip
import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
from tests.cli import logs
from tests.cli.program import Program

KEY = f"ct-007|{logs.ACCOUNT}|arn:aws:cloudtrail:us-east-1:{logs.ACCOUNT}:trail/main"


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path, keys=None)


def test_backfill_takes_each_event_once(program: Program, tmp_path: Path) -> None:
    folder = logs.folder(tmp_path / "logs")
    first = program.run("trail", "backfill", str(folder), "--format", "json")
    again = program.run("trail", "backfill", str(folder), "--format", "json")
    assert (first.code, again.code) == (0, 0), first.err
    (done,), (nothing,) = first.rows, again.rows
    assert (done["events"], done["added"], done["objects"], done["dead"]) == (5, 5, 2, 0)
    assert (nothing["added"], nothing["known"], nothing["objects"]) == (0, 2, 0)
    assert "trail main was stopped" in first.err, "JSON has standard output for itself"
    assert "trail main was stopped" not in again.err


def test_an_incident_is_told_short(program: Program, tmp_path: Path) -> None:
    ended = program.run("trail", "backfill", str(logs.folder(tmp_path / "logs")))
    told, _, summary = ended.out.partition("5 events in 2 objects")
    lines = told.splitlines()
    assert lines[0] == f"[high] opened: trail main was stopped, by {logs.MALLORY}"
    assert lines[1].startswith(f"  event {logs.STOPPED['eventID']}: cloudtrail:StopLogging in us-east-1: ")
    assert '"note":"a\\u202e' in lines[1], "what turns the reading direction is an escape"
    assert "\u202e" not in ended.out
    assert all(len(each) <= 170 for each in lines if not each.lstrip().startswith("bytes:"))
    assert f"  actors: IAMUser {logs.MALLORY}" in lines
    assert f"  bytes: {tmp_path}/logs/{logs.NAME}AAAAAAAAAAAAAAAA.json [0]" in lines
    assert lines[-1] == f"  incident: {KEY}"
    assert "0 dead letters" in summary


def test_a_truncated_file_is_a_dead_letter_until_it_is_whole(program: Program, tmp_path: Path) -> None:
    folder = logs.folder(tmp_path / "logs")
    broken = logs.truncated(folder)
    ended = program.run("trail", "backfill", str(folder))
    assert ended.code == 3
    assert "5 added to the lake" in ended.out
    assert "1 dead letter\n" in ended.out

    status = program.run("trail", "status")
    assert status.code == 3
    assert "5 events in the lake" in status.out
    assert broken.name in "".join(status.out.split())
    assert re.search(r"dead letter \S+ \(object\): ", status.out)
    (row,) = program.run("trail", "status", "--format", "json").rows
    assert (row["rows"], row["dead_letters"], row["newest_event"]) == (5, 1, "2026-01-02T03:04:05+00:00")

    useless = program.run("trail", "replay")
    assert (useless.code, useless.out.splitlines()[0].strip()) == (3, "1 tried, 0 solved, 1 left")
    broken.write_bytes(gzip.compress(logs.body([logs.record(6, "kms", "ListKeys")])))
    mended = program.run("trail", "replay", "--format", "json")
    assert (mended.code, mended.rows) == (0, [{"tried": 1, "solved": 1, "left": 0}])
    (row,) = program.run("trail", "status", "--format", "json").rows
    assert (row["rows"], row["dead_letters"]) == (6, 0)


def test_a_folder_that_is_not_there(program: Program, tmp_path: Path) -> None:
    ended = program.run("trail", "backfill", str(tmp_path / "nowhere"))
    assert ended.code in (2, 4)
    assert "nowhere" in ended.err


def test_an_incident_from_list_to_closed(program: Program, tmp_path: Path) -> None:
    program.run("trail", "backfill", str(logs.folder(tmp_path / "logs")))
    (row,) = program.run("finding", "incidents", "--format", "json").rows
    assert (row["key"], row["status"]) == (KEY, "open")
    assert "trail main was stopped" in program.run("finding", "incidents").out

    shown = program.run("finding", "show", KEY)
    whole = "".join(shown.out.split())
    assert shown.code == 0
    assert f"actors:IAMUser{logs.MALLORY}" in whole
    assert f"{logs.NAME}AAAAAAAAAAAAAAAA.json[0]" in whole
    assert '"requestParameters":{"name":"main","note":"a\\u202eb"}' in whole

    closed = program.run("finding", "close", KEY, "--proof", "ticket 4711: it runs again")
    assert (closed.code, closed.out.split()[0]) == (0, "closed")
    assert program.run("finding", "incidents", "--format", "json").rows == []
    assert "no open incident" in program.run("finding", "incidents").out


def test_no_such_incident(program: Program) -> None:
    shown, closed = program.run("finding", "show", "x"), program.run("finding", "close", "x", "--proof", "y")
    assert shown.code == 2
    assert "there is no incident 'x'" in shown.err
    assert closed.code == 4
    assert "there is no such incident" in closed.err


@pytest.mark.parametrize(("number", "codes"), [(signal.SIGTERM, (0,)), (signal.SIGINT, (0, 130))])
def test_follow_ends_soon_and_keeps_what_it_has(
    program: Program, tmp_path: Path, number: signal.Signals, codes: tuple[int, ...]
) -> None:
    process = program.start("trail", "follow", str(logs.folder(tmp_path / "logs")))
    try:
        assert process.stdout
        assert "trail main was stopped" in process.stdout.readline()
        os.kill(process.pid, number)
        began = time.monotonic()
        _, err = process.communicate(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    assert time.monotonic() - began < 8
    assert process.returncode in codes, err
    assert "Traceback" not in err
    (row,) = program.run("trail", "status", "--format", "json").rows
    assert (row["rows"], row["dead_letters"], row["unheard"]) == (5, 0, 0)
    (done,) = program.run("trail", "backfill", str(tmp_path / "logs"), "--format", "json").rows
    assert done["added"] == 0
