"""Commands that copy, put back and check what is kept: the same for the workspace and for accounts."""

import argparse
from collections.abc import Callable
from pathlib import Path

from dashboard.backup import BackedUp, backup, check, restore
from geodata.postgresql import shown

COPIES = "backups"


def add_commands(
    commands: argparse._SubParsersAction, kept: BackedUp, after: Callable[[str], object] | None = None
) -> None:
    """Add `backup`, `restore` and `check`; each sets `run(options, url)`, which returns its words.

    `after` is called with the address of what was put back.
    """
    make = commands.add_parser("backup", help="write a whole copy, while people write")
    make.add_argument("--out", type=Path, help=f"file or folder (default: {COPIES} beside what is copied)")
    put = commands.add_parser("restore", help="put a copy back; what was there is copied first")
    put.add_argument("copy", type=Path, help="a copy that backup wrote")
    put.add_argument("--replace", action="store_true", help="take the place of what is there")
    look = commands.add_parser("check", help="say whether it is sound, and how much it holds")

    def run_backup(options: argparse.Namespace, url: str) -> str:
        made = backup(url, options.out or Path("var" if "://" in url else Path(url).parent) / COPIES, kept)
        return f"{made}  {made.stat().st_size:,} bytes"

    def run_restore(options: argparse.Namespace, url: str) -> str:
        before = restore(url, options.copy, kept, is_replacing=options.replace)
        if after:
            after(url)
        kept_before = f" Before: {before}" if before else ""
        return f"{shown(url)} holds what {options.copy} held.{kept_before}\n{run_check(options, url)}"

    def run_check(options: argparse.Namespace, url: str) -> str:
        counted = ", ".join(f"{count:,} {name}" for name, count in check(url, kept).items())
        return f"{shown(url)} is sound: {counted}."

    for parser, run in ((make, run_backup), (put, run_restore), (look, run_check)):
        parser.set_defaults(run=run, copies=True)
