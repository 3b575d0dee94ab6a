"""A seccomp filter: the kernel refuses a process the calls that syscalls.py names.

Source: seccomp(2), include/uapi/linux/seccomp.h and filter.h.
"""

import ctypes
import errno
from collections.abc import Iterator

from tenfold.confinement.kernel import syscall
from tenfold.confinement.syscalls import CLONE, CLONE3, NEWEST, PRLIMIT, Machine

_SET_MODE_FILTER = 1

_LOAD, _EQUAL, _GREATER, _ANY_BIT, _RETURN = 0x20, 0x15, 0x25, 0x45, 0x06
"""Instructions of classic BPF: load a word, jump if equal, if greater, if any bit is set, return."""

_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
"""Offsets in struct seccomp_data. Of an argument the lower half is looked at: both processors are little-endian."""

_KILL, _ERRNO, _ALLOW = 0x80000000, 0x00050000, 0x7FFF0000

_CLONE_THREAD = 0x00010000

Instruction = tuple[int, int, int, int]
"""Code, how many to skip if true, if false, operand."""


class _Step(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("true", ctypes.c_uint8),
        ("false", ctypes.c_uint8),
        ("operand", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("steps", ctypes.POINTER(_Step)))


def load(machine: Machine) -> None:
    """Filter this thread's calls, and those of threads it starts, from now on.

    Asks for `gain_no_privileges` first.

    Raises:
        OSError: when the kernel has no seccomp filters.
    """
    steps = [_Step(*step) for step in program(machine)]
    array = (_Step * len(steps))(*steps)
    syscall(machine.seccomp, _SET_MODE_FILTER, 0, ctypes.byref(_Program(len(steps), array)))


def program(machine: Machine) -> Iterator[Instruction]:
    """The filter: refused calls answer EPERM, unknown ones ENOSYS, those of another architecture end the process."""
    yield (_LOAD, 0, 0, _ARCHITECTURE)
    yield from _answer_unless(_EQUAL, machine.audit, _KILL)
    yield (_LOAD, 0, 0, _NUMBER)
    # Greater numbers are calls that nobody has judged yet, and on x86_64 the second set of the x32 ABI.
    yield from _answer_if(_GREATER, NEWEST, _ERRNO | errno.ENOSYS)
    # A structure that a filter cannot look into; libraries fall back to clone.
    yield from _answer_if(_EQUAL, machine.numbers[CLONE3], _ERRNO | errno.ENOSYS)
    for name, number in machine.numbers.items():
        if name not in {CLONE, CLONE3, PRLIMIT}:
            yield from _answer_if(_EQUAL, number, _ERRNO | errno.EPERM)
    yield from _argument(machine.numbers[CLONE], _answer_unless(_ANY_BIT, _CLONE_THREAD, _ERRNO | errno.EPERM))
    yield from _argument(machine.numbers[PRLIMIT], _answer_unless(_EQUAL, 0, _ERRNO | errno.EPERM))
    yield (_RETURN, 0, 0, _ALLOW)


def _answer_if(test: int, operand: int, answer: int) -> Iterator[Instruction]:
    yield (test, 0, 1, operand)
    yield (_RETURN, 0, 0, answer)


def _answer_unless(test: int, operand: int, answer: int) -> Iterator[Instruction]:
    yield (test, 1, 0, operand)
    yield (_RETURN, 0, 0, answer)


def _argument(number: int, judge: Iterator[Instruction]) -> Iterator[Instruction]:
    """Judge the first argument of one call: what it starts with (clone's flags) or of whom (prlimit64's process)."""
    judged = ((_LOAD, 0, 0, _FIRST_ARGUMENT), *judge, (_RETURN, 0, 0, _ALLOW))
    yield (_EQUAL, 0, len(judged), number)
    yield from judged
