"""Digests that come late, and backfill digests for what an hour's digest has overlooked."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from moto.cloudtrail.models import Trail, cloudtrail_backends
from tests.sandbox.digest_reading import (
    ACCOUNT,
    BUCKET,
    HOUR,
    START,
    Digest,
    digests,
    follows,
    starts,
    still_sandbox,
    trail,
    verify,
)

from tenfold.sandbox.server import Sandbox
from tenfold.sandbox.trails.digests import Digests
from tenfold.sandbox.trails.files import LogFile
from tenfold.sandbox.trails.keys import KeyRing
from tenfold.sandbox.trails.status import Statuses

KEYS = KeyRing(0, START)


@contextmanager
def a_trail() -> Iterator[tuple[Sandbox, Trail]]:
    """A trail in a sandbox whose own digests do not come, for its time stands still."""
    with still_sandbox() as sandbox:
        trail(sandbox)
        yield sandbox, cloudtrail_backends[ACCOUNT]["us-east-1"].trails["main"]


def test_late_digests_come_in_order() -> None:
    lateness = {1: timedelta(hours=3)}
    with a_trail() as (sandbox, _):
        late = Digests(
            lambda: START, KEYS, Statuses(), lateness=lambda *of: lateness.get(nth_hour(of[-1]), timedelta(0))
        )
        counts = [len(after(sandbox, late, START + hours * HOUR)) for hours in range(8)]
        chain = digests(sandbox)
    assert counts == [0, 1, 1, 1, 1, 5, 6, 7], "the late one holds up those that follow it"
    assert all(follows(later, earlier) for earlier, later in pairwise(chain))


def test_lateness_can_change_on_the_way() -> None:
    with a_trail() as (sandbox, _):
        late = begun()
        assert len(after(sandbox, late, START + 2 * HOUR)) == 2
        late.lateness = lambda *_: timedelta(hours=5)
        assert len(after(sandbox, late, START + 4 * HOUR)) == 2
        assert len(after(sandbox, late, START + 8 * HOUR)) == 3


def test_backfill_digests_are_a_chain_of_their_own() -> None:
    with a_trail() as (sandbox, owner):
        part = begun(overlooks=lambda file: "lost" in file.key)
        for hours in range(1, 6):
            for name in ("kept", "lost") if hours in {2, 4} else ("kept",):
                part.hear(log_file(owner, f"{name}-{hours}", START + hours * HOUR))
        found = after(sandbox, part, START + 14 * HOUR)
    hourly = [digest for digest in found if not digest.key.endswith("_backfill.json.gz")]
    first, second = (digest for digest in found if digest.key.endswith("_backfill.json.gz"))
    assert names(first) == ["lost-2"]
    assert names(second) == ["lost-4"]
    assert [names(digest) for digest in hourly[:6]] == [[], *([f"kept-{hours}"] for hours in range(1, 6))]
    assert all(follows(later, earlier) for earlier, later in pairwise(hourly))
    assert starts(first)
    assert follows(second, first)
    twin = next(digest for digest in hourly if names(digest) == ["kept-2"])
    assert first.key == twin.key.replace(".json.gz", "_backfill.json.gz")
    assert (first["digestStartTime"], first["digestEndTime"]) == (twin["digestStartTime"], twin["digestEndTime"])
    made = datetime.fromisoformat(first["digestEndTime"]) + timedelta(hours=6)
    assert first.metadata["backfill-generation-timestamp"] == f"{made:%Y-%m-%dT%H:%M:%SZ}"
    key = KEYS.at("us-east-1", made)
    verify(first, {key.fingerprint: key.public})


def test_a_file_of_the_moment_in_which_an_hour_ends_is_in_the_next() -> None:
    with a_trail() as (sandbox, owner):
        part = begun()
        (first,) = after(sandbox, part, START + HOUR)
        end = datetime.fromisoformat(first["digestEndTime"])
        part.hear(log_file(owner, "first", end))
        part.hear(log_file(owner, "last", end + HOUR - timedelta(seconds=1)))
        part.hear(log_file(owner, "next", end + HOUR))
        found = after(sandbox, part, end + 3 * HOUR)
    assert [names(digest) for digest in found] == [[], ["first", "last"], ["next"]]
    assert (found[1]["oldestEventTime"], found[1]["newestEventTime"]) == (
        "2026-03-01T12:54:36Z",
        "2026-03-01T13:54:35Z",
    )


def test_status_tells_of_the_last_digest_and_of_what_is_in_the_way() -> None:
    with a_trail() as (sandbox, owner):
        statuses = Statuses()
        part = begun(statuses)
        after(sandbox, part, START + 2 * HOUR)
        assert (statuses.of(owner).digest.at, statuses.of(owner).digest.error) == (START + 2 * HOUR, "")
        part.obstacle = lambda _: "AccessDenied"
        assert len(after(sandbox, part, START + 3 * HOUR)) == 2
        assert (statuses.of(owner).digest.at, statuses.of(owner).digest.error) == (START + 2 * HOUR, "AccessDenied")


def begun(statuses: Statuses | None = None, **settings: Any) -> Digests:
    """Digests of which the trail's chain has begun."""
    part = Digests(lambda: START, KEYS, statuses or Statuses(), **settings)
    part.tick(START)
    return part


def after(sandbox: Sandbox, part: Digests, at: datetime) -> list[Digest]:
    """The digests that lie in the bucket at a moment."""
    part.tick(at)
    return digests(sandbox)


def nth_hour(end: datetime) -> int:
    return int((end - START) / HOUR)


def log_file(owner: Trail, name: str, at: datetime) -> LogFile:
    return LogFile(owner, ACCOUNT, "us-east-1", BUCKET, name, "0" * 64, at, at, at)


def names(digest: Digest) -> list[str]:
    return [log["s3Object"] for log in digest["logFiles"]]
