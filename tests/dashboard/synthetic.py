"""A tiny invented country in the database's own tables: every class, every reason, two régions, one of them overseas.

Nothing here is real: names say so. Communes are squares of a tenth of a degree.
"""

import hashlib
from pathlib import Path

import brotli
import geobuf
import numpy as np
import sqlalchemy as sa
from scipy.special import expit, logit, ndtri
from shapely.geometry import MultiPolygon, Point, box, mapping

from geodata import schema
from geodata.countries.france import INSETS
from geodata.insets import to_inset
from geodata.sentences import sentence
from geodata.square_groups import BEYOND, FAMILIES, NO_DATA, Groups
from geodata.survey import reference_of

HASH = "synthetic0123456789"
_Z90 = 1.6448536269514722

# code, name, residents, share, sd on the logit scale, département, EPCI, column, row
CATEGORIES = [
    ("mairie", "Mairie", "Town hall", "institutional"),
    ("association", "Association", "Association", "citizen"),
    ("infirmier", "Infirmier", "Nurse", "professional"),
]

COMMUNES = (
    ("S1001", "Saint-Étienne-la-Synthétique", 21_000, 0.20, 0.15, "S1", "S11", 0, 0),
    ("S1002", "Sainte-Épreuve", 4_200, 0.125, 0.20, "S1", "S11", 1, 0),
    ("S1003", "L'Haÿ-Fictif", 9_000, 0.105, 0.20, "S1", "S11", 2, 0),
    ("S1004", "Œuvre-sur-Fixture", 1_500, 0.085, 0.17, "S1", "S12", 0, 1),
    ("S1005", "Basse-Fictive", 2_600, 0.05, 0.15, "S1", "S12", 1, 1),
    ("S1006", "Trois-Foyers", 30, 0.12, 0.20, "S1", "S12", 2, 1),
    ("S2001", "+Formule", 800, 0.118, 0.20, "S2", "S13", 0, 2),
    ("S2002", "Sans-Recensement", None, None, None, "S2", "S13", 1, 2),
    ("S2003", "Petit-Nombre", 60, 0.13, 0.20, "S2", "S13", 2, 2),
    ("97401", "Port-Fictif", 12_000, 0.14, 0.20, "974", "S91", 0, 0),
    ("97402", "Haut-Fictif", 3_000, 0.10, 0.20, "974", "S91", 1, 0),
)
EPCIS = {
    "S11": ("CC du Nord synthétique", "S1", "R1", 34_200, 0.155, 0.14),
    "S12": ("CC du Sud synthétique", "S1", "R1", 4_130, 0.07, 0.14),
    "S13": ("CC de l'Est synthétique", "S2", "R1", 860, 0.12, 0.16),
    "S91": ("CC de l'Île synthétique", "974", "R9", 15_000, 0.13, 0.14),
}
DEPARTEMENTS = {
    "S1": ("Département synthétique", "R1", 38_330, 0.14, 0.12),
    "S2": ("Autre département synthétique", "R1", 860, 0.12, 0.16),
    "974": ("Île synthétique", "R9", 15_000, 0.13, 0.14),
}
REGIONS = {"R1": ("Territoire synthétique", 39_190, 0.14, 0.11), "R9": ("Outre-mer synthétique", 15_000, 0.13, 0.14)}
INDICATORS = (
    ("share_75_plus", "Part fictive des 75 ans et plus", "Invented share aged 75 and over", "age"),
    ("poverty_rate", "Taux de pauvreté fictif", "Invented poverty rate", "income"),
)
CUMULATION = (
    ("commune", "S1001", 4, 7, "age;income;digital;illness"),
    ("commune", "S1002", 1, 7, "age"),
    ("commune", "S1003", None, 3, ""),
    ("commune", "97401", 0, 6, ""),
    ("epci", "S11", 3, 7, "age;income;digital"),
    ("epci", "S91", 2, 7, "age;income"),
)
"""level, code, sides exposed, known, which ones: of the other territories nothing is known."""
NATIONAL = (54_190, 0.117, 0.06)


