"""A state that is true now, or that could not be decided."""

import enum
from datetime import datetime

import msgspec

from tenfold.model.arn import Scope
from tenfold.model.evidence import Evidence
from tenfold.model.gap import Gap
from tenfold.model.risk import Risk


class Severity(enum.IntEnum):
    """How bad; ordered, so that `--fail-on high` is a comparison."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def label(self) -> str:
        """The word in lower case."""
        return self.name.lower()


class Status(enum.StrEnum):
    """Where a finding stands."""

    OPEN = "open"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    RESOLVED = "resolved"


class Problem(msgspec.Struct, frozen=True):
    """What a check yields: a message, the facet (or path into it) it was seen `at`, what was seen, and a `key`.

    `key` tells several problems of one resource apart and stays the same from scan to scan
    (an access key's slot and date, a statement's Sid); empty when there can be only one. `severity` overrides the
    check's. `of` is the ARN of the resource that was looked at, when it is another than the check was asked about.
    """

    message: str
    at: str = ""
    key: str = ""
    seen: object = None
    request: dict[str, str] | None = None
    severity: Severity | None = None
    of: str = ""


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """One answer of one check about one resource: open, or unknown with its gap.

    `key` is stable from scan to scan: check id, ARN, and the problem's own key.
    """

    key: str
    check: str
    risk: Risk
    title: str
    arn: str
    kind: str
    scope: Scope
    severity: Severity
    status: Status
    message: str
    evidence: tuple[Evidence, ...] = ()
    gap: Gap | None = None
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    resolved_at: datetime | None = None


def finding_key(check: str, arn: str, key: str = "") -> str:
    """The stable identity of a finding."""
    return f"{check}|{arn}|{key}" if key else f"{check}|{arn}"


class Verdict(msgspec.Struct, frozen=True):
    """What one check says of one resource: its findings (open, or one unknown); none means clean.

    A list that could not be read gives a verdict on the account's ARN, with `kind` the kind that is missing.
    """

    check: str
    arn: str
    kind: str
    scope: Scope
    findings: tuple[Finding, ...] = ()

    @property
    def status(self) -> Status | None:
        """OPEN or UNKNOWN; None when clean."""
        if not self.findings:
            return None
        return Status.OPEN if any(f.status is Status.OPEN for f in self.findings) else Status.UNKNOWN
