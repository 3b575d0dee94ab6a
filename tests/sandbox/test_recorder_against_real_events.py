"""The recorder's records have the form of real ones.

For each write event seen at least three times in the real data (more than the 40 most frequent), a call of our own with
similar options is made, and the key paths of its record are compared with those of the real sample that fits best. One
sample, not the union of all: samples differ by the options their callers used, so a union would ask for paths that never
come together. The comparison is strict: equal paths over all paths of either side, and only leaves count, since whole
branches would hide what is missing in them.

What differs lies in recorder_differences.json, which may only shrink: a new difference fails, and so does one that is
listed and no longer there. `TENFOLD_REWRITE=1` writes the file anew.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sandbox import aws, real_events
from tests.sandbox.real_events import Event, Paths
from tests.sandbox.replays import INTERNAL, REPLAYS, Play

from tenfold.sandbox.server import Sandbox

pytestmark = pytest.mark.skipif(not real_events.present(), reason=real_events.MISSING)

DIFFERENCES = Path(__file__).with_name("recorder_differences.json")
SEEN_AT_LEAST = 3
WANTED_SHARE = 0.90

Comparison = tuple[Paths, Paths]  # our paths, those of the real sample


def frequent() -> list[Event]:
    counts = {event: len(samples) for event, samples in real_events.writes().items()}
    often = [event for event, count in counts.items() if count >= SEEN_AT_LEAST and event not in INTERNAL]
    return sorted(often, key=lambda event: (-counts[event], event))


@pytest.fixture(scope="module")
def comparisons() -> Iterator[dict[Event, Comparison]]:
    with Sandbox(delivery_seconds=3600) as sandbox:
        iam = aws.client(sandbox, "iam")
        iam.create_user(UserName="tester")
        play = Play(sandbox, iam.create_access_key(UserName="tester")["AccessKey"])
        yield {event: compare(play, event) for event in frequent()}


def compare(play: Play, event: Event) -> Comparison:
    REPLAYS[event](play)
    record = aws.last_record(play.sandbox, event[1])
    assert real_events.event_of(record) == event
    ours = real_events.paths(record)
    return ours, max(real_events.writes()[event], key=lambda real: (share(ours, real), sorted(real)))


def share(ours: Paths, real: Paths) -> float:
    return len(ours & real) / len(ours | real)


def test_the_forty_most_frequent_are_among_them() -> None:
    assert len(frequent()) >= 40
    assert set(frequent()) <= set(REPLAYS)


def test_nine_of_ten_paths_are_equal(comparisons: dict[Event, Comparison]) -> None:
    equal = sum(len(ours & real) for ours, real in comparisons.values())
    either = sum(len(ours | real) for ours, real in comparisons.values())
    print(f"\n{equal} of {either} key paths of {len(comparisons)} events are equal: {equal / either:.1%}")  # noqa: T201 - the figure is the point of the test
    assert equal / either >= WANTED_SHARE


def test_differences_only_shrink(comparisons: dict[Event, Comparison]) -> None:
    found = {
        ":".join(event): {"ours alone": sorted(ours - real), "real alone": sorted(real - ours)}
        for event, (ours, real) in sorted(comparisons.items())
        if ours != real
    }
    if os.environ.get("TENFOLD_REWRITE"):
        DIFFERENCES.write_text(json.dumps(found, indent=2) + "\n")
    assert found == json.loads(DIFFERENCES.read_text())