def write(path: Path, content_hash: str = HASH) -> Path:
    """Write the invented database at `path` (ending in .gpkg) and return it."""
    engine = sa.create_engine(f"sqlite:///{path}", poolclass=sa.pool.NullPool)
    schema.metadata.create_all(engine)
    with engine.begin() as connection:
        for table, rows in _tables(content_hash).items():
            connection.execute(sa.insert(schema.metadata.tables[table]), rows)
    return path


DISTRICTS = {
    "S1901": "Saint-Étienne-la-Synthétique 1er arrondissement",
    "S1902": "Saint-Étienne-la-Synthétique 2e arrondissement",
}
"""The west and the east of S1001."""
IRIS = {"S10020101": 2_500, "S10020102": 1_690, "S10020103": None}
"""IRIS of S1002 and their residents; those of the last are too few to be told."""


def _parts(squares) -> list[dict]:
    west, south, east, north = squares["S1001"].bounds
    middle = (west + east) / 2
    halves = [box(west, south, middle, north), box(middle, south, east, north)]
    districts = [
        {
            "kind": "district", "code": code, "name": name, "commune": "S1001", "lon": half.centroid.x,
            "lat": half.centroid.y, "area_km2": 40.0, "geom": MultiPolygon([half]),
        }
        for (code, name), half in zip(DISTRICTS.items(), halves, strict=True)
    ]  # fmt: skip
    iris = [{"kind": "iris", "code": code, "name": None, "commune": "S1002"} for code in IRIS]
    nothing = dict.fromkeys(("lon", "lat", "area_km2", "geom"))
    return districts + [row | nothing for row in iris]


def _inside() -> list[dict]:
    """Figures of districts and IRIS."""
    told = [("district", code, 10_000.0 + 1_000 * i, 0.08 + 0.04 * i) for i, code in enumerate(DISTRICTS)]
    told += [("iris", code, residents, None if residents is None else 0.1) for code, residents in IRIS.items()]
    rows = []
    for level, code, residents, share in told:
        common = {"level": level, "code": code, "vintage": "2021", "coverage": 1.0, "resolved_at": level}
        common |= {"source": "synthetic_census", "reason": "secret" if residents is None else None}
        some = None if residents is None else share * residents
        people = {"indicator": "population", "value": residents, "numerator": residents, "denominator": None}
        aged = {"indicator": "share_75_plus", "value": share, "numerator": some, "denominator": residents}
        rows += [common | people | {"kind": "observed"}, common | aged | {"kind": "derived"}]
    return rows


def _why(code: str, /, **values: str) -> dict[str, str]:
    """The columns of a reject that say why."""
    why = sentence(code, **values)
    return {"reason": why.code, "details": why.details}


_NO_SUCH_COMMUNE = _why("area_not_a_commune", area="=cmd", code="1999")


def add_cinema(path: Path) -> None:
    """A cinema opens in S2001, where no citizen place that counts is near; S2 lists all of its cinemas."""
    cinema = Point(1.05, 43.75)
    row = {"code_insee": "S2001", "category": "cinema", "service": "synthetic--cinema-S2001", "distance_km": 0.1}
    row |= {"travel_min": 0.3, "state": "complete", "complete_min": 30.0, "method": "invented", "reason": None}
    values = {"departement": "S2", "category": "cinema", "source": "synthetic_services", "state": "complete"}
    values |= {"rule": "every_commune", "details": "{}"}
    rows = {
        "category": _category("cinema", "Cinéma", "Cinema", "citizen") | {"counts": 0},
        "service": _service("cinema", "S2001", "Ciné Fictif", cinema, None),
        "completeness": values,
        "access": row,
    }
    with sa.create_engine(f"sqlite:///{path}", poolclass=sa.pool.NullPool).begin() as connection:
        for table, one in rows.items():
            connection.execute(sa.insert(schema.metadata.tables[table]), one)


