"""Computations wait in a queue: what each is, who asked for it and when, how often it was begun."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add columns with a value for what was asked before; an unfinished computation of before is not begun again."""
    for name in ("kind", "client", "asked_on"):
        op.add_column("job", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("job", sa.Column("begun", sa.Integer(), nullable=False, server_default="0"))
