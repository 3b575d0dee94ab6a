"""Holds the product against the oracle on one line."""

import json
from typing import Any

from tests.policy.oracle import MalformedError, decide

from tenfold.policy.simulate import simulate


def disagreement(line: dict[str, Any]) -> str:
    """What the two say of a line, where they differ; empty where they agree."""
    answer, _ = simulate(json.dumps(line).encode())
    found = json.loads(answer)
    try:
        wanted = decide(line)
    except MalformedError:
        wanted = "error"
    got = found.get("decision", "error")
    return "" if got == wanted else f"oracle {wanted}, product {got}: {found}\n{json.dumps(line)}"
