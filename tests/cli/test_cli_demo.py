"""The demo, as a stranger sees it: the real program, from sandbox to the last hint."""

import re
from pathlib import Path

from tests.cli.program import Program

from tenfold.model.risk import Risk

LATENCY = r"(\d+\.\d) s after the call: (\d+\.\d) s until S3's notice came .AWS's part., (\d+\.\d) s from there .ours."


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
    changed, _, played = ended.out.partition("Scan again")[2].partition("An intruder's minute")
    assert "1 appeared" in changed
    assert opened[1] in changed
    told = re.findall(LATENCY, played)
    assert len(told) == 3, played
    for opened_by in ("was stopped", "is public", "an access key was made for user"):
        assert opened_by in played
    assert all(abs(float(whole) - float(aws) - float(ours)) < 0.2 for whole, aws, ours in told)
    assert played.count("actors: AssumedRole arn:aws:sts:") >= 3
    assert "3 of 3 calls became incidents" in played
    assert "0 dead letters" in played
    assert "doctor --policy" in played
    assert not list(tmp_path.glob("state/*")), "the demo keeps no state"
    assert ended.err == ""