SQUARES = {
    "S1004": Groups(
        x=np.array([0, 1, 2, 6, 7]), y=np.array([0, 0, 1, 3, 3]), group=np.array([0, 0, 1, 2, 2]),
        residents=np.array([1_200, 288, 12]),
        minutes=np.array([[NO_DATA] * 3, [4, 12, 33], [6, 26, BEYOND]], np.uint8),
    ),
    "S1006": Groups(
        x=np.array([0]), y=np.array([0]), group=np.array([0]), residents=np.array([7]),
        minutes=np.array([[NO_DATA], [3], [3]], np.uint8),
    ),
    "97402": Groups(
        x=np.array([0, 1]), y=np.array([0, 1]), group=np.array([0, 1]), residents=np.array([2_900, 100]),
        minutes=np.array([[NO_DATA] * 2, [5, 20], [NO_DATA] * 2], np.uint8),
    ),
}  # fmt: skip
"""Squares of three communes. In the first, town halls are all listed, nurses up to 18 minutes, associations not known;
in the second, too few people live; the third lies in another projection."""

CORNERS = {"S1004": (3035, 17_990, 11_610), "S1006": (3035, 18_070, 11_610), "97402": (2975, 1_733, 38_250)}
"""Their projection and south-west corner, in squares of 200 m."""


def add_squares(path: Path) -> None:
    """Squares of population are given for `SQUARES`."""
    rows = {"source": [_source("synthetic_squares", "Carreaux synthétiques", "Institut inventé")]}
    rows["cell_reach"], rows["square_group"] = [], []
    for code, groups in SQUARES.items():
        values = {"code_insee": code, "source": "synthetic_squares", "vintage": "2019", "side_m": 200}
        total, squares, count = int(groups.residents.sum()), len(groups.x), len(groups.residents)
        crs, west, south = CORNERS[code]
        place = {"crs": crs, "west": west, "south": south, "packed": groups.packed()}
        rows["square_group"].append(values | place | {"squares": squares, "groups": count})
        for family, minutes in zip(FAMILIES, groups.minutes, strict=True):
            if (minutes != NO_DATA).all():
                reached = [int(groups.residents[minutes <= m].sum()) for m in range(BEYOND)]
                shares = {f"within_{m}": reached[m] / total for m in (5, 10, 15, 20)}
                written = {"reached": ";".join(map(str, reached)), "median_min": 4.0, "imputed": 0.0}
                common = {"family": family.value, "cells": squares, "residents": total}
                rows["cell_reach"].append(values | common | shares | written)
    with sa.create_engine(f"sqlite:///{path}", poolclass=sa.pool.NullPool).begin() as connection:
        for table, one in rows.items():
            connection.execute(sa.insert(schema.metadata.tables[table]), one)


def straddle(path: Path) -> None:
    """S11 takes a commune of another région in."""
    with sa.create_engine(f"sqlite:///{path}", poolclass=sa.pool.NullPool).begin() as connection:
        territory = schema.territory
        connection.execute(sa.update(territory).where(territory.c.code == "97401").values(epci="S11"))


