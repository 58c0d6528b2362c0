"""Figures taken up level by level: from communes to EPCI, agency areas, départements, régions and France.

A share is a sum of numerators over a sum of denominators; an index a mean weighted by its own population; what a
producer publishes of a level wins over a sum. Régions and the country are sums of their départements, as chosen: a
région always equals what is shown of its départements. Less than `geodata.indicator.COVERED` of a territory's
residents known, and it has no value but a reason.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from etl.indicators.figures import Figure
from etl.rejects import reject_frame
from etl.sources import reference
from geodata.estimate import Kind
from geodata.indicator import COVERED, Indicator, Unpublished, Way
from geodata.sentences import sentence
from geodata.territory import FRANCE, Level

COLUMNS = [
    "level", "indicator", "code", "vintage", "value", "numerator", "denominator", "coverage", "resolved_at", "kind",
    "source", "error", "reason",
]  # fmt: skip

DISAGREE = 0.02
"""Two files of one indicator, vintage and place disagree beyond this, relatively: rounding to two digits is within."""

_PART = ["some", "among", "coverage", "value", "resolved_at", "kind", "source", "error", "reason"]
NOTHING = pd.DataFrame(columns=_PART).astype({"some": float, "among": float, "value": float, "coverage": float})
_BELOW = (Level.EPCI, Level.TVS, Level.DEPARTEMENT)
_TOP = {Level.REGION: "region", Level.FRANCE: None}


def aggregate(
    figures: Sequence[Figure], territory: pd.DataFrame, residents: pd.Series, of_departements: pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of table `indicator_value`, and the rejects.

    `figures` in order of preference; `territory` has level, code, epci, tvs, departement, region; `residents` is by
    commune of today, `of_departements` by département, the ones without a census included. Of two figures of one
    indicator, vintage and place the first is kept; where they disagree by more than `DISAGREE` a reject names both.
    """
    nesting = _Nesting(territory, residents, of_departements)
    by_question: dict[tuple[str, str], list[Figure]] = {}
    for figure in figures:
        here = replace(figure, communes=nesting.inside(figure.communes), censored=nesting.among(figure.censored))
        by_question.setdefault((figure.indicator.id, figure.vintage), []).append(here)
    frames, rejects = [], []
    for (indicator, vintage), same in by_question.items():
        rows, refused = _one_indicator(same, nesting)
        frames.append(rows.assign(indicator=indicator, vintage=vintage))
        rejects += refused
    if not frames:
        return pd.DataFrame(columns=COLUMNS), reject_frame("", [])
    sums = pd.concat(frames, ignore_index=True).rename(columns={"some": "numerator", "among": "denominator"})
    return _without_superfluous_models(sums)[COLUMNS], pd.concat([reject_frame("", []), *rejects], ignore_index=True)


class _Nesting:
    """Which territory each commune lies in, and how many live in each."""

    def __init__(self, territory: pd.DataFrame, residents: pd.Series, of_departements: pd.Series):
        communes = territory[territory["level"] == Level.COMMUNE].set_index("code")
        # Weights of coverage: nobody is known to live where nobody was counted.
        self.residents = residents.reindex(communes.index).fillna(0.0)
        self.codes = {level: communes[level.value] for level in _BELOW}
        self.region = territory[territory["level"] == Level.DEPARTEMENT].set_index("code")["region"]
        self.known = {level: set(rows["code"]) for level, rows in territory.groupby("level")}
        self.everybody = {level: self.residents.groupby(codes).sum() for level, codes in self.codes.items()}
        # The same, of a département that the reference table has not.
        self.of_departements = of_departements.reindex(self.region.index).fillna(0.0)

    def inside(self, communes: pd.DataFrame) -> pd.DataFrame:
        """The rows of today's communes."""
        return communes[self.residents.index.get_indexer(communes.index) >= 0]

    def among(self, codes: pd.Index) -> pd.Index:
        """Those of `codes` that are communes of today."""
        return codes[self.residents.index.get_indexer(codes) >= 0]


