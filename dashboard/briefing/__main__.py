"""Print briefings without the dashboard: one territory, or every one of a level.

    python -m dashboard.briefing --db URL --territory CODE --out FILE.pdf
    python -m dashboard.briefing --db URL --all epci --within REGION --out DIR
    python -m dashboard.briefing --db URL --workspace FILE --plan ID --out FILE.pdf

    python -m dashboard.briefing --db URL --kind diagnostic60 --territory 31 --out FILE.pdf

The ending of FILE says what is written: .pdf (two pages), .docx (their text), .xlsx or .csv (their figures), .json (the
record); a plan is .pdf, .docx (the annex of a decision), .png (for a slide), .xlsx or .csv. --kind slide is page 1
and the first steps on one slide; --kind diagnostic60 the diagnosis of residents of 60 and over that a département's
programme asks for. A batch that was stopped is taken up again by the same command; it ends with an archive and its
index, or with one file (--merge pdf, docx or xlsx).
Exit codes: 0 done, 2 bad usage, 3 bad input or a file that cannot be written, 130 stopped by the user.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from tqdm import tqdm

from dashboard.briefing import batch, diagnostic, files, plan_paper
from dashboard.briefing.back import is_local
from dashboard.briefing.batch import Order
from dashboard.briefing.content import LEVELS
from dashboard.briefing.issuer import issuer
from dashboard.briefing.plan_record import record_of
from dashboard.settings import Settings
from dashboard.state import LANGUAGES, Choice, plan_of, read
from geodata.console import show_what_it_can
from geodata.errors import BadInput, GeodataError, UnknownTerritory, UsageError
from geodata.minutes import DEFAULT_MINUTES, LEAST_MINUTES, MOST_MINUTES
from geodata.postgresql import shown
from geodata.processes import keep_imports
from geodata.store import Store, open_store
from geodata.survey import FIVE_NETWORKS, reference_of
from geodata.territory import FRANCE, Level
from geodata.threshold import THRESHOLD
from geodata.workspace import open_workspace, workspace_path

STOPPED = 130


def main(arguments: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> int:
    """Print what is asked; returns the exit code."""
    show_what_it_can()
    options = _parser(environ).parse_args(arguments)
    code = 0
    try:
        if options.territory:
            _one(options)
        elif options.plan:
            _plan(options)
        else:
            code = _all(options)
    except GeodataError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return error.exit_code
    if is_local(options.address) and not options.plan:
        print(
            f"warning: {options.address or 'no address'} opens on this machine only, so no code to scan was printed. "
            "Give the address that readers use with --address (RELIANCE_PUBLIC).",
            file=sys.stderr,
        )
    return code


def _parser(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    defaults = Settings.from_env(environ)
    parser = argparse.ArgumentParser(
        prog="python -m dashboard.briefing", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--db", default=defaults.db, help=f"path ending in .gpkg, or postgresql://... ({shown(defaults.db)})"
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--territory", metavar="CODE", help="code of one territory")
    what.add_argument("--all", metavar="LEVEL", choices=LEVELS, help=f"every territory of a level: {', '.join(LEVELS)}")
    what.add_argument(
        "--plan",
        metavar="ID",
        help=f"a plan as its address names it, ID or ID.VERSION: .{', .'.join(plan_paper.ENDINGS)}",
    )
    parser.add_argument("--level", choices=LEVELS, help="level of the code, where two share it (76, 11 ...)")
    parser.add_argument("--within", metavar="REGION", default=FRANCE, help="région of the batch (whole country)")
    parser.add_argument("--kind", choices=files.KINDS, default="briefing", help="what is written (%(default)s)")
    parser.add_argument("--merge", choices=files.MERGED, default="", help="a batch as one file, not one a territory")
    parser.add_argument("--out", type=Path, required=True, help="file, or folder of a batch")
    parser.add_argument("--lang", choices=LANGUAGES, default="fr", help="language (%(default)s)")
    parser.add_argument("--date", type=_day, default=date.today().isoformat(), help="date printed (today)")
    parser.add_argument("--threshold", default=f"{100 * THRESHOLD:g}", help="line, in percent (%(default)s)")
    parser.add_argument(
        "--minutes",
        default=f"{DEFAULT_MINUTES:g}",
        help=f"travel to a service, {LEAST_MINUTES:g} to {MOST_MINUTES:g} (%(default)s)",
    )
    parser.add_argument("--definition", default=FIVE_NETWORKS.id, help="definition of isolation (%(default)s)")
    parser.add_argument("--scenario", help="set of assumptions (the first one of the definition)")
    parser.add_argument("--address", default=defaults.public, help="where readers find the dashboard (%(default)s)")
    parser.add_argument("--agency", default=defaults.agency, help="name of the agency (RELIANCE_AGENCY)")
    parser.add_argument(
        "--contact", default=defaults.contact, help="whom to contact, lines between | (RELIANCE_CONTACT)"
    )
    parser.add_argument("--logo", default=defaults.logo, help="its logo, SVG, PNG or JPEG (RELIANCE_LOGO)")
    parser.add_argument(
        "--workspace", default="", help="what users wrote: plans that place teams here, corrections of services"
    )
    parser.add_argument("--workers", type=int, default=None, help="processes of a batch (one a processor)")
    return parser


def _day(text: str) -> str:
    return date.fromisoformat(text).isoformat()


def _one(options: argparse.Namespace) -> None:
    ending = options.out.suffix.lstrip(".").lower()
    kind = files.kind_of(options.kind, ending)
    store = open_store(options.db)
    level = _level(store, options)
    written = _written(options)
    remark = next(
        (one for one in written.pop("remarks", ()) if (one.level, one.code) == (level, options.territory)), None
    )
    record = kind.ask(
        store,
        level,
        options.territory,
        choice=_choice(options),
        printed_on=options.date,
        issuer=issuer(options.agency, options.contact, options.logo),
        address=options.address,
        remark=remark,
        **written,
    )
    if not options.out.parent.is_dir():
        raise UsageError(f"--out {options.out}: there is no folder {options.out.parent}.")
    files.write(options.out, files.body(record, ending, options.lang, options.kind))


def _plan(options: argparse.Namespace) -> None:
    kinds = plan_paper.ENDINGS
    ending = options.out.suffix.lstrip(".").lower()
    if ending not in kinds:
        raise UsageError(f"--out {options.out}: a name ending in .{', .'.join(kinds)} is expected for a plan.")
    if not options.out.parent.is_dir():
        raise UsageError(f"--out {options.out}: there is no folder {options.out.parent}.")
    try:
        identifier, version = plan_of(options.plan) or ("", 0)
    except ValueError:
        raise UsageError(f"--plan {options.plan}: the end of a plan's address is expected, ID or ID.VERSION.") from None
    workspace = open_workspace(options.workspace or workspace_path(options.db))
    plan = record_of(workspace.plans, identifier, version)
    if not plan.is_answered:
        raise BadInput(f"the plan {options.plan} has no list of sites yet.")
    signed = issuer(options.agency, options.contact, options.logo)
    body = kinds[ending](open_store(options.db), plan, options.lang, issuer=signed, printed_on=options.date)
    files.write(options.out, body)


def _all(options: argparse.Namespace) -> int:
    if options.kind != "briefing":
        raise UsageError(f"--all prints briefings; --kind {options.kind} is asked territory by territory.")
    store, level = open_store(options.db), Level(options.all)
    order = Order(
        level=level,
        within=options.within,
        codes=_codes(store, level, options.within),
        folder=options.out,
        printed_on=options.date,
        lang=options.lang,
        choice=_choice(options),
        issuer=issuer(options.agency, options.contact, options.logo),
        address=options.address,
        content_hash=store.version(),
        merge=options.merge,
        **_written(options),
    )
    with tqdm(total=len(order.codes), unit="briefing") as bar:

        def tell(done: int, count: int) -> None:
            bar.update(done - bar.n)

        try:
            index = batch.run(order, partial(open_store, options.db), workers=options.workers, progress=tell) or ()
        except KeyboardInterrupt:
            print(f"stopped: what is finished is in {order.folder}; the same command goes on.", file=sys.stderr)
            return STOPPED
    failed = [line for line in index if line.error]
    for line in failed:
        print(f"{line.code}: {line.error}", file=sys.stderr)
    print(f"{order.archive}: {len(index) - len(failed)} briefings and their index.")
    return BadInput.exit_code if failed else 0


def _codes(store: Store, level: Level, within: str) -> tuple[str, ...]:
    if within != FRANCE:
        store.territory(Level.REGION, within)
    codes = store.territories(level, within)["code"]
    if codes.empty:
        raise BadInput(f"there is no {level} in « {within} ».")
    return tuple(codes)


def _level(store: Store, options: argparse.Namespace) -> Level:
    """The level of a code, asked for when two levels share it; a diagnosis is about a département."""
    inside = store.district_of(options.territory)
    code = options.territory if inside is None else inside.commune
    if options.level:
        return Level(options.level)
    if options.kind == diagnostic.KIND and _exists(store, Level.DEPARTEMENT, code):
        return Level.DEPARTEMENT
    levels = [level for level in LEVELS if _exists(store, level, code)]
    if len(levels) > 1:
        raise UsageError(f"« {code} » is a code of several levels: add --level {' or --level '.join(levels)}.")
    if not levels:
        raise UnknownTerritory(
            f"no {', '.join(LEVELS)} has the code « {code} » in this database. It may have merged, or lost a leading "
            "zero in a spreadsheet."
        )
    return levels[0]


def _exists(store: Store, level: Level, code: str) -> bool:
    try:
        store.territory(level, code)
    except UnknownTerritory:
        return False
    return True


def _choice(options: argparse.Namespace) -> Choice:
    scenario = options.scenario or reference_of(options.definition).id
    given = {"t": options.threshold, "d": options.definition, "sc": scenario, "min": options.minutes}
    choice, notices = read(None, urlencode(given))
    if notices:
        raise UsageError(
            f"« {notices[0].value} » cannot be read: a line in percent is written 10 or 12.5, minutes go from "
            f"{LEAST_MINUTES:g} to {MOST_MINUTES:g}."
        )
    return choice


def _written(options: argparse.Namespace) -> dict:
    """Plans and corrections of the users; none without a workspace."""
    if not options.workspace:
        return {}
    workspace = open_workspace(options.workspace)
    return {
        "plans": workspace.plans.last_saves(),
        "corrections": workspace.corrections.list(),
        "remarks": workspace.remarks.list(),
    }


if __name__ == "__main__":
    keep_imports()
    sys.exit(main())
