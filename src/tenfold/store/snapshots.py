"""The last few snapshots: one row for what they say of themselves, one a resource."""

import json
from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from tenfold.model.resource import Resource
from tenfold.model.snapshot import Snapshot
from tenfold.store.codec import mended, packed, unpacked
from tenfold.store.schema import RESOURCES, SNAPSHOTS

KEPT = 10
"""Snapshots; older ones go when a new one comes."""

Row = dict[str, Any]
"""A row of the table `resources`, still without its run."""


def rows_of(resources: Sequence[Resource]) -> list[Row]:
    """The rows of a snapshot's resources: made before the transaction begins, so that it stays short."""
    return [_row(position, mended(resource)) for position, resource in enumerate(resources)]


def _row(position: int, resource: Resource) -> Row:
    return {
        "position": position,
        "arn": resource.arn,
        "kind": resource.kind,
        "account": resource.scope.account,
        "region": resource.scope.region,
        "name": resource.name,
        "tags": json.dumps(dict(resource.tags)),
        "body": packed(resource),
    }


def add(connection: Connection, run: int, snapshot: Snapshot, rows: Sequence[Row]) -> None:
    """Store the snapshot of a run by its number, with the rows of its resources, and drop those beyond KEPT."""
    about = packed(mended(replace(snapshot, resources=())))
    connection.execute(insert(SNAPSHOTS).values(run=run, body=about))
    if rows:
        connection.execute(insert(RESOURCES), [{"run": run, **row} for row in rows])
    kept = select(SNAPSHOTS.c.run).order_by(SNAPSHOTS.c.run.desc()).limit(KEPT).scalar_subquery()
    connection.execute(delete(RESOURCES).where(RESOURCES.c.run.not_in(kept)))
    connection.execute(delete(SNAPSHOTS).where(SNAPSHOTS.c.run.not_in(kept)))


def newest(connection: Connection) -> Snapshot | None:
    """The last snapshot, whole; None when there is none."""
    about = outline(connection)
    if about is None:
        return None
    last = select(func.max(SNAPSHOTS.c.run)).scalar_subquery()
    return replace(about, resources=_read(connection, RESOURCES.c.run == last))


def outline(connection: Connection) -> Snapshot | None:
    """The last snapshot without its resources; None when there is none."""
    about = connection.execute(select(SNAPSHOTS.c.body).order_by(SNAPSHOTS.c.run.desc()).limit(1)).scalar()
    return None if about is None else unpacked(about, Snapshot)


def find(connection: Connection, arn: str) -> Resource | None:
    """The resource of an ARN as the newest snapshot has it that has it at all; None when none does.

    A scan of some accounts leaves out the others: what was known of them still is.
    """
    wanted = select(RESOURCES.c.body).where(RESOURCES.c.arn == arn)
    body = connection.execute(wanted.order_by(RESOURCES.c.run.desc(), RESOURCES.c.position).limit(1)).scalar()
    return None if body is None else unpacked(body, Resource)


def of_kind(connection: Connection, kind: str) -> tuple[Resource, ...]:
    """The resources of a kind in the newest snapshot that has any, in its order."""
    last = select(func.max(RESOURCES.c.run)).where(RESOURCES.c.kind == kind).scalar_subquery()
    return _read(connection, RESOURCES.c.kind == kind, RESOURCES.c.run == last)


def _read(connection: Connection, *conditions: ColumnElement[bool]) -> tuple[Resource, ...]:
    bodies = connection.execute(select(RESOURCES.c.body).where(*conditions).order_by(RESOURCES.c.position))
    return tuple(unpacked(body, Resource) for body in bodies.scalars())