def _one_indicator(figures: list[Figure], nesting: _Nesting) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Rows of every level of one indicator and vintage."""
    indicator, rejects, rows = figures[0].indicator, [], []
    chosen, refused = _first([_communes(f) for f in figures], indicator, figures[0].vintage, Level.COMMUNE)
    rejects += refused
    rows.append(_finished(chosen, indicator).assign(level=Level.COMMUNE.value))
    for level in _BELOW:
        if not nesting.known.get(level.value):
            continue
        levels_ = [_published(f, level, nesting, rejects) for f in figures if f.is_published]
        levels_ += [_sums(f, level, nesting) for f in figures if not f.is_ours]
        levels_ += [_published(f, level, nesting, rejects) for f in figures if not f.is_published]
        levels_ += [_sums(f, level, nesting) for f in figures if f.is_ours]
        chosen, refused = _first(levels_, indicator, figures[0].vintage, level)
        rejects += refused
        rows.append(_finished(chosen, indicator).assign(level=level.value))
    departements = chosen
    for level, parent in _TOP.items():
        levels_ = [_published(f, level, nesting, rejects) for f in figures if f.is_published]
        levels_.append(_of_departements(departements, nesting, parent, indicator))
        levels_ += [_published(f, level, nesting, rejects) for f in figures if not f.is_published]
        chosen, refused = _first(levels_, indicator, figures[0].vintage, level)
        rejects += refused
        rows.append(_finished(chosen, indicator).assign(level=level.value))
    return pd.concat([frame for frame in rows if len(frame)] or rows[:1], ignore_index=True), rejects


# -------------------------------------------------------------------------------------------------- what each file says


def _communes(figure: Figure) -> pd.DataFrame:
    values = figure.communes.rename(columns={"known": "coverage"})
    limits = figure.censored.difference(values.index)
    kind = figure.kind if figure.indicator.way in (Way.COUNT, Way.PUBLISHED) else Kind.DERIVED
    kind = figure.kind if figure.is_ours else kind
    rows = _filled(figure, values, figure.resolved_at, kind)
    if len(limits):
        censored = pd.DataFrame({"coverage": 1.0}, index=limits)
        rows = pd.concat([rows, _filled(figure, censored, figure.resolved_at, kind, Unpublished.CENSORED.value)])
    return rows


def _sums(figure: Figure, level: Level, nesting: _Nesting) -> pd.DataFrame:
    """Sums of the communes of each territory, and the share of its residents that they are."""
    if figure.indicator.way is Way.PUBLISHED or figure.communes.empty:
        return NOTHING
    communes = figure.communes
    inside = nesting.codes[level].reindex(communes.index)
    columns = [c for c in ("some", "among") if communes[c].notna().any()]
    sums = communes[columns].groupby(inside).sum().reindex(columns=["some", "among"])
    covered = (nesting.residents.reindex(communes.index) * communes["known"]).groupby(inside).sum()
    everybody = nesting.everybody[level].reindex(sums.index)
    coverage = (covered / everybody).where(everybody > 0, 1.0).clip(upper=1.0)
    if "error" in communes:
        # The errors of communes of one département are not independent: the mean error is an upper bound.
        weighted = (communes["error"] * communes["among"]).groupby(inside).sum() / sums["among"]
        sums = sums.assign(error=weighted)
    kind = Kind.MODELLED if figure.is_ours else Kind.DERIVED
    kind = figure.kind if figure.indicator.way is Way.COUNT else kind
    return _filled(figure, sums.assign(coverage=coverage), figure.resolved_at, kind)


def _published(figure: Figure, level: Level, nesting: _Nesting, rejects: list[pd.DataFrame]) -> pd.DataFrame:
    if level.value not in figure.published.index.get_level_values(0):
        return NOTHING
    rows = figure.published.loc[level.value]
    unknown = rows.index.difference(list(nesting.known.get(level.value, ())))
    if len(unknown) and figure.source != reference.SOURCE.id:
        subject = {"indicator": figure.indicator.id, "vintage": figure.vintage, "level": level.value}
        why = sentence("no_territory_of_today", **subject)
        rejects.append(reject_frame(figure.source, [("all", code, why) for code in unknown]))
    rows = rows.drop(index=unknown)
    return _filled(figure, rows.assign(coverage=1.0), level.value, figure.kind)


def _of_departements(chosen: pd.DataFrame, nesting: _Nesting, parent: str | None, indicator: Indicator) -> pd.DataFrame:
    """Sums of the départements as chosen, of each région or of the country."""
    everybody = nesting.of_departements
    group = nesting.region if parent else pd.Series(FRANCE, index=nesting.region.index)
    can = chosen[chosen["some"].notna() & chosen["reason"].isna() & (chosen["coverage"] >= COVERED)]
    if indicator.way is Way.PUBLISHED or can.empty:
        return NOTHING
    inside = group.reindex(can.index)
    columns = [c for c in ("some", "among") if can[c].notna().any()]
    if indicator.way is not Way.COUNT:
        can = can[can["among"].notna()]
        inside = inside.reindex(can.index)
    sums = can[columns].groupby(inside).sum().reindex(columns=["some", "among"])
    covered = (everybody.reindex(can.index) * can["coverage"]).groupby(inside).sum()
    coverage = (covered / everybody.groupby(group).sum().reindex(sums.index)).clip(upper=1.0)
    sums = sums.assign(
        coverage=coverage,
        value=_value(sums, indicator),
        resolved_at=can["resolved_at"].groupby(inside).agg(_joined),
        kind=can["kind"].groupby(inside).agg(_weakest if indicator.way is not Way.COUNT else "first"),
        source=can["source"].groupby(inside).agg(_joined),
        error=np.nan,
        reason=None,
    )
    return sums[_PART].rename_axis("code")


# -------------------------------------------------------------------------------------------------------------- choices


def _first(
    candidates: Iterable[pd.DataFrame], indicator: Indicator, vintage: str, level: Level
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Of each place the first figure that covers it, else the one that covers most; rejects name what disagrees."""
    candidates = [frame for frame in candidates if len(frame)]
    if not candidates:
        return NOTHING, []
    chosen, rejects = candidates[0], []
    for other in candidates[1:]:
        both = chosen.index.intersection(other.index)
        full = (chosen.loc[both, "coverage"] >= COVERED) & (other.loc[both, "coverage"] >= COVERED)
        rejects += _disagreements(chosen.loc[both[full]], other.loc[both[full]], indicator, vintage, level)
        better = both[(other.loc[both, "coverage"] > chosen.loc[both, "coverage"]) & ~full]
        better = better[chosen.loc[better, "coverage"] < COVERED]
        kept = chosen.drop(index=better)
        chosen = pd.concat([kept, other.drop(index=other.index.intersection(kept.index))])
    return chosen, rejects


