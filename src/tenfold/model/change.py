"""What changed, and what is to be changed: a plan, and the approval it needs."""

from datetime import datetime

import msgspec

from tenfold.model.event import Actor
from tenfold.model.resource import Json


class Change(msgspec.Struct, frozen=True):
    """One facet of one resource went from `before` to `after`, by a chain of actors; `provisional` until confirmed."""

    arn: str
    facet: str
    before: Json
    after: Json
    seen_at: datetime
    events: tuple[str, ...] = ()
    actors: tuple[Actor, ...] = ()
    provisional: bool = False


class Step(msgspec.Struct, frozen=True):
    """One write to AWS and the write that takes it back."""

    call: str
    parameters: Json
    undo_call: str
    undo_parameters: Json


class Plan(msgspec.Struct, frozen=True):
    """Writes that were shown, before any of them is made; `expected` is the state they were planned against."""

    id: str
    arn: str
    reason: str
    steps: tuple[Step, ...]
    expected: Json
    planned_at: datetime


class Approval(msgspec.Struct, frozen=True):
    """Somebody's yes to one plan."""

    plan: str
    approver: str
    at: datetime
    comment: str = ""
