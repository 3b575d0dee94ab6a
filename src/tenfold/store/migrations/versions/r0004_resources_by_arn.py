"""Resources are looked up by ARN and by kind, in whichever snapshot has them."""

from alembic import op

revision = "0004_resources_by_arn"
down_revision = "0003_alerts"


def upgrade() -> None:
    """Add the indices."""
    op.create_index("resources_by_arn", "resources", ["arn", "run"])
    op.create_index("resources_by_kind", "resources", ["kind", "run"])
