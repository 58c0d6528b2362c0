"""What the agency writes on the sheet of a territory."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add one table."""
    op.create_table(
        "remark",
        sa.Column("level", sa.Text(), primary_key=True),
        sa.Column("code", sa.Text(), primary_key=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("text", "existing")),
        sa.Column("is_validated", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("who", "written_on")),
        sa.Column("revision", sa.Integer(), nullable=False),
    )
