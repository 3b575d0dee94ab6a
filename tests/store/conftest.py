from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.store.make import StoppedClock

from tenfold.store.store import Store


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def store(tmp_path: Path, clock: StoppedClock) -> Iterator[Store]:
    with Store.open(tmp_path / "state.sqlite", clock) as opened:
        yield opened
