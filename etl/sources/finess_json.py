"""FINESS as the Agence du numérique en santé publishes it since 2026: `finess-structures-journalier-*.json(.gz)`.

`pmej[]` are legal entities, `pmej[].ege[]` their establishments (about 175,000, of which 105,000 are active). The file
is read as a stream. Its traps, all handled here:

- coordinates are swapped or mixed row by row (ansforge/finess, issue 24): each pair is judged by its values, never by
  the names of its keys; degrees first, else metres in the system of the département;
- the address of the place is the one with `usageAdresse` 03, not the first one;
- an establishment is open when `etatObjet` is A and there is no `dateFermeture`; the others are not services;
- a quarter of the active ones have no coordinates, and a `cleInInteropBAN` without `_` is the centre of the commune:
  these stay in their commune, without point;
- overseas communes are already written 971.. to 976..; categories are codes without labels.

Contacts, telephones and names of legal entities are not read.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from etl.reading import coordinates
from etl.reading.candidate import Candidate
from etl.reading.documents import (
    as_text,
    read_scalar,
    refuse_lost_zeros,
    stream,
    text_frame,
)
from etl.reading.numbers import not_numbers, numbers
from etl.reading.service_frame import accept
from etl.rejects import reject_frame
from geodata.sentences import sentence
from geodata.source import Licence, Snapshot, Source, Tier

SOURCE = Source(
    id="finess_ans",
    title="Finess+ : structures (JSON quotidien)",
    producer="Agence du numérique en santé",
    licence=Licence.OPEN_LICENCE_2,
    page="https://www.data.gouv.fr/fr/datasets/finess-structures-1/",
    tier=Tier.OFFICIAL,
    description="Établissements sanitaires, sociaux et médico-sociaux ouverts ; remplace les extractions CSV.",
)

PLACE = "03"
"""`usageAdresse` of the place itself; 02 is the postal address of the legal entity."""

_REQUIRED = ("numFinessEge", "nomEgeCourt", "categorieentiteGeographiqueExercice", "etatObjet", "cogCommune")
_OPTIONAL = (
    *("nomEgeLong", "dateFermeture", "coordonneeX", "coordonneeY", "directionLatitude", "directionLongitude"),
    *("cleInInteropBAN", "generatedAt"),
)


def recognises(candidate: Candidate) -> bool:
    """Whether the document is a list of FINESS+ structures."""
    return candidate.kind == "json" and {"schemaVersion", "generatedAt", "gcc"} <= set(candidate.keys)


def read(snapshot: Snapshot) -> pd.DataFrame:
    """One row an establishment, as published, as text, with the keys of its address of place. Raises `BadInput`."""
    generated_on = as_text(read_scalar(snapshot, "generatedAt"))[:10]
    raw = text_frame(_establishments(snapshot, generated_on), snapshot.path.name, _REQUIRED, _OPTIONAL)
    refuse_lost_zeros(raw["cogCommune"], snapshot.path.name, sentence("at_key", key="cogCommune"))
    return raw


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Open establishments in the shape of `service_frame`, and the rejects."""
    rows = raw.reindex(columns=[*_REQUIRED, *_OPTIONAL], fill_value="")
    is_open = (rows["etatObjet"] == "A") & (rows["dateFermeture"] == "")
    has_key = rows["cleInInteropBAN"] != ""
    is_centre = is_open & has_key & ~rows["cleInInteropBAN"].str.contains("_", regex=False)
    lon, lat = _point(rows)
    unplaced = is_open & lon.isna()
    accepted, rejected = accept(
        pd.DataFrame(
            {
                "key": rows["numFinessEge"],
                "name": rows["nomEgeLong"].where(rows["nomEgeLong"].str.strip() != "", rows["nomEgeCourt"]),
                "code": rows["categorieentiteGeographiqueExercice"],
                "code_insee": rows["cogCommune"],
                "lon": lon.where(~is_centre),
                "lat": lat.where(~is_centre),
                "seen_on": rows["generatedAt"],
            }
        )[is_open],
        SOURCE,
        "finess",
    )
    notes = [
        (~is_open, "etatObjet", "closed_establishments"),
        (
            is_centre,
            "cleInInteropBAN",
            "centres_without_key",
        ),
        (
            unplaced,
            "coordonneesGeographique",
            "open_without_coordinates",
        ),
    ]
    rejects = reject_frame(
        SOURCE.id, [("all", key, sentence(why, count=n)) for where, key, why in notes if (n := int(where.sum()))]
    )
    return accepted, pd.concat(
        [
            rejects,
            not_numbers(
                rows[is_open],
                SOURCE.id,
                "numFinessEge",
                "coordonneeX",
                "coordonneeY",
                "directionLatitude",
                "directionLongitude",
            ),
            rejected,
        ],
        ignore_index=True,
    )


def _establishments(snapshot: Snapshot, generated_on: str) -> Iterator[dict]:
    for entity in stream(snapshot, "pmej.item.ege.item"):
        addresses = (a for a in entity.get("adresse", []) if a.get("usageAdresse") == PLACE)
        address: dict = next(addresses, {})
        yield {
            **entity.get("informationsGeneralesEGE", {}),
            "categorieentiteGeographiqueExercice": entity.get("categorieentiteGeographiqueExercice"),
            "etatObjet": entity.get("etatObjet"),
            "cogCommune": address.get("cogCommune"),
            **address.get("coordonneesGeographique", {}),
            "generatedAt": generated_on,
        }


def _point(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """The first reading of the published numbers that lies in France; NaN when none does."""
    x, y = numbers(rows["coordonneeX"]), numbers(rows["coordonneeY"])
    a, b = numbers(rows["directionLongitude"]), numbers(rows["directionLatitude"])
    epsg = coordinates.epsg_of(rows["cogCommune"])
    lon, lat = pd.Series(np.nan, index=rows.index), pd.Series(np.nan, index=rows.index)
    for one, other, is_projected in ((a, b, False), (b, a, False), (x, y, False), (y, x, False), (x, y, True),
                                     (y, x, True), (a, b, True), (b, a, True)):  # fmt: skip
        east, north = coordinates.to_wgs84(one, other, epsg) if is_projected else (one, other)
        fits = lon.isna() & coordinates.in_france(east, north)
        lon, lat = lon.where(~fits, east), lat.where(~fits, north)
    return lon, lat
