"""Zones that communes belong to: EPCI, employment zone, urban unit, attraction area, living area, canton (Insee).

Layouts: the membership table of Insee (sheet COM: `CODGEO; ...; EPCI; ...; ZE2020; UU2020; AAV2020; BV2022`), the
composition of EPCI (sheet Composition_communale, `CODGEO; EPCI; LIBEPCI`), and the tables that COGiter and COGugaison
made of them (`DEPCOM; EPCI`, `DEPCOM; ...; LIB_BV2022`, `CODGEO; ...; BV2022`).
"""

import re
from collections.abc import Sequence

import pandas as pd

from etl.reading.observations import places
from etl.reading.tables import COMMUNE, Layout
from geodata.sentences import Sentence, sentence
from geodata.source import Licence, Source, Tier

SOURCE = Source(
    id="cog_zones",
    title="Appartenance des communes aux EPCI et aux zonages d'étude",
    producer="Insee",
    licence=Licence.OPEN_LICENCE_2,
    page="https://www.insee.fr/fr/information/7671844",
    tier=Tier.OFFICIAL,
    description="EPCI, zone d'emploi, unité urbaine, aire d'attraction, bassin de vie, canton de chaque commune.",
)

NO_ZONE = {"ZZZZZZZZZ", ""}
"""What stands in the place of a zone for the communes (four islands) that have none."""

_ZONE = re.compile(r"(EPCI|EPT|ARR|CV|CANOV|ZE|UU|AAV|BV)(\d{4})?")
_KINDS = {
    "EPCI": "epci", "EPT": "ept", "ARR": "arrondissement", "CV": "canton", "CANOV": "canton", "ZE": "employment_zone",
    "UU": "urban_unit", "AAV": "attraction_area", "BV": "living_area",
}  # fmt: skip


def _is_mine(columns: Sequence[str]) -> bool:
    has_key = bool({"CODGEO", "DEPCOM"} & set(columns))
    # CODE_IRIS: the IRIS reference also has communes and urban units.
    return has_key and any(map(_ZONE.fullmatch, columns)) and not {"CODE_IRIS", "TYPECOM", "P22_POP"} & set(columns)


def _header_problems(columns: Sequence[str]) -> list[Sentence]:
    problems = []
    if not {"CODGEO", "DEPCOM"} & set(columns):
        problems.append(sentence("no_column_like", where=sentence("at_line", line=1), columns="CODGEO / DEPCOM"))
    if not any(map(_ZONE.fullmatch, columns)):
        problems.append(sentence("no_zone_column"))
    return problems


LAYOUT = Layout(
    (),
    codes={"CODGEO": COMMUNE, "DEPCOM": COMMUNE},
    is_mine=_is_mine,
    wanted=lambda column: column in ("CODGEO", "DEPCOM") or bool(_ZONE.fullmatch(column.removeprefix("LIB_"))),
    header_problems=_header_problems,
    sheets="COM|Composition_communale",
)
recognises = LAYOUT.recognises
read = LAYOUT.read


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Memberships `commune, kind, vintage, zone, name` (vintage of the zoning; name missing where not given).

    A commune without zone of a kind has no row. A line is refused for a wrong or repeated commune code.
    """
    key = "CODGEO" if "CODGEO" in raw else "DEPCOM"
    where, rejects = places(raw[key], SOURCE.id, COMMUNE)
    rows = raw.loc[where.index]
    parts = []
    for column in raw.columns:
        if not (match := _ZONE.fullmatch(column)):
            continue
        name = rows[f"LIB_{column}"].to_numpy() if f"LIB_{column}" in rows else None
        part = pd.DataFrame(
            {"commune": where["code"].to_numpy(), "kind": _KINDS[match[1]], "vintage": match[2] or "",
             "zone": rows[column].to_numpy(), "name": name}
        )  # fmt: skip
        parts.append(part[~part["zone"].isin(NO_ZONE)])
    return pd.concat(parts, ignore_index=True), rejects
