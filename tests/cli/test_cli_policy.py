"""`tenfold policy simulate` as a program: streams, order, exit codes."""

import json
import subprocess
import sys
from pathlib import Path

REQUEST = {
    "action": "s3:GetObject",
    "resource": "arn:aws:s3:::z/k",
    "resource_account": "111122223333",
    "principal": None,
}
GOOD = json.dumps({"id": "a", "request": REQUEST})


def simulate(home: Path, text: str) -> tuple[int, list[dict[str, object]], str]:
    ended = subprocess.run(
        [sys.executable, "-m", "tenfold.cli.main", "policy", "simulate"],
        input=text.encode(), capture_output=True, cwd=home, timeout=60, check=False,
    )  # fmt: skip
    return ended.returncode, [json.loads(line) for line in ended.stdout.splitlines()], ended.stderr.decode()


def test_every_line_is_answered_in_order(tmp_path: Path) -> None:
    code, rows, error = simulate(tmp_path, f"{GOOD}\n\n{GOOD.replace('a', 'b', 1)}\n{GOOD}")
    assert (code, error) == (0, "")
    assert [row["id"] for row in rows] == ["a", "b", "a"]
    assert {row["decision"] for row in rows} == {"ImplicitlyDenied"}


def test_a_bad_line_stops_nothing(tmp_path: Path) -> None:
    code, rows, error = simulate(tmp_path, f'{{"id": "x",\n{GOOD}\n')
    assert (code, error) == (3, "")
    assert [row["id"] for row in rows] == ["x", "a"]
    assert "error" in rows[0]
    assert "decision" in rows[1]


def test_a_line_is_answered_before_the_next_is_sent(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tenfold.cli.main", "policy", "simulate"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tmp_path, text=True) as process:
        assert process.stdin
        assert process.stdout
        for _ in range(2):
            process.stdin.write(GOOD + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == "a"
        process.stdin.close()
        assert process.wait(timeout=60) == 0
