"""The findings of all runs, one row a key."""

from collections.abc import Collection, Mapping, Sequence

import msgspec
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


def rename(connection: Connection, aliases: Mapping[str, str]) -> None:
    """Give findings that stand under an earlier check id its present one; where that key is taken, the newer stays."""
    earlier = read(connection, of_checks(aliases)) if aliases else ()
    taken = {finding.key for finding in read(connection, of_checks(set(aliases.values())))} if earlier else set()
    moved = [msgspec.structs.replace(f, check=aliases[f.check], key=_renamed(f, aliases[f.check])) for f in earlier]
    for finding in earlier:
        connection.execute(delete(FINDINGS).where(FINDINGS.c.key == finding.key))
    put(connection, [finding for finding in moved if finding.key not in taken])


def _renamed(finding: Finding, check: str) -> str:
    return check + finding.key.removeprefix(finding.check)


def _row(finding: Finding) -> dict[str, object]:
    return {
        "key": finding.key,
        "check": finding.check,
        "arn": finding.arn,
        "status": finding.status.value,
        "body": packed(finding),
    }
