"""Where residents are far from services inside a territory: squares on a picture, the same groups in a table.

The picture is one byte a square in the projection of the grid; the browser colours it (`squares.js`) without asking
again, so that the minutes can be moved.
"""

import json
from collections.abc import Callable

import brotli
import numpy as np
import pandas as pd
import pyproj
import shapely
from dash import dcc, html

from dashboard import components, text
from dashboard.api import QUALITY
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.map_controls import segmented
from dashboard.pages.territoire.section import section
from dashboard.palette import MINUTES
from dashboard.spreadsheet import slug
from dashboard.state import Choice
from dashboard.text import squares as squares_text
from dashboard.text import travel
from geodata.errors import UnknownTerritory
from geodata.memory import remembered
from geodata.minutes import MOST_MINUTES
from geodata.need import FAMILIES, Squares
from geodata.square_groups import BEYOND, NO_DATA
from geodata.territory import Level

FILE = "carreaux"

DRAWN = (Level.COMMUNE, Level.EPCI, Level.TVS, Level.DEPARTEMENT)
"""Levels small enough for a square to have a pixel."""

MOST_ROWS = 40

_DETAIL = 0.4
"""Squares to which an outline may be simplified."""

FAMILY, RANGE = "squares-family", "squares-minutes"


def sections(facts: Facts, choice: Choice) -> dict[str, Callable[[], html.Section]]:
    """The section by its anchor, where squares were given and something is known of a family."""
    if choice.selected is None or choice.place[0] not in DRAWN:
        return {}
    squares = facts.squares(*choice.place)
    return {} if squares is None else {FILE: lambda: _section(facts, squares, choice)}


def _section(facts: Facts, squares: Squares, choice: Choice) -> html.Section:
    _ = words(choice.lang)
    lang = choice.lang
    names = _names(facts, choice)
    families = [f for i, f in enumerate(FAMILIES) if (squares.pictures[i].meaning["minutes"] != NO_DATA).any()]
    options = [(family.value, text.short_family(family, lang)) for family in families]
    source = f"/carreaux/{facts.version}/{choice.place[0]}/{choice.place[1]}.bin?c={len(facts.corrections())}"
    title = _("Where residents are far from services")
    body = [
        html.P(squares_text.what(squares.side_m, squares.producer, squares.vintage, lang)),
        html.Div(
            [
                html.Div(
                    [
                        segmented(FAMILY, _("Nearest service of the family"), options, options[0][0]),
                        html.Label(
                            [
                                _("Minutes by car, at most"),
                                html.Output(className="squares-at"),
                                dcc.Input(
                                    id=RANGE,
                                    type="range",
                                    min=1,
                                    max=MOST_MINUTES,
                                    step=1,
                                    value=choice.minutes,
                                ),
                            ],
                            className="control squares-range",
                        ),
                    ],
                    className="squares-controls",
                ),
                html.Ul(
                    [
                        html.Li(
                            [
                                html.Span(className="swatch", style={"background": colour}),
                                html.Span(**{"data-state": state}),
                            ]
                        )
                        for state, colour in MINUTES.items()
                    ],
                    className="map-legend",
                ),
                html.Div(
                    html.Canvas(
                        role="img",
                        **{"aria-label": _("Map of the squares: the table below holds the same residents and minutes")},
                    ),
                    className="squares-frame",
                ),
                html.P(className="squares-said nature"),
            ],
            # Another territory is another picture: nothing of the one before is kept.
            key=source,
            className="squares",
            **{"data-source": source, "data-words": json.dumps(squares_text.browser(lang), ensure_ascii=False)},
        ),
        html.P(squares_text.grouping(squares.withheld, lang), className="nature"),
    ]
    missing = squares_text.left_out([names.at[code, "name"] for code in squares.left_out], lang)
    body += [html.P(missing, className="nature")] if missing else []
    body += _table(facts, squares, names, choice)
    body.append(html.P(travel.sentence(" + ".join(facts.store.travel_methods()), lang), className="nature"))
    return section(title, body, None, choice, files=FILE)


