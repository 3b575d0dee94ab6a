"""The seccomp filter of both processors, run by a small machine of our own; and its numbers against the kernel's."""

import errno
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from tenfold.confinement.seccomp import Instruction, program
from tenfold.confinement.syscalls import _MACHINES, NEWEST, Machine

ALLOW, KILL = 0x7FFF0000, 0x80000000
REFUSED, UNKNOWN = 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS

THREAD, FORK = 0x003D0F00, 0x01200011
"""The flags of clone with which the C library starts a thread, and forks."""

HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}

each_machine = pytest.mark.parametrize("name", _MACHINES)


def judged(steps: Sequence[Instruction], audit: int, number: int, first: int = 0) -> int:
    """What the filter answers to a call."""
    data = {0: number, 4: audit, 16: first}
    at = word = 0
    while True:
        code, true, false, operand = steps[at]
        match code:
            case 0x06:
                return operand
            case 0x20:
                word = data[operand]
                at += 1
            case _:
                holds = {0x15: word == operand, 0x25: word > operand, 0x45: bool(word & operand)}[code]
                at += 1 + (true if holds else false)


def call(machine: Machine, name: str, first: int = 0) -> int:
    return judged(tuple(program(machine)), machine.audit, machine.numbers[name], first)


@each_machine
def test_refuses_what_is_named(name: str) -> None:
    machine = _MACHINES[name]
    by_argument = {"clone", "clone3", "prlimit64"}
    answers = {call: judged(tuple(program(machine)), machine.audit, number) for call, number in machine.numbers.items()}
    assert {answers[call] for call in machine.numbers.keys() - by_argument} == {REFUSED}


@each_machine
def test_starts_threads_and_no_processes(name: str) -> None:
    machine = _MACHINES[name]
    assert call(machine, "clone", THREAD) == ALLOW
    assert call(machine, "clone", FORK) == REFUSED
    assert call(machine, "clone3") == UNKNOWN


@each_machine
def test_reads_its_own_limits_alone(name: str) -> None:
    machine = _MACHINES[name]
    assert call(machine, "prlimit64", 0) == ALLOW
    assert call(machine, "prlimit64", 1) == REFUSED


@each_machine
def test_lets_the_rest_through(name: str) -> None:
    machine, steps = _MACHINES[name], tuple(program(_MACHINES[name]))
    rest = set(range(NEWEST + 1)) - {*machine.numbers.values()}
    assert {judged(steps, machine.audit, number) for number in rest} == {ALLOW}


@each_machine
@pytest.mark.parametrize("number", [NEWEST + 1, 0x40000000, 0x40000000 + 41, 0xFFFFFFFF])
def test_does_not_know_later_calls_and_those_of_x32(name: str, number: int) -> None:
    machine = _MACHINES[name]
    assert judged(tuple(program(machine)), machine.audit, number) == UNKNOWN


def test_ends_calls_of_another_architecture() -> None:
    steps = tuple(program(_MACHINES["x86_64"]))
    assert judged(steps, 0x40000003, 102) == KILL  # i386, whose 102 makes sockets


@each_machine
def test_numbers_are_the_kernels(name: str) -> None:
    header = HEADERS[name]
    if not header.exists():
        pytest.skip(f"no {header}: the kernel's headers are not installed")
    found = re.findall(r"^#define __NR(?:3264)?_(\w+)\s+(\d+)$", header.read_text(), re.MULTILINE)
    kernel = {call: int(number) for call, number in found}
    ours = {call: number for call, number in _MACHINES[name].numbers.items() if call in kernel}
    assert len(ours) > 90
    assert ours == {call: kernel[call] for call in ours}
