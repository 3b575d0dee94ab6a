"""A real process is killed, at random moments and amid sendings: nothing is lost, nothing turned round."""

import json
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

from tests.alerts.sender import INCIDENTS
from tests.clock import ManualClock
from tests.sinks.listener import CUT, listening

from tenfold.alerts.incidents import Incidents
from tenfold.alerts.outbox import Outbox
from tenfold.model.alert import IncidentStatus
from tenfold.store.outbox import MessageState
from tenfold.store.store import Store

RANDOM_KILLS = 4
ROOT = Path(__file__).parents[2]


def started(state: Path, url: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.alerts.sender", str(state), url, "4"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    return process


def test_kill_9_loses_no_message(tmp_path: Path) -> None:
    state, dice = tmp_path / "state.sqlite", random.Random(7)
    script = [200] * 24 + [503] * 8 + [CUT] * 5
    dice.shuffle(script)
    ends: list[int] = []
    with listening(*script) as listener:
        while 0 not in ends:
            process = started(state, listener.url)
            listener.cut = process.kill
            if len(ends) < RANDOM_KILLS:
                time.sleep(dice.uniform(0, 0.6))
                process.kill()
            process.communicate(timeout=60)
            ends.append(process.returncode)
    assert ends.count(-signal.SIGKILL) >= RANDOM_KILLS + script.count(CUT) // 2
    with Store.open(state, ManualClock()) as store:
        counts = Outbox(store, ManualClock(), {}).mail().counts
        cases = Incidents(store, ManualClock()).all((IncidentStatus.CLOSED,))
    first: dict[str, list[str]] = defaultdict(list)
    seen: set[str] = set()
    for post in listener.posts:
        body = json.loads(post.body)
        if body["delivery"] not in seen:
            seen.add(body["delivery"])
            first[body["incident"]["key"]].append(body["change"])
    assert counts == {("ops", MessageState.DELIVERED): len(seen)}
    assert [len(case.incident.members) for case in cases] == [4] * INCIDENTS
    assert len(first) == INCIDENTS
    for changes in first.values():
        assert changes[0] == "opened"
        assert changes[-1] == "closed"
        assert set(changes[1:-1]) <= {"updated"}
