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
from etl.agency.importing import built_store, examine, keep, refuse_partial, write_report
from etl.agency.statements import record
from etl.commit import commit
from etl.downloads.arrivals import FOLDER, hand_in
from etl.downloads.catalogue import catalogue, entry_of
from etl.downloads.fetch import client, fetch_base, fetch_official
from etl.downloads.first_day import try_lists
from etl.publishing.checks import Finding, run_checks
from etl.publishing.diff import compare, in_words, out_csv
from etl.publishing.publish import destination, publish, read_back
from etl.reading.files import WHOLE
from etl.reading.intake import intake, refuse_spoilt
from etl.settings import EtlSettings
from etl.sources import agency_direct, agency_survey, agency_territories, osm_roads
from etl.sources.official import STATISTICS
from etl.sources.service_lists import SERVICE_LISTS
from geodata.agency import AGENCY_FILES, AgencyKind, template_csv, template_xlsx
from geodata.console import show_what_it_can
from geodata.errors import CheckFailed, GeodataError, UsageError
from geodata.postgresql import shown
from geodata.store import open_store
from geodata.version import VERSION
from geodata.workspace import beside, open_workspace


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    show_what_it_can()
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
    db = {
        "default": settings.db,
        "help": f"database, a path ending in .gpkg or postgresql://... (default: {shown(settings.db)})",
    }

    kind = {
        "type": AgencyKind,
        "choices": list(AgencyKind),
        "help": f"one of {', '.join(AgencyKind)}",
        "metavar": "KIND",
    }

    fetch = commands.add_parser(
        "fetch",
        help="take sources: the base ones, or official files of the catalogue",
        description="Take sources into the data folder. Without a name: the base sources, with the package client. "
        "Names are those of `python -m etl sources --catalogue`. Downloads are resumed, tried again and checked; other "
        "bytes are never overwritten. Proxies are those of the environment; RELIANCE_MIRROR is a base address that "
        "stands for every host.",
    )
    fetch.add_argument("source", nargs="*", metavar="SOURCE", help="entries of the catalogue, or base")
    fetch.add_argument("--all", action="store_true", help="every entry of the catalogue that has an address")
    fetch.add_argument(
        "--from", dest="copy", type=Path, metavar="FILE", help="take this local copy instead (one SOURCE)"
    )
    fetch.add_argument(
        "--first-day",
        action="store_true",
        help="try the lists of services that matter most, side by side and two minutes at most; never fails, and does "
        "nothing with OFFLINE=1 in the environment",
    )
    fetch.add_argument("--hasty", action="store_true", help="ask once and do not wait long")
    fetch.add_argument("--accept-changed", action="store_true", help="accept other bytes than the announced checksum")
    fetch.add_argument(
        "--allow-private", action="store_true", help="follow redirects that lead into the own network (a mirror)"
    )
    fetch.add_argument("--data", **data)
    fetch.set_defaults(run=_fetch, mirror=settings.mirror, is_offline=settings.is_offline)

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
    build.add_argument(
        "--with-local-survey",
        action="store_true",
        help="pool the agency's own survey rates with the published ones, in the whole country (default: beside)",
    )
    build.add_argument(
        "--strict",
        action="store_true",
        help="stop, before the long steps, on a file that is damaged or refused (default: name it and go on without)",
    )
    build.set_defaults(run=_build, default_base=settings.data)

    sources = commands.add_parser(
        "sources", help="list the sources of a database, with accepted and refused rows, and the catalogue of files"
    )
    sources.add_argument("--db", **db)
    sources.add_argument("--data", **data)
    sources.add_argument("--catalogue", action="store_true", help="only the catalogue; no database is needed")
    sources.set_defaults(run=_sources)

    template = commands.add_parser("template", help="write the template of a file that an agency hands in")
    template.add_argument("kind", **kind)
    template.add_argument("--out", type=Path, help="file to write, .csv or .xlsx (default: CSV on the screen)")
    template.set_defaults(run=_template)

    bring = commands.add_parser(
        "import",
        help="validate an agency's own file line by line and keep it for the next build",
        description="Validate an agency's own file (CSV, xlsx, GeoPackage) line by line. The report, in French, is "
        "printed and written beside the file. A file with a refused line is not kept. What is kept replaces what the "
        "same command kept before; corrections go to the workspace.",
    )
    bring.add_argument("kind", **kind)
    bring.add_argument("file", type=Path, nargs="?", help="file to read")
    bring.add_argument("--data", **data)
    bring.add_argument("--db", **db)
    bring.add_argument(
        "--workspace",
        default=settings.workspace,
        help="where corrections go: path ending in .sqlite or postgresql://... (default: beside the database)",
    )
    bring.add_argument("--name", default="", help="name of this set, to keep several files of one kind side by side")
    bring.add_argument(
        "--accept-partial", action="store_true", help="keep the accepted lines although some are refused"
    )
    bring.add_argument(
        "--not-a-person",
        type=_lines,
        default=(),
        metavar="LINES",
        help="lines (3,5) that name a place although they begin as the name of a person does (« Monsieur Vincent, "
        "accueil de jour »): you confirm it, and the report says so",
    )
    bring.add_argument("--report", type=Path, help="where to write the report (default: FILE.rapport.csv)")
    bring.add_argument("--template", action="store_true", help="print the template of this kind and stop")
    bring.set_defaults(run=_import, base=None, default_base=settings.data)

    check = commands.add_parser("check", help="ask a published database the questions a build must answer")
    check.add_argument("--db", **db)
    check.set_defaults(run=_check)

    diff = commands.add_parser(
        "diff",
        help="say what a new database changes: rows, moved codes, vintages, verdicts",
        description="Say what a new database changes against an old one: rows of each table, communes that moved, "
        "sources whose vintage changed, territories whose verdict changed (default definition and threshold).",
    )
    diff.add_argument("--db", **db)
    diff.add_argument("--against", required=True, help="the old database, same forms as --db")
    diff.add_argument("--out", type=Path, help="CSV file that lists every row that changed")
    diff.set_defaults(run=_diff)
    return parser


