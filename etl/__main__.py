"""Command line of the ETL: fetch the sources, build the database, check it.

Exit codes: 0 done, 2 bad usage, 3 bad input, 4 source unavailable, 5 a check stopped the publication.
"""

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, cast

import pandas as pd
from tqdm import tqdm

from etl import build as recipe
from etl import europe, unsurveyed
from etl.agency import corrections
from etl.agency.importing import built_store, examine, keep, refuse_partial, write_report
from etl.agency.statements import record
from etl.commit import commit
from etl.downloads.arrivals import FOLDER, hand_in
from etl.downloads.catalogue import catalogue, entry_of
from etl.downloads.fetch import client, fetch_base, fetch_official
from etl.downloads.first_day import try_lists
from etl.downloads.given import take
from etl.grid.cells import read_cells
from etl.grid.engine import LOCAL, NONE, begin_to_load, engine
from etl.grid.run import BLOCKS, Question, cells_of, write_grid
from etl.pack import installed_packs, pack, restore
from etl.publishing import geoparquet
from etl.publishing.another_country import refuse_another_country
from etl.publishing.checks import run_checks
from etl.publishing.diff import compare, in_words, out_csv
from etl.publishing.publish import Tables, destination, publish, read_back
from etl.publishing.swap import promote
from etl.reading.files import WHOLE, refuse_left_out
from etl.reading.intake import intake, refuse_spoilt
from etl.rejects import with_words
from etl.settings import EtlSettings
from etl.sources import agency_direct, agency_survey, agency_territories, iris_outlines, osm_roads
from etl.sources.grids import GRIDS
from etl.sources.registry import SERVICE_LISTS, STATISTICS
from geodata.agency import AGENCY_FILES, AgencyKind, template_csv, template_xlsx
from geodata.console import show_what_it_can
from geodata.countries import RECORDS, is_same_record, record_of
from geodata.errors import CheckFailed, GeodataError, UsageError
from geodata.methods.access import TRAVEL, gaussian
from geodata.minutes import DEFAULT_MINUTES
from geodata.postgresql import shown
from geodata.processes import end_with_parent, keep_imports
from geodata.sentences import sentence
from geodata.source import Snapshot
from geodata.store import open_store
from geodata.territory import Level
from geodata.translations import LANGUAGES, words
from geodata.version import VERSION
from geodata.workspace import open_workspace, workspace_path

READERS = (*STATISTICS, *SERVICE_LISTS, *GRIDS, iris_outlines, osm_roads)
"""Readers of official files."""

_READERS: Mapping[str, Sequence[Any]] = {"france": READERS, "europe": europe.READERS}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    show_what_it_can()
    end_with_parent()
    settings = EtlSettings.from_env()
    options = _parser(settings).parse_args(arguments)
    try:
        options.run(options)
    except GeodataError as error:
        print(f"{type(error).__name__}: {error.worded(words(options.lang))}", file=sys.stderr)
        return error.exit_code
    return 0


