"""Something that happened, what people are told of it, and "this is meant to be so"."""

import enum
from datetime import datetime

import msgspec

from tenfold.model.arn import Scope
from tenfold.model.evidence import Evidence
from tenfold.model.finding import Severity


class Alert(msgspec.Struct, frozen=True):
    """A detection's hit: something that happened.

    `incident` is the key of the incident it belongs to, `scope` where it happened, `about` the ARNs of what it happened
    to, the one that matters most first.
    """

    detection: str
    incident: str
    severity: Severity
    at: datetime
    message: str
    evidence: tuple[Evidence, ...]
    scope: Scope
    about: tuple[str, ...] = ()


class IncidentStatus(enum.StrEnum):
    """Open until closed by proof."""

    OPEN = "open"
    CLOSED = "closed"


class Incident(msgspec.Struct, frozen=True):
    """What people are told: one key, many alerts or findings, open until `proof` closes it."""

    key: str
    title: str
    severity: Severity
    status: IncidentStatus
    opened_at: datetime
    updated_at: datetime
    members: tuple[str, ...]
    proof: Evidence | None = None


class Acceptance(msgspec.Struct, frozen=True):
    """A finding that is meant to be so: by whom, why, and until when."""

    key: str
    reason: str
    approver: str
    accepted_at: datetime
    expires_at: datetime
