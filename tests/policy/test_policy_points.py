"""The points of AWS's policy evaluation, each with its cases: points.json, in the form of `policy simulate`.

A point or case without a source, or marked [K], is general knowledge that was not found in AWS's documentation;
docs/policy-points.md lists them.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tenfold.policy.simulate import simulate

POINTS = json.loads((Path(__file__).parent / "points.json").read_text())
CASES = [(point["point"], case) for point in POINTS for case in point["cases"]]


def answered(case: dict[str, Any]) -> Any:
    given = {name: value for name, value in case.items() if name not in ("name", "decision", "error", "why")}
    line = {"id": case["name"], **given, "request": {"resource_account": "111122223333", **given["request"]}}
    answer, read = simulate(json.dumps(line).encode())
    found = json.loads(answer)
    assert found["id"] == case["name"]
    assert read is ("error" not in case)
    return found


@pytest.mark.parametrize(("point", "case"), CASES, ids=[f"{point} {case['name']}" for point, case in CASES])
def test_a_request_is_decided_as_aws_does(point: int, case: dict[str, Any]) -> None:
    found = answered(case)
    if "error" in case:
        assert case["error"] in found["error"], point
        return
    assert found["decision"] == case["decision"], found["why"]
    assert found["why"]
    assert case.get("why", "") in " ".join(found["why"])


def test_all_points_are_there() -> None:
    assert [point["point"] for point in POINTS] == list(range(1, 76))
