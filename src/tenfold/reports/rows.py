"""A report's findings as flat rows, the same fields in the same order for each."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from tenfold.model.arn import Arn
from tenfold.model.evidence import Evidence
from tenfold.model.finding import Finding
from tenfold.model.gap import Gap
from tenfold.model.run import Report


class Row(msgspec.Struct, frozen=True):
    """One finding. Enumerations are their words, a risk also its number."""

    partition: str
    account: str
    region: str
    kind: str
    arn: str
    name: str
    check: str
    risk: int
    risk_title: str
    severity: str
    status: str
    title: str
    message: str
    first_seen: datetime | None
    last_seen: datetime | None
    key: str
    evidence: tuple[Evidence, ...]
    gap: Gap | None


FIELDS = Row.__struct_fields__


def rows(report: Report) -> Iterator[dict[str, Any]]:
    """One row a finding, open or unknown, in the report's order: FIELDS to plain values, times in ISO 8601."""
    return map(row, report.findings)


def row(finding: Finding) -> dict[str, Any]:
    """One finding of whatever status, as `rows` has it."""
    plain: dict[str, Any] = msgspec.to_builtins(_row(finding), str_keys=True)
    return plain


def name_of(arn: str) -> str:
    """What an ARN names, without the words before it: `user/ann` -> `ann`; the account's id for its root."""
    try:
        parsed = Arn.parse(arn)
    except ValueError:
        return arn
    if parsed.service == "iam" and parsed.resource == "root":
        return parsed.account
    return parsed.resource.partition("/")[2] or parsed.resource


def _row(finding: Finding) -> Row:
    return Row(
        partition=finding.scope.partition,
        account=finding.scope.account,
        region=finding.scope.region,
        kind=finding.kind,
        arn=finding.arn,
        name=name_of(finding.arn),
        check=finding.check,
        risk=finding.risk.value,
        risk_title=finding.risk.title,
        severity=finding.severity.label,
        status=finding.status.value,
        title=finding.title,
        message=finding.message,
        first_seen=finding.first_seen,
        last_seen=finding.last_seen,
        key=finding.key,
        evidence=finding.evidence,
        gap=finding.gap,
    )
