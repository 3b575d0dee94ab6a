"""What the rules look into."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tenfold.sandbox.calls import Call
from tenfold.sandbox.filed.catalogue import Catalogue
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.root import RootUsers
from tenfold.sandbox.trails.keys import KeyRing
from tenfold.sandbox.uses import Uses
from tenfold.sandbox.wire import Reply


@dataclass(frozen=True)
class State:
    """The root users, the time, CloudTrail's keys, what is planted, and who used what when."""

    roots: RootUsers
    now: Callable[[], datetime]
    keys: KeyRing
    catalogue: Catalogue
    uses: Uses


Rule = Callable[[State, Call, Caller], Reply | None]
"""Answers one operation; None leaves the call to moto."""
