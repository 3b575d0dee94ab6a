"""How a confined run ends badly. All are TenfoldErrors (model/errors.py)."""

import enum

from tenfold.model.errors import TenfoldError


class ConfinementError(TenfoldError):
    """This machine cannot confine a child process, so nothing was run."""


class Limit(enum.StrEnum):
    """What a child may use up."""

    TIME = "time"
    CPU = "cpu"
    MEMORY = "memory"
    ANSWER = "answer"


class StoppedError(TenfoldError):
    """The child was stopped at a `limit`."""

    def __init__(self, limit: Limit, what: str, *, next: str = "") -> None:  # noqa: A002 - see TenfoldError
        super().__init__(what, next=next)
        self.limit = limit


class ChildError(TenfoldError):
    """The child failed by itself: `kind` is the class of its error, or the name of the signal that ended it.

    The text comes out of the child and is hostile.
    """

    def __init__(self, kind: str, what: str) -> None:
        super().__init__(what)
        self.kind = kind
