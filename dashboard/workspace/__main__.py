"""Copies of what people write: make one, put one back, check what is there.

Exit codes: 0 done, 2 bad usage, 3 it cannot be read or written.
"""

import argparse
import os
import sys
from collections.abc import Sequence

from dashboard.backup import WORKSPACE
from dashboard.backup_commands import add_commands
from dashboard.settings import Settings
from geodata.errors import GeodataError
from geodata.processes import keep_imports


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    try:
        options = _parser().parse_args(arguments)
        settings = Settings.from_env(os.environ, ["--workspace", options.workspace or ""])
        print(options.run(options, settings.workspace))
    except GeodataError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m dashboard.workspace", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add_commands(commands, WORKSPACE)
    for command in commands.choices.values():
        command.add_argument(
            "--workspace",
            default=os.environ.get("RELIANCE_WORKSPACE", ""),
            help="path ending in .sqlite or postgresql://... (default: RELIANCE_WORKSPACE, else beside the database)",
        )
    return parser


if __name__ == "__main__":
    keep_imports()
    sys.exit(main())
