"""Milliseconds to say whether strangers get in, without credentials and from a foreign account, with caches cold.

The policies are those with a Principal of the folder that others wrote (TENFOLD_SHARED, or ../shared); reading the
policy is part of it. Bars: half of them under 1 ms, undecided under 1 %. Both answers are held against the reach of
buckets, and each difference is printed.
"""

import gc
import os
import re
import sys
import time
from collections.abc import Iterator
from functools import _lru_cache_wrapper
from pathlib import Path

from tenfold.model.resource import ABSENT
from tenfold.policy.exposure import BucketFacts, Reached
from tenfold.policy.parse import Policy, PolicyError, parse
from tenfold.policy.reach import reach
from tenfold.policy.symbolic.ask import Strangers, strangers

P50, UNDECIDED = 1.0, 0.01
ROUNDS = 3
OWNER = "111122223333"
BUCKET = re.compile(r"arn:aws:s3:::([a-z0-9.-]{3,63})(?:/|$)")
SHARED = Path(os.environ.get("TENFOLD_SHARED", Path(__file__).parents[2] / "shared"))
# What does not depend on a policy: it is made once in the life of a program.
OF_THE_PROGRAM = {"_alike", "_keyless", "_constants", "choice"}


def documents() -> Iterator[tuple[str, str]]:
    for path in sorted((SHARED / "data" / "quacky-policies").rglob("*.json")):
        text = path.read_text()
        if '"Principal"' in text or '"NotPrincipal"' in text:
            yield str(path.relative_to(SHARED / "data")), text


def chill() -> None:
    """Forget everything that was remembered of policies before."""
    for name, module in list(sys.modules.items()):
        for found in vars(module).values() if name.startswith("tenfold.policy") else ():
            if isinstance(found, _lru_cache_wrapper) and found.__name__ not in OF_THE_PROGRAM:
                found.cache_clear()


def timed(text: str) -> tuple[float, Strangers] | None:
    """The best of some rounds, each cold; None for a text that is no policy."""
    best, found = float("inf"), None
    for _ in range(ROUNDS):
        chill()
        start = time.perf_counter()
        try:
            found = strangers(parse(text))
        except PolicyError:
            return None
        best = min(best, time.perf_counter() - start)
    return (best * 1000, found) if found is not None else None


def differences(text: str, policy: Policy) -> Iterator[str]:
    """Where the reach of a bucket with this policy answers otherwise."""
    entries = (entry for row in policy.statements for entry in row.resources or row.not_resources or ())
    name = next((found[1] for found in map(BUCKET.match, entries) if found), "pail")
    facts = BucketFacts(
        name=name, arn=f"arn:aws:s3:::{name}", partition="aws", account=OWNER, region="us-east-1", policy=text,
        acl={"Owner": {"ID": "own3r"}, "Grants": []}, ownership="BucketOwnerEnforced", bucket_block=ABSENT,
        account_block=ABSENT,
    )  # fmt: skip
    exposure, mine = reach(facts), strangers(policy, owner=OWNER, resource=facts.arn)
    for who, theirs, one in (
        ("anyone", exposure.anyone, mine.anyone),
        ("any account", exposure.any_account, mine.account),
    ):
        if theirs.reached is not one.reached:
            yield f"{who}: {one.reached} {one.reasons}; reach says {theirs.reached}, {theirs.reason}"


def main() -> int:
    times, open_, unlike = [], 0, 0
    gc.disable()
    for name, text in documents():
        found = timed(text)
        if found is None:
            continue
        times.append(found[0])
        open_ += any(one.reached is Reached.UNDECIDED for one in found[1])
        for line in differences(text, parse(text)):
            unlike += 1
            print(f"{name}: {line}")
        gc.collect()
    if not times:
        print("the policies are not beside the checkout")
        return 0
    times.sort()
    p50, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
    print(f"{len(times)} policies: p50 {p50:.2f} ms (bar {P50}), p95 {p95:.2f}, max {times[-1]:.2f}; ", end="")
    print(f"undecided {open_ / len(times):.1%} (bar {UNDECIDED:.0%}); {unlike} unlike the reach of buckets")
    return 0 if p50 < P50 and open_ / len(times) < UNDECIDED else 1


if __name__ == "__main__":
    sys.exit(main())
