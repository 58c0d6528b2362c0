"""Which commit of the code runs, where the code lies in its Git repository."""

import subprocess
from pathlib import Path

PROJECT = Path(__file__).parents[1]


def commit(folder: Path = PROJECT) -> str:
    """The commit of `folder`, twelve digits, with `-dirty` where a tracked file was changed since.

    Empty where it is not known: an installed copy, an archive, a machine without Git.
    """
    if not (folder / ".git").exists():
        return ""
    describe = ["git", "-C", str(folder), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    try:
        return subprocess.run(describe, capture_output=True, text=True, check=True, timeout=30).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""
