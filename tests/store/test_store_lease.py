"""One holder a name, shown with real processes."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tenfold.model.errors import StoreError
from tenfold.store.store import Store

HOLD = """
import sys
from tenfold.model.clock import SystemClock
from tenfold.store.store import Store
with Store.open(sys.argv[1], SystemClock()) as store, store.lease("scan"):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextlib.contextmanager
def holder(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lease `scan` until its stdin ends."""
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_second_process_is_told_who_holds_it(store: Store) -> None:
    with holder(store.path) as other:
        with pytest.raises(StoreError) as refused, store.lease("scan"):
            pytest.fail("two holders")
        assert f"process {other.pid} on " in refused.value.what
        assert " since 20" in refused.value.what
        assert "end it" in refused.value.next
        with store.lease("writer"):
            pass


def test_killed_holder_does_not_block_the_next(store: Store) -> None:
    with holder(store.path) as other:
        other.kill()
        other.wait()
        with store.lease("scan"):
            pass


def test_lease_is_given_back_when_the_block_fails(store: Store) -> None:
    with pytest.raises(OSError, match="mine"), store.lease("scan"):
        raise OSError("mine")
    with store.lease("scan"):
        pass


def test_two_blocks_of_one_process_exclude_each_other(store: Store) -> None:
    with store.lease("scan"), pytest.raises(StoreError, match="at work on this state"), store.lease("scan"):
        pytest.fail("two holders")


def test_what_a_holder_before_wrote_is_overwritten(store: Store) -> None:
    lock = store.path.with_name("state.sqlite.scan.lock")
    lock.write_text("x" * 500)
    with (
        store.lease("scan"),
        pytest.raises(StoreError, match=f"process {os.getpid()} on .* since 2026-03-01 12:00:00 UTC"),
        store.lease("scan"),
    ):
        pytest.fail("two holders")


def test_holder_that_has_not_written_yet(store: Store) -> None:
    with store.lease("scan"):
        store.path.with_name("state.sqlite.scan.lock").write_text("")
        with pytest.raises(StoreError, match="another process is at work"), store.lease("scan"):
            pytest.fail("two holders")
