"""Copies of what people write: make one, put one back, check what is there.

Exit codes: 0 done, 2 bad usage, 3 it cannot be read or written.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from dashboard.backup import backup, check, restore
from dashboard.settings import Settings
from geodata.errors import GeodataError
from geodata.postgresql import shown

COPIES = "backups"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    try:
        options = _parser().parse_args(arguments)
        options.run(options, Settings.from_env(os.environ, ["--workspace", options.workspace or ""]).workspace)
    except GeodataError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m dashboard.workspace", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.set_defaults(workspace=os.environ.get("RELIANCE_WORKSPACE", ""))
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    where = {
        "default": os.environ.get("RELIANCE_WORKSPACE", ""),
        "help": "path ending in .sqlite or postgresql://... (default: RELIANCE_WORKSPACE, else beside the database)",
    }
    make = commands.add_parser("backup", help="write a whole copy, while people write")
    make.add_argument("--workspace", **where)
    make.add_argument("--out", type=Path, help=f"file or folder (default: {COPIES} beside the workspace)")
    make.set_defaults(run=_backup)
    put = commands.add_parser("restore", help="put a copy back; what was there is copied first")
    put.add_argument("copy", type=Path, help="a copy that backup wrote")
    put.add_argument("--workspace", **where)
    put.add_argument("--replace", action="store_true", help="take the place of the workspace that is there")
    put.set_defaults(run=_restore)
    look = commands.add_parser("check", help="say whether the workspace is sound, and how much it holds")
    look.add_argument("--workspace", **where)
    look.set_defaults(run=_check)
    return parser


def _backup(options: argparse.Namespace, workspace: str) -> None:
    out = options.out or Path("var" if "://" in workspace else Path(workspace).parent) / COPIES
    made = backup(workspace, out)
    print(f"{made}  {made.stat().st_size:,} bytes")


def _restore(options: argparse.Namespace, workspace: str) -> None:
    before = restore(workspace, options.copy, is_replacing=options.replace)
    print(f"{shown(workspace)} holds what {options.copy} held." + (f" Before: {before}" if before else ""))
    _check(options, workspace)


def _check(options: argparse.Namespace, workspace: str) -> None:
    counted = ", ".join(f"{count:,} {name}" for name, count in check(workspace).items())
    print(f"{shown(workspace)} is sound: {counted}.")


if __name__ == "__main__":
    sys.exit(main())
