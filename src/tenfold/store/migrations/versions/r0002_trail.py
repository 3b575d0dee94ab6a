"""What was read of the trail: batches, objects, dead letters."""

import sqlalchemy as sa
from alembic import op

revision = "0002_trail"
down_revision = "r0001"


def upgrade() -> None:
    """Add the trail's tables."""
    op.create_table(
        "trail_batches",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("id", sa.String(), nullable=False, unique=True),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("newest_event", sa.String()),
    )
    op.create_table(
        "trail_objects",
        *(sa.Column(name, sa.String(), primary_key=True) for name in ("bucket", "key", "etag")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("kind", "batch")),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("heard", sa.Boolean(), nullable=False),
    )
    op.create_index("trail_objects_unheard", "trail_objects", ["heard"])
    op.create_table(
        "dead_letters",
        sa.Column("id", sa.String(), primary_key=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("kind", "bucket", "key", "etag", "first_at")),
        *(sa.Column(name, sa.String()) for name in ("retry_at", "solved_at")),
        sa.Column("body", sa.LargeBinary(), nullable=False),
    )
    op.create_index("dead_letters_by_object", "dead_letters", ["bucket", "key"])
    op.create_index("dead_letters_by_retry", "dead_letters", ["retry_at"])
