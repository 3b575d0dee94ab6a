"""Recall and precision of the checks over planted companies; limit: both 100 %, with calls denied at random too.

Usage: company_accuracy.py [FIRST_SEED [COUNT [ACCOUNTS]]]     seeds FIRST_SEED, FIRST_SEED+1, ...

Each company is scanned twice: as it is, and with 10 % of the read calls denied. In the second scan an answer is
right when it equals the truth or is unknown.
"""

import json
import sys
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.scan.planted import as_text, pairs, planted_pairs, scanned, score

from tenfold.model.clock import SystemClock
from tenfold.model.finding import Status
from tenfold.sandbox.company.plant import plant
from tenfold.sandbox.company.truth import Truth
from tenfold.sandbox.server import Sandbox

DENIED = 0.1


def main() -> int:
    defaults = ((1, 1), (2, 3), (3, 4))
    first, count, accounts = (int(sys.argv[i]) if len(sys.argv) > i else default for i, default in defaults)
    right = missed = wrong = false = contradicted = unknown = 0
    for seed in range(first, first + count):
        start = time.monotonic()
        with Sandbox(seed=seed) as sandbox:
            truth = plant(sandbox.endpoint, seed, SystemClock().now(), accounts)
            found = score(scanned(sandbox.endpoint, truth), truth)
            deny(sandbox, DENIED, seed)
            lies, gaps = dimmed(sandbox, truth)
        right, missed, wrong = right + len(found.right), missed + len(found.missed), wrong + len(found.wrong)
        contradicted, unknown, false = contradicted + len(lies), unknown + gaps, false + len(found.wrong)
        print(
            f"seed {seed}: {len(found.right)} right, {len(found.missed)} missed, {len(found.wrong)} wrong; "
            f"{DENIED:.0%} denied: {len(lies)} contradicted, {gaps} unknown ({time.monotonic() - start:.0f} s)"
        )
        if found.missed or found.wrong:
            print(as_text(found, truth))
        for lie in sorted(lies):
            print("  contradicted", *lie)
    recall, precision = right / (right + missed or 1), right / (right + wrong or 1)
    print(
        f"{count} companies: recall {recall:.1%}, precision {precision:.1%} over {right + missed} planted findings; "
        f"with {DENIED:.0%} of calls denied {contradicted} answers contradict the truth, {unknown} are unknown"
    )
    return int(bool(missed or wrong or contradicted))


def dimmed(sandbox: Sandbox, truth: Truth) -> tuple[set[tuple[str, str]], int]:
    """What a scan with denied calls says against the truth, and how many answers it leaves unknown."""
    report = scanned(sandbox.endpoint, truth)
    planted, found = planted_pairs(truth), pairs(report.findings, Status.OPEN)
    unknown = pairs(report.findings, Status.UNKNOWN)
    unlisted = {(f.check, f.scope.account) for f in report.findings if f.gap and "list of" in f.key}
    skipped = {account.id for account in truth.accounts} - set(report.run.accounts)
    if skipped and not any(u.what == "list of account" for u in report.unread):
        return {("accounts", account) for account in skipped}, len(unknown)
    blind = unlisted | {(check, account) for check, _ in planted for account in skipped}
    missed = {
        pair for pair in planted - found - unknown if not any((pair[0], a) in blind for a in owners(pair[1], truth))
    }
    return missed | (found - planted), len(unknown)


def deny(sandbox: Sandbox, share: float, seed: int) -> None:
    body = json.dumps({"share": share, "seed": seed}).encode()
    urllib.request.urlopen(f"{sandbox.endpoint}/_sandbox/deny", body).read()


def owners(arn: str, truth: Truth) -> list[str]:
    """The account of an ARN; any of the company's where the ARN does not say, as a bucket's."""
    return [arn.split(":")[4]] if arn.split(":")[4] else [account.id for account in truth.accounts]


if __name__ == "__main__":
    sys.exit(main())
