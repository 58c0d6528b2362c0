"""Settings of the ETL, from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class EtlSettings:
    """Where source files are kept (`RELIANCE_DATA`), which database is built (`RELIANCE_DB`), where what users write is
    (`RELIANCE_WORKSPACE`; empty: beside the database), the mirror that stands for producers' hosts (`RELIANCE_MIRROR`;
    empty: none), and whether lists of services are left for later (`OFFLINE`; empty or 0: no)."""

    data: Path
    # An address may hold a password.
    db: str = field(repr=False)
    workspace: str = field(default="", repr=False)
    mirror: str = field(default="", repr=False)
    is_offline: bool = False

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "EtlSettings":
        """Settings of this environment; the defaults keep everything under `var/`."""
        return cls(
            Path(environ.get("RELIANCE_DATA", "var/data")),
            environ.get("RELIANCE_DB", "var/isolation.gpkg"),
            environ.get("RELIANCE_WORKSPACE", ""),
            environ.get("RELIANCE_MIRROR", ""),
            environ.get("OFFLINE", "") not in ("", "0"),
        )
