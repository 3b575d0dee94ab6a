"""Runs, snapshots with their resources, findings."""

import sqlalchemy as sa
from alembic import op

revision = "r0001"
down_revision = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table("written_by", sa.Column("version", sa.String(), primary_key=True))
    op.create_table(
        "runs",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("id", sa.String(), nullable=False, unique=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "snapshots",
        sa.Column("run", sa.Integer(), sa.ForeignKey("runs.number"), primary_key=True, autoincrement=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
    )
    _resources()
    _findings()


def _resources() -> None:
    op.create_table(
        "resources",
        sa.Column("run", sa.Integer(), sa.ForeignKey("snapshots.run"), primary_key=True, autoincrement=False),
        sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("arn", "kind", "account", "region")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("name", "tags")),
        sa.Column("body", sa.LargeBinary(), nullable=False),
    )


def _findings() -> None:
    op.create_table(
        "findings",
        sa.Column("key", sa.String(), primary_key=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("check", "arn", "status")),
        sa.Column("body", sa.LargeBinary(), nullable=False),
    )
    op.create_index("findings_by_check", "findings", ["check", "arn"])
    op.create_index("findings_by_arn", "findings", ["arn"])