def _table(facts: Facts, squares: Squares, names: pd.DataFrame, choice: Choice) -> list:
    _ = words(choice.lang)
    lang = choice.lang
    placed = _placed(squares, names)
    ways = [f"minutes_{family}" for family in FAMILIES]
    placed_minutes = placed[ways].where(placed[ways] != NO_DATA, -1)
    order = np.lexsort(
        (-placed["residents"], *(-placed_minutes[way] for way in reversed(ways)), -placed_minutes.max(axis=1))
    )
    first = placed.iloc[order].head(MOST_ROWS)
    has_communes = choice.place[0] != Level.COMMUNE
    rows = [
        [
            *([names.at[row["commune"], "name"]] if has_communes else []),
            squares_text.where(row["km"], row["bearing"], lang),
            text.number(row["residents"], lang),
            *(squares_text.minutes(row[f"minutes_{f}"], row[f"told_{f}"], lang) for f in FAMILIES),
        ]
        for row in first.to_dict("records")
    ]
    head = [*([_("Commune")] if has_communes else []), _("From the point of the commune"), _("Residents")]
    head += [text.short_family(family, lang) for family in FAMILIES]
    parts = [components.table(_("Groups of squares, the farthest from services first"), head, rows)]
    if len(placed) > MOST_ROWS:
        cut = _("The first %(shown)s of %(all)s; the file has them all.")
        parts.append(html.P(cut % {"shown": text.number(MOST_ROWS, lang), "all": text.number(len(placed), lang)}))
    return parts


def _names(facts: Facts, choice: Choice) -> pd.DataFrame:
    """Communes of the territory, by code: name, lon, lat, geom."""
    return facts.store.outlines(Level.COMMUNE, *choice.place).set_index("code")


def _placed(squares: Squares, communes: pd.DataFrame) -> pd.DataFrame:
    """The groups with `km` and `bearing` (degrees) from the point of their commune."""
    to_grid = _to_grid(squares)
    at = pd.DataFrame(to_grid(communes[["lon", "lat"]].to_numpy(float)), index=communes.index, columns=["x", "y"])
    own = at.reindex(squares.groups["commune"]).to_numpy()
    east, south = (squares.groups[["x", "y"]].to_numpy() - own).T * squares.side_m / 1000
    return squares.groups.assign(km=np.hypot(east, south), bearing=np.degrees(np.arctan2(east, -south)) % 360)


def _to_grid(squares: Squares) -> Callable[[np.ndarray], np.ndarray]:
    """From (longitude, latitude) to squares from the north-west corner of the picture."""
    to = pyproj.Transformer.from_crs(4326, squares.crs, always_xy=True)

    def place(lonlat: np.ndarray) -> np.ndarray:
        east, north = to.transform(lonlat[:, 0], lonlat[:, 1])
        return np.column_stack([east / squares.side_m - squares.west, squares.north - north / squares.side_m])

    return place


def medians_inside(squares: Squares, shapes: pd.Series) -> pd.DataFrame:
    """Minutes of the median resident of each of `shapes` (polygons in WGS 84, by code): `minutes_...` and `told_...` of
    each family, as groups have them. A group counts where its middle stands; a shape that holds none has no row."""
    drawn = shapes[shapes.notna()]
    tree = shapely.STRtree(shapely.points(squares.groups[["x", "y"]].to_numpy(float)))
    shape, group = tree.query(shapely.transform(drawn.to_numpy(object), _to_grid(squares)), predicate="intersects")
    inside = squares.groups.iloc[group].assign(code=drawn.index.to_numpy()[shape])
    medians = {}
    for family in FAMILIES:
        nearest_first = inside.sort_values(["code", f"minutes_{family}"], kind="stable")
        of_shape = nearest_first.groupby("code")["residents"]
        reached = nearest_first[of_shape.cumsum() * 2 >= of_shape.transform("sum")].drop_duplicates("code")
        for name in (f"minutes_{family}", f"told_{family}"):
            medians[name] = reached.set_index("code")[name]
    return pd.DataFrame(medians)


