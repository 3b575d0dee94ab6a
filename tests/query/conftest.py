from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.clock import ManualClock

from tenfold.lake.lake import Lake
from tenfold.store.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "state.sqlite", ManualClock()) as opened:
        yield opened


@pytest.fixture
def lake(tmp_path: Path, store: Store) -> Iterator[Lake]:
    with Lake.open(tmp_path / "lake", clock=ManualClock(), lease=store.lease) as opened:
        yield opened