def _tables(content_hash: str) -> dict[str, list[dict]]:
    squares = {row[0]: _square(row) for row in COMMUNES}
    territories, estimates, layers = [], [], []

    def add(level, code, name, geom, departement=None, region=None, epci=None, zone="metropole", density=None):
        point = geom.representative_point()
        territories.append(
            {
                "level": level, "code": code, "name": name, "departement": departement, "region": region, "epci": epci,
                "zone": zone, "land": zone, "lon": point.x, "lat": point.y, "area_km2": 80.0, "density": density,
                "geom": geom,
            }
        )  # fmt: skip

    for code, name, residents, share, sd, departement, epci, _column, _row in COMMUNES:
        region = DEPARTEMENTS[departement][1]
        add("commune", code, name, squares[code], departement, region, epci, _zone(departement), "rural")
        estimates.append(_estimate("commune", code, residents, share, sd, departement == "974"))
    for code, (name, departement, region, *numbers) in EPCIS.items():
        add("epci", code, name, _union(squares, 6, code), departement, region, None, _zone(departement))
        estimates.append(_estimate("epci", code, *numbers, departement == "974"))
    for code, (name, region, *numbers) in DEPARTEMENTS.items():
        add("departement", code, name, _union(squares, 5, code), code, region, None, _zone(code))
        estimates.append(_estimate("departement", code, *numbers, code == "974"))
    for code, (name, *numbers) in REGIONS.items():
        members = [c for c, (_, region, *_rest) in DEPARTEMENTS.items() if region == code]
        geom = MultiPolygon([p for c in members for p in _union(squares, 5, c).geoms])
        add("region", code, name, geom, None, code, None, _zone(members[0]))
        estimates.append(_estimate("region", code, *numbers, code == "R9"))
    add("france", "FR", "Pays synthétique", MultiPolygon([p for s in squares.values() for p in s.geoms]))
    estimates.append(_estimate("france", "FR", *NATIONAL, False))

    # A scenario, a little higher; every other definition, from a quarter to twice.
    main = list(estimates)
    estimates += [_under(row, "five_networks", "age_telephone", 1.08) for row in main]
    for definition, factor in (("srcv", 0.25), ("mort_sociale_60_plus", 0.35), ("loneliness", 2.0)):
        estimates += [_under(row, definition, reference_of(definition).id, factor) for row in main]

    for level in ("commune", "epci", "departement", "region"):
        for within in ("R1", "R9", "FR"):
            if (level, within) != ("commune", "FR"):
                layers.append(_layer(level, within, territories))

    return {
        "territory": territories,
        "part": _parts(squares),
        "estimate": estimates,
        "screen_layer": layers,
        "twin": _twins(estimates),
        "contribution": [
            {"level": level, "code": code, "factor": factor, "part": part}
            for level, code in (("commune", "S1001"), ("commune", "S1002"), ("epci", "S11"))
            for factor, part in (("age", 0.012), ("activity", -0.004), ("density", 0.0002))
        ],
        "indicator": [
            {
                "position": position, "id": name, "title": title, "title_en": english, "definition": "Inventé.",
                "definition_en": "Invented.", "numerator": "inventés", "denominator": "habitants", "unit": "share",
                "side": side, "direction": "higher", "way": "share", "least": 11, "kind": "derived", "vintage": "2021",
                "source": "synthetic_census",
            }
            for position, (name, title, english, side) in enumerate(INDICATORS, start=1)
        ],
        "indicator_value": [
            {
                "level": level, "code": code, "indicator": name, "vintage": "2021", "value": 0.1 + 0.03 * i + 0.02 * k,
                "numerator": 1000 * (0.1 + 0.03 * i + 0.02 * k), "denominator": 1000.0, "coverage": 1.0,
                "resolved_at": level, "kind": "derived", "source": "synthetic_census", "reason": None,
            }
            for i, (level, code) in enumerate(_observed())
            for k, (name, _title, _english, _side) in enumerate(INDICATORS)
            if (name, level) != ("poverty_rate", "commune")
        ] + [_earlier()] + _inside(),
        "cumulation": [_cumulation(*row) for row in CUMULATION],
        "category": [_category(*row) for row in CATEGORIES],
        "pathway_function": _functions(),
        "service": _services(squares),
        "completeness": [
            {
                "departement": departement, "category": category, "source": "synthetic_services",
                "state": state, "rule": "every_commune", "details": "{}",
            }
            for departement in DEPARTEMENTS
            for category, state in _states(departement).items()
        ],
        "access": [row for i, commune in enumerate(COMMUNES) for row in _access(i, commune)],
        "family_access": [row for i, commune in enumerate(COMMUNES) for row in _family_access(i, commune)],
        "alias": [{"name": "Vieux-Bourg d’Épreuve", "level": "commune", "code": "S1002"}],
        "postcode": [{"postcode": f"99{i:03}", "code_insee": row[0]} for i, row in enumerate(COMMUNES)],
        "source": [
            _source("synthetic_census", "Recensement synthétique", "Institut inventé")
            | {"vintage": "2021", "page": "https://example.org/", "accepted": 11, "rejected": 2},
            _source("synthetic_services", "Services synthétiques", "Annuaire inventé")
            | {"vintage": "2025", "page": "https://example.org/s", "accepted": 13, "rejected": 1},
        ],
        "snapshot": [{"source": "synthetic_census", "file": "invente.csv", "sha256": "0" * 64, "size": 1234}],
        "reject": [
            {"source": "synthetic_census", "row": "12", "key": "S1999", **_NO_SUCH_COMMUNE},
            {"source": "synthetic_census", "row": "13", "key": "S1998", **_NO_SUCH_COMMUNE},
            {"source": "synthetic_services", "row": "4", "key": "x-4", **_why("not_placed")},
        ],
        "build": [
            {"key": "content_hash", "value": content_hash},
            {"key": "cog_vintage", "value": "2025-01-01"},
            {"key": "seed", "value": "1"},
            {"key": "is_synthetic", "value": "1"},
            {"key": "libraries", "value": '{"numpy": "2"}'},
        ],
    }  # fmt: skip


