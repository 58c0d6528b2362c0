"""Cells of a country by blocks. A package: workers load the main module of a command unless it is one's `__main__`."""
