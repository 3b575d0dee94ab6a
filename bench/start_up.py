"""Wall time of `tenfold --help`, against a limit of 0.3 s; the bare interpreter beside it, for scale."""

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

LIMIT, RUNS = 0.3, 11
TENFOLD = str(Path(sys.executable).with_name("tenfold"))


def wall(*command: str) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> int:
    wall(TENFOLD, "--help")
    pairs = [(wall(TENFOLD, "--help"), wall(sys.executable, "-c", "pass")) for _ in range(RUNS)]
    mine, bare = (median(column) for column in zip(*pairs, strict=True))
    print(f"tenfold --help: {mine:.3f} s (limit {LIMIT} s; python -c pass: {bare:.3f} s)")
    return int(mine > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
