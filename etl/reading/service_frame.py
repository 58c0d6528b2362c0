"""The one shape of tidy services, whoever publishes them, and the rules every row has to follow.

One row a service, or one row a commune and category for equipment that is only counted (`quantity` says how many, and
there is no point). `accept` makes it from the rows a reader has already named; what is refused is in the rejects.
"""

import numpy as np
import pandas as pd

from etl import categories
from etl.reading import coordinates
from etl.reading.tables import refuse_spoilt_identifiers
from etl.rejects import reject_frame
from geodata.sentences import Sentence, sentence
from geodata.source import Source

COLUMNS = {
    "id": "text: source, two hyphens, the source's own identifier; unique",
    "name": "text: name as published; the category's title when there is none or it could be a person's",
    "category": "text: id of etl/categories.csv",
    "code_insee": "text: commune; missing when the source only gives a point",
    "lon": "degrees, WGS 84; NaN when unknown",
    "lat": "degrees, WGS 84; NaN when unknown",
    "weekly_hours": "opening hours a week; NaN when unknown",
    "capacity": "places or posts; NaN when unknown",
    "quantity": "how many the row counts, for equipment counted by commune; NaN for a service listed by itself",
    "seen_on": "text: date or vintage at which the source saw it; missing when the file does not state it",
    "source": "text: id of the source",
    "nomenclature": "text: the code list that named the category",
}

COMMUNE = r"(?:0[1-9]|[13-8]\d|2[1-9AB]|9[0-5])\d{3}|97[12346]\d{2}"
"""Codes of communes of the 101 départements."""

ELSEWHERE = r"97[578]\d{2}|98\d{3}|97123|97127|99\d{3}"
"""Overseas collectivities (Saint-Pierre-et-Miquelon, Saint-Barthélemy, Saint-Martin, the Pacific), and abroad."""


def accept(
    rows: pd.DataFrame, source: Source, nomenclature: str, *, land: coordinates.Land = coordinates.FRANCE
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Services (`COLUMNS`) and rejects.

    `rows` is indexed by line and has `key` (the source's identifier), `name`, `code` (of `nomenclature`), `code_insee`
    (text, empty when unknown), `lon`, `lat` (float), `seen_on` (text, empty when nothing states it) and, where the
    source tells, `weekly_hours`, `capacity`, `quantity`.

    Refused: a code that is in no category (one reject a code, with its count), a commune code that has not the form of
    one or is outside the 101 départements, a service with neither commune nor point, an identifier given twice. A
    point outside `land` is refused alone: the service stays, in its commune.

    Raises `BadInput` when a spreadsheet made numbers of the identifiers: two services may then have the same.
    """
    refuse_spoilt_identifiers(rows["key"])
    category = categories.category_of(rows["code"].where(rows["code"] != ""), nomenclature)
    rejects = [categories.unknown_codes(rows["code"].where(rows["code"] != ""), nomenclature, source.id)]
    rows = rows.assign(category=category)[category.notna()]
    text = rows["code_insee"].fillna("").str.strip()
    is_commune = text.str.fullmatch(COMMUNE) & ~text.str.fullmatch(ELSEWHERE)
    is_elsewhere = text.str.fullmatch(ELSEWHERE)
    has_point = rows["lon"].notna() & rows["lat"].notna()
    good_point = land.holds(rows["lon"], rows["lat"])
    again = rows["key"].duplicated()
    # The first of several reasons is the one that is told.
    reasons = pd.Series(
        np.select(
            [
                rows["key"] == "",
                is_elsewhere,
                (text != "") & ~is_commune,
                again,
                (text == "") & has_point & ~good_point,
                (text == "") & ~has_point,
            ],
            [
                "no_identifier",
                "elsewhere",
                "not_a_commune_of_service",
                "identifier_again",
                "no_commune_wrong_point",
                "not_placed",
            ],
            "",
        ),
        index=rows.index,
    )
    refused = reasons != ""
    lost_point = ~refused & has_point & ~good_point
    reasons = reasons.mask(lost_point, "point_refused")
    for some in (refused, lost_point):
        words = [_why(*row, land) for row in zip(reasons[some], text[some], _shown(rows[some]), strict=True)]
        rejects.append(reject_frame(source.id, zip(rows.index[some], rows["key"][some], words, strict=True)))
    kept = rows[~refused]
    return _frame(kept, text[~refused], good_point[~refused], source, nomenclature), pd.concat(
        rejects, ignore_index=True
    )


def _frame(
    rows: pd.DataFrame, code_insee: pd.Series, good_point: pd.Series, source: Source, nomenclature: str
) -> pd.DataFrame:
    titles = categories.categories().set_index("id")["title"]
    name = rows["name"].fillna("").str.replace(r"\s+", " ", regex=True).str.strip()
    frame = pd.DataFrame(
        {
            "id": source.id + "--" + rows["key"],
            "name": name.where(name != "", rows["category"].map(titles)),
            "category": rows["category"],
            "code_insee": code_insee.where(code_insee != ""),
            "lon": rows["lon"].where(good_point).astype(float),
            "lat": rows["lat"].where(good_point).astype(float),
            "weekly_hours": _number(rows, "weekly_hours"),
            "capacity": _number(rows, "capacity"),
            "quantity": _number(rows, "quantity"),
            "seen_on": rows["seen_on"].where(rows["seen_on"] != ""),
            "source": source.id,
            "nomenclature": nomenclature,
        }
    )
    return frame.reset_index(drop=True)


def _number(rows: pd.DataFrame, column: str) -> pd.Series:
    return rows[column].astype(float) if column in rows else pd.Series(np.nan, index=rows.index)


def _shown(rows: pd.DataFrame) -> pd.Series:
    return rows["lon"].round(5).astype(str) + ", " + rows["lat"].round(5).astype(str)


def _why(code: str, commune: str, point: str, land: coordinates.Land) -> Sentence:
    """The reason of a reject with the values that it has."""
    if code in ("elsewhere", "not_a_commune_of_service"):
        return sentence(code, code=commune)
    return sentence(code, point=point, allowed=land.allowed) if "point" in code else sentence(code)
