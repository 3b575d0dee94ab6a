"""Alerts and findings as members of an incident."""

import re
from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from tenfold.model.alert import Alert
from tenfold.model.arn import Arn
from tenfold.model.evidence import Evidence
from tenfold.model.finding import Finding, finding_key
from tenfold.model.run import Run
from tenfold.store.codec import mended
from tenfold.store.incidents import ALERT, Member

_LARGEST = 16 * 1024
"""Bytes of what was seen in one piece of evidence; a record may have 256 KiB, and a noisy rule a million of them."""

_ACCOUNT = re.compile(r"[0-9]{12}")


def of_alert(alert: Alert) -> Member:
    """The member that an alert makes: its key is the detection and the event that its first evidence names.

    What it is about is read from the key of its incident: parts between `|`, among them the account and the target.
    """
    parts = alert.incident.split("|")
    arn = next((part for part in parts if part.startswith("arn:")), "")
    account = next(filter(_ACCOUNT.fullmatch, [*parts, *arn.split(":")]), "")
    return mended(
        Member(
            key=f"{alert.detection}|{alert.evidence[0].source}",
            incident=alert.incident,
            rule=alert.detection,
            kind=ALERT,
            arn=arn,
            account=account,
            severity=alert.severity,
            at=alert.at,
            title=alert.message,
            message=alert.message,
            evidence=bounded(alert.evidence),
        )
    )


def of_finding(finding: Finding, run: Run) -> Member:
    """The member that a finding makes; its incident is the root cause, the check and the resource."""
    return mended(
        Member(
            key=finding.key,
            incident=finding_key(finding.check, finding.arn),
            rule=finding.check,
            kind=finding.kind,
            arn=finding.arn,
            account=finding.scope.account or Arn.parse(finding.arn).account,
            severity=finding.severity,
            at=finding.last_seen or run.ended_at,
            title=finding.title,
            message=finding.message,
            evidence=bounded(finding.evidence),
        )
    )


def proof_of_run(finding: Finding, run: Run) -> Evidence:
    """The run that saw a finding's cause gone."""
    seen = {"finding": finding.key, "message": finding.message}
    return mended(Evidence(f"run {run.id}", seen, finding.resolved_at or run.ended_at))


def bounded(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The evidence, with what is too large to be sent around replaced by its size."""
    return tuple(_bounded(mended(piece)) for piece in evidence)


def _bounded(piece: Evidence) -> Evidence:
    size = len(msgspec.json.encode(piece.seen))
    return piece if size <= _LARGEST else replace(piece, seen={"omitted": f"{size} bytes, see {piece.source}"})
