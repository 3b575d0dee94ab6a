"""The tables. Columns are what SQL asks for; `body` holds the whole value (see codec.py).

`migrations/` makes these tables and alone may change them; a test compares the two.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table

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
