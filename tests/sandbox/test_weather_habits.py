"""Each habit of AWS by itself: met when it is on, and not when it is off."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.sandbox import aws
from tests.sandbox.weather_signs import SIGNS, code

from tenfold.model.errors import ConfigError
from tenfold.sandbox.clock import SandboxClock
from tenfold.sandbox.server import Sandbox
from tenfold.sandbox.trails.files import LogFile
from tenfold.sandbox.weather.weather import Weather, habits, parse

SEED = 6
WITHOUT_A_SIGN = {"backfilled-digests"}  # too rare to wait for


def sandbox_with(*names: str) -> Sandbox:
    return Sandbox(delivery_seconds=3600, seed=SEED, clock=SandboxClock(), weather=Weather(SEED, names))


@pytest.mark.parametrize("name", sorted(SIGNS))
def test_habit_is_met_when_it_is_on(name: str) -> None:
    with sandbox_with(name) as sandbox:
        assert SIGNS[name](sandbox)


@pytest.mark.parametrize("name", sorted(SIGNS))
def test_habit_is_not_met_when_it_is_off(name: str) -> None:
    with sandbox_with() as sandbox:
        assert not SIGNS[name](sandbox)


def test_every_habit_has_a_sign_and_a_description() -> None:
    assert set(SIGNS) | WITHOUT_A_SIGN == set(habits())
    for name, line in habits().items():
        assert line.endswith("."), name


def test_one_log_file_in_two_hundred_is_left_to_a_backfill_digest() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    files = [_file(f"{number:064x}", at) for number in range(2000)]
    assert 2 <= sum(Weather(1, ["backfilled-digests"]).overlooks(file) for file in files) <= 25
    assert not any(Weather(1).overlooks(file) for file in files)


def test_names_are_read_with_commas_or_all_at_once() -> None:
    assert set(parse("aws").names) == set(habits())
    assert parse(" LAG, late-files ,", 4).names == ("lag", "late-files")
    assert parse("lag", 4).seed == 4
    assert parse("").names == ()


def test_unknown_name_is_an_error_that_lists_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"unknown weather fog: one of aws, .*lag") as caught:
        parse("lag,fog")
    assert caught.value.next


def test_weather_changes_while_it_runs() -> None:
    with sandbox_with() as sandbox:
        assert aws.control(sandbox, "weather", method="GET") == {"habits": [], "seed": SEED}
        changed = aws.control(sandbox, "weather", {"habits": ["closed-regions"]})
        assert changed == {"habits": ["closed-regions"], "seed": SEED}
        assert SIGNS["closed-regions"](sandbox)
        status, answer = aws.control(sandbox, "weather", {"habits": ["fog"]})
        assert status == 400
        assert "unknown weather fog" in answer["error"]
        assert aws.control(sandbox, "weather", method="GET") == changed
        aws.control(sandbox, "weather", {"habits": []})
        assert not SIGNS["closed-regions"](sandbox)


def test_same_seed_gives_the_same_weather_and_another_seed_another() -> None:
    met = [_throttled(seed) for seed in (5, 5, 6)]
    assert met[0] == met[1] != met[2]
    assert 1 <= sum(map(bool, met[0])) <= 20


def _throttled(seed: int) -> list[str]:
    """Which of the same calls are refused, and what comes of trying again."""
    with Sandbox(delivery_seconds=3600, weather=Weather(seed, ["throttling", "s3-errors"])) as sandbox:
        iam, s3 = aws.client(sandbox, "iam"), aws.client(sandbox, "s3")
        found = [code(iam.list_user_policies, UserName=f"u{number}") for number in range(40) for _ in range(2)]
        found += [code(s3.get_bucket_acl, Bucket=f"b-{number}") for number in range(40) for _ in range(2)]
    return [code if code in {"Throttling", "InternalError", "ServiceUnavailable", "SlowDown"} else "" for code in found]


def _file(digest: str, at: datetime) -> LogFile:
    trail: Any = type("Trail", (), {"arn": "t"})()
    return LogFile(trail, "1", "r", "b", "k", digest, at, at, at)
