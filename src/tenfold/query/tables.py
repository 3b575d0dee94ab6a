"""What the store knows, as Arrow tables."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import msgspec
import pyarrow as pa

from tenfold.model.alert import IncidentStatus
from tenfold.model.finding import Status
from tenfold.store import incidents
from tenfold.store.store import Store

_INSTANT = pa.timestamp("us", tz="UTC")
_TEXTS = pa.list_(pa.string())

RESOURCES = pa.schema(
    {
        "arn": pa.string(),
        "kind": pa.string(),
        "partition": pa.string(),
        "account": pa.string(),
        "region": pa.string(),
        "name": pa.string(),
        "tags": pa.string(),
        "created_at": _INSTANT,
        "related": _TEXTS,
        "facets": pa.string(),
        "taken_at": _INSTANT,
    }
)
"""The newest snapshot, a row a resource. `tags` is a JSON object; `facets` one of facets by name, each with `as_of` and
`value`, or `absent`, or `gap` (not read, and why)."""

COVERAGE = pa.schema(
    {
        "kind": pa.string(),
        "partition": pa.string(),
        "account": pa.string(),
        "region": pa.string(),
        "status": pa.string(),
        "count": pa.int64(),
        "gap": pa.string(),
        "as_of": _INSTANT,
        "taken_at": _INSTANT,
    }
)
"""How the lists of the newest snapshot were read, a row a kind of resource and place: `complete`, `partial` or
`missing`, and as a JSON object why. Without a `complete` row, a kind that has no row in `resources` was not read."""

FINDINGS = pa.schema(
    {
        "key": pa.string(),
        "check": pa.string(),
        "risk": pa.int32(),
        "title": pa.string(),
        "arn": pa.string(),
        "kind": pa.string(),
        "partition": pa.string(),
        "account": pa.string(),
        "region": pa.string(),
        "severity": pa.string(),
        "status": pa.string(),
        "message": pa.string(),
        "evidence": pa.string(),
        "gap": pa.string(),
        "first_seen": _INSTANT,
        "last_seen": _INSTANT,
        "resolved_at": _INSTANT,
    }
)
"""A row a finding of any status; `evidence` is a JSON array, `gap` the JSON object of why it is unknown."""

INCIDENTS = pa.schema(
    {
        "key": pa.string(),
        "title": pa.string(),
        "severity": pa.string(),
        "status": pa.string(),
        "kind": pa.string(),
        "arn": pa.string(),
        "account": pa.string(),
        "owner": pa.string(),
        "opened_at": _INSTANT,
        "updated_at": _INSTANT,
        "members": _TEXTS,
        "proof": pa.string(),
    }
)
"""A row an incident, open or closed; `members` are keys of its newest alerts and findings, `proof` is a JSON object."""

Row = dict[str, Any]


def _resources(store: Store) -> Iterator[Row]:
    snapshot = store.latest_snapshot()
    for resource in snapshot.resources if snapshot else ():
        yield {
            "arn": resource.arn,
            "kind": resource.kind,
            "partition": resource.scope.partition,
            "account": resource.scope.account,
            "region": resource.scope.region,
            "name": resource.name,
            "tags": _json(resource.tags),
            "created_at": resource.created_at,
            "related": resource.related,
            "facets": _json(resource.facets),
            "taken_at": snapshot.taken_at if snapshot else None,
        }


def _coverage(store: Store) -> Iterator[Row]:
    snapshot = store.latest_snapshot()
    for row in snapshot.lists if snapshot else ():
        yield {
            "kind": row.kind,
            "partition": row.scope.partition,
            "account": row.scope.account,
            "region": row.scope.region,
            "status": row.status.value,
            "count": row.count,
            "gap": row.gap and _json(row.gap),
            "as_of": row.as_of,
            "taken_at": snapshot.taken_at if snapshot else None,
        }


def _findings(store: Store) -> Iterator[Row]:
    for finding in store.findings(tuple(Status)):
        yield {
            "key": finding.key,
            "check": finding.check,
            "risk": finding.risk.value,
            "title": finding.title,
            "arn": finding.arn,
            "kind": finding.kind,
            "partition": finding.scope.partition,
            "account": finding.scope.account,
            "region": finding.scope.region,
            "severity": finding.severity.label,
            "status": finding.status.value,
            "message": finding.message,
            "evidence": _json(finding.evidence),
            "gap": finding.gap and _json(finding.gap),
            "first_seen": finding.first_seen,
            "last_seen": finding.last_seen,
            "resolved_at": finding.resolved_at,
        }


def _incidents(store: Store) -> Iterator[Row]:
    with store.reading() as connection:
        cases = incidents.read(connection, tuple(IncidentStatus))
    for case in cases:
        incident = case.incident
        yield {
            "key": incident.key,
            "title": incident.title,
            "severity": incident.severity.label,
            "status": incident.status.value,
            "kind": case.lead.kind,
            "arn": case.lead.arn,
            "account": case.lead.account,
            "owner": case.owner.name,
            "opened_at": incident.opened_at,
            "updated_at": incident.updated_at,
            "members": incident.members,
            "proof": incident.proof and _json(incident.proof),
        }


_ROWS: Mapping[str, tuple[pa.Schema, Callable[[Store], Iterator[Row]]]] = MappingProxyType(
    {
        "resources": (RESOURCES, _resources),
        "coverage": (COVERAGE, _coverage),
        "findings": (FINDINGS, _findings),
        "incidents": (INCIDENTS, _incidents),
    }
)

SCHEMAS: Mapping[str, pa.Schema] = MappingProxyType({name: schema for name, (schema, _) in _ROWS.items()})


def read(store: Store, name: str) -> pa.Table:
    """One of the tables in SCHEMAS, as it stands in the store.

    Raises:
        StoreError: the state cannot be read.
    """
    schema, rows = _ROWS[name]
    return pa.Table.from_pylist([*rows(store)], schema)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
