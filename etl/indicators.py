"""Observed and derived indicators by territory: census counts summed at every level, published département rates."""

from collections.abc import Sequence

import pandas as pd

from etl.exposure import INDICATORS, exposures
from etl.sources import reference
from geodata.indicator import CENSUS_COUNTS, DENSITY, SHARE_65_PLUS, Indicator
from geodata.territory import FRANCE, Level


def indicators(
    territory: pd.DataFrame,
    counts: pd.DataFrame,
    departements: pd.DataFrame,
    official: tuple[Sequence[Indicator], pd.DataFrame | None] = ((), None),
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of tables `indicator` and `indicator_value`.

    `official` is what official files add; where it tells of an indicator that the reference table has too, it speaks.
    """
    wide = _sums(territory, counts.rename(columns={column: i.id for column, i in CENSUS_COUNTS.items()}))
    wide[SHARE_65_PLUS.id] = (wide["population_65_plus"] / wide["population"]).where(wide["population"] > 0)
    area = territory.set_index(["level", "code"])["area_km2"]
    wide[DENSITY.id] = wide["population"] / area.reindex(wide.index)
    ours = [*CENSUS_COUNTS.values(), SHARE_65_PLUS, DENSITY]
    values = wide[[i.id for i in ours]].rename_axis(columns="indicator").stack().dropna().rename("value").reset_index()
    values["resolved_at"] = Level.COMMUNE.value

    published = reference.departement_columns()
    rates = published[~published.index.str.match(r"women_|men_") & (published["unit"] != "text")]
    here = departements.loc[departements.index.isin(territory.loc[territory["level"] == Level.DEPARTEMENT, "code"])]
    long = here[rates.index].rename_axis(columns="indicator").stack().dropna().rename("value").reset_index()
    long = long.rename(columns={"departement": "code"}).assign(
        level=Level.DEPARTEMENT.value, resolved_at=Level.DEPARTEMENT.value
    )
    derived = pd.concat([exposures(departements), official[1]], ignore_index=True)
    present = pd.MultiIndex.from_frame(territory[["level", "code"]])
    derived = derived[pd.MultiIndex.from_frame(derived[["level", "code"]]).isin(present)]
    definitions = pd.DataFrame(
        [{**vars(i), "kind": i.kind.value} for i in (*ours, *INDICATORS, *official[0])]
        + [
            {"id": id_, "title": row["title_fr"], "title_en": row["title_en"], "unit": row["unit"], "kind": row["kind"],
             "definition": f"{row['producer']}, {row['publication']} ; {row['population']}", "vintage": row["vintage"],
             "source": reference.SOURCE.id}
            for id_, row in rates.iterrows()
        ]
    )  # fmt: skip
    told = {i.id for i in official[0]}
    definitions = definitions.drop_duplicates("id", keep="first").reset_index(drop=True)
    long = long[~long["indicator"].isin(told)]
    derived = derived.drop_duplicates(["level", "code", "indicator"], keep="last")
    return definitions, pd.concat([values, long, derived], ignore_index=True)


def _sums(territory: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """Counts of every territory that the census knows at least one commune of, indexed by (level, code)."""
    communes = territory[territory["level"] == Level.COMMUNE].set_index("code")
    nesting = communes[["epci", "tvs", "departement", "region"]].assign(france=FRANCE, commune=communes.index)
    frames = {
        level.value: counts.groupby(nesting[level.value].reindex(counts.index).rename("code")).sum() for level in Level
    }
    return pd.concat(frames, names=["level", "code"])
