"""Files a reader takes away: CSV that a French spreadsheet opens, each row saying what it is and where from."""

import tempfile
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import sqlalchemy as sa
from flask import Response, current_app, request, send_file

from dashboard import geopackage, text
from dashboard.facts import Facts
from dashboard.headings import heading
from dashboard.i18n import words
from dashboard.spreadsheet import slug, xlsx_bytes
from dashboard.state import Choice, NotAsked, read
from dashboard.text import sentences, travel
from geodata.errors import UnknownScenario, UnknownTerritory
from geodata.estimate import Kind
from geodata.survey import definition_of
from geodata.territory import FRANCE, Level


def requested(facts: Facts, page: str) -> Choice:
    """The choice of the address of a file. A page replaces what it does not know and says so; a file would answer
    another question in silence, so it is refused: `UnknownTerritory`, `UnknownScenario` or `NotAsked`."""
    choice, unread = read(page, request.query_string.decode())
    choice, replaced = facts.checked(choice)
    for notice in (*unread, *replaced):
        unheld = {"r": UnknownTerritory, "s": UnknownTerritory, "sc": UnknownScenario, "d": UnknownScenario}
        if notice.field in unheld:
            raise unheld[notice.field](f"{notice.field}={notice.value} is not in this database.")
        raise NotAsked(notice)
    return choice


def address(choice: Choice) -> str:
    """The address of what is on screen, as readers reach it: written in every file, so never a name that a stranger
    sent."""
    settings = current_app.config["SETTINGS"]
    return (settings.public or request.host_url).rstrip("/") + choice.href


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def source_rows(facts: Facts, choice: Choice) -> pd.DataFrame:
    """Every source of the build: what stands behind the files, once."""
    read = facts.store.sources()
    survey = {"titre": definition_of(choice.definition).source}
    rows = pd.DataFrame(
        {
            "titre": read["title"],
            "producteur": read["producer"],
            "periode": [text.period(vintage, choice.lang) for vintage in read["vintage"]],
            "licence": [text.licence(one, choice.lang) for one in read["licence"]],
        }
    )
    return pd.concat([pd.DataFrame([survey]), rows], ignore_index=True)


def rejects(facts: Facts, source: str | None, lang: str) -> pd.DataFrame:
    """Rows refused or repaired, of one source or of all, with their reasons in the reader's language."""
    rows = facts.store.rejects(source)
    return pd.DataFrame(
        {
            "numero": rows["id"],
            "source": rows["source"],
            "ligne": rows["row"],
            "identifiant": rows["key"],
            "motif": [sentences.worded(*why, lang) for why in zip(rows["reason"], rows["details"], strict=True)],
        }
    )


def write_geopackage(
    facts: Facts, choice: Choice, rows: pd.DataFrame, about_: pd.DataFrame, path: Path, colours: dict[str, str]
) -> None:
    """Rows of the mesh with their outlines (WGS 84), written at `path`, painted by `colours` of the words in `classe`;
    what the file is, the same for every row, is a second table."""
    _ = words(choice.lang)
    of, code = (Level.FRANCE, FRANCE) if choice.region == FRANCE else (Level.REGION, choice.region)
    outlines = facts.store.outlines(choice.mesh, of, code).set_index("code")["geom"]
    drawn = gpd.GeoDataFrame(rows, geometry=rows["code"].map(outlines).to_numpy(), crs=4326)
    name = slug(choice.mesh.value)
    geopackage.layer(path, name, drawn, text.levels(choice.mesh, choice.lang))
    geopackage.layer(path, "parametres", about_.astype(str), _("What was asked, and the sources"))
    headings = {column: text.capitalised(column.replace("_", " ")) for column in drawn.columns if column != "geometry"}
    if "classe" in drawn:
        geopackage.style(path, name, "classe", colours, headings)


def question_columns(facts: Facts, choice: Choice, address: str) -> dict[str, object]:
    """The question, the build that answered and the day, in words: the same on every row of a file. Sources, which are
    long, stand once in a file or a sheet of their own."""
    build, lang = facts.store.build(), choice.lang
    return {
        "seuil": choice.threshold,
        "definition": text.definition(choice.definition, lang),
        "scenario": text.scenario(choice.scenario, lang),
        "cout_d_un_manque": text.miss(choice.miss, lang),
        "nature": text.kind(Kind.MODELLED, lang),
        "geographie": text.day(build["cog_vintage"], lang) if build.get("cog_vintage") else "",
        "empreinte_base": build.get("content_hash", ""),
        "extrait_le": text.day(date.today().isoformat(), lang),
        "adresse": address,
    }