def _source(id_: str, title: str, producer: str) -> dict:
    told = {"licence": "Licence Ouverte 2.0", "tier": "reference", "description": "Rien n'est réel."}
    told |= {"vintage": "2019", "page": "https://example.org/c", "accepted": 6, "rejected": 0}
    return {"id": id_, "title": title, "producer": producer} | told


def _zone(departement: str) -> str:
    return "974" if departement == "974" else "metropole"


def _square(row) -> MultiPolygon:
    code, departement, column, line = row[0], row[5], row[7], row[8]
    west, south = (55.3, -21.3) if departement == "974" else (1.0, 43.5)
    x, y = west + 0.1 * column, south + 0.1 * line
    assert code
    return MultiPolygon([box(x, y, x + 0.1, y + 0.1)])


def _union(squares: dict, column: int, code: str) -> MultiPolygon:
    return MultiPolygon([p for row in COMMUNES if row[column] == code for p in squares[row[0]].geoms])


def _estimate(level: str, code: str, residents, share, sd, is_extrapolated: bool) -> dict:
    row = {
        "level": level, "code": code, "definition": "five_networks", "scenario": "default", "residents": residents,
        "share": share, "low": None, "high": None, "logit_mean": None, "logit_sd": sd, "p_above_national": None,
        "var_common": None, "var_model": None, "var_local": None, "people": None, "people_low": None,
        "people_high": None, "rank_low": None, "rank_high": None, "bound_low": None, "bound_high": None,
        **dict.fromkeys(("contrast_twins_low", "contrast_twins_mean", "contrast_twins_high")),
        **dict.fromkeys(("contrast_national_low", "contrast_national_mean", "contrast_national_high")),
        "resolved_at": "{}", "is_extrapolated": int(is_extrapolated), "reason": None,
    }  # fmt: skip
    if share is None:
        return row | {"reason": "no_population_by_age"}
    mean = float(logit(share))
    low, high = (float(expit(mean + sign * _Z90 * sd)) for sign in (-1, 1))
    above = float(np.clip(0.5 + (share - NATIONAL[1]) / (0.08 * max(sd, 0.05) / 0.1), 0.01, 0.99))
    people = {"people": share * residents, "people_low": low * residents, "people_high": high * residents}
    values = {"low": low, "high": high, "logit_mean": mean, "p_above_national": above}
    return row | people | values | _beside_france(share - NATIONAL[1], above)


def _beside_france(difference: float, above: float) -> dict:
    """A difference and the 90 % interval that gives `above`, the chances that it is more than nothing."""
    reach = _Z90 * max(abs(difference), 1e-4) / max(abs(float(ndtri(above))), 1e-3)
    ends = zip(("low", "mean", "high"), (difference - reach, difference, difference + reach), strict=True)
    return {f"contrast_national_{end}": value for end, value in ends}


