"""Read-only questions asked of the published database: a GeoPackage file or a PostGIS server.

`open_store(url)` gives a `Store`; its methods return frames (or one noun) and never write. No connection is kept
open, so that a database replaced by a new build is seen at the next question, or once it was read where it is held.
"""

from geodata.store.held import read_only
from geodata.store.opening import open_store
from geodata.store.store import Store

__all__ = ["Store", "open_store", "read_only"]
