"""Writes docs/policy-points.md: each point of AWS's policy evaluation, with its source and its tests.

python -m tests.policy.points_page docs/policy-points.md
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tenfold.policy.callers import Kind
from tenfold.policy.context_table import KEYS, Channel, by_channel, of_caller

POINTS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "points.json").read_text())
INTRODUCTION = """# How AWS decides a request, point by point

Generated from tests/policy/points.json by `python -m tests.policy.points_page docs/policy-points.md`. Every point has
tests: `pytest tests/policy/test_policy_points.py -k "POINT "` runs those of one. What `tenfold policy simulate` says of
each case stands in that file.

[K] marks what is general knowledge: no sentence of AWS's documentation was found for it. A page that is named as a
source was read for the point; a case marked [K] under it goes beyond what the page says.
"""


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join([INTRODUCTION, *_points(), "", *_known(), "", *_keys(), ""])


def _points() -> Iterator[str]:
    yield "| point | what | tests | source |\n|---|---|---|---|"
    for point in POINTS:
        names = "; ".join(case["name"] for case in point["cases"])
        yield f"| {point['point']} | {_cell(point['title'])} | {_cell(names)} | {point['source'] or '[K]'} |"


def _known() -> Iterator[str]:
    yield "## General knowledge, without a source\n"
    whole = [point for point in POINTS if not point["source"]]
    yield "Whole points: " + ", ".join(f"{point['point']}" for point in whole) + ".\n"
    yield "Single cases under a point that has a source:\n"
    for point in POINTS:
        marked = [case["name"].removesuffix(" [K]") for case in point["cases"] if case["name"].endswith("[K]")]
        if point["source"] and marked:
            yield f"- {point['point']}: {'; '.join(marked)}"


def _keys() -> Iterator[str]:
    yield "## Which context keys exist\n\nBy who asks (from policy/context_table.py):\n"
    yield f"| key | {' | '.join(kind.value for kind in Kind)} |\n|---|{'---|' * len(Kind)}"
    for key in KEYS:
        if of_caller(key, Kind.USER) is not None:
            yield f"| `{key}` | {' | '.join(str(of_caller(key, kind)) for kind in Kind)} |"
    yield f"\nBy how the request comes:\n\n| key | {' | '.join(Channel)} |\n|---|{'---|' * len(Channel)}"
    for key in KEYS:
        if by_channel(key, Channel.INTERNET) is not None:
            yield f"| `{key}` | {' | '.join(str(by_channel(key, channel)) for channel in Channel)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page())
