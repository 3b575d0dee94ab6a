"""Incidents with their members, acceptances, and the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0003_alerts"
down_revision = "0002_trail"


def upgrade() -> None:
    """Make the tables of the alerts."""
    _incidents()
    _members()
    op.create_table(
        "acceptances",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("expires_at", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
    )
    _outbox()


def _incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("kind", "arn", "account", "owner")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("opened_at", "updated_at")),
        sa.Column("body", sa.LargeBinary(), nullable=False),
    )
    op.create_index("incidents_by_status", "incidents", ["status", "updated_at"])


def _members() -> None:
    op.create_table(
        "incident_members",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("key", sa.String(), nullable=False, unique=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("incident", "kind")),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("acceptance", sa.String()),
        sa.Column("body", sa.LargeBinary(), nullable=False),
    )
    op.create_index("incident_members_by_incident", "incident_members", ["incident", "state", "severity"])
    op.create_index("incident_members_by_state", "incident_members", ["state", "acceptance"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("delivery", sa.String(), nullable=False, unique=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("incident", "sink", "change", "state", "due_at")),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
    )
    op.create_index("outbox_by_due", "outbox", ["state", "sink", "due_at"])
    op.create_index("outbox_by_incident", "outbox", ["incident", "sink", "state", "number"])