def crossed_columns(facts: Facts, choice: Choice, address: str) -> dict[str, object]:
    """The question of need crossed with responses, the build that answered and the day: the same on every row."""
    return {
        "minutes_demandees": choice.minutes,
        "familles_demandees": "; ".join(text.family(family, choice.lang) for family in choice.families),
        "temps_de_trajet": travel.short(" + ".join(facts.store.travel_methods()), choice.lang),
        "corrections_prises_en_compte": len(facts.corrections()),
        **question_columns(facts, choice, address),
    }


def crossed_about(facts: Facts, choice: Choice, address: str) -> dict[str, object]:
    """`crossed_columns`, and what is told once a file: the models of travel with their errors and their days."""
    models = travel.details(" + ".join(facts.store.travel_methods()), choice.lang)
    return {**crossed_columns(facts, choice, address), "modeles_de_trajet": models}


def about(columns: dict[str, object], sources_: list[str], lang: str) -> pd.DataFrame:
    """What a file is, one line each, then its sources."""
    lines = [(heading(name), _written(name, value, lang)) for name, value in columns.items()]
    lines += [("Source", one) for one in sources_]
    return pd.DataFrame(lines, columns=["parametre", "valeur"])


def _written(name: str, value: Any, lang: str) -> str:
    return text.percent(value, lang) if name in percents([name]) else str(value)


def percents(columns: Iterable[str]) -> set[str]:
    """Columns that hold shares."""
    return {name for name in columns if name in _PERCENTS or name.startswith(("part_", "borne_", "probabilite_"))}


_PERCENTS = {"part", "seuil", "niveau_intervalle"}


def workbook(
    facts: Facts,
    choice: Choice,
    rows: pd.DataFrame,
    columns: dict[str, object],
    *,
    title: str,
    sources_: list[str],
    more: Collection[str] = (),
    sheets: Sequence[tuple[str, pd.DataFrame]] = (),
) -> bytes:
    """The rows of a file with headings in plain words, then a sheet that says what they are and where from; `columns`
    are those of the question, said there once, `more` columns of shares that no name tells, and
    `sheets` what else the workbook holds."""
    kept = rows.drop(columns=[name for name in columns if name in rows])
    shares = {heading(name) for name in percents(kept.columns) | set(more)}
    _ = words(choice.lang)
    sheets_ = [
        (_("Territories"), kept.rename(columns=heading)),
        *[(name, frame.rename(columns=heading)) for name, frame in sheets],
        (_("About this file"), about(columns, sources_, choice.lang).rename(columns=heading)),
    ]
    made_on = datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return xlsx_bytes(sheets_, title=title, made_on=made_on, percents=shares)


def geopackage_answer(write: Callable[[Path], None], name: str) -> Response:
    """A GeoPackage that `write` makes at a path, as a download."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.gpkg"
        write(path)
        # The file stays readable by who has it open: it is sent in pieces after its name is gone.
        file = path.open("rb")
    answer = send_file(file, "application/geopackage+sqlite3", as_attachment=True, download_name=name, max_age=0)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def attachment(body: bytes, mimetype: str, name: str) -> Response:
    """A file to be kept under a name that says what it holds."""
    response = Response(body, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def sources(facts: Facts, choice: Choice) -> list[str]:
    """The survey of the definition, then title and vintage of each source of the build."""
    read = [
        f"{row.title} ({row.producer}), {text.period(row.vintage, choice.lang)}"
        for row in facts.store.sources().itertuples()
    ]
    return [definition_of(choice.definition).source, *read]


def dictionary(metadata: sa.MetaData, lang: str) -> pd.DataFrame:
    """Every column of the database: table, name, type, unit, whether it may be empty, meaning."""
    _ = words(lang)
    rows = [
        {
            "table": table.name,
            "colonne": column.name,
            "type": type(column.type).__name__,
            "unite": column.info.get("unit") or "",
            "peut_etre_vide": "oui" if column.nullable else "non",
            "sens": _(column.comment or ""),
        }
        for table in metadata.sorted_tables
        for column in table.columns
    ]
    return pd.DataFrame(rows)
