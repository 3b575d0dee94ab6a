"""What stands before every answer: the use is noted, and whoever may not is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tenfold.sandbox.authority.gate import Gate
from tenfold.sandbox.buckets.blocks import refused_write
from tenfold.sandbox.calls import Call
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.uses import Uses
from tenfold.sandbox.wire import Reply


@dataclass(frozen=True)
class Door:
    """The gate of policies, then the blocks of S3."""

    gate: Gate
    uses: Uses
    now: Callable[[], datetime]

    def to(self, call: Call, caller: Caller) -> Reply | None:
        """The refusal of a call; None when it may go on."""
        self.uses.note(call, caller, self.now())
        return self.gate.refusal(call, caller) or refused_write(call, caller)
