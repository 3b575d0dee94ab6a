"""The throttle, against a clock that only moves when it is waited for."""

import threading

import pytest
from tests.clock import ManualClock
from tests.wire import ACCOUNT, REGION, Reply, Wire, client, connect, query_error, query_result

from tenfold.aws.pace import SLOWEST, Pace, Paces, Turn
from tenfold.model.errors import GapError
from tenfold.model.gap import GapKind

PATIENCE = 60.0
SUMMARY = Reply("Action=GetAccountSummary", body=query_result("GetAccountSummary", "<SummaryMap/>"))


def turn_of(pace: Pace) -> Turn:
    turn = pace.take(0)
    assert turn is not None
    return turn


def throttle(pace: Pace) -> None:
    """AWS throttles a call that went out at the pace as it is."""
    pace.slow(pace.take(0) or Turn(0, 10**6))


def test_calls_of_a_known_quota_are_spaced_after_a_burst_of_one_second() -> None:
    clock = ManualClock()
    pace = Pace(clock, 2.0, PATIENCE)
    start = clock.now()
    for _ in range(20):
        pace.take(0)
    assert (clock.now() - start).total_seconds() == pytest.approx((20 - 2) / 2)


def test_a_service_without_a_known_quota_is_free() -> None:
    clock = ManualClock()
    pace = Pace(clock, None, PATIENCE)
    for _ in range(1000):
        pace.take(0)
    assert clock.waits == []


def test_throttling_halves_the_pace_and_success_brings_it_back_to_the_cap() -> None:
    pace = Pace(ManualClock(), 8.0, PATIENCE)
    throttle(pace)
    throttle(pace)
    assert pace.rate == 2.0
    for _ in range(28):
        pace.recover()
    assert 7.0 < (pace.rate or 0) < 8.0
    for _ in range(5):
        pace.recover()
    assert pace.rate == 8.0


def test_a_service_without_a_known_quota_becomes_free_again() -> None:
    pace = Pace(ManualClock(), None, PATIENCE)
    throttle(pace)
    assert pace.rate == 5.0
    for _ in range(100):
        pace.recover()
    assert pace.rate is None


def test_the_pace_never_stops() -> None:
    pace = Pace(ManualClock(), 1.0, PATIENCE)
    for _ in range(20):
        throttle(pace)
    assert pace.rate == SLOWEST


def test_a_share_below_the_slowest_pace_is_kept_when_aws_throttles() -> None:
    pace = Pace(ManualClock(), 0.1, PATIENCE)
    throttle(pace)
    assert pace.rate == 0.1


def test_a_burst_of_throttling_halves_the_pace_once() -> None:
    clock = ManualClock()
    pace = Pace(clock, None, PATIENCE)
    burst = [turn_of(pace) for _ in range(16)]
    for turn in burst:
        pace.slow(turn)
    assert pace.rate == 5.0
    start = clock.now()
    again = [turn_of(pace) for _ in range(16)]
    assert (clock.now() - start).total_seconds() < 4
    for turn in again:
        pace.slow(turn)
    assert pace.rate == 2.5


def test_nobody_waits_for_a_turn_that_comes_after_patience_ends() -> None:
    clock = ManualClock()
    pace = Pace(clock, None, 3.0)
    throttle(pace)
    throttle(pace)
    before = clock.now()
    assert pace.take(waited=2.9) is None
    assert clock.now() == before
    assert turn_of(pace).waited == pytest.approx(0.4, abs=1e-3)


def test_our_own_share_of_a_quota_costs_no_patience() -> None:
    pace = Pace(ManualClock(), 1.0, 0.5)
    assert [turn_of(pace).waited for _ in range(3)] == pytest.approx([0.0, 1.0, 1.0])


def test_once_everything_was_throttled_for_the_whole_patience_only_free_slots_try() -> None:
    clock = ManualClock()
    pace = Pace(clock, None, 15.0)
    for _ in range(9):
        throttle(pace)
    assert pace.take(0) is None
    clock.wait(10)
    last = turn_of(pace)
    assert last.waited == 0
    pace.recover()
    assert turn_of(pace).waited > 0


def test_a_fifth_of_a_quota_is_taken_for_each_account_region_and_service() -> None:
    paces = Paces(ManualClock(), 0.2, PATIENCE, {"ec2": 20, "cloudtrail": 10, "cloudtrail:LookupEvents": 2})
    assert paces.of("a", "r", "ec2:DescribeRegions").rate == 4.0
    assert paces.of("a", "r", "ec2:DescribeRegions") is paces.of("a", "r", "ec2:DescribeVpcs")
    assert paces.of("a", "r", "ec2:DescribeRegions") is not paces.of("b", "r", "ec2:DescribeRegions")
    assert paces.of("a", "r", "ec2:DescribeRegions") is not paces.of("a", "s", "ec2:DescribeRegions")
    assert paces.of("a", "r", "cloudtrail:LookupEvents").rate == 0.4
    assert paces.of("a", "r", "cloudtrail:DescribeTrails").rate == 2.0
    assert paces.of("a", "r", "s3:ListBuckets").rate is None


def test_threads_that_share_a_pace_keep_it_together() -> None:
    clock = ManualClock()
    pace = Pace(clock, 10.0, PATIENCE)
    start = clock.now()

    def call() -> None:
        for _ in range(25):
            pace.take(0)

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
    assert clock.waits == pytest.approx([0.2, 0.4, 0.8], abs=1e-3)
    row = next(row for row in connection.ledger.calls() if row.operation == "GetAccountSummary")
    assert (row.count, row.errors) == (4, 3)


def test_patience_ends_and_the_gap_says_throttled_out() -> None:
    clock = ManualClock()
    with Wire([query_error("Action=GetAccountSummary", 400, "Throttling", "Rate exceeded")]) as wire:
        aws = client(connect(wire.url, clock, patience=5.0))
        with pytest.raises(GapError, match="Rate exceeded") as caught:
            aws.call("iam:GetAccountSummary")
    assert caught.value.gap.kind is GapKind.THROTTLED
    assert 2.5 < sum(clock.waits) <= 5.0


def test_an_endpoint_that_throttles_for_ever_costs_patience_once_and_not_for_each_call() -> None:
    clock = ManualClock()
    with Wire([query_error("Action=GetAccountSummary", 429, "Whatever")]) as wire:
        aws = client(connect(wire.url, clock))
        for _ in range(50):
            with pytest.raises(GapError) as caught:
                aws.call("iam:GetAccountSummary")
            assert caught.value.gap.kind is GapKind.THROTTLED
    assert sum(clock.waits) < 3 * PATIENCE


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