def _under(row: dict, definition: str, scenario: str, factor: float) -> dict:
    other = _estimate(
        row["level"],
        row["code"],
        row["residents"],
        row["share"] and min(0.6, row["share"] * factor),
        row["logit_sd"],
        False,
    )
    # As in a real build, other assumptions come without interval, people and comparison.
    for name in ("low", "high", "people", "people_low", "people_high", "p_above_national"):
        other[name] = None
    other |= dict.fromkeys(name for name in other if name.startswith("contrast_"))
    return other | {"definition": definition, "scenario": scenario, "is_extrapolated": row["is_extrapolated"]}


def _twins(estimates: list[dict]) -> list[dict]:
    """Each commune and EPCI has the two others of its level that come after it; their mean is its comparison."""
    rows = []
    for level, codes in (("commune", [row[0] for row in COMMUNES]), ("epci", list(EPCIS))):
        shares = {e["code"]: e["share"] for e in estimates if e["level"] == level and e["scenario"] == "default"}
        for code in codes:
            others = [codes[(codes.index(code) + step) % len(codes)] for step in (1, 2)]
            rows += [
                {"level": level, "code": code, "rank": rank, "twin": twin, "distance": float(rank)}
                for rank, twin in enumerate(others, start=1)
            ]
            known = [shares[twin] for twin in others if shares[twin] is not None]
            own = next(e for e in estimates if (e["level"], e["code"], e["scenario"]) == (level, code, "default"))
            if own["share"] is not None and known:
                mean = own["share"] - float(np.mean(known))
                ends = (mean - 0.01, mean, mean + 0.01)
                own |= {f"contrast_twins_{end}": v for end, v in zip(("low", "mean", "high"), ends, strict=True)}
                own |= {"rank_low": 1.0, "rank_high": 9.0, "bound_low": 0.02, "bound_high": 0.4}
    return rows


def _observed() -> list[tuple[str, str]]:
    return [
        *(("commune", row[0]) for row in COMMUNES),
        *(("epci", code) for code in EPCIS),
        *(("departement", code) for code in DEPARTEMENTS),
        ("france", "FR"),
    ]


def _earlier() -> dict:
    """A figure of one EPCI as it was two years before."""
    return {
        "level": "epci", "code": "S11", "indicator": "poverty_rate", "vintage": "2019", "value": 0.1,
        "numerator": 100.0, "denominator": 1000.0, "coverage": 1.0, "resolved_at": "epci", "kind": "derived",
        "source": "synthetic_census", "reason": None,
    }  # fmt: skip


def _cumulation(level: str, code: str, exposed: int | None, known: int, sides: str) -> dict:
    return {
        "level": level, "code": code, "exposed": exposed, "known": known, "sides": sides, "known_sides": sides,
        "indicators": "", "peers": "rural", "exposed_low": exposed, "exposed_high": exposed,
    }  # fmt: skip


def _services(squares: dict) -> list[dict]:
    rows = []
    for i, row in enumerate(COMMUNES):
        centre = squares[row[0]].centroid
        rows.append(_service("mairie", row[0], f"Mairie de {row[1]}", centre, None if i % 3 == 0 else 10.0 + i))
    rows.append(_service("association", "S1001", "=Association <b>fictive</b>", Point(1.03, 43.53), 4.0))
    rows.append(_service("infirmier", "S1002", "Cabinet fictif", None, None))
    return rows


def _states(departement: str) -> dict[str, str]:
    """Town halls are all listed, associations in part, nurses in one département only."""
    return {
        "mairie": "complete",
        "association": "partial",
        "infirmier": "complete" if departement == "S1" else "absent",
    }


ASSOCIATION_MIN = (2.0, 10.0, 14.0, 9.0, 13.0, 19.0, 31.0, 35.0, 40.0, None, None)
"""Minutes to the only association, on the mainland."""

