"""Signals to `tenfold sandbox`: at once while it plants, in order when it is ready."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "tenfold.cli.main", "sandbox", "--company", "4", "--format", "json"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_it_plants_ends_it_at_once(number: int, tmp_path: Path) -> None:
    environment = {**os.environ, "TENFOLD_HOME": str(tmp_path)}
    with subprocess.Popen(
        [*COMMAND, "--past", "30"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        time.sleep(5)
        process.send_signal(number)
        said, complained = process.communicate(timeout=20)
    assert (process.returncode, said) == (130, b"")
    assert b"Traceback" not in complained


def test_a_signal_while_it_lives_writes_the_truth(tmp_path: Path) -> None:
    truth = tmp_path / "truth.json"
    environment = {**os.environ, "TENFOLD_HOME": str(tmp_path)}
    with subprocess.Popen(
        [*COMMAND, "--live", "--scale", "60", "--truth", str(truth)], stdout=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout
        ready = json.loads(process.stdout.readline())
        truth.unlink()
        time.sleep(2)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert process.returncode == 0
    assert json.loads(truth.read_text())["company"] == ready["truth"]["company"]
    assert ready["clock"]["scale"] == 60


def test_a_truth_without_a_folder_is_refused_before_anything_is_planted(tmp_path: Path) -> None:
    command = [*COMMAND, "--truth", str(tmp_path / "none" / "truth.json")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert "the folder for the truth does not exist" in done.stderr
