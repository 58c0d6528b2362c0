"""Communes and points of an agency's lines, held against the published database by the rules that the build follows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd
import shapely

from etl.agency.cell_types import PlacedRow, Row
from etl.population import lineage
from etl.reading.observations import PARIS_LYON_MARSEILLE
from etl.services import FAR_KM, distance_km
from etl.sources import reference
from geodata.countries import is_french
from geodata.countries.france import COG_VINTAGE, departement_of
from geodata.sentences import Sentence, sentence
from geodata.store import Store
from geodata.territory import Level


@dataclass(frozen=True)
class Placed:
    """Rows in today's communes, by line; the lines refused, with the reason; which codes led to which commune."""

    rows: dict[int, Row]
    refused: dict[int, Sentence]
    moved: dict[str, str]


def in_communes_of_today(rows: Mapping[int, Row], store: Store | None, parts: pd.DataFrame | None) -> Placed:
    """Lead former communes and arrondissements to today's commune, as the build does.

    `parts` (code, commune) are the delegated and associated communes of the base package (None: it is not there).
    Without `store`, what cannot be led anywhere is left to the build.
    """
    codes = {code for row in rows.values() if (code := getattr(row, "code_insee", None))}
    heirs = _heirs(codes, store, parts)
    kept, refused, moved = dict(rows), {}, {}
    for line, row in rows.items():
        code = getattr(row, "code_insee", None)
        if code is None or code not in heirs:
            continue
        if len(heirs[code]) == 1:
            kept[line] = row.model_copy(update={"code_insee": heirs[code][0]})
            moved[code] = heirs[code][0]
        elif heirs[code]:
            refused[line] = sentence("commune_split", code=code, heirs=", ".join(heirs[code]))
        else:
            refused[line] = _led_nowhere(code, store, parts)
    return Placed({line: row for line, row in kept.items() if line not in refused}, refused, moved)


def _led_nowhere(code: str, store: Store | None, parts: pd.DataFrame | None) -> Sentence:
    """Why a code that leads to no commune of today is refused."""
    if store is not None and not is_french(store.build()):
        return sentence("place_not_of_database", code=code)
    why = sentence("commune_of_another_year", code=code, vintage=COG_VINTAGE)
    return sentence("commune_led_nowhere", problem=why) if parts is None else why


def far_points(rows: Mapping[int, Row], store: Store) -> dict[int, Sentence]:
    """Lines whose point lies further from their commune than the build accepts, with the reason."""
    located = {
        line: row
        for line, row in rows.items()
        if isinstance(row, PlacedRow) and row.code_insee is not None and row.lon is not None
    }
    if not located:
        return {}
    places = pd.DataFrame(
        [(row.code_insee, row.lon, row.lat) for row in located.values()],
        index=list(located),
        columns=["code", "lon", "lat"],
    )
    outlines = pd.concat(
        store.outlines(Level.COMMUNE, Level.DEPARTEMENT, departement)
        for departement in sorted(set(places["code"].map(departement_of)))
    ).set_index("code")["geom"]
    places["outline"] = places["code"].map(outlines)
    places = places[places["outline"].notna()]
    points = pd.Series(shapely.points(places["lon"], places["lat"]), index=places.index, dtype=object)
    km = pd.Series(distance_km(points, places["outline"]), index=places.index)
    return {
        line: sentence("point_far_from_commune", km=round(far), code=places.at[line, "code"], most=FAR_KM)
        for line, far in km[km > FAR_KM].items()
    }


def _heirs(codes: Iterable[str], store: Store | None, parts: pd.DataFrame | None) -> dict[str, list[str]]:
    """Today's communes of each code that is none: several when it was split, none when it leads nowhere."""
    changes = reference.commune_changes()
    cities = pd.DataFrame(PARIS_LYON_MARSEILLE.items(), columns=["code", "commune"])
    parents = cities if parts is None else pd.concat([parts[["code", "commune"]], cities], ignore_index=True)
    if store is None:
        today = pd.Index(sorted({*parents["commune"], *changes["code_cog2025"]}))
        old = pd.Index(sorted(set(codes) & ({*parents["code"], *changes["code_census"]} - set(today))))
    else:
        today = pd.Index(store.territories(Level.COMMUNE)["code"])
        old = pd.Index(sorted(set(codes) - set(today)))
    # Every commune weighs the same: what matters here is which ones, not how many residents went to each.
    led = lineage(old, pd.DataFrame({"residents_2018": 1.0}, index=today), parents, changes)
    return {code: sorted(led.loc[led["code_census"] == code, "code"]) for code in old}
