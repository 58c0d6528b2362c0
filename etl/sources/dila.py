"""DILA, Annuaire de l'administration: town halls, CCAS, CLIC, MDPH, CAF, CPAM and other public front doors.

Two shapes of the same JSON: the API's export (a list, whose nested fields are JSON written in text) and the bulk file
(`{"service": [...]}`, nested, some 80,000 services), both read as a stream. `pivot` holds the types of a service: one
row a category. The address of type « Adresse » holds the point. `affectation_personne` (names of persons), e-mail
addresses and telephones are not read.
"""

import json
import re
from typing import Any

import pandas as pd

from etl.reading import coordinates, timetables
from etl.reading.candidate import Candidate
from etl.reading.documents import (
    mentions,
    objects,
    records,
    refuse_lost_zeros,
    text_frame,
)
from etl.reading.numbers import not_numbers, numbers
from etl.reading.opening_hours import weekly_hours
from etl.reading.service_frame import accept
from geodata.errors import BadInput
from geodata.sentences import sentence
from geodata.source import Licence, Snapshot, Source, Tier

SOURCE = Source(
    id="dila",
    title="Annuaire de l'administration",
    producer="Direction de l'information légale et administrative",
    licence=Licence.OPEN_LICENCE_2,
    page="https://www.data.gouv.fr/fr/datasets/service-public-fr-annuaire-de-l-administration-base-de-donnees-locales/",
    tier=Tier.OFFICIAL,
    description="Guichets publics locaux, leurs points et leurs horaires.",
)

_REQUIRED = ("id", "nom", "pivot", "adresse", "code_insee_commune")
_OPTIONAL = ("plage_ouverture", "date_modification")

_SECONDARY = {
    "mairie_deleguee": r"\b(?:d[ée]l[ée]gu[ée]e|associ[ée]e|annexe)\b",
    "mairie_arrondissement": r"\b(?:arrondissement|secteur)\b",
}
"""Town halls that are not a commune's: the directory files them all under `mairie`, their name tells."""


def recognises(candidate: Candidate) -> bool:
    """Whether the document is an export of the directory."""
    return mentions(candidate, "id", "nom", "pivot", "code_insee_commune")


def read(snapshot: Snapshot) -> pd.DataFrame:
    """One row a service, as published, as text (nested fields are JSON). Raises `BadInput`."""
    raw = text_frame(
        (
            {**service, "adresse": _place(service, number, snapshot)}
            for number, service in enumerate(records(snapshot, "service", "results"), start=1)
        ),
        snapshot.path.name,
        _REQUIRED,
        _OPTIONAL,
    )
    refuse_lost_zeros(raw["code_insee_commune"], snapshot.path.name, sentence("at_key", key="code_insee_commune"))
    points = _points(raw)
    coordinates.refuse_swapped(points, "longitude", "latitude", snapshot.path.name)
    return raw


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Services in the shape of `service_frame`, and the rejects."""
    rows = raw.reindex(columns=[*_REQUIRED, *_OPTIONAL], fill_value="")
    hours, unread = timetables.hours_of(rows["plage_ouverture"], _week, SOURCE.id)
    points = _points(rows)
    rows = rows.assign(
        lon=numbers(points["longitude"]),
        lat=numbers(points["latitude"]),
        weekly_hours=hours,
        code=[_types(pivot, name) for pivot, name in zip(rows["pivot"], rows["nom"], strict=True)],
    ).explode("code")
    rows["code"] = rows["code"].fillna("")
    accepted, rejected = accept(
        pd.DataFrame(
            {
                "key": rows["id"].where(~rows["id"].duplicated(), rows["id"] + "-" + rows["code"]),
                "name": rows["nom"],
                "code": rows["code"],
                "code_insee": rows["code_insee_commune"],
                "lon": rows["lon"],
                "lat": rows["lat"],
                "weekly_hours": rows["weekly_hours"],
                "seen_on": rows["date_modification"].str[:10],
            }
        ),
        SOURCE,
        "dila",
    )
    return accepted, pd.concat(
        [unread, not_numbers(points.assign(id=raw["id"]), SOURCE.id, "id", "longitude", "latitude"), rejected],
        ignore_index=True,
    )


def _nested(value: Any, where: str) -> list:
    """A nested field, whether it is JSON or JSON in text."""
    try:
        value_ = json.loads(value) if isinstance(value, str) else value
    except json.JSONDecodeError as error:
        raise BadInput(sentence("json_list_expected", file=where, text=value[:60], error=error.msg)) from error
    return value_ or []


def _place(service: dict, number: int, snapshot: Snapshot) -> list:
    """The first visiting address; the others are not kept."""
    where = f"{snapshot.path.name}, record {number}, key adresse"
    addresses = objects(_nested(service.get("adresse") or [], where), where)
    places = [a for a in addresses if a.get("type_adresse") == "Adresse"] or addresses
    return [{"longitude": a.get("longitude"), "latitude": a.get("latitude")} for a in places[:1]]


def _points(rows: pd.DataFrame) -> pd.DataFrame:
    addresses = [(json.loads(text) or [{}])[0] for text in rows["adresse"]]
    return pd.DataFrame(
        {axis: [str(point.get(axis) or "") for point in addresses] for axis in ("longitude", "latitude")},
        index=rows.index,
        dtype=str,
    )


def _types(pivot: str, name: str) -> list[str]:
    types = dict.fromkeys(entry.get("type_service_local", "") for entry in _nested(pivot, "key pivot"))
    return [_town_hall(name) if kind == "mairie" else kind for kind in types]


def _town_hall(name: str) -> str:
    return next((kind for kind, pattern in _SECONDARY.items() if re.search(pattern, name, re.IGNORECASE)), "mairie")


def _week(text: str) -> float | None:
    """Hours a week of `[{"nom_jour_debut": "Lundi", "nom_jour_fin": "Vendredi", "valeur_heure_debut_1": ...}]`."""
    try:
        ranges = json.loads(text or "[]")
    except json.JSONDecodeError as error:
        raise ValueError(f"« {text[:40]} » is not JSON") from error
    timetable = []
    for day in ranges:
        slots = [[day.get(f"valeur_heure_debut_{i}"), day.get(f"valeur_heure_fin_{i}")] for i in (1, 2)]
        written = [slot for slot in slots if any(slot)]
        first, last = day.get("nom_jour_debut", "").lower(), day.get("nom_jour_fin", "").lower()
        if written:
            timetable.append([first, last, written])
    return weekly_hours(timetable)
