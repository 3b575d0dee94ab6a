"""The tables. Columns are what SQL asks for; `body` holds the whole value (see codec.py).

`migrations/` makes these tables and alone may change them; a test compares the two.
"""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table

METADATA = MetaData()

WRITTEN_BY = Table("written_by", METADATA, Column("version", String, primary_key=True))
"""One row: the version of tenfold that made or last changed the tables. Kept by every later layout,
so that an older tenfold can say which version it needs."""

RUNS = Table(
    "runs",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("body", LargeBinary, nullable=False),
)

SNAPSHOTS = Table(
    "snapshots",
    METADATA,
    Column("run", Integer, ForeignKey("runs.number"), primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
)
"""A snapshot without its resources: when, list coverage, what vanished, parties."""

RESOURCES = Table(
    "resources",
    METADATA,
    Column("run", Integer, ForeignKey("snapshots.run"), primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("arn", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("account", String, nullable=False),
    Column("region", String, nullable=False),
    Column("name", String, nullable=False),
    Column("tags", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("resources_by_arn", "arn", "run"),
    Index("resources_by_kind", "kind", "run"),
)

FINDINGS = Table(
    "findings",
    METADATA,
    Column("key", String, primary_key=True),
    Column("check", String, nullable=False),
    Column("arn", String, nullable=False),
    Column("status", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("findings_by_check", "check", "arn"),
    Index("findings_by_arn", "arn"),
)

TRAIL_BATCHES = Table(
    "trail_batches",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("at", String, nullable=False),
    Column("newest_event", String),
)
"""The batches that came to an end, with the time of their newest event; times are ISO 8601 in UTC."""

TRAIL_OBJECTS = Table(
    "trail_objects",
    METADATA,
    Column("bucket", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("etag", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("batch", String, nullable=False),
    Column("records", Integer, nullable=False),
    Column("heard", Boolean, nullable=False),
    Index("trail_objects_unheard", "heard"),
)
"""The ledger: each version of a log object that was dealt with, its batch, and whether the listeners `heard` it."""

DEAD_LETTERS = Table(
    "dead_letters",
    METADATA,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("bucket", String, nullable=False),
    Column("key", String, nullable=False),
    Column("etag", String, nullable=False),
    Column("first_at", String, nullable=False),
    Column("retry_at", String),
    Column("solved_at", String),
    Column("body", LargeBinary, nullable=False),
    Index("dead_letters_by_object", "bucket", "key"),
    Index("dead_letters_by_retry", "retry_at"),
)

INCIDENTS = Table(
    "incidents",
    METADATA,
    Column("key", String, primary_key=True),
    Column("title", String, nullable=False),
    Column("status", String, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("arn", String, nullable=False),
    Column("account", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("opened_at", String, nullable=False),
    Column("updated_at", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("incidents_by_status", "status", "updated_at"),
)
"""What people are told; the members stand in their own table."""

INCIDENT_MEMBERS = Table(
    "incident_members",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("incident", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("acceptance", String),
    Column("body", LargeBinary, nullable=False),
    Index("incident_members_by_incident", "incident", "state", "severity"),
    Index("incident_members_by_state", "state", "acceptance"),
)
"""Alerts and findings, one row each: the key tells a second coming of the same one."""

ACCEPTANCES = Table(
    "acceptances",
    METADATA,
    Column("key", String, primary_key=True),
    Column("expires_at", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

OUTBOX = Table(
    "outbox",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("delivery", String, nullable=False, unique=True),
    Column("incident", String, nullable=False),
    Column("sink", String, nullable=False),
    Column("change", String, nullable=False),
    Column("state", String, nullable=False),
    Column("due_at", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("reason", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("outbox_by_due", "state", "sink", "due_at"),
    Index("outbox_by_incident", "incident", "sink", "state", "number"),
)
"""What is to be sent, in the order of `number`; written with the change that it tells of."""
