"""The evaluator and a second one, written apart from it, agree on whatever Hypothesis makes up.

A few hundred lines here; 100,000 in tests/soak.
"""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.policy.agreement import disagreement
from tests.policy.generated import lines, requests


@given(lines(), st.lists(requests(), min_size=8, max_size=8))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_two_evaluators_agree(line: dict[str, Any], asked: list[dict[str, Any]]) -> None:
    for request in asked:
        assert not disagreement(line | {"id": "1", "request": request})
