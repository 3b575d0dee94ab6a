"""The clock that a command runs by: as the sandbox prints it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tenfold.cli.session import Session
from tenfold.model.errors import ConfigError
from tenfold.sandbox.clock import SandboxClock


def test_a_command_shows_the_sandboxs_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    clock = SandboxClock(60, datetime(2026, 1, 1, tzinfo=UTC))
    origin = clock.origin()
    assert origin is not None
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TENFOLD_CLOCK_SCALE", "60")
    monkeypatch.setenv("TENFOLD_CLOCK_ORIGIN", origin.isoformat())
    shown = Session.offline(None).clock.now()
    assert abs((shown - clock.now()).total_seconds()) < 60  # a second between the two looks


def test_an_origin_without_a_zone_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TENFOLD_CLOCK_ORIGIN", "2026-01-01T00:00:00")
    with pytest.raises(ConfigError, match=r"clock\.origin"):
        Session.offline(None)
