"""The other side: what a child does to itself before it does its job."""

import mmap
import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

import msgspec

from tenfold.confinement import kernel, landlock, seccomp
from tenfold.confinement.limits import Limits, bind
from tenfold.confinement.syscalls import machine
from tenfold.model.errors import contain

_MACHINE = (Path("/proc/self/cgroup"), Path("/sys/fs/cgroup"), Path("/sys/devices/system/cpu"))
"""What tells how large the machine is. DuckDB asks, and dies when such a file is there but cannot be opened."""

_TEXT = 4096
"""Characters of an error that are told."""


class Order(msgspec.Struct, frozen=True):
    """What a child is told to do: an `entry` (`package.module:function`), within limits.

    `readable` are the paths that Landlock leaves; None where something else fences files already.
    """

    entry: str
    limits: Limits
    readable: tuple[str, ...] | None = None


class Failure(msgspec.Struct, frozen=True):
    """How it went wrong: the class of the error, and its text. The last line of the child's stderr."""

    kind: str
    text: str


def main() -> None:
    """Obey the order in the last argument, and leave without the interpreter's farewells.

    The job is the whole of standard input, a file; the answer goes to standard output.
    """
    order = msgspec.json.decode(sys.argv[-1], type=Order)
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)  # whatever prints must not print into the answer
        failure = contain(lambda: _obey(order, out), _failure)
        out.flush()
    if failure is not None:
        sys.stderr.write(f"\n{msgspec.json.encode(failure).decode()}\n")
    sys.stderr.flush()
    os._exit(0 if failure is None else 1)


def _obey(order: Order, out: BinaryIO) -> None:
    _confine(order)
    module, name = order.entry.split(":")
    getattr(import_module(module), name)(_job(), out)


def _confine(order: Order) -> None:
    """Comes before anything starts a thread: each wall holds for the calling thread and those it starts."""
    here = machine()
    if here is None:
        raise OSError("the system calls of this processor are not known")
    kernel.die_with_parent(signal.SIGKILL)
    bind(order.limits)
    kernel.gain_no_privileges()
    if order.readable is not None:
        landlock.restrict((*_MACHINE, *map(Path, order.readable)))
    kernel.drop_capabilities(here.numbers["capset"])
    seccomp.load(here)


def _job() -> memoryview:
    return memoryview(mmap.mmap(0, 0, access=mmap.ACCESS_READ) if os.fstat(0).st_size else b"")


def _failure(error: Exception) -> Failure:
    return Failure(type(error).__name__, str(error)[:_TEXT])