NURSES_COMPLETE_MIN = (32.0, 32.0, 32.0, 18.0, 18.0, 18.0)
"""The only nurse stands nowhere: none can be reached, and that is certain up to the border of the département."""


def _access(i: int, commune) -> list[dict]:
    code, departement = commune[0], commune[5]
    row = {"code_insee": code, "distance_km": None, "method": "invented", "reason": None}
    nowhere = {"service": None, "travel_min": None, "reason": "no_supply_in_zone"}
    halls = {"service": f"synthetic--mairie-{code}", "distance_km": 1.0 + i, "travel_min": 0.4 + i}
    found = [row | {"category": "mairie", "state": "complete", "complete_min": 120.0} | halls]
    away = ASSOCIATION_MIN[i]
    near = nowhere if away is None else {"service": "synthetic--association-S1001", "travel_min": away}
    found.append(row | {"category": "association", "state": "partial", "complete_min": 0.0} | near)
    if departement == "S1":
        limit = NURSES_COMPLETE_MIN[i]
        found.append(row | {"category": "infirmier", "state": "complete", "complete_min": limit} | nowhere)
    return found


def _family_access(i: int, commune) -> list[dict]:
    """One category a family, so its rows are those of the category; town halls are ranked in the order of the rows."""
    family = {"mairie": "institutional", "association": "citizen", "infirmier": "professional"}
    score = {"score": 1.0 + i, "peers": "institutional rural 1", "rank": i / 11}
    score |= {"rank_low": max(0.0, i / 11 - 0.03), "rank_high": i / 11 + 0.03}
    none = dict.fromkeys(score)
    return [
        {name: row[name] for name in ("code_insee", "service", "travel_min", "complete_min")}
        | {"family": family[row["category"]]}
        | (score if row["category"] == "mairie" else none)
        for row in _access(i, commune)
    ]


def _category(id_: str, title: str, title_en: str, family: str) -> dict:
    return {"id": id_, "title": title, "title_en": title_en, "family": family, "counts": 1}


def _functions() -> list[dict]:
    """Three functions of older people (the second served by nurses or, where one is, by an association) and two of
    people with cancer, one of which no list tells of."""
    rows = (
        ("older_people", 1, "spot", "Repérer", "Spot", "mairie", ""),
        ("older_people", 2, "nurse", "Recevoir des soins", "Be nursed", "infirmier", ""),
        ("older_people", 3, "meet", "Rencontrer du monde", "Meet people", "infirmier", "association"),
        ("cancer", 1, "nurse", "Recevoir des soins", "Be nursed", "infirmier", ""),
        ("cancer", 2, "treat", "Être soigné", "Be treated", "hopital", "association"),
    )
    names = ("pathway", "position", "function", "title", "title_en", "categories", "also")
    values = {"files": "fichier fictif", "justification": "Inventé.", "source": "Texte inventé"}
    return [dict(zip(names, row, strict=True)) | values for row in rows]


def _service(category: str, code: str, name: str, point, hours) -> dict:
    return {
        "id": f"synthetic--{category}-{code}", "name": name, "category": category, "code_insee": code,
        "position": "unknown" if point is None else "point", "weekly_hours": hours, "seen_on": "2025-01-01",
        "source": "synthetic_services", "origins": f"synthetic--{category}-{code}", "capacity": None, "quantity": None,
        "geom": point,
    }  # fmt: skip


def _layer(level: str, within: str, territories: list[dict]) -> dict:
    drawn = [t for t in territories if t["level"] == level and within in ("FR", t["region"])]
    features = [
        {
            "type": "Feature",
            "properties": {"code": t["code"], "name": t["name"]},
            "geometry": mapping(to_inset(t["geom"], t["zone"], INSETS) if within == "FR" else t["geom"]),
        }
        for t in drawn
    ]
    body = brotli.compress(geobuf.encode({"type": "FeatureCollection", "features": features}, 4))
    return {"level": level, "within": within, "fingerprint": hashlib.sha256(body).hexdigest()[:16], "body": body}
