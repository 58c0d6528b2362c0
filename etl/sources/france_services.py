"""ANCT, list of France Services: places where one is helped with nine public services.

The header changes between years, so columns are matched by name: CSV of 2024 (`id_fs`, `lib_fs`, `insee_com` ...), CSV
of 2021 to 2023 and GeoJSON of 2021 (`MATRICULE`, `lib_france_services` ...). Addresses of e-mail and telephones are not
read. A bus, or an itinerant team, is a category of its own: its point is where it starts from.

The file bears no date: `seen_on` is its latest label.
"""

import pandas as pd

from etl.reading import coordinates, timetables
from etl.reading.candidate import Candidate
from etl.reading.documents import (
    is_document,
    mentions,
    objects,
    read_document,
    text_frame,
)
from etl.reading.numbers import not_numbers, numbers
from etl.reading.opening_hours import DAYS
from etl.reading.service_frame import accept
from etl.reading.tables import COMMUNE, Layout, Layouts
from geodata.source import Licence, Snapshot, Source, Tier

SOURCE = Source(
    id="france_services",
    title="Liste des structures France Services",
    producer="Agence nationale de la cohésion des territoires",
    licence=Licence.OPEN_LICENCE_2,
    page="https://www.data.gouv.fr/fr/datasets/liste-des-structures-france-services/",
    tier=Tier.OFFICIAL,
    description="Sites, antennes et bus France Services, avec leurs horaires.",
)

_HOURS = tuple(f"h_{day}" for day in DAYS[:6])
_RENAMED = {"matricule": "id_fs", "lib_france_services": "lib_fs", "labellisation": "labellisation_fs"}
_MORE = {"longitude", "latitude", "format_fs", "itinerance", "labellisation", "labellisation_fs", "matricule", *_HOURS}
_ITINERANT = {"Bus_équivalent", "Itinérante"}


def _wanted(column: str) -> bool:
    return column.lower() in _MORE


LAYOUTS = Layouts(
    Layout(("id_fs", "lib_fs", "insee_com", "latitude", "longitude"), codes={"insee_com": COMMUNE}, wanted=_wanted),
    Layout(("lib_france_services", "insee_com"), codes={"insee_com": COMMUNE}, wanted=_wanted),
)
_KEYS = ("MATRICULE", "lib_france_services", "insee_com", "LATITUDE", "LONGITUDE")


def recognises(candidate: Candidate) -> bool:
    """Whether the file is a list of France Services, of any year."""
    return LAYOUTS.recognises(candidate) or mentions(candidate, *_KEYS)


def read(snapshot: Snapshot) -> pd.DataFrame:
    """The list as published, as text, columns named as in 2024. Raises `BadInput`."""
    if is_document(snapshot):
        document = read_document(snapshot)
        features = objects(document.get("features"), snapshot.path.name)
        raw = text_frame(
            [feature.get("properties", {}) for feature in features],
            snapshot.path.name,
            _KEYS,
            ("ITINERANCE", "Labellisation", *_HOURS),
        )
    else:
        raw = LAYOUTS.read(snapshot)
    raw = raw.rename(columns=str.lower).rename(columns=_RENAMED)
    coordinates.refuse_swapped(raw, "longitude", "latitude", snapshot.path.name)
    return raw


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Services in the shape of `service_frame`, and the rejects."""
    absent = [c for c in ("format_fs", "itinerance", "labellisation_fs", *_HOURS) if c not in raw]
    rows = raw.assign(**dict.fromkeys(absent, ""))
    weeks = rows[list(_HOURS)].agg("\n".join, axis=1)
    hours, unread = timetables.hours_of(weeks, timetables.french_week, SOURCE.id)
    is_itinerant = rows["format_fs"].isin(_ITINERANT) | (rows["itinerance"] == "Oui")
    accepted, rejected = accept(
        pd.DataFrame(
            {
                "key": rows["id_fs"],
                "name": _name(rows["lib_fs"]),
                "code": is_itinerant.map({True: "itinerant", False: "fixe"}),
                "code_insee": rows["insee_com"],
                "lon": numbers(rows["longitude"]),
                "lat": numbers(rows["latitude"]),
                "weekly_hours": hours,
                "seen_on": _latest_label(rows["labellisation_fs"]),
            }
        ),
        SOURCE,
        "france_services",
    )
    return accepted, pd.concat(
        [unread, not_numbers(raw, SOURCE.id, "id_fs", "longitude", "latitude"), rejected], ignore_index=True
    )


def _name(published: pd.Series) -> pd.Series:
    """In 2021 the name is the town's alone."""
    is_whole = published.str.contains("france services", case=False, regex=False)
    return published.where(is_whole, "France Services " + published)


def _latest_label(labels: pd.Series) -> str:
    """Latest date written in « Espace labellisé 23/05/2024 » or « 01/2020 », as 2024-05-23 or 2020-01."""
    parts = labels.str.extract(r"(?:(\d\d)/)?(\d\d)/(\d{4})").dropna(subset=[1, 2])
    dates = parts[2] + "-" + parts[1] + ("-" + parts[0]).fillna("")
    return "" if dates.empty else dates.max()
