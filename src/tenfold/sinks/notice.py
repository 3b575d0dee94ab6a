"""What a sink is handed: one change of one incident."""

import enum
from collections.abc import Mapping
from datetime import datetime

import msgspec

from tenfold.model.alert import Incident
from tenfold.model.evidence import Evidence
from tenfold.model.party import Owner


class Told(enum.StrEnum):
    """What a notice tells of its incident."""

    OPENED = "opened"
    UPDATED = "updated"
    REOPENED = "reopened"
    CLOSED = "closed"


class Notice(msgspec.Struct, frozen=True):
    """One change of one incident, at `at`.

    `delivery` is the same however often the notice is sent: a receiver that has seen it may drop the second.
    `incident` is as it stood then and names its newest members, `count` says how many stand; `message` and `evidence`
    are the newest member's, or the proof that closed it; `arn` and `account` are what it is about, when that is known.
    """

    delivery: str
    change: Told
    incident: Incident
    owner: Owner
    at: datetime
    count: int
    message: str
    evidence: tuple[Evidence, ...] = ()
    arn: str = ""
    account: str = ""


def document(notice: Notice) -> Mapping[str, object]:
    """The notice as JSON has it, in `docs/add-a-sink.md`; the severity is a word."""
    plain: dict[str, dict[str, object]] = msgspec.to_builtins(notice)
    plain["incident"]["severity"] = notice.incident.severity.label
    return plain
