"""What is counted, and what is made once."""

import threading
import time

import pytest
from tests.clock import START

from tenfold.aws.client import Memo
from tenfold.aws.ledger import Ledger
from tenfold.model.errors import GapError
from tenfold.model.gap import Gap, GapKind


def test_calls_are_counted_by_operation_with_errors_and_seconds() -> None:
    seen: list[tuple[str, str]] = []
    ledger = Ledger(lambda call, error: seen.append((call, error)))
    ledger.add("s3:ListBuckets", "", 0.5, 2.0)
    ledger.add("s3:GetBucketPolicy", "NoSuchBucketPolicy", 0.25, 1.0)
    ledger.add("s3:GetBucketPolicy", "", 0.25, 1.0)
    policy, buckets = ledger.calls()
    assert (policy.service, policy.operation, policy.count, policy.errors) == ("s3", "GetBucketPolicy", 2, 1)
    assert (policy.cpu, policy.wall) == (0.5, 2.0)
    assert (buckets.operation, buckets.count, buckets.errors) == ("ListBuckets", 1, 0)
    assert seen[1] == ("s3:GetBucketPolicy", "NoSuchBucketPolicy")


def test_no_call_is_lost_between_threads() -> None:
    ledger = Ledger()

    def call() -> None:
        for _ in range(500):
            ledger.add("s3:X", "", 0, 0)

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ledger.calls()[0].count == 4000


def test_a_value_is_made_once_while_other_threads_wait_for_it() -> None:
    memo, made, got = Memo(), [], []

    def make() -> int:
        time.sleep(0.05)
        made.append(1)
        return 42

    threads = [threading.Thread(target=lambda: got.append(memo.get("answer", make))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (made, got) == ([1], [42] * 8)


def test_a_failure_is_kept_and_raised_each_time() -> None:
    memo, tries = Memo(), []

    def fail() -> int:
        tries.append(1)
        raise GapError(Gap(GapKind.DENIED, "not allowed", START))

    for _ in range(3):
        with pytest.raises(GapError, match="not allowed"):
            memo.get("report", fail)
    assert len(tries) == 1
    assert memo.get("other", lambda: 1) == 1
