"""How many services there are, where a source only counts them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add one column, empty for what was said before."""
    op.add_column("correction", sa.Column("quantity", sa.Integer(), nullable=True))