def _lines(text: str) -> frozenset[int]:
    """Numbers of lines between commas."""
    return frozenset(int(number) for number in text.split(","))


def _fetch(options: argparse.Namespace) -> None:
    if options.first_day:
        if options.is_offline:
            print("lists of services: not asked for (OFFLINE)")
        else:
            try_lists(options.data)
        return
    if options.copy is not None and len(options.source) != 1:
        raise UsageError("--from takes the local copy of one source: python -m etl fetch SOURCE --from FILE")
    if "base" in options.source or not (options.source or options.all):
        for snapshot in fetch_base(options.data / "base"):
            print(f"{snapshot.path.name}  {snapshot.size:,} bytes  sha256 {snapshot.sha256[:12]}…")
    entries = [entry_of(name) for name in options.source if name != "base"]
    entries += [entry for entry in catalogue() if options.all and entry.address and entry not in entries]
    asking = client(options.mirror, allow_private=options.allow_private, hasty=options.hasty)
    failed = []
    for entry in entries:
        try:
            if options.copy is not None:
                arrival = hand_in(entry, options.copy, options.data, accept_changed=options.accept_changed)
            else:
                arrival = fetch_official(entry, options.data, asking, accept_changed=options.accept_changed)
        except GeodataError as error:
            # The others are still taken; the command ends as the first failure says.
            failed.append(error)
            continue
        aside = f", the old one is kept as {arrival.superseded}" if arrival.superseded else ""
        print(f"{entry.id}: {arrival.change}  {arrival.path}  sha256 {arrival.sha256[:12]}…{aside}")
    if failed:
        raise type(failed[0])("\n".join(str(error) for error in failed))


def _base_folder(options: argparse.Namespace) -> Path:
    """A folder of official files has no base packages, and may be read-only: they are taken from the usual one."""
    has_none = options.data.is_dir() and not (options.data / "base").is_dir()
    return options.base or (options.default_base if has_none else options.data)


def _build(options: argparse.Namespace) -> None:
    destination(options.db)
    snapshots = recipe.snapshots_in(_base_folder(options))
    modules = (*STATISTICS, *SERVICE_LISTS, agency_territories, agency_survey, agency_direct, osm_roads)
    official, unread = intake(options.data, modules)
    for file in unread:
        print(f"not read: {file.path}: {file.reason}", file=sys.stderr)
    if options.strict:
        refuse_spoilt(unread)
    with tqdm(total=recipe.STEPS + 2, bar_format="{desc:<46} {bar:24} {n_fmt}/{total_fmt} [{elapsed}]") as bar:
        started = False

        def announce(step: str) -> None:
            nonlocal started
            bar.update(int(started))
            bar.set_description_str(step)
            started = True

        today = date.today().isoformat()
        tables = recipe.build(
            snapshots,
            official,
            seed=options.seed,
            with_local_survey=options.with_local_survey,
            strict=options.strict,
            announce=announce,
        )
        tables["build"] = pd.concat([tables["build"], _made(today)], ignore_index=True)
        announce("check the tables")
        _stop_on(run_checks(tables), "the new tables were not published, the database that was there is untouched")
        announce("publish")
        publish(tables, options.db, date=today)
        bar.update(1)
    rejects = tables["reject"]
    for told in rejects[rejects["row"] == WHOLE].itertuples():
        print(f"{told.key}: {told.reason}", file=sys.stderr)
    if spoilt := [file.path.name for file in unread if file.is_spoilt]:
        print(f"damaged, and not read: {', '.join(spoilt)}", file=sys.stderr)
    if options.with_local_survey:
        print(f"{int(tables['local_rate']['is_used'].sum())} local survey rate(s) are pooled with the published ones.")
    print(
        f"{shown(options.db)} is ready: {len(tables['territory']):,} territories, {len(tables['service']):,} services."
    )


