"""The throttle, against a clock that only moves when it is waited for."""

import threading

import pytest
from tests.clock import ManualClock
from tests.wire import ACCOUNT, REGION, Reply, Wire, client, connect, query_error, query_result

from tenfold.aws.pace import SLOWEST, Pace, Paces
from tenfold.model.errors import GapError
from tenfold.model.gap import GapKind

SUMMARY = Reply("Action=GetAccountSummary", body=query_result("GetAccountSummary", "<SummaryMap/>"))


def test_calls_of_a_known_quota_are_spaced_after_a_burst_of_one_second() -> None:
    clock = ManualClock()
    pace = Pace(clock, cap=2.0)
    start = clock.now()
    for _ in range(20):
        pace.take()
    assert (clock.now() - start).total_seconds() == pytest.approx((20 - 2) / 2)


def test_a_service_without_a_known_quota_is_free() -> None:
    clock = ManualClock()
    pace = Pace(clock, cap=None)
    for _ in range(1000):
        pace.take()
    assert clock.waits == []


def test_throttling_halves_the_pace_and_success_brings_it_back_to_the_cap() -> None:
    pace = Pace(ManualClock(), cap=8.0)
    pace.slow()
    pace.slow()
    assert pace.rate == 2.0
    for _ in range(28):
        pace.recover()
    assert 7.0 < (pace.rate or 0) < 8.0
    for _ in range(5):
        pace.recover()
    assert pace.rate == 8.0


def test_a_service_without_a_known_quota_becomes_free_again() -> None:
    pace = Pace(ManualClock(), cap=None)
    pace.slow()
    assert pace.rate == 5.0
    for _ in range(100):
        pace.recover()
    assert pace.rate is None


def test_the_pace_never_stops() -> None:
    pace = Pace(ManualClock(), cap=1.0)
    for _ in range(20):
        longest = pace.slow()
    assert pace.rate == SLOWEST
    assert longest == 1 / SLOWEST


def test_a_fifth_of_a_quota_is_taken_for_each_account_region_and_service() -> None:
    paces = Paces(ManualClock(), 0.2, {"ec2": 20, "cloudtrail": 10, "cloudtrail:LookupEvents": 2})
    assert paces.of("a", "r", "ec2:DescribeRegions").rate == 4.0
    assert paces.of("a", "r", "ec2:DescribeRegions") is paces.of("a", "r", "ec2:DescribeVpcs")
    assert paces.of("a", "r", "ec2:DescribeRegions") is not paces.of("b", "r", "ec2:DescribeRegions")
    assert paces.of("a", "r", "ec2:DescribeRegions") is not paces.of("a", "s", "ec2:DescribeRegions")
    assert paces.of("a", "r", "cloudtrail:LookupEvents").rate == 0.4
    assert paces.of("a", "r", "cloudtrail:DescribeTrails").rate == 2.0
    assert paces.of("a", "r", "s3:ListBuckets").rate is None


def test_threads_that_share_a_pace_keep_it_together() -> None:
    clock = ManualClock()
    pace = Pace(clock, cap=10.0)
    start = clock.now()

    def call() -> None:
        for _ in range(25):
            pace.take()

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (clock.now() - start).total_seconds() >= (100 - 10) / 10 - 0.001


def test_a_throttled_call_waits_longer_each_time_and_then_succeeds() -> None:
    clock = ManualClock()
    throttled = query_error("Action=GetAccountSummary", 400, "Throttling", "Rate exceeded", times=3)
    with Wire([throttled, SUMMARY]) as wire:
        connection = connect(wire.url, clock)
        assert client(connection).call("iam:GetAccountSummary") == {"SummaryMap": {}}
    assert [wait for wait in clock.waits if wait in (0.2, 0.4, 0.8)] == [0.2, 0.4, 0.8]
    row = next(row for row in connection.ledger.calls() if row.operation == "GetAccountSummary")
    assert (row.count, row.errors) == (4, 3)


def test_patience_ends_and_the_gap_says_throttled_out() -> None:
    clock = ManualClock()
    with Wire([query_error("Action=GetAccountSummary", 400, "Throttling", "Rate exceeded")]) as wire:
        aws = client(connect(wire.url, clock, patience=5.0))
        with pytest.raises(GapError, match="Rate exceeded") as caught:
            aws.call("iam:GetAccountSummary")
    assert caught.value.gap.kind is GapKind.THROTTLED
    assert 5.0 <= sum(clock.waits) < 15.0


@pytest.mark.parametrize(("failures", "requests"), [(2, 3), (9, 4)])
def test_a_server_error_is_tried_again_a_few_times(failures: int, requests: int) -> None:
    broken = query_error("Action=GetAccountSummary", 500, "ServiceFailure", "try again", times=failures)
    with Wire([broken, SUMMARY]) as wire:
        aws = client(connect(wire.url))
        if failures < requests:
            aws.call("iam:GetAccountSummary")
        else:
            with pytest.raises(GapError, match="ServiceFailure"):
                aws.call("iam:GetAccountSummary")
        assert len(wire.asked("GetAccountSummary")) == requests


def test_accounts_slow_down_apart() -> None:
    with Wire([query_error("Action=GetAccountSummary", 400, "Throttling", times=1), SUMMARY]) as wire:
        connection = connect(wire.url)
        client(connection, ACCOUNT).call("iam:GetAccountSummary")
        slowed = connection._paces.of(ACCOUNT, REGION, "iam:GetAccountSummary").rate
        assert slowed is not None
        assert connection._paces.of("444455556666", REGION, "iam:GetAccountSummary").rate is None