# -- files and bytes ---------------------------------------------------------------------------------------------------


def file_rows(facts: Facts, choice: Choice) -> pd.DataFrame:
    """All groups as rows."""
    squares = facts.squares(*choice.place) if choice.place[0] in DRAWN else None
    if squares is None:
        return pd.DataFrame(columns=["commune"])
    names, lang = _names(facts, choice), choice.lang
    placed = _placed(squares, names)
    columns = {}
    for family in FAMILIES:
        value, whole = placed[f"minutes_{family}"], placed[f"told_{family}"]
        name = slug(text.short_family(family, "fr"))
        columns[f"minutes_{name}"] = value.where(value < BEYOND)
        columns[f"absence_certaine_jusqu_a_{name}"] = whole.where(value != NO_DATA)
    return pd.DataFrame(
        {
            "code_commune": placed["commune"],
            "commune": placed["commune"].map(names["name"]),
            "lieu": [
                squares_text.where(km, bearing, lang)
                for km, bearing in zip(placed["km"], placed["bearing"], strict=True)
            ],
            "habitants": placed["residents"],
            "carreaux": placed["squares"],
            **columns,
            "cote_m": squares.side_m,
            "source_des_carreaux": squares.producer,
            "millesime_des_carreaux": squares.vintage,
        }
    )


def body(facts: Facts, level: Level, code: str) -> bytes | None:
    """What the browser draws, as Brotli; None where there is no square."""
    squares = facts.squares(level, code)
    return None if squares is None else _body(facts, facts.version, level, code, len(facts.corrections()))


@remembered
def _body(facts: Facts, version: str, level: Level, code: str, _corrections: int) -> bytes:
    squares = facts.squares(level, code)
    if squares is None:
        raise UnknownTerritory(f"no square is given in {level} {code}.")
    height, width = squares.people.shape
    communes = _names(facts, Choice(selected=(level, code)))
    to_grid = _to_grid(squares)
    drawn = communes[communes["geom"].notna()]
    shapes = shapely.transform(drawn["geom"].to_numpy(object), to_grid)
    # Neighbours keep the same border.
    paths = [_path(shape) for shape in shapely.coverage_simplify(shapes, _DETAIL)]
    points = to_grid(drawn[["lon", "lat"]].to_numpy(float)).round(1).tolist()
    people = squares.groups.groupby("commune")["residents"].sum().reindex(drawn.index, fill_value=0)
    header = {
        "width": width,
        "height": height,
        "families": {
            family.value: picture.meaning[["minutes", "told", "residents"]].to_numpy().tolist()
            for family, picture in zip(FAMILIES, squares.pictures, strict=True)
        },
        "amounts": squares.amounts.tolist(),
        "beyond": BEYOND,
        "outlines": paths,
        "hatched": [path for path, code in zip(paths, drawn.index, strict=True) if code in squares.left_out],
        "names": [
            [*point, name]
            for _, point, name in sorted(zip(-people, points, drawn["name"], strict=True))
            if level != Level.COMMUNE
        ],
    }
    head = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    pictures = [picture.squares for picture in squares.pictures]
    parts = [len(head).to_bytes(4, "little"), head, *(part.tobytes() for part in (*pictures, squares.people))]
    return brotli.compress(b"".join(parts), quality=QUALITY)


def _path(shape: shapely.Geometry) -> str:
    rings = shapely.get_rings(shapely.get_parts(shape))
    return "".join(
        "M" + "L".join(f"{x:g} {y:g}" for x, y in shapely.get_coordinates(ring).round(1)) + "Z" for ring in rings
    )
