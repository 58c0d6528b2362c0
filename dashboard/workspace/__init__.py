"""Copies of what people write: `python -m dashboard.workspace backup | restore | check`."""
