"""A state and a lake for each test; one moto in a process of its own for all that need AWS."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.trail.make import Home

MOTO = """
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
server.start()
print("http://{}:{}".format(*server.get_host_and_port()), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    opened = Home(tmp_path / "home")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    """The endpoint of a moto that listens on a port which it chose itself, until its stdin ends."""
    command = [sys.executable, "-W", "ignore", "-c", MOTO]
    with subprocess.Popen(  # its stderr is a log of all requests
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.kill()


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real logs and the maker of large ones, which are not part of the project."""
    here = Path(__file__).parents[2]
    for place in (Path(os.environ.get("TENFOLD_SHARED", "")), here.parent / "shared"):
        if (place / "data" / "invictus-aws").is_dir():
            return place
    pytest.skip("the folder of shared data is not here; set TENFOLD_SHARED")
