from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.alerts.make import EVERYTHING, Ears, opened
from tests.clock import ManualClock

from tenfold.alerts.incidents import Incidents
from tenfold.alerts.outbox import Outbox
from tenfold.store.store import Store


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def store(tmp_path: Path, clock: ManualClock) -> Iterator[Store]:
    with opened(tmp_path, clock) as store:
        yield store


@pytest.fixture
def incidents(store: Store, clock: ManualClock) -> Incidents:
    return Incidents(store, clock, EVERYTHING)


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
def outbox(store: Store, clock: ManualClock, ears: Ears) -> Outbox:
    return Outbox(store, clock, {"ops": ears})
