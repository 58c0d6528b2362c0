"""Steps from one schema of the workspace to the next, applied by Alembic when it is opened."""
