"""Verdicts and requests on an account that other tools were measured on too: 50 kinds of bucket.

Usage: bucket_kinds.py [FOLDER [N]]     FOLDER holds seed_moto.py and moto_count_server.py (default ../shared/bench)

Prints how many bucket kinds are answered, undecided (with reason) or wrong against the truth that the maker writes,
the requests for each bucket and operation, and our CPU and memory. Limit: no wrong answer, no crash.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tenfold.aws.settings import AwsSettings
from tenfold.buckets.exposure import exposures, worst
from tenfold.cli.config import Config
from tenfold.cli.scan import scanned
from tenfold.cli.session import Session
from tenfold.policy.exposure import Reached

ROOT = Path(__file__).parent.parent
KEYS = ("testing", "testing", None)


@contextmanager
def server(folder: Path, port: int) -> Iterator[str]:
    process = subprocess.Popen([sys.executable, folder / "moto_count_server.py", str(port)], stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{url}/_count").read()
                break
            except OSError:
                time.sleep(0.25)
        yield url
    finally:
        process.kill()


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "bench"
    n = int(sys.argv[2]) if len(sys.argv) > 2 else 50
    if not (folder / "seed_moto.py").exists():
        print(f"bucket_kinds: skipped, no seed_moto.py in {folder}")
        return 0
    with server(folder, 20000 + os.getpid() % 20000) as url, tempfile.TemporaryDirectory() as state:
        truth_file = Path(state) / "truth.json"
        subprocess.run(
            [sys.executable, folder / "seed_moto.py", "--endpoint", url, "--n", str(n), "--truth", truth_file],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        urllib.request.urlopen(f"{url}/_count", b"").read()
        session = Session(Config(aws=AwsSettings(region="us-east-1", endpoint_url=url)), Path(state), KEYS)
        cpu, wall = time.process_time(), time.perf_counter()
        scanned(session)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        count = json.load(urllib.request.urlopen(f"{url}/_count"))
        with session.store() as store:
            snapshot = store.latest_snapshot()
        truth = json.loads(truth_file.read_text())
    assert snapshot
    tally: Counter[tuple[str, str]] = Counter()
    for found in exposures(snapshot):
        known = truth.get(found.bucket.name)
        if known is None:
            continue
        answers = (("reachable", worst(found.exposure).reached), ("aws_public", _reached(found.exposure.aws_public)))
        for what, got in answers:
            tally[what, verdict(got, known[what])] += 1
            if verdict(got, known[what]) != "right":
                print(f"  {known['kind']}: {what} {got}, truth {known[what]}: {worst(found.exposure).reason}")
    for what in ("reachable", "aws_public"):
        print(f"{what}: " + ", ".join(f"{v} {tally[what, v]}" for v in ("right", "undecided", "wrong", "disputed")))
    buckets = len(truth)
    print(
        f"{count['total']} requests for {buckets} buckets; {cpu:.1f} s CPU, {wall:.1f} s wall, "
        f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB peak"
    )
    for operation, number in count["ops"].items():
        print(f"  {operation:45} {number:6} {number / buckets:8.2f} a bucket")
    return int(bool(tally["reachable", "wrong"] or tally["aws_public", "wrong"]))


def _reached(public: bool | None) -> Reached:
    return {True: Reached.YES, False: Reached.NO, None: Reached.UNDECIDED}[public]


def verdict(got: Reached, expected: bool | None) -> str:
    if expected is None:
        return "disputed"
    if got is Reached.UNDECIDED:
        return "undecided"
    return "right" if (got is Reached.YES) == expected else "wrong"


if __name__ == "__main__":
    sys.exit(main())
