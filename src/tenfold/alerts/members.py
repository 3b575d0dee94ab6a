"""Alerts and findings as members of an incident."""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from tenfold.model.alert import Alert
from tenfold.model.evidence import Evidence
from tenfold.model.finding import Finding, finding_key
from tenfold.model.run import Run
from tenfold.store.codec import mended
from tenfold.store.incidents import ALERT, Member

_LARGEST = 16 * 1024
"""Bytes of what was seen in one piece of evidence; a record may have 256 KiB, and a noisy rule a million of them."""


def of_alert(alert: Alert) -> Member:
    """The member that an alert makes: its key is the detection and the event that its first evidence names."""
    return mended(
        Member(
            key=f"{alert.detection}|{alert.evidence[0].source}",
            incident=alert.incident,
            rule=alert.detection,
            kind=ALERT,
            arn=next(iter(alert.about), ""),
            account=alert.scope.account,
            partition=alert.scope.partition,
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
            account=finding.scope.account,
            partition=finding.scope.partition,
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
