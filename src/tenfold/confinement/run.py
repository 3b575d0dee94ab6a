"""Running one function in a child process that has no credentials, no network and no files but those given."""

import contextlib
import fcntl
import json
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import msgspec

from tenfold.confinement import fences
from tenfold.confinement.child import Failure, Order
from tenfold.confinement.errors import ChildError, ConfinementError, Limit, StoppedError
from tenfold.confinement.fences import Method
from tenfold.confinement.limits import MIB, Limits
from tenfold.confinement.syscalls import machine
from tenfold.model.errors import TenfoldError

_CHUNK = 2**16
_SAID = 2**14
"""Bytes of standard error that are kept: the last."""

_SIGNALLED = 128
"""Exit codes above it name the signal that ended the child, when bubblewrap is between it and us."""


@cache
def method() -> Method:
    """How children are confined here: the first method whose child could not break out when it tried.

    Raises:
        ConfinementError: when there is none; says what each lacks.
    """
    lacks = {}
    for candidate in Method:
        lack = shortcoming(candidate)
        if not lack:
            return candidate
        lacks[candidate] = lack
    raise ConfinementError(
        "this machine cannot confine a child process, so nothing is run",
        where="; ".join(f"{candidate}: {lack}" for candidate, lack in lacks.items()),
        next="Install bubblewrap and allow user namespaces, or use Linux 5.13 or later with Landlock switched on.",
    )


@cache
def shortcoming(method: Method) -> str:
    """Why a method cannot be used here; empty when it can. Starts a child that tries to break out."""
    if machine() is None:
        return f"the system calls of {os.uname().machine} are not known"
    lack = fences.missing(method)
    if lack:
        return lack
    try:
        breaches = json.loads(run("tenfold.confinement.proof:prove", b"", method=method))
    except TenfoldError as error:
        return str(error)
    return f"a confined process could {', '.join(breaches)}" if breaches else ""


def run(
    entry: str,
    job: bytes,
    *,
    reads: Sequence[Path] = (),
    packages: Sequence[str] = (),
    limits: Limits | None = None,
    method: Method | None = None,
) -> bytes:
    """Have a confined child run one function, and return what it answers.

    Args:
        entry: `package.module:function`, called as `function(job: memoryview, out: BinaryIO)`.
        job: what it is given to do.
        reads: files and folders that it may read, besides Python, system libraries and packages.
        packages: what it imports and is not installed beside tenfold or the entry.
        limits: bounds of time, memory and answer.
        method: one of those that work here; the best when not given.

    Raises:
        ConfinementError: this machine cannot confine.
        StoppedError: it ran into a limit.
        ChildError: it failed.
    """
    bounds = limits or Limits()
    with _sealed(job) as stdin, _started(_command(entry, reads, packages, bounds, method), stdin) as child:
        answer, said = _drained(child, bounds)
        code = child.returncode
    if code:
        raise _failed(code, said, bounds)
    return answer


def _command(
    entry: str, reads: Sequence[Path], packages: Sequence[str], limits: Limits, chosen: Method | None
) -> list[str]:
    used = method() if chosen is None else chosen
    folders = list(dict.fromkeys(fences.folders(("tenfold", "msgspec", entry.partition(":")[0], *packages))))
    readable = fences.readable(folders, reads)
    start = [*fences.interpreter(), json.dumps([str(folder) for folder in folders])]
    if used is Method.BUBBLEWRAP:
        return fences.wrapped([*start, _told(Order(entry, limits))], readable)
    return [*start, _told(Order(entry, limits, tuple(readable)))]


def _told(order: Order) -> str:
    return msgspec.json.encode(order).decode()


@contextlib.contextmanager
def _sealed(job: bytes) -> Iterator[int]:
    """A file in memory that nobody can change any more."""
    file = os.memfd_create("job", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        with open(file, "wb", closefd=False) as writer:
            writer.write(job)
        fcntl.fcntl(file, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK)
        yield file
    finally:
        os.close(file)


@contextlib.contextmanager
def _started(command: Sequence[str], stdin: int) -> Iterator[subprocess.Popen[bytes]]:
    """The child, in a session of its own and with an empty environment; killed, if it still runs, at the end."""
    with subprocess.Popen(  # noqa: S603 - the command is built above, of absolute paths
        command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={}, cwd="/", start_new_session=True
    ) as child:
        try:
            yield child
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)


def _drained(child: subprocess.Popen[bytes], limits: Limits) -> tuple[bytes, bytes]:
    """All that the child answers and the last that it says, once it has ended.

    Real seconds, not the clock's: a child takes as long as it takes, however fast the sandbox's hours pass.
    """
    answer, said = bytearray(), bytearray()
    end = time.monotonic() + limits.seconds
    with selectors.DefaultSelector() as pipes:
        for pipe, heard in ((child.stdout, answer), (child.stderr, said)):
            if pipe is not None:
                pipes.register(pipe, selectors.EVENT_READ, heard)
        while pipes.get_map():
            ready = pipes.select(end - time.monotonic())
            if not ready or time.monotonic() > end:
                raise _out_of_time(limits)
            for key, _ in ready:
                chunk = os.read(key.fd, _CHUNK)
                key.data.extend(chunk)
                if not chunk:
                    pipes.unregister(key.fileobj)
            if len(answer) > limits.answer:
                raise StoppedError(Limit.ANSWER, f"the answer is larger than {limits.answer / MIB:g} MiB")
            del said[:-_SAID]
    try:
        child.wait(max(0.0, end - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise _out_of_time(limits) from None
    return bytes(answer), bytes(said)


_NO_MEMORY = frozenset({MemoryError.__name__, "cannot allocate memory for thread-local data"})
"""Python's word, and that of the C library, which ends the process when a new thread finds no memory for its own."""


def _out_of_time(limits: Limits) -> StoppedError:
    return StoppedError(Limit.TIME, f"stopped after {limits.seconds:g} s")


def _failed(code: int, said: bytes, limits: Limits) -> TenfoldError:
    number = -code if code < 0 else code - _SIGNALLED
    if number == signal.SIGALRM:
        return _out_of_time(limits)
    if number == signal.SIGXCPU:
        return StoppedError(Limit.CPU, f"stopped after {limits.cpu_seconds} s of processor time")
    if number == signal.SIGKILL:
        return StoppedError(Limit.MEMORY, "killed by the kernel, most likely because the machine ran out of memory")
    if number > 0:
        return ChildError(signal.Signals(number).name, f"the child was ended by {signal.Signals(number).name}")
    line = said.strip().rpartition(b"\n")[2]
    try:
        failure = msgspec.json.decode(line, type=Failure)
    except msgspec.DecodeError:
        kind, _, text = line.decode(errors="replace").partition(": ")  # a traceback's last line, or bubblewrap's word
        failure = Failure(kind, text or kind)
    if failure.kind in _NO_MEMORY:
        return StoppedError(Limit.MEMORY, f"more than {limits.memory / MIB:g} MiB of memory are needed")
    return ChildError(failure.kind, failure.text)
