"""How runs end: answers, errors, limits; and which machines refuse."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.confinement.methods import confined, each_method

from tenfold.confinement import fences
from tenfold.confinement import run as running
from tenfold.confinement.errors import ChildError, ConfinementError, Limit, StoppedError
from tenfold.confinement.fences import Method
from tenfold.confinement.limits import MIB, Limits
from tenfold.confinement.run import run
from tenfold.model.errors import ConfigError


def entry(name: str) -> str:
    return f"tests.confinement.escapes:{name}"


@each_method
@pytest.mark.parametrize("job", [b"", b"a", bytes(range(256)) * 2**16], ids=["empty", "small", "16 MiB"])
def test_answers_what_the_function_writes(method: Method, job: bytes) -> None:
    assert run(entry("echo"), job, method=method) == job


@each_method
def test_tells_the_error_of_the_function(method: Method) -> None:
    with pytest.raises(ChildError, match="nothing of that name") as told:
        run(entry("fail"), b"", method=method)
    assert told.value.kind == "LookupError"


@each_method
def test_tells_the_error_through_any_amount_of_noise(method: Method) -> None:
    with pytest.raises(ChildError, match="after much noise"):
        run(entry("shouting"), b"", method=method)


@each_method
def test_tells_a_crash(method: Method) -> None:
    with pytest.raises(ChildError, match="SIGSEGV") as told:
        run(entry("crash"), b"", method=method)
    assert told.value.kind == "SIGSEGV"


@each_method
@pytest.mark.parametrize("name", ["endless", "silent"])
def test_stops_at_the_time_limit(method: Method, name: str) -> None:
    begun = time.monotonic()
    with pytest.raises(StoppedError, match=r"stopped after 1 s") as stopped:
        run(entry(name), b"asleep", method=method, limits=Limits(seconds=1))
    assert stopped.value.limit is Limit.TIME
    assert time.monotonic() - begun < 20


@each_method
def test_stops_at_the_cpu_limit(method: Method) -> None:
    with pytest.raises(StoppedError) as stopped:
        run(entry("endless"), b"", method=method, limits=Limits(cpu_seconds=1))
    assert stopped.value.limit is Limit.CPU


@each_method
def test_stops_at_the_memory_limit(method: Method) -> None:
    with pytest.raises(StoppedError, match="256 MiB") as stopped:
        run(entry("greedy"), b"", method=method, limits=Limits(memory=256 * MIB))
    assert stopped.value.limit is Limit.MEMORY


@each_method
def test_stops_at_the_size_of_the_answer(method: Method) -> None:
    with pytest.raises(StoppedError, match="larger than 2 MiB") as stopped:
        run(entry("talkative"), b"", method=method, limits=Limits(answer=2 * MIB))
    assert stopped.value.limit is Limit.ANSWER


@each_method
def test_dies_with_us(method: Method) -> None:
    mark = 10**9 + os.getpid()  # stands in the command lines of the child and of nobody else but those who start it
    code = (
        "import sys; from tenfold.confinement.run import run, Limits, Method; "
        f"run('{entry('endless')}', b'asleep', limits=Limits(answer=int(sys.argv[1])), method=Method[sys.argv[2]])"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(mark), method.name]) as parent:
        # Seccomp is the last of the walls: behind it the child does its job.
        wait_until(lambda: any("Seccomp:\t2" in status for status in statuses(mark)))
        parent.kill()
    wait_until(lambda: not statuses(mark))


def statuses(mark: int) -> list[str]:
    """What the kernel says of each process with the mark in its command line."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if str(mark).encode() in (process / "cmdline").read_bytes():
                found.append((process / "status").read_text())
    return found


def wait_until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_package_that_is_not_there_is_named() -> None:
    with pytest.raises(ConfigError, match="no_such_package"):
        list(fences.folders(["no_such_package"]))


def test_refuses_where_no_method_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    running.method.cache_clear()
    running.shortcoming.cache_clear()
    try:
        with pytest.raises(ConfinementError, match="bubblewrap and seccomp: darwin does not have it; Landlock"):
            run(entry("echo"), b"")
    finally:
        running.method.cache_clear()
        running.shortcoming.cache_clear()


def test_does_not_count_a_method_that_leaves_a_hole(monkeypatch: pytest.MonkeyPatch) -> None:
    """bubblewrap that is there but confines nothing is found out."""
    monkeypatch.setattr(fences, "missing", lambda _method: "")
    monkeypatch.setattr(fences, "wrapped", lambda program, _readable: list(program))
    running.shortcoming.cache_clear()
    try:
        assert "read file" in running.shortcoming(Method.BUBBLEWRAP)
    finally:
        running.shortcoming.cache_clear()


@confined
def test_says_which_method_is_used() -> None:
    assert running.method() is next(method for method in Method if not running.shortcoming(method))
