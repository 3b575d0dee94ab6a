"""The one tree of errors, and the one place that catches everything.

TenfoldError              anything that tenfold says went wrong: what, where, what to do next
├── ConfigError           a setting, profile or option cannot be used
│   └── QueryError        a question in SQL that cannot be asked (query/errors.py)
├── AccessError           AWS does not let us in: no credentials, expired, a role that cannot be assumed
├── ThrottledError        AWS asked us to slow down for longer than we are willing to wait
├── InputError            bytes that cannot be read: object, offset, reason
│   ├── DigestError       a digest file, which holds no events (trail/split.py)
│   └── PolicyError       a policy document, with the place in it (policy/parse.py)
├── EndpointError         the endpoint answers nothing, or something that is not AWS
├── StoreError            the state database or the lake cannot be opened, read or written
├── ConfinementError      this machine cannot confine a child process (confinement/errors.py)
├── StoppedError          a confined child was stopped at a limit (confinement/errors.py)
├── ChildError            a confined child failed by itself (confinement/errors.py)
├── WorkLimitError        a search of policies was stopped: undecided (policy/work.py)
└── GapError              one fact was not read; carries the Gap

Only `cli` and `web` turn these into exit codes and pages.
"""

from collections.abc import Callable
from typing import TypeVar

from tenfold.model.gap import Gap

T = TypeVar("T")
U = TypeVar("U")


class TenfoldError(Exception):
    """Something went wrong: `what` happened, `where`, and what to do `next`.

    Args:
        what: one sentence without a full stop.
        where: the file, account, endpoint or resource; empty when `what` says it.
        next: what the reader can do now; empty when nothing can be done.
    """

    def __init__(self, what: str, *, where: str = "", next: str = "") -> None:  # noqa: A002 - the word users read
        super().__init__(what)
        self.what, self.where, self.next = what, where, next

    def __str__(self) -> str:
        where = f" ({self.where})" if self.where else ""
        return f"{self.what}{where}" + (f". {self.next}" if self.next else "")


class ConfigError(TenfoldError):
    """A setting, profile or option cannot be used."""


class AccessError(TenfoldError):
    """AWS does not let us in."""


class ThrottledError(TenfoldError):
    """AWS asked us to slow down for longer than we are willing to wait."""


class InputError(TenfoldError):
    """Bytes that cannot be read."""

    def __init__(self, what: str, *, where: str = "", offset: int | None = None, next: str = "") -> None:  # noqa: A002 - see TenfoldError
        super().__init__(what, where=where if offset is None else f"{where} at {offset}", next=next)
        self.offset = offset


class EndpointError(TenfoldError):
    """The endpoint answers nothing, or something that is not AWS."""


class StoreError(TenfoldError):
    """The state database cannot be opened, read or written."""


class GapError(TenfoldError):
    """One fact was not read. Runners turn it into a coverage row and an *unknown* answer."""

    def __init__(self, gap: Gap, *, where: str = "") -> None:
        super().__init__(gap.reason, where=where)
        self.gap = gap


def contain(work: Callable[[], T], otherwise: Callable[[Exception], U]) -> T | U:
    """Run `work`; hand any exception to `otherwise`, whose result stands in for it.

    The only broad except of the project. Runners use it so that one collector, check, detection or sink
    that fails leaves the others alone; each caller turns the exception into an answer that shows it.
    """
    try:
        return work()
    except Exception as error:  # noqa: BLE001 - the one place, see the docstring
        return otherwise(error)
