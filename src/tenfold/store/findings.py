"""The findings of all runs, one row a key."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select
from sqlalchemy.sql import ColumnElement

from tenfold.model.finding import Finding, Status
from tenfold.store.codec import packed, unpacked
from tenfold.store.schema import FINDINGS


def read(connection: Connection, *conditions: ColumnElement[bool]) -> tuple[Finding, ...]:
    """The findings whose rows meet all conditions, by key."""
    rows = connection.execute(select(FINDINGS.c.body).where(*conditions).order_by(FINDINGS.c.key))
    return tuple(unpacked(body, Finding) for body in rows.scalars())


def of_checks(checks: Collection[str]) -> ColumnElement[bool]:
    """The condition that a finding is one of these checks'."""
    return FINDINGS.c.check.in_(sorted(checks))


def of_arn(arn: str) -> ColumnElement[bool]:
    """The condition that a finding is about this resource."""
    return FINDINGS.c.arn == arn


def in_status(statuses: Collection[Status]) -> ColumnElement[bool]:
    """The condition that a finding stands so."""
    return FINDINGS.c.status.in_(sorted(statuses))


def put(connection: Connection, findings: Sequence[Finding]) -> None:
    """Write findings over whatever stood under their keys."""
    if findings:
        connection.execute(
            delete(FINDINGS).where(FINDINGS.c.key == bindparam("written")),
            [{"written": finding.key} for finding in findings],
        )
        connection.execute(insert(FINDINGS), [_row(finding) for finding in findings])


def _row(finding: Finding) -> dict[str, object]:
    return {
        "key": finding.key,
        "check": finding.check,
        "arn": finding.arn,
        "status": finding.status.value,
        "body": packed(finding),
    }