def _template(options: argparse.Namespace) -> None:
    if options.out is None:
        print(template_csv(options.kind).removeprefix("\ufeff"), end="")
        return
    if options.out.suffix not in (".csv", ".xlsx"):
        raise UsageError(f"{options.out}: a template is written as .csv or .xlsx.")
    is_csv = options.out.suffix == ".csv"
    options.out.write_bytes(template_csv(options.kind).encode() if is_csv else template_xlsx(options.kind))
    print(f"{options.out}: {AGENCY_FILES[options.kind].note}")


def _import(options: argparse.Namespace) -> None:
    if options.template:
        print(template_csv(options.kind).removeprefix("\ufeff"), end="")
        return
    if options.file is None:
        raise UsageError(f"which file? python -m etl import {options.kind} FILE   (--template prints its template)")
    examined = examine(
        options.kind,
        options.file,
        built_store(options.db),
        parts=recipe.parts_of_communes(_base_folder(options)),
        places=options.not_a_person,
    )
    print(examined.report.text())
    report = options.report or options.file.with_name(options.file.name + ".rapport.csv")
    write_report(examined.report, report)
    print(f"rapport : {report}")
    if options.kind == AgencyKind.CORRECTIONS:
        refuse_partial(examined.report, options.accept_partial)
        workspace = options.workspace or beside(options.db)
        written, known = record(examined.rows.values(), open_workspace(workspace))
        print(f"{len(written)} correction(s) écrite(s) dans {shown(workspace)}, {known} déjà connue(s).")
        return
    kept, before, is_new = keep(examined, options.data, name=options.name, accept_partial=options.accept_partial)
    if not is_new:
        print(f"rien ne change : {kept} contenait déjà ces lignes.")
        return
    replaced = "" if before is None else f", à la place de {before} ligne(s)"
    print(f"gardé dans {kept}{replaced}. Lu à la prochaine construction : python -m etl build --data {options.data}")


def _check(options: argparse.Namespace) -> None:
    _stop_on(run_checks(read_back(options.db)), f"{shown(options.db)} does not answer as it should")
    print(f"{shown(options.db)}: every question has the expected answer.")


def _made(today: str) -> pd.DataFrame:
    """When and by which code: no part of the content, two builds of the same sources have the same hash."""
    made = {"built_on": today, "code_version": VERSION, "code_commit": commit()}
    return pd.DataFrame([(key, value) for key, value in made.items() if value], columns=["key", "value"])


def _stop_on(findings: list[Finding], consequence: str) -> None:
    if findings:
        asked = "\n".join(f"- {finding.question} {finding.answer}" for finding in findings)
        raise CheckFailed(f"{consequence}:\n{asked}")


def _diff(options: argparse.Namespace) -> None:
    difference = compare(options.db, options.against, with_rows=options.out is not None)
    print(in_words(difference))
    if options.out is not None:
        options.out.write_text(out_csv(difference), encoding="utf-8", newline="")
        print(f"every row is in {options.out}")


def _sources(options: argparse.Namespace) -> None:
    if not options.catalogue:
        for row in open_store(options.db).sources().itertuples():
            counted = f"{row.accepted:>8,} accepted {row.rejected:>6,} rejected"
            print(f"{row.id:16} {counted}  {row.producer}, {row.vintage or 'undated'}")
        print()
    for entry in catalogue():
        there = options.data / FOLDER / entry.id / entry.file
        state = "taken" if there.is_file() else "by hand" if not entry.address else "to take"
        print(f"{entry.id:32} {state:8} {entry.trust:10} {entry.title}, {entry.vintage}  {entry.page}")


if __name__ == "__main__":
    sys.exit(main())
