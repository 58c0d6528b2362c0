"""La Poste, list of contact points (`laposte_poincont2`): post offices, communal agencies, relays in shops.

Columns are matched by plain name (`Libellé_du_site`, `libelle_du_site`). The commune code is not in every edition:
without it the point places the site. Telephones are not read. The file bears no date.
"""

import pandas as pd

from etl.reading import coordinates
from etl.reading.headers import group_columns, plain_layout
from etl.reading.numbers import not_numbers, numbers
from etl.reading.service_frame import accept
from geodata.source import Licence, Snapshot, Source, Tier

SOURCE = Source(
    id="la_poste",
    title="Liste des points de contact du réseau postal français",
    producer="La Poste",
    licence=Licence.ODBL,
    page="https://datanova.laposte.fr/datasets/laposte-poincont2",
    tier=Tier.OFFICIAL,
    description="Bureaux de poste, agences postales communales, relais.",
)

_GROUPS = {
    "id": ("identifiant_du_site", "identifiant_a"),
    "name": ("libelle_du_site",),
    "kind": ("caracteristique_du_site",),
    "latitude": ("latitude",),
    "longitude": ("longitude",),
}
_COMMUNE = ("code_insee",)

LAYOUT = plain_layout(_GROUPS, _COMMUNE.__contains__)

recognises = LAYOUT.recognises


def read(snapshot: Snapshot) -> pd.DataFrame:
    """The sites as published, as text, columns by plain name. Raises `BadInput`."""
    raw = group_columns(LAYOUT.read(snapshot), _GROUPS)
    coordinates.refuse_swapped(raw, "longitude", "latitude", snapshot.path.name)
    return raw


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Services in the shape of `service_frame`, and the rejects."""
    first_word = raw["kind"].str.lower().str.split().str[0].fillna("")
    accepted, rejected = accept(
        pd.DataFrame(
            {
                "key": raw["id"],
                "name": raw["name"],
                "code": first_word,
                "code_insee": raw.get("code_insee", ""),
                "lon": numbers(raw["longitude"]),
                "lat": numbers(raw["latitude"]),
                "seen_on": "",
            }
        ),
        SOURCE,
        "la_poste",
    )
    unread = not_numbers(raw, SOURCE.id, "id", "longitude", "latitude")
    return accepted, pd.concat([unread, rejected], ignore_index=True)
