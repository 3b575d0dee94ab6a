"""Policy documents inside events."""

from collections.abc import Callable

from tenfold.detections.record import at
from tenfold.detections.registry import Hit
from tenfold.model.event import Event
from tenfold.model.finding import Severity
from tenfold.policy.parse import Policy, PolicyError, Statement, parse


def judged(event: Event, path: str, about: str, judge: Callable[[Policy], Hit | None]) -> Hit | None:
    """What `judge` says of the document at `path` of the record, which is the policy of `about`.

    A document that cannot be read (CloudTrail leaves long ones out) is no "no": it gives a hit of low severity.
    """
    try:
        policy = parse(at(event, path))
    except PolicyError as error:
        message = f"{about} got a policy that cannot be read from its event: {error.what}"
        return Hit(message, about=about, severity=Severity.LOW)
    return judge(policy)


def place(path: str, statement: Statement) -> str:
    """Where a statement stands in a record."""
    return f"{path}.Statement[{statement.index}]"
