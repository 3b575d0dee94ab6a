"""`tenfold policy simulate`: requests as JSON Lines in, decisions out."""

import sys
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from tenfold.cli.ending import FINE, PARTIAL
from tenfold.model.errors import InputError, contain
from tenfold.policy.simulate import simulate, unanswered

_LONGEST = 64 * 2**20


def simulate_lines() -> int:
    """Answer the JSON Lines of standard input on standard output, one by one and in order; empty lines are none."""
    code = FINE
    out = sys.stdout.buffer
    for line in _lines(sys.stdin.buffer):
        answer, read = contain(partial(_answer, line), partial(unanswered, line))
        out.write(answer + b"\n")
        out.flush()
        code = code if read else PARTIAL
    return code


def _answer(line: bytes) -> tuple[bytes, bool]:
    if len(line) > _LONGEST:
        raise InputError(f"it is longer than {_LONGEST:,} bytes")
    return simulate(line)


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines that are not empty; of one that is too long its beginning, one byte longer than the limit."""
    while line := stream.readline(_LONGEST + 1):
        rest = line
        while len(rest) > _LONGEST and not rest.endswith(b"\n"):
            rest = stream.readline(_LONGEST + 1)
        if line.strip():
            yield line
