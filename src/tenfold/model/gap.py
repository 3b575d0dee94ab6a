"""What was not read, and why: the third answer."""

import enum
from datetime import datetime

import msgspec


class GapKind(enum.StrEnum):
    """Why a fact was not read."""

    DENIED = "denied"
    FENCED = "fenced by an SCP"
    THROTTLED = "throttled out"
    NOT_SUBSCRIBED = "not subscribed"
    ENDPOINT = "endpoint missing"
    MALFORMED = "malformed answer"
    GONE = "deleted while reading"
    FAILED = "failed"
    NOT_READ = "not read"
    UNDECIDED = "undecided"


class Gap(msgspec.Struct, frozen=True):
    """A fact that was not read: kind of reason, reason in words, when, which call, and the SCP that fenced it."""

    kind: GapKind
    reason: str
    at: datetime | None = None
    call: str = ""
    scp: str = ""
