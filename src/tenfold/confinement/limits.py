"""What a child may use."""

import resource
import signal

import msgspec

MIB = 2**20

_GRACE = 5
"""Seconds that a child gets beyond its time: the parent stops it, unless the parent is gone."""

_RESERVED = 4096 * MIB
"""Address space that libraries reserve and never touch: allocator arenas, thread stacks, mapped code."""


class Limits(msgspec.Struct, frozen=True):
    """Bounds of one child.

    Args:
        seconds: real time from start to end.
        cpu_seconds: processor time of all threads together.
        memory: bytes that can be written to, the interpreter's own included.
        answer: bytes of the answer.
    """

    seconds: float = 60
    cpu_seconds: int = 240
    memory: int = 2048 * MIB
    answer: int = 256 * MIB


def bind(limits: Limits) -> None:
    """Bind this process to its limits; it cannot loosen them again once it has lost its capabilities.

    No file can grow (not even an empty one can be filled), and no core is written. The number of processes is
    bounded by seccomp.py, which refuses any but threads: RLIMIT_NPROC counts all processes of the user.
    """
    signal.setitimer(signal.ITIMER_REAL, limits.seconds + _GRACE)
    # A second more until the kernel kills, so that the signal before that says what it was.
    _bind(resource.RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 1)
    for what, bound in (
        (resource.RLIMIT_DATA, limits.memory),
        (resource.RLIMIT_AS, limits.memory + _RESERVED),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _bind(what, bound, bound)


def _bind(what: int, soft: int, hard: int) -> None:
    present = resource.getrlimit(what)[1]
    most = hard if present == resource.RLIM_INFINITY else min(hard, present)
    resource.setrlimit(what, (min(soft, most), most))
