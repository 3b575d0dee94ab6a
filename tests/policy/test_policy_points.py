"""The points of AWS's policy evaluation, each with its cases: points.json, in the form of `policy simulate`.

A point or case without a source, or marked [K], is general knowledge that was not found in AWS's documentation;
docs/policy-points.md lists them.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.policy.points_page import POINTS, page

from tenfold.policy.limits import excess
from tenfold.policy.simulate import simulate

CASES = [(point["point"], case) for point in POINTS for case in point["cases"]]
PAGE = Path(__file__).parents[2] / "docs" / "policy-points.md"


def answered(case: dict[str, Any]) -> Any:
    given = {name: value for name, value in case.items() if name not in ("name", "decision", "error", "why")}
    line = {"id": case["name"], **given, "request": {"resource_account": "111122223333", **given["request"]}}
    answer, read = simulate(json.dumps(line).encode())
    found = json.loads(answer)
    assert found["id"] == case["name"]
    assert read is ("error" not in case)
    return found


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, id=f"{point} {case['name']}") for point, case in CASES if "request" in case],
)
def test_a_request_is_decided_as_aws_does(case: dict[str, Any]) -> None:
    found = answered(case)
    if "error" in case:
        assert case["error"] in found["error"]
        return
    assert found["decision"] == case["decision"], found["why"]
    assert found["why"]
    assert case.get("why", "") in " ".join(found["why"])


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for _, case in CASES if "kind" in case])
def test_a_policy_is_not_too_long(case: dict[str, Any]) -> None:
    text = '"' + "x" * (case["characters"] - 2) + '"' + " " * case["spaces"]
    assert excess(case["kind"], text) == case["excess"]


def test_white_space_inside_of_quotation_marks_counts() -> None:
    assert excess("managed policy", ' { "a b" : "c\\" d" } ' + "x" * 6144) == len('{"a b":"c\\" d"}')


def test_all_points_are_there_and_each_has_a_case() -> None:
    assert [point["point"] for point in POINTS] == list(range(1, 76))
    assert all(point["cases"] for point in POINTS)


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text() == page(), "run `python -m tests.policy.points_page docs/policy-points.md`"
