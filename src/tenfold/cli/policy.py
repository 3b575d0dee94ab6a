"""`tenfold policy`: questions about policies, without AWS."""

import sys
from functools import partial

from tenfold.cli.ending import FINE, PARTIAL
from tenfold.model.errors import contain
from tenfold.policy.simulate import simulate, unanswered


def simulate_lines() -> int:
    """Answer the JSON Lines of standard input on standard output, one by one and in order; empty lines are none."""
    code = FINE
    out = sys.stdout.buffer
    for line in sys.stdin.buffer:
        if not line.strip():
            continue
        answer, read = contain(partial(simulate, line), partial(unanswered, line))
        out.write(answer + b"\n")
        out.flush()
        code = code if read else PARTIAL
    return code
