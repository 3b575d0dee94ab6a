"""The evaluator and the oracle on 100,000 made-up requests."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.policy.agreement import disagreement
from tests.policy.generated import lines, requests


@pytest.mark.timeout(7200)
@given(lines(), st.lists(requests(), min_size=10, max_size=10))
@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
def test_two_evaluators_agree_for_long(line: dict[str, Any], asked: list[dict[str, Any]]) -> None:
    for request in asked:
        assert not disagreement(line | {"id": "1", "request": request})
