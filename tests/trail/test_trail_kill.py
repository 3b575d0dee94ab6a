"""kill -9 while ingesting, and two at once: nothing lost, nothing doubled."""

import random
from pathlib import Path

from tests.trail.make import FOLDER, document, record
from tests.trail.siege import NOTHING_WRONG, Siege, ids_in


def files(count: int, seed: int) -> dict[str, bytes]:
    """Files of a few events each, of which every sixth stands in another file as well."""
    draw = random.Random(seed)
    made = {}
    for number in range(count):
        numbers = [number * 10 + place for place in range(draw.randrange(1, 8))] + draw.sample(range(count * 10), 1)
        made[f"{FOLDER}/{number}.json"] = document(*map(record, numbers))
    return made


def test_killed_at_eight_random_moments(tmp_path: Path, moto: str) -> None:
    logs = files(60, seed=1)
    siege = Siege(tmp_path, moto, logs, seed=2)
    assert siege.kills(8, longest=1.2) >= 4
    assert siege.verdict({*ids_in(logs)}) == NOTHING_WRONG


def test_two_followers_of_one_queue(tmp_path: Path, moto: str) -> None:
    logs = files(24, seed=3)
    siege = Siege(tmp_path, moto, logs, seed=4)
    with siege.followers() as followers:
        processes = [siege.start(followers), siege.start(followers)]
        for _ in siege.tell(4):
            pass
        siege.finish(processes)
    assert siege.verdict({*ids_in(logs)}) == NOTHING_WRONG