def _disagreements(
    one: pd.DataFrame, other: pd.DataFrame, indicator: Indicator, vintage: str, level: Level
) -> list[pd.DataFrame]:
    """A reject for the pair of sources, with the place where they differ most; modelled figures are no second file."""
    mine, theirs = one["value"], other["value"]
    # A département's figure worked out with other weights is a second way to the same file, not a second file.
    is_file = (one["kind"] == Kind.OBSERVED) & (other["kind"] == Kind.OBSERVED) & (one["source"] != other["source"])
    gap = ((mine - theirs).abs() / mine.abs()).where(is_file & (mine.abs() > 0))
    gap = gap[gap > DISAGREE]
    if gap.empty:
        return []
    worst = gap.idxmax()
    first, second = one.at[worst, "source"], other.at[worst, "source"]
    why = sentence(
        "sources_disagree",
        indicator=indicator.id,
        vintage=vintage,
        first=first,
        second=second,
        limit=f"{DISAGREE:.0%}",
        count=len(gap),
        level=level.value,
        worst=worst,
        mine=f"{mine[worst]:.4g}",
        theirs=f"{theirs[worst]:.4g}",
    )
    return [reject_frame(second, [("all", worst, why)])]


def _finished(chosen: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """What may be published of the chosen figures: value, numerator and denominator, else a reason."""
    rows = chosen.rename_axis("code").reset_index()
    if rows.empty:
        return rows
    secret = rows["among"].lt(indicator.least) if indicator.least else pd.Series(False, index=rows.index)
    thin = rows["coverage"] < COVERED
    reason = rows["reason"].astype(object).where(rows["reason"].notna(), None)
    reason = reason.mask(thin, Unpublished.COVERAGE.value).mask(secret, Unpublished.SECRET.value)
    is_published = reason.isna() & rows["value"].notna()
    rows = rows[is_published | reason.notna()].assign(reason=reason)
    hidden = rows["reason"].notna()
    for column in ("value", "some", "among", "error"):
        rows[column] = rows[column].astype(float).mask(hidden)
    return rows


def _without_superfluous_models(rows: pd.DataFrame) -> pd.DataFrame:
    """A modelled figure stands only where no other figure of the indicator is told, of whatever vintage."""
    is_modelled = rows["kind"] == Kind.MODELLED.value
    # Producers model some figures themselves: theirs stand beside the others.
    ours = is_modelled & rows["error"].notna()
    key = pd.MultiIndex.from_frame(rows[["level", "indicator", "code"]])
    observed = key[(~ours & rows["value"].notna()).to_numpy()]
    superfluous = ours.to_numpy() & key.isin(observed)
    unpublished = rows["value"].isna().to_numpy() & key.isin(key[ours.to_numpy()])
    return rows[~superfluous & ~unpublished]


# --------------------------------------------------------------------------------------------------------------- pieces


def _filled(
    figure: Figure, rows: pd.DataFrame, resolved_at: str, kind: Kind, reason: str | None = None
) -> pd.DataFrame:
    rows = rows.reindex(columns=["some", "among", "coverage", "value", "error"]) if "value" in rows else rows
    value = rows["value"] if "value" in rows else _value(rows, figure.indicator) if "some" in rows else np.nan
    return rows.assign(
        value=value, resolved_at=resolved_at, kind=kind.value, source=figure.source, reason=reason
    ).reindex(columns=_PART)  # fmt: skip


def _value(rows: pd.DataFrame, indicator: Indicator) -> pd.Series:
    if indicator.way in (Way.COUNT, Way.PUBLISHED):
        return rows["some"]
    return (indicator.scale * rows["some"] / rows["among"]).where(rows["among"] > 0)


def _joined(values: pd.Series) -> str:
    return ";".join(sorted(set(values)))


def _weakest(kinds: pd.Series) -> str:
    """The kind of a sum: modelled as soon as a part is; a sum of observed shares is derived."""
    present = set(kinds)
    return Kind.MODELLED.value if Kind.MODELLED.value in present else Kind.DERIVED.value


def resolved_territories(rows: pd.DataFrame) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Kinds, vintages and sources of each indicator's rows, as `indicator` names them."""
    for indicator, same in rows.groupby("indicator", sort=False):
        sources = {source for joined in same["source"].unique() for source in joined.split(";")}
        yield (
            str(indicator),
            {
                "kind": ";".join(sorted(same["kind"].unique())),
                "vintage": ";".join(sorted(same["vintage"].unique())),
                "source": ";".join(sorted(sources)),
            },
        )
