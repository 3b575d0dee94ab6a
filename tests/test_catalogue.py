"""The catalogue is the register: it is up to date, and an id never vanishes."""

from pathlib import Path

import pytest

from tenfold.cli.catalogue import main, pages, vanished
from tenfold.cli.sandbox_page import filled
from tenfold.sandbox.weather.weather import habits

DOCS = Path(__file__).parent.parent / "docs"
CATALOGUE, SANDBOX = DOCS / "catalogue.md", DOCS / "sandbox.md"


def test_the_catalogue_is_up_to_date() -> None:
    assert CATALOGUE.read_text() == pages(), "run `make docs`"


def test_no_id_vanishes_without_an_alias() -> None:
    assert vanished(CATALOGUE.read_text()) == set()


def test_an_id_that_would_vanish_stops_the_writing(tmp_path: Path) -> None:
    register = tmp_path / "catalogue.md"
    before = CATALOGUE.read_text() + "\n#### s3-000 (earlier: s3-zero): Bucket of a check that is gone\n"
    register.write_text(before)
    assert vanished(before) == {"s3-000", "s3-zero"}
    with pytest.raises(SystemExit, match="s3-000"):
        main(register)
    assert register.read_text() == before


def test_the_lists_of_the_sandbox_page_are_up_to_date() -> None:
    page = SANDBOX.read_text()
    assert page == filled(page), "run `make docs`"
    assert all(f"- `{habit}`: " in page for habit in habits())
