"""Every table of the database, declared once: type, unit, meaning, constraints.

Types stay within what both a GeoPackage and PostGIS read without surprise: Text, Double, Integer, LargeBinary and
`Geometry`. Shares are fractions; NULL means "not known" and never zero.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from geodata.geometry import Geometry
from geodata.minutes import SHARE_MINUTES
from geodata.pathway import Pathway

metadata = sa.MetaData()

# PostgreSQL sorts by the words of a language unless told; codes have one order everywhere, that of their characters.
_TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _column(
    name: str,
    type_: sa.types.TypeEngine,
    comment: str,
    *constraints: sa.CheckConstraint,
    unit: str | None = None,
    null: bool = False,
    key: bool = False,
) -> sa.Column:
    return sa.Column(
        name, type_, *constraints, comment=comment, nullable=null and not key, primary_key=key, info={"unit": unit}
    )


def _text(name: str, comment: str, **options: Any) -> sa.Column:
    return _column(name, _TEXT, comment, **options)


def _number(name: str, comment: str, **options: Any) -> sa.Column:
    return _column(name, sa.Double(), comment, **options)


def _count(name: str, comment: str, **options: Any) -> sa.Column:
    return _column(name, sa.Integer(), comment, **options)


def _share(name: str, comment: str, **options: Any) -> sa.Column:
    return _column(name, sa.Double(), comment, sa.CheckConstraint(f"{name} BETWEEN 0 AND 1"), unit="share", **options)


def _contrast(with_: str) -> list[sa.Column]:
    """Difference with a comparator, taken inside each draw: the error they have in common cancels."""
    words = {"national": "country", "twins": "twins (their mean)"}.get(with_, with_)
    return [
        _number(f"contrast_{with_}_mean", f"Share less that of its {words}", unit="difference of shares", null=True),
        _number(f"contrast_{with_}_low", "Lower end of its 90 % interval", unit="difference of shares", null=True),
        _number(f"contrast_{with_}_high", "Upper end of its 90 % interval", unit="difference of shares", null=True),
    ]


territory = sa.Table(
    "territory",
    metadata,
    _count("fid", "Row number, needed by the GeoPackage format", key=True),
    _text("level", "commune, epci, tvs, departement, region or france"),
    _text(
        "code",
        "Official code, as its country has it: in France commune (Insee), EPCI (SIREN), département, région; FR",
    ),
    _text("name", "Official name"),
    _text("departement", "Code of the département holding most of its residents", null=True),
    _text("region", "Code of the région holding most of its residents", null=True),
    _text("epci", "Code of the EPCI, for a commune", null=True),
    _text("tvs", "Code of the agency's area (territoire de vie-santé), for a commune that is in one", null=True),
    _text(
        "zone",
        "Zone of the country: its own projection and view; in France metropole, or an overseas code",
        null=True,
    ),
    _text(
        "land",
        "Land that roads join, for a commune: the zone for its largest one, else the smallest commune code on it",
        null=True,
    ),
    _number("lon", "Longitude of a point on its surface (WGS 84)", unit="degree", null=True),
    _number("lat", "Latitude of the same point", unit="degree", null=True),
    _number("area_km2", "Area in the zone's official projection", unit="km2", null=True),
    _text("density", "Density class derived from residents and area: rural, intermediate, dense", null=True),
    _column("geom", Geometry("MULTIPOLYGON"), "Exact outline after cleaning (WGS 84)", null=True),
    sa.UniqueConstraint("level", "code"),
    comment="Territories of every level; whose they are, and the edition of their codes, in `build`",
)

part = sa.Table(
    "part",
    metadata,
    _count("fid", "Row number, needed by the GeoPackage format", key=True),
    _text("kind", "district (arrondissement municipal of Paris, Lyon, Marseille) or iris"),
    _text("code", "Official code: district (Insee), IRIS"),
    _text("name", "Official name; NULL: only its code is known", null=True),
    _text("commune", "Commune of today that holds it: its figures are already in the commune's"),
    _number("lon", "Longitude of a point on its surface (WGS 84)", unit="degree", null=True),
    _number("lat", "Latitude of the same point", unit="degree", null=True),
    _number("area_km2", "Area in the zone's official projection", unit="km2", null=True),
    _column("geom", Geometry("MULTIPOLYGON"), "Outline (WGS 84); NULL: no file gives it", null=True),
    sa.UniqueConstraint("kind", "code"),
    comment="What lies inside communes, with observed figures only: isolation is told of the commune",
)

service = sa.Table(
    "service",
    metadata,
    _count("fid", "Row number, needed by the GeoPackage format", key=True),
    _text("id", "Source and the source's own identifier", null=False),
    _text("name", "Name as published"),
    _text("category", "Category of service, see `category`"),
    _text("code_insee", "Commune where it stands"),
    _text("position", "point: located by its source; commune: placed at a point of its commune; unknown"),
    _number(
        "weekly_hours", "Opening hours a week computed from the published timetable; NULL: unknown", unit="h", null=True
    ),
    _number("capacity", "Places or posts; NULL: unknown", unit="place", null=True),
    _number(
        "quantity", "How many services the row counts, where a source only counts by commune; NULL: one", null=True
    ),
    _text("seen_on", "Date or vintage at which the source saw it", null=True),
    _text("source", "Source, see `source`"),
    _text("origins", "Identifiers that each source gives it, `;` between"),
    _column("geom", Geometry("POINT"), "Position (WGS 84)", null=True),
    sa.UniqueConstraint("id"),
    comment="Services in place",
)

category = sa.Table(
    "category",
    metadata,
    _text("id", "Stable identifier", key=True),
    _text("title", "French title"),
    _text("title_en", "English title"),
    _text("family", "citizen, institutional or professional"),
    _count("counts", "1 when its services count as a response of the family to isolation; else they are only shown"),
    comment="Categories of services and the family each belongs to",
)

pathway_function = sa.Table(
    "pathway_function",
    metadata,
    _text("pathway", f"Care pathway: {', '.join(Pathway)}", key=True),
    _count("position", "Order in which a person meets the function"),
    _text("function", "Function of the pathway", key=True),
    _text("title", "French title"),
    _text("title_en", "English title"),
    _text("categories", "Categories whose complete lists, empty within reach, prove that it is missing; `;` between"),
    _text("also", "Other categories that serve it where they are present, `;` between; empty: none"),
    _text("files", "Files that tell of `categories`, in words"),
    _text("justification", "Why it is a function of the pathway"),
    _text("source", "Text or plan that asks for it"),
    comment="Functions of the care pathways, each served by any of a set of categories",
)

completeness = sa.Table(
    "completeness",
    metadata,
    _text("departement", "Code of the département", key=True),
    _text("category", "Category of service", key=True),
    _text("source", "Source that tells", key=True),
    _text("state", "complete, partial, absent or stale"),
    _text("rule", "Why this state was given: code of a sentence, see `geodata/sentence_templates.py`"),
    _text("details", "Values of that sentence, as a JSON object"),
    comment="What is known of each category in each département: no data is never no service",
)

indicator = sa.Table(
    "indicator",
    metadata,
    _count("position", "Order in which indicators are shown"),
    _text("id", "Stable identifier", key=True),
    _text("title", "French title"),
    _text("title_en", "English title"),
    _text("definition", "What is measured, on whom, in French"),
    _text("definition_en", "The same in English"),
    _text("numerator", "What is counted, in French"),
    _text("denominator", "Among whom, in French; empty: a count, or a figure that is only published"),
    _text("unit", "share, person, household, km2 ..."),
    _text("side", "Side of life it tells of; NULL: a count", null=True),
    _text("direction", "higher or lower: the end that means more exposed; shown: never counted"),
    _text("way", "How it goes up a level: count, share (sums over sums), mean (weighted by its people) or published"),
    _count("least", "Smallest denominator that is published"),
    _text("kind", "Kinds of its values: observed, derived, modelled, `;` between"),
    _text("vintage", "Vintages of its values, `;` between, the newest last"),
    _text("source", "Sources of its values, see `source`, `;` between"),
    comment="What each value of `indicator_value` means",
)

indicator_value = sa.Table(
    "indicator_value",
    metadata,
    _text("level", "Level of the territory, or kind of a part of a commune (`part`)", key=True),
    _text("indicator", "Indicator, see `indicator`", key=True),
    _text("code", "Code of the territory or of the part", key=True),
    _text("vintage", "Reference period; the newest is the one shown first", key=True),
    _number("value", "Value in the indicator's unit; NULL: not published, see `reason`", null=True),
    _number(
        "numerator", "What is counted, or the weighted sum of an index; NULL where only a value is told", null=True
    ),
    _number("denominator", "Among whom, the weights of a mean, or km2", null=True),
    _share("coverage", "Share of the territory's residents for whom it is known; under 0.9 it has no value"),
    _text(
        "resolved_at", "Finest level that it was worked out from: iris, commune ... or its own where published there"
    ),
    _text("kind", "observed, derived or modelled"),
    _text("source", "Source, see `source`; several: `;` between"),
    _number("error", "Standard error of a modelled value, in its unit; NULL: not known", null=True),
    _text("reason", "Why there is no value: coverage, secret or censored; NULL when there is one", null=True),
    comment="Indicators by territory and vintage; where nothing at all is known there is no row",
)

cumulation = sa.Table(
    "cumulation",
    metadata,
    _text("level", "Level of the territory", key=True),
    _text("code", "Code of the territory", key=True),
    _count(
        "exposed",
        "Sides of life on which it is in the most exposed quarter of its peers; NULL: too few known",
        null=True,
    ),
    _count("known", "Sides of life known of the territory itself"),
    _text("sides", "Those on which it is in that quarter, `;` between"),
    _text("known_sides", "Those that are known, `;` between"),
    _text("indicators", "The indicator that spoke for each known side, in the same order"),
    _text("peers", "Whom it is compared with: the density class of most of its residents, at its level"),
    _count(
        "exposed_low",
        "Smallest number over the variants: a quarter or a fifth, its class or its whole level",
        null=True,
    ),
    _count("exposed_high", "Largest", null=True),
    comment="Sides of life that add up: how many put a territory among the most exposed of comparable ones",
)

estimate = sa.Table(
    "estimate",
    metadata,
    _text("level", "Level of the territory", key=True),
    _text("code", "Code of the territory", key=True),
    _text("definition", "Definition of isolation, see the method", key=True),
    _text("scenario", "Scenario of the flip test; `default` is the one shown first", key=True),
    _number("residents", "Residents in the definition's population (15 and over by default)", unit="person", null=True),
    _share("share", "Expected share of isolated residents", null=True),
    _share("low", "Lower end of the 90 % interval", null=True),
    _share("high", "Upper end of the 90 % interval", null=True),
    _number("logit_mean", "Mean of the share on the logit scale: answers any threshold", null=True),
    _number("logit_sd", "Standard deviation on the logit scale", null=True),
    _share(
        "p_above_national",
        "Probability that the share exceeds the national one, what is common apart",
        null=True,
    ),
    _number("var_common", "Part of the logit variance due to the national figure", null=True),
    _number("var_model", "Part due to the ratios and interactions", null=True),
    _number("var_local", "Part due to what is particular to the territory", null=True),
    _number(
        "people", "Expected number of isolated residents, unrounded: round before printing", unit="person", null=True
    ),
    _number("people_low", "Lower end of its 90 % interval", unit="person", null=True),
    _number("people_high", "Upper end of its 90 % interval", unit="person", null=True),
    _number("people_70_plus", "Expected number among residents aged 70 and over, unrounded", unit="person", null=True),
    *_contrast("departement"),
    *_contrast("region"),
    *_contrast("national"),
    *_contrast("twins"),
    _number("rank_low", "Lower end of the 90 % interval of its rank in its level (1: highest share)", null=True),
    _number("rank_high", "Upper end: intervals overlap so much that ranking means nothing", null=True),
    _share("bound_low", "Smallest share compatible with the published margins, whatever the interactions", null=True),
    _share("bound_high", "Largest such share", null=True),
    _text("resolved_at", "JSON: the level at which each factor was known", null=True),
    _count("is_extrapolated", "1 when the survey does not cover this territory"),
    _text("reason", "Why nothing is published, NULL when something is", null=True),
    comment="Modelled estimate of isolation: an estimated risk from the population's composition, not a count",
)

twin = sa.Table(
    "twin",
    metadata,
    _text("level", "Level of the territory", key=True),
    _text("code", "Code of the territory", key=True),
    _count("rank", "1: the most alike", key=True),
    _text("twin", "Code of the twin, at the same level"),
    _number("distance", "Distance between their standardised features"),
    comment="Territories most alike: same density class first, then age structure and what else is known",
)

contribution = sa.Table(
    "contribution",
    metadata,
    _text("level", "Level of the territory", key=True),
    _text("code", "Code of the territory", key=True),
    _text("factor", "age, activity, living_alone, income, density; structure: what margins leave", key=True),
    _number("part", "Part in the share less that of the twins: parts add up to it", unit="difference of shares"),
    comment="Why here: départements, EPCI and communes of 2,000 residents and more",
)

access = sa.Table(
    "access",
    metadata,
    _text("code_insee", "Commune of origin, or district of Paris, Lyon or Marseille (`part`)", key=True),
    _text("category", "Category of service", key=True),
    _text("service", "Nearest service, see `service`; NULL: none reachable or none known", null=True),
    _number("distance_km", "Crow-fly distance", unit="km", null=True),
    _number(
        "travel_min", "Minutes by road; of the median resident for a commune of `cell_reach`", unit="min", null=True
    ),
    _text("state", "What is known of the category in the commune's département: complete, partial or stale"),
    _number(
        "complete_min",
        "Minutes to the nearest commune whose list is not complete, 120 at most: an absence is certain below",
        unit="min",
    ),
    _text("method", "Travel-time model and its version"),
    _text("reason", "Why there is no value", null=True),
    comment="Nearest service of each category known in the département, from a point on the commune's surface, or from "
    "the square of its median resident where `cell_reach` has the commune",
)

family_access = sa.Table(
    "family_access",
    metadata,
    _text("code_insee", "Commune of origin", key=True),
    _text("family", "citizen, institutional or professional", key=True),
    _text("service", "Nearest service of the family that counts; NULL: none reachable or none known", null=True),
    _number("travel_min", "Minutes by road to it", unit="min", null=True),
    _number("complete_min", "Largest `complete_min` of its categories that count, see `access`", unit="min"),
    _number(
        "score",
        "Enhanced two-step floating catchment area over counted categories whose list is complete in the catchment",
        unit="services of average size for 10,000 people",
        null=True,
    ),
    _text("peers", "Group that the score is compared in: same density class, same complete categories", null=True),
    _share("rank", "Share of the comparable communes that do no better; NULL: too few to compare", null=True),
    _share("rank_low", "Smallest such share over the variants of the access model", null=True),
    _share("rank_high", "Largest", null=True),
    comment="Nearest service and shared supply of each family, where something is known of it",
)

cell_reach = sa.Table(
    "cell_reach",
    metadata,
    _text("code_insee", "Commune whose residents are known by square", key=True),
    _text("family", "citizen, institutional or professional", key=True),
    _count("cells", "Squares of the commune, or its IRIS where `side_m` is 0", unit="square"),
    _count("residents", "Residents of the commune, shared out among them", unit="person"),
    *(
        _share(f"within_{minutes}", "Share of residents with a service of the family within this many minutes")
        for minutes in SHARE_MINUTES
    ),
    _number("median_min", "Minutes of the median resident; NULL: half of them reach none", unit="min", null=True),
    _text(
        "reached",
        "Residents within 0, 1, 2 ... minutes, `;` between, to the last minute that adds one",
    ),
    _share("imputed", "Share of residents in squares that their producer imputed in part"),
    _count("side_m", "Side of the squares; 0: IRIS, each at one point of its own", unit="m"),
    _text("source", "Source of the squares, see `source`"),
    _text("vintage", "Vintage of the squares; NULL: not stated", null=True),
    comment="Where squares of population or outlines of IRIS are given: what residents reach from where they live",
)

square_group = sa.Table(
    "square_group",
    metadata,
    _text("code_insee", "Commune whose squares they are", key=True),
    _count("crs", "Projection of the grid (EPSG)"),
    _count("side_m", "Side of a square", unit="m"),
    _count("west", "Column of its westernmost square: metres to the east in the projection, over the side"),
    _count("south", "Row of its southernmost square, in the same way to the north"),
    _count("squares", "Inhabited squares", unit="square"),
    _count("groups", "Groups of squares, each of 11 residents at least where the commune holds as many", unit="group"),
    _column("packed", sa.LargeBinary(), "Group of each square; residents and minutes to each family of each group"),
    _text("source", "Source of the squares, see `source`"),
    _text("vintage", "Vintage of the squares; NULL: not stated", null=True),
    comment="Where squares of population are given: groups of them, layout in `geodata/square_groups.py`",
)

road_reach = sa.Table(
    "road_reach",
    metadata,
    _text("code_insee", "Commune whose roads are loaded, to a point of which trips are counted", key=True),
    _text(
        "reached_from",
        "Such communes from which trips by road are known, nearest first, `;` between",
    ),
    _text("minutes", "Minutes from each of them, in the same order, to a tenth, `;` between"),
    _text("method", "Model of travel by road and its version"),
    comment="Where an extract of roads is given: trips by road between communes that it holds whole, a row each",
)

MAY_LACK = (road_reach, part, square_group)
"""Tables that a database built before them lacks: it is read as one where they are empty."""

local_rate = sa.Table(
    "local_rate",
    metadata,
    _text("definition", "Definition of isolation", key=True),
    _text("factor", "Factor of the survey table", key=True),
    _text("category", "Category of the factor", key=True),
    _text("wave", "Date of the wave", key=True),
    _share("rate", "Rate measured in the category"),
    _share("national", "National rate of the same wave"),
    _number("ratio", "Their ratio"),
    _number("log_sd", "Standard deviation of its logarithm: sampling of the category, and a judgement on the rest"),
    _count("respondents", "Respondents of the category", unit="person"),
    _text("mode", "online, telephone or face-to-face"),
    _text("population", "Population asked"),
    _text("producer", "Who publishes it"),
    _text("note", "What its producer adds", null=True),
    _count("is_used", "1 when it is pooled with the national evidence in this build; 0: shown beside"),
    comment="An agency's own survey rates, beside the published ones",
)

direct_estimate = sa.Table(
    "direct_estimate",
    metadata,
    _text("definition", "Definition of isolation", key=True),
    _text("level", "Level of the territory", key=True),
    _text("code", "Code of the territory", key=True),
    _text("wave", "Date of the wave", key=True),
    _text("producer", "Who publishes it", key=True),
    _text(
        "method",
        "published or rates: combined by Fay-Herriot; answers: regressed and poststratified; held: not measured, a "
        "département held to its région",
    ),
    _text("mode", "online, telephone or face-to-face"),
    _text("question", "Question asked", null=True),
    _count("respondents", "Respondents of the territory", unit="person", null=True),
    _number("design_effect", "Design effect: what weights and sampling cost in respondents", null=True),
    _share("rate", "Rate measured in the territory", null=True),
    _share("share", "Share that the model expects there"),
    _share("together", "Share that both say together"),
    _share("together_low", "Its low end (90 % interval)"),
    _share("together_high", "Its high end (90 % interval)"),
    _number(
        "z", "Distance between the rate and the model's share, in standard deviations of their difference", null=True
    ),
    _text("note", "What its producer adds", null=True),
    comment="Rates that surveys measured in territories, beside the model's shares",
)

alias = sa.Table(
    "alias",
    metadata,
    _text("name", "Another name: of a former commune, of a district, in use", key=True),
    _text("level", "Level of the territory that it leads to, or district", key=True),
    _text("code", "Code of that territory or district", key=True),
    comment="Other names of territories, for the search box",
)

postcode = sa.Table(
    "postcode",
    metadata,
    _text("postcode", "Postcode", key=True),
    _text("code_insee", "Commune, or district of Paris, Lyon or Marseille", key=True),
    comment="Postcodes, for the search box",
)

source = sa.Table(
    "source",
    metadata,
    _text("id", "Stable identifier", key=True),
    _text("title", "Title as published"),
    _text("producer", "Who publishes it"),
    _text("licence", "Terms of reuse"),
    _text("vintage", "Reference period of the files that were read; missing when none states one", null=True),
    _text("page", "Where a person finds it"),
    _text("tier", "base, official, agency, reference or synthetic"),
    _text("description", "What it brings"),
    _count("accepted", "Rows accepted", unit="row"),
    _count("rejected", "Rows refused", unit="row"),
    _text("unused", "Figures read of it that nothing uses or shows, `;` between; NULL: all are", null=True),
    comment="Sources read by the build",
)

snapshot = sa.Table(
    "snapshot",
    metadata,
    _text("source", "Source, see `source`", key=True),
    _text("file", "File name", key=True),
    _text("sha256", "Checksum of the bytes read"),
    _count("size", "Size", unit="byte"),
    comment="The exact files that were read",
)

reject = sa.Table(
    "reject",
    metadata,
    _count("id", "Row number", key=True),
    _text("source", "Source, see `source`"),
    _text("row", "Row of the file (first data row is 1), or the package's row id"),
    _text("key", "Identifier of what was refused"),
    _text("reason", "Why: code of a sentence, see `geodata/sentence_templates.py`"),
    _text("details", "Values of that sentence, as a JSON object"),
    comment="Rows that were refused or repaired: nothing is dropped in silence",
)

build = sa.Table(
    "build",
    metadata,
    _text("key", "Parameter", key=True),
    _text("value", "Value"),
    comment="How this database was made: code version, seed, vintages, content hash",
)

screen_layer = sa.Table(
    "screen_layer",
    metadata,
    _text("level", "Level of the territories drawn", key=True),
    _text("within", "Code of the région shown, or FR for the whole country with overseas insets", key=True),
    _text("fingerprint", "Checksum of the body, used in its address"),
    _column("body", sa.LargeBinary(), "Geobuf compressed with Brotli: light outlines, for the screen only"),
    comment="Outlines simplified for the screen; compute with `territory`",
)

FEATURE_TABLES = (territory, part, service)
"""Tables with a geometry; every other one is an attribute table."""

# One place is asked for at a time: without them each question reads every service of the country.
sa.Index("service_code_insee", service.c.code_insee)
sa.Index("part_commune", part.c.commune)
sa.Index("territory_epci", territory.c.epci)
sa.Index("territory_departement", territory.c.departement)
sa.Index("indicator_value_territory", indicator_value.c.level, indicator_value.c.code)

# A GeoPackage has its own spatial index, which its format describes.
for _table in FEATURE_TABLES:
    sa.Index(f"{_table.name}_geom", _table.c.geom, postgresql_using="gist").ddl_if(dialect="postgresql")
