"""Requests a second on one core, over all AWS managed policies that moto ships. Limit: 10,000.

Each policy, parsed once, is the identity policy of a user; requests ask for actions that it names and for others, on
several resources. A second figure is that of `tenfold policy simulate`, which reads the policy again with each line.
The folder of policies that others wrote (TENFOLD_SHARED, or ../shared) is added when it is there.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data

from tenfold.policy.access import Access
from tenfold.policy.attempt import Attempt, attempt
from tenfold.policy.callers import principal
from tenfold.policy.evaluate import evaluate
from tenfold.policy.parse import Policy, PolicyError, parse
from tenfold.policy.simulate import simulate

LIMIT, ROUNDS = 10_000, 5
ACCOUNT = "111122223333"
USER = f"arn:aws:iam::{ACCOUNT}:user/eva"
QUEUE, INSTANCE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:q", f"arn:aws:ec2:us-east-1:{ACCOUNT}:instance/i-1"
RESOURCES = ("arn:aws:s3:::z/k", QUEUE, "*", INSTANCE)
CONTEXT = {"aws:requestedregion": ("eu-west-1",), "aws:sourceip": ("192.0.2.1",), "aws:securetransport": ("true",)}
OTHERS = ("s3:GetObject", "ec2:RunInstances", "iam:PassRole")
SHARED = Path(os.environ.get("TENFOLD_SHARED", Path(__file__).parents[2] / "shared"))


def documents() -> Iterator[Any]:
    data = json.loads(aws_managed_policies_data)
    yield from (row["Document"] for row in data.values())
    for path in sorted((SHARED / "data" / "quacky-policies").rglob("*.json")):
        yield json.loads(path.read_text())


def actions(policy: Policy) -> list[str]:
    named = (one.replace("*", "Things").replace("?", "x") for row in policy.statements for one in row.actions or ())
    return [*islice((one for one in named if ":" in one), 5), *OTHERS]


def requests(policy: Policy) -> Iterator[Attempt]:
    caller = principal(USER, {})
    for number, action in enumerate(actions(policy)):
        yield attempt(caller, action, RESOURCES[number % len(RESOURCES)], account=ACCOUNT, context=CONTEXT)


def work() -> tuple[list[Callable[[], object]], list[bytes]]:
    decisions: list[Callable[[], object]] = []
    lines: list[bytes] = []
    for document in documents():
        try:
            policy = parse(document)
        except PolicyError:
            continue
        of_identity = all(row.principals is None and row.not_principals is None for row in policy.statements)
        access = Access(identity=(policy,)) if of_identity else Access(resource_policy=policy)
        for one in requests(policy):
            decisions.append(lambda one=one, access=access: evaluate(one, access))  # type: ignore[misc] # bound now
            asked = {"action": one.action, "resource": one.resource, "resource_account": ACCOUNT, "principal": USER}
            where = {"identity": [document]} if of_identity else {"resource_policy": document}
            lines.append(json.dumps({"id": len(lines), "request": asked, **where}).encode())
    return decisions, lines


def rates(count: int, run: Callable[[], object]) -> tuple[float, float]:
    """Of the first round, and of the best."""
    found = []
    for _ in range(ROUNDS):
        start = time.process_time()
        run()
        found.append(count / (time.process_time() - start))
    return found[0], max(found)


def main() -> int:
    decisions, lines = work()
    first, best = rates(len(decisions), lambda: [decide() for decide in decisions])
    _, answered = rates(len(lines), lambda: [simulate(line) for line in lines])
    print(f"evaluate, {len(decisions):,} requests: {first:,.0f} a second, later {best:,.0f}", end="; ")
    print(f"ratio {first / LIMIT:.1f} (limit 1.0)")
    print(f"policy simulate: {answered:,.0f} lines a second, {sum(map(len, lines)) / len(lines):,.0f} bytes a line")
    return 0 if first >= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
