"""A sandbox, for the calls that are made against one."""

from collections.abc import Iterator

import pytest

from tenfold.sandbox.server import Sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(delivery_seconds=3600) as running:
        yield running
