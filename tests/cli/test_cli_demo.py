"""The demo, as a stranger sees it: the real program, from sandbox to the last hint."""

import re
from pathlib import Path

from tests.cli.program import Program

from tenfold.model.risk import Risk


def test_demo(tmp_path: Path) -> None:
    ended = Program(tmp_path, keys=None).run("demo", "--seed", "21")
    assert ended.code == 0, ended.err
    for risk in Risk:
        assert risk.title in ended.out
    assert "not assessed yet" in ended.out
    assert "anyone on the internet: YES" in ended.out
    assert "put_bucket_policy" in ended.out
    opened = re.search(r"Open another bucket, (\S+),", ended.out)
    assert opened
    changed = ended.out.partition("Scan again")[2]
    assert "1 appeared" in changed
    assert opened[1] in changed
    assert "doctor --policy" in changed
    assert not list(tmp_path.glob("state/*")), "the demo keeps no state"
    assert ended.err == ""
