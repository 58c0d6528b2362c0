"""Alembic's entry: steps run on the connection, and inside the transaction, that `open_workspace` opened."""

from alembic import context

from geodata.workspace.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
context.run_migrations()
