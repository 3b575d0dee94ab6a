from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.lake.make import opened

from tenfold.lake.lake import Lake


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "a lake #1?"  # a name that an address would not survive


@pytest.fixture
def lake(root: Path) -> Iterator[Lake]:
    with opened(root) as made:
        yield made
