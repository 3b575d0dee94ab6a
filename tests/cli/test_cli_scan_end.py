"""The exit code of a scan: what was not read counts when a check asked for it."""

import pytest
from msgspec.structs import replace
from tests.reports.make import full

from tenfold.cli.options import FailOn
from tenfold.cli.scan import exit_code


@pytest.mark.parametrize(("decides", "code"), [(True, 3), (False, 0)])
def test_a_gap_that_decides_nothing_leaves_the_scan_whole(decides: bool, code: int) -> None:
    found = full()
    causes = tuple(replace(cause, decides=decides) for cause in found.unread)
    assert exit_code(replace(found, findings=(), unread=causes), FailOn.HIGH) == code
