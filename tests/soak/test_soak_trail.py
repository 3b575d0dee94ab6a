"""kill -9 at a hundred random moments, counted against what the maker of the trail wrote."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.trail.conftest import moto, shared
from tests.trail.siege import NOTHING_WRONG, Siege, ids_in

__all__ = ["moto", "shared"]  # fixtures

KILLS = 100


@pytest.mark.timeout(3600)
def test_killed_at_a_hundred_random_moments(tmp_path: Path, moto: str, shared: Path) -> None:
    maker = [sys.executable, str(shared / "bench" / "make_trail.py"), str(tmp_path / "made")]
    settings = ["--files", "400", "--mb", "12", "--seed", "11", "--dup", "0.05"]
    said = json.loads(subprocess.run([*maker, *settings], check=True, capture_output=True, text=True).stdout)
    paths = sorted((tmp_path / "made" / "AWSLogs").rglob("*.json.gz"))
    files = {path.relative_to(tmp_path / "made").as_posix(): path.read_bytes() for path in paths}
    ids = ids_in({key: gzip.decompress(data) for key, data in files.items()})
    assert (len(files), len(ids), len({*ids})) == (400, said["events"], said["events"] - said["duplicates"])
    assert said["duplicates"] > 0

    siege = Siege(tmp_path / "home", moto, files, seed=12, rows=200_000)
    at_work = siege.kills(KILLS, longest=1.5)
    assert siege.verdict({*ids}) == NOTHING_WRONG
    assert at_work >= KILLS // 2