def _parser(settings: EtlSettings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m etl", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    # What several commands take.
    data: dict[str, Any] = {
        "type": Path,
        "default": settings.data,
        "help": f"folder of the source files (default: {settings.data})",
    }
    db: dict[str, Any] = {
        "default": settings.db,
        "help": f"database, a path ending in .gpkg or postgresql://... (default: {shown(settings.db)})",
    }

    kind: dict[str, Any] = {
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

    given = commands.add_parser(
        "take",
        help="keep an official file for the next build, recognised by what it holds",
        description="Say which source an official file is (CSV, xlsx, JSON, Parquet, zip), whatever its name, and keep "
        "a copy in the data folder. A file that nobody reads is refused with the reason.",
    )
    given.add_argument("file", type=Path, help="file to keep")
    given.add_argument("--data", **data)
    given.add_argument(
        "--country", choices=list(RECORDS), default="france", help="whose build it is for (default: %(default)s)"
    )
    given.set_defaults(run=_take)

    build = commands.add_parser("build", help="build the database from the files in the data folder")
    build.add_argument("--db", **db)
    build.add_argument("--data", **data)
    build.add_argument(
        "--base",
        type=Path,
        help="data folder that the base packages were fetched into (default: the folder of --data when it has a "
        f"folder named base, else {settings.data})",
    )
    build.add_argument(
        "--country",
        choices=list(RECORDS),
        default="france",
        help="whose territories: of Europe, LAU and NUTS with their census grid and an extract of OpenStreetMap or "
        "Overture, without any estimate of isolation (default: %(default)s)",
    )
    build.add_argument(
        "--replace-country", action="store_true", help="replace the database at --db although it is of another country"
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
    build.add_argument(
        "--without-packs", action="store_true", help="leave aside the packs of official files that are installed"
    )
    build.add_argument(
        "--plain", action="store_true", help="announce each step on a line of its own instead of drawing a bar"
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
        description="Validate an agency's own file (CSV, xlsx, GeoPackage) line by line. The report is printed "
        "and written beside the file. A file with a refused line is not kept. What is kept replaces what the "
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
    bring.add_argument("--by", default="", help="who imports corrections: they are signed so, and not as the file says")
    bring.add_argument(
        "--report",
        type=Path,
        help="where to write the report (default: FILE.rapport.csv); as codes and values when it ends in .json",
    )
    bring.add_argument("--template", action="store_true", help="print the template of this kind and stop")
    bring.set_defaults(run=_import, base=None, default_base=settings.data)

    check = commands.add_parser("check", help="ask a published database the questions a build must answer")
    check.add_argument("--db", **db)
    check.set_defaults(run=_check)

    grid = commands.add_parser(
        "grid",
        help="write the cells of a country with what they reach, on one process or on a Dask cluster",
        description="Write OUT/cells.parquet: each square of population of the data folder with its commune, its "
        "residents (they add up to the commune's), minutes to the nearest service of each family and the shared supply "
        "(E2SFCA). Plain Parquet, a row group a tile. Finished blocks are kept in OUT/blocks: a run that was stopped "
        "goes on. The same bytes whoever works them out. The database is only read.",
    )
    grid.add_argument("--data", **data)
    grid.add_argument("--db", **db)
    grid.add_argument("--out", type=Path, required=True, help="folder to write in")
    grid.add_argument(
        "--scheduler",
        default=NONE,
        help=f"{NONE} (this process), {LOCAL} (processes of this machine), or the address of a Dask scheduler, "
        "tcp://... (default: %(default)s)",
    )
    grid.add_argument("--workers", type=int, help="processes of --scheduler local (default: one a core)")
    grid.add_argument("--blocks", type=int, default=BLOCKS, help="blocks of each round (default: %(default)s)")
    grid.add_argument("--minutes", type=float, default=DEFAULT_MINUTES, help="catchment (default: %(default)g)")
    grid.add_argument(
        "--generate",
        type=int,
        metavar="COUNT",
        help="spread residents over about COUNT generated squares, not those of --data: to measure, never to show",
    )
    grid.add_argument("--seed", type=int, default=recipe.SEED, help="seed of --generate (default: %(default)s)")
    grid.set_defaults(run=_grid)

    export = commands.add_parser(
        "export",
        help="write territories with their shares as GeoParquet, for other software",
        description="Write OUT/LEVEL.parquet for each level: GeoParquet 1.1 in WGS 84 with a box a row (bbox), names, "
        "nesting, the expected share with its interval, kind, definition and source. The database is only read.",
    )
    export.add_argument("--db", **db)
    export.add_argument("--out", type=Path, required=True, help="folder to write in")
    export.add_argument("--format", choices=["geoparquet"], default="geoparquet", help="%(default)s, the only one")
    export.add_argument(
        "--level",
        type=Level,
        choices=[level for level in Level if level != Level.FRANCE],
        action="append",
        help="commune, epci, tvs, departement or region; several times (default: all that have outlines)",
    )
    export.set_defaults(run=_export)

    wheel = commands.add_parser(
        "pack",
        help="make a wheel of the official files of a data folder, for networks that reach no producer",
        description="Write a wheel that holds each official file of the data folder byte for byte (Parquet), with its "
        "producer, licence, page, vintage, checksum and the rows that the build refused. Where it is installed with "
        "pip, `build` reads it: the database has the same hash. Files of an agency are never packed.",
    )
    wheel.add_argument("--data", **data)
    wheel.add_argument("--db", **db)
    wheel.add_argument("--name", default="france", help="name of the pack (default: %(default)s)")
    wheel.add_argument("--out", type=Path, default=Path(), help="folder to write it in (default: this one)")
    wheel.set_defaults(run=_pack)

    put = commands.add_parser(
        "publish",
        help="put a database that was built beside in place of the published one",
        description="Check a GeoPackage that `build --db` wrote beside, and put it in place of the published database "
        "in one move. With --keep, what was there is kept as a GeoPackage: publishing that one is going back.",
    )
    put.add_argument("candidate", type=Path, help="a GeoPackage that build wrote")
    put.add_argument("--db", **db)
    put.add_argument("--keep", type=Path, help="GeoPackage that what was published becomes")
    put.add_argument(
        "--replace-country", action="store_true", help="replace the database at --db although it is of another country"
    )
    put.set_defaults(run=_publish)

    diff = commands.add_parser(
        "diff",
        help="say what a new database changes: rows, moved codes, vintages, verdicts",
        description="Say what a new database changes against an old one: rows of each table, communes that moved, "
        "sources whose vintage changed, territories whose verdict changed (default definition and threshold).",
    )
    diff.add_argument("--db", **db)
    diff.add_argument(
        "--against", default=settings.db, help=f"the old database, same forms as --db (default: {shown(settings.db)})"
    )
    diff.add_argument("--out", type=Path, help="CSV file that lists every row that changed")
    diff.add_argument("--quiet", action="store_true", help="print nothing of what changed: --out holds it")
    diff.set_defaults(run=_diff)
    for command in commands.choices.values():
        command.add_argument(
            "--lang",
            choices=LANGUAGES,
            default="fr" if command is bring else "en",
            help="language in which a file is said to be refused, and an import reported (default: %(default)s)",
        )
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


def _take(options: argparse.Namespace) -> None:
    path, snapshot = take(options.file, options.data, _READERS[options.country])
    source = snapshot.source
    about = {"source": source.id, "title": source.title, "producer": source.producer, "sum": snapshot.sha256[:12]}
    print(sentence("taken", path=path, **about).text(words(options.lang)))


def _base_folder(options: argparse.Namespace) -> Path:
    """A folder of official files has no base packages, and may be read-only: they are taken from the usual one."""
    has_none = options.data.is_dir() and not (options.data / "base").is_dir()
    return options.base or (options.default_base if has_none else options.data)


def _build(options: argparse.Namespace) -> None:
    destination(options.db)
    if not options.replace_country:
        refuse_another_country(options.db, {"country": RECORDS[options.country].to_json()}, is_same_record)
    readers: Sequence[Any]
    if options.country == "europe":
        readers, make, steps = europe.READERS, _europe, unsurveyed.STEPS + 2
    else:
        snapshots = recipe.snapshots_in(_base_folder(options))
        for name, folder in ({} if options.without_packs else installed_packs()).items():
            done = sentence("pack_restored", name=name, count=len(restore(folder, options.data)))
            print(done.text(words(options.lang)))
        readers = (*READERS, agency_territories, agency_survey, agency_direct)
        make, steps = partial(_france, snapshots), recipe.STEPS
    official, unread = intake(options.data, readers)
    for file in unread:
        print(sentence("not_read", file=file.line).text(words(options.lang)), file=sys.stderr)
    if options.strict:
        refuse_spoilt(unread)
    total, say = steps + 2, words(options.lang)
    drawn = "{desc:<46} {bar:24} {n_fmt}/{total_fmt} [{elapsed}]"
    with tqdm(total=total, bar_format=drawn, disable=options.plain) as bar:
        begun = 0

        def announce(step: str) -> None:
            nonlocal begun
            bar.update(int(begun > 0))
            begun += 1
            name = sentence(step)
            bar.set_description_str(name.text(say))
            if options.plain:
                print(sentence("step", number=begun, total=total, step=name).text(say), flush=True)

        today = date.today().isoformat()
        tables = make(official, options, announce)
        if not options.replace_country:
            refuse_another_country(options.db, tables["build"].set_index("key")["value"].to_dict())
        tables["build"] = pd.concat([tables["build"], _made(today)], ignore_index=True)
        announce("step_checks")
        if findings := run_checks(tables):
            raise CheckFailed(sentence("not_published", findings=tuple(findings)))
        announce("step_publication")
        publish(tables, options.db, date=today)
        bar.update(1)
    rejects = tables["reject"]
    for reject in with_words(rejects[rejects["row"] == WHOLE], words(options.lang)).itertuples():
        print(f"{reject.key}: {reject.reason}", file=sys.stderr)
    if spoilt := [file.path.name for file in unread if file.is_spoilt]:
        print(sentence("damaged", files=", ".join(spoilt)).text(say), file=sys.stderr)
    if options.with_local_survey:
        print(sentence("pooled", count=int(tables["local_rate"]["is_used"].sum())).text(say))
    counts = {"territories": len(tables["territory"]), "services": len(tables["service"])}
    print(sentence("ready", place=shown(options.db), **counts).text(say))


def _france(
    snapshots: dict[str, Snapshot],
    official: Mapping[str, Sequence[Snapshot]],
    options: argparse.Namespace,
    announce: recipe.Announce,
) -> Tables:
    return recipe.build(
        snapshots,
        official,
        seed=options.seed,
        with_local_survey=options.with_local_survey,
        strict=options.strict,
        announce=announce,
    )


def _europe(
    official: Mapping[str, Sequence[Snapshot]], options: argparse.Namespace, announce: recipe.Announce
) -> Tables:
    without_effect = {
        "--with-local-survey": options.with_local_survey,
        "--seed": options.seed != recipe.SEED,
        "--base": options.base is not None,
        "--without-packs": options.without_packs,
    }
    if given := [flag for flag, is_given in without_effect.items() if is_given]:
        raise UsageError(
            f"{', '.join(given)}: no recipe estimates isolation in Europe, nothing is drawn and no base package is "
            "read; leave it out."
        )
    announce("step_territories")
    places = europe.read_places(official)
    announce("step_official")
    listed = unsurveyed.read_services(official, europe.SERVICES)
    if options.strict:
        refuse_left_out(pd.concat([places.rejects, listed.rejects]))
    cells = partial(read_cells, official, fills=True)
    return unsurveyed.build(places, cells, listed, official, announce=announce)


def _grid(options: argparse.Namespace) -> None:
    for name in ("workers", "blocks", "generate"):
        if (number := getattr(options, name)) is not None and number < 1:
            raise UsageError(f"--{name} {number}: a number from 1 is expected.")
    begin_to_load(options.scheduler)
    store = open_store(options.db)
    cells, metadata = cells_of(
        store, options.data, generate=options.generate, seed=options.seed, tell=partial(print, file=sys.stderr)
    )
    question = Question(TRAVEL, options.minutes, gaussian(options.minutes / 2))
    tell = partial(print, "Dask:", file=sys.stderr)
    with engine(options.scheduler, options.workers, tell=tell) as work_out, tqdm(unit="block") as bar:

        def announce(family: str, done: int, all_: int) -> None:
            bar.total = all_
            bar.set_description_str(f"{family:<15}")
            bar.n = done
            bar.refresh()

        path = write_grid(
            store, cells, metadata, question, work_out, options.out, blocks=options.blocks,
            threads=None if options.scheduler == NONE else 1, announce=announce,
        )  # fmt: skip
    print(f"{path}: {len(cells):,} cells, {metadata['kind']}")


def _export(options: argparse.Namespace) -> None:
    store = open_store(options.db)
    drawn = set(store.screen_layers()["level"])
    for level in options.level or [level for level in Level if level in drawn]:
        path = options.out / f"{level.value}.parquet"
        print(f"{path}: {geoparquet.write(store, level, path):,} territories")


def _pack(options: argparse.Namespace) -> None:
    store = open_store(options.db)
    official, _unread = intake(options.data, _READERS.get(record_of(store.build()) or "", READERS))
    path = pack(official, options.data, store, options.out, name=options.name)
    print(f"{path}  {path.stat().st_size:,} bytes, {sum(map(len, official.values()))} file(s)")


def _publish(options: argparse.Namespace) -> None:
    promote(options.candidate, options.db, options.keep, replace_country=options.replace_country)
    about = {"place": shown(options.db), "candidate": options.candidate}
    is_kept = options.keep and options.keep.is_file()
    done = sentence("published_and_kept", **about, kept=options.keep) if is_kept else sentence("published", **about)
    print(done.text(words(options.lang)))


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
    store = built_store(options.db)
    examined = examine(
        options.kind,
        options.file,
        store,
        parts=recipe.parts_of_communes(_base_folder(options)),
        places=options.not_a_person,
    )
    _ = words(options.lang)
    print(examined.report.text(options.lang))
    report = options.report or options.file.with_name(options.file.name + ".rapport.csv")
    write_report(examined.report, report, options.lang)
    print(sentence("report_written", path=report).text(_))
    if options.kind == AgencyKind.CORRECTIONS:
        refuse_partial(examined.report, options.accept_partial)
        workspace = options.workspace or workspace_path(options.db)
        rows = cast("Iterable[corrections.Row]", examined.rows.values())
        country = {"country": store.country()} if store else {}
        written, already = record(rows, open_workspace(workspace), by=options.by, **country)
        done = sentence("corrections_written", count=len(written), place=shown(workspace), known=already)
        print(done.text(_))
        return
    kept, before, is_new = keep(examined, options.data, name=options.name, accept_partial=options.accept_partial)
    if not is_new:
        done = sentence("import_changes_nothing", path=kept)
    elif before is None:
        done = sentence("lines_kept", path=kept, data=options.data)
    else:
        done = sentence("lines_replaced", path=kept, count=before, data=options.data)
    print(done.text(_))


def _check(options: argparse.Namespace) -> None:
    if findings := run_checks(read_back(options.db)):
        raise CheckFailed(sentence("does_not_answer", place=shown(options.db), findings=tuple(findings)))
    print(f"{shown(options.db)}: every question has the expected answer.")


def _made(today: str) -> pd.DataFrame:
    """When and by which code: no part of the content, two builds of the same sources have the same hash."""
    made = {"built_on": today, "code_version": VERSION, "code_commit": commit()}
    return pd.DataFrame([(key, value) for key, value in made.items() if value], columns=["key", "value"])


def _diff(options: argparse.Namespace) -> None:
    difference = compare(options.db, options.against, with_rows=options.out is not None)
    if not options.quiet:
        print(in_words(difference))
    if options.out is not None:
        options.out.write_text(out_csv(difference), encoding="utf-8", newline="")
        print(sentence("rows_in", path=options.out).text(words(options.lang)))


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
    keep_imports()
    sys.exit(main())
