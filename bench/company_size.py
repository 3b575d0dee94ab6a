"""Time to plant a company of 400 accounts; limit: 300 s.

Usage: company_size.py [ACCOUNTS [SEED]]

Sandbox and planting share this process, so the CPU time is that of both.
"""

import resource
import sys
import time

from tenfold.model.clock import SystemClock
from tenfold.sandbox.company.plant import plant
from tenfold.sandbox.server import Sandbox

LIMIT = 300
KIB_A_MIB = 1024


def main() -> int:
    accounts, seed = (int(sys.argv[i]) if len(sys.argv) > i else default for i, default in ((1, 400), (2, 1)))
    with Sandbox(delivery_seconds=3600) as sandbox:
        wall, cpu = time.monotonic(), time.process_time()
        truth = plant(sandbox.endpoint, seed, SystemClock().now(), accounts)
        wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_A_MIB
    wrong = sum(map(len, truth.risks.values()))
    decoys = sum(row.decoy for row in truth.planted)
    print(
        f"{len(truth.accounts)} accounts: {wrong} risks of {len(truth.risks)} kinds, {decoys} decoys; {memory:.0f} MiB"
    )
    print(f"planted in {wall:.0f} s ({cpu:.0f} s of CPU); {wall / LIMIT:.2f} of the limit of {LIMIT} s")
    return int(wall > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
