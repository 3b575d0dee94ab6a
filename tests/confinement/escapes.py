"""What a confined child tries, by name. It answers with what it got, or with the error that stopped it."""

import ctypes
import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

Attempt = Callable[[str], object]


def attempt(job: memoryview, out: BinaryIO) -> None:
    name, _, argument = bytes(job).decode().partition(" ")
    try:
        got = _ATTEMPTS[name](argument)
    except OSError as error:
        got = {"stopped": error.strerror}
    out.write(json.dumps(got).encode())


def echo(job: memoryview, out: BinaryIO) -> None:
    sys.stdout.write("noise that is not part of the answer")
    out.write(job)


def fail(_job: memoryview, _out: BinaryIO) -> None:
    raise LookupError("nothing of that name")


def crash(_job: memoryview, _out: BinaryIO) -> None:
    ctypes.string_at(0)


def endless(job: memoryview, _out: BinaryIO) -> None:
    while True:
        if job:
            time.sleep(1)


def silent(_job: memoryview, out: BinaryIO) -> None:
    """Close everything that is listened to, and stay."""
    out.close()
    for descriptor in range(64):
        try:
            os.close(descriptor)
        except OSError:
            continue
    time.sleep(60)


def greedy(_job: memoryview, _out: BinaryIO) -> None:
    held = []
    while True:
        held.append(bytearray(2**24))


def talkative(_job: memoryview, out: BinaryIO) -> None:
    while True:
        out.write(bytes(2**16))


def shouting(_job: memoryview, _out: BinaryIO) -> None:
    sys.stderr.write("x" * 2**20)
    raise LookupError("after much noise")


def _fork(_: str) -> object:
    return {"started": os.fork()}


def _execute(program: str) -> object:
    os.execv(program, [program])


def _connect(address: str) -> object:
    host, _, port = address.partition(":")
    socket.create_connection((host, int(port)), timeout=2).close()
    return "connected"


def _connect_local(path: str) -> object:
    with socket.socket(socket.AF_UNIX) as local:
        local.connect(path)
    return "connected"


def _kill(process: str) -> object:
    os.kill(int(process), signal.SIGTERM)
    return "killed"


def _append(path: str) -> object:
    with Path(path).open("ab") as file:
        return file.write(b"x")


def _make(path: str) -> object:
    Path(path).touch()
    return "made"


def _remove(path: str) -> object:
    Path(path).unlink()
    return "removed"


def _mode(path: str) -> object:
    Path(path).chmod(0o777)
    return "changed"


def _thread(_: str) -> object:
    seen: list[str] = []
    thread = threading.Thread(target=seen.append, args=["ran"])
    thread.start()
    thread.join()
    return seen


def _open_descriptors(_: str) -> object:
    found = []
    for descriptor in range(256):
        try:
            os.fstat(descriptor)
        except OSError:
            continue
        found.append(descriptor)
    return found


def _unlimited(process: str) -> object:
    """Lift a limit: its own (0), or one of another process."""
    import resource  # noqa: PLC0415 - where it is used, so that the other attempts do not need it

    resource.prlimit(int(process), resource.RLIMIT_FSIZE, (2**30, 2**30))
    return "lifted"


_ATTEMPTS: dict[str, Attempt] = {
    "read": lambda path: Path(path).read_text(),
    "list": os.listdir,
    "append": _append,
    "make": _make,
    "remove": _remove,
    "mode": _mode,
    "fork": _fork,
    "execute": _execute,
    "connect": _connect,
    "connect_local": _connect_local,
    "kill": _kill,
    "unlimited": _unlimited,
    "environment": lambda _: dict(os.environ),
    "descriptors": _open_descriptors,
    "thread": _thread,
}
