"""Notes that somebody withdrew: kept, and no longer shown."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add one column; every note written before still stands."""
    op.add_column("note", sa.Column("withdrawn_on", sa.Text()))
