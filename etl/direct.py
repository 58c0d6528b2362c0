"""Direct estimates of surveys beside the model's shares: published ones, an agency's rates, an agency's answers.

The map stays the model's: what is measured is set beside it, with the distance in standard deviations and what both say
together. Rates are combined by Fay-Herriot; answers are regressed from what the model expects and poststratified on the
residents of each territory (MRP).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import logit, ndtri

from etl.answer_rates import NO_SUCH_TERRITORY, rates_of_answers
from etl.estimate import Estimates
from etl.rejects import reject_frame
from etl.sources import agency_direct
from geodata import schema
from geodata.agency import AgencyKind
from geodata.methods.fay_herriot import combine, design_variance
from geodata.methods.smallarea import benchmark, interval
from geodata.methods.waves import DESIGN_EFFECT
from geodata.source import Snapshot, Source
from geodata.survey import DEFINITIONS, reference_of
from geodata.survey_rates import rates, waves

_KEY = ["definition", "level", "code", "wave", "producer"]


@dataclass(frozen=True, eq=False)
class Direct:
    """`table`: rows of table `direct_estimate`. Rows accepted by source, rejects, files read."""

    table: pd.DataFrame
    accepted: Mapping[Source, int]
    rejects: pd.DataFrame
    snapshots: Sequence[Snapshot]


def read_direct(snapshots: Mapping[str, Sequence[Snapshot]], estimated: Estimates) -> Direct:
    """Published regional and local rates, and those of every file found, beside the model's shares."""
    source = agency_direct.SOURCE
    files = snapshots.get(source.id, ())
    tidied = [agency_direct.tidy(agency_direct.read(file)) for file in files]
    own = pd.concat([pd.DataFrame(columns=["agency_kind"]), *(rows.reset_index() for rows, _ in tidied)])
    by_territory = own[own["agency_kind"] == AgencyKind.SURVEY_TERRITORIES]
    answers = own[own["agency_kind"] == AgencyKind.SURVEY_ANSWERS]
    modelled = _modelled(estimated)
    pieces = [(_beside(_published(), modelled)[0], reject_frame(source.id, []))]
    if len(by_territory):
        pieces.append(_beside(_rates(by_territory), modelled))
    if len(answers):
        pieces.append(rates_of_answers(answers, modelled, estimated))
    pieces += [(_held(table, modelled, estimated), reject_frame(source.id, [])) for table, _ in pieces]
    tables, rejects = [table for table, _ in pieces if len(table)], [refused for _, refused in (*pieces, *tidied)]
    table = pd.concat([pd.DataFrame(columns=_KEY), *tables], ignore_index=True)
    table = table.drop_duplicates(_KEY).reindex(columns=[c.name for c in schema.direct_estimate.columns])
    return Direct(
        table.sort_values(_KEY, ignore_index=True),
        {source: len(own)} if files else {},
        pd.concat(rejects, ignore_index=True),
        files,
    )


def _modelled(estimated: Estimates) -> pd.DataFrame:
    """Share, SD on the logit scale, its common part and residents of every territory, by (definition, level, code)."""
    references = {reference_of(d.id).id for d in DEFINITIONS}
    flips = estimated.flips[estimated.flips["scenario"].isin(references)]
    main = estimated.territories
    columns = ["definition", "level", "code", "share", "logit_sd", "residents"]
    rows = pd.concat([main[columns], flips.loc[flips["definition"] != main["definition"].iloc[0], columns]])
    rows = rows.dropna(subset="share").set_index(["definition", "level", "code"])
    spread = {d.id: d.share_sd / (d.share * (1 - d.share)) for d in DEFINITIONS}
    return rows.assign(common_sd=rows.index.get_level_values("definition").map(spread))


# ----------------------------------------------------------------------------------------------------------- rates


def _published() -> pd.DataFrame:
    """Rates of régions and communes that surveys have printed."""
    rows = []
    for definition in DEFINITIONS:
        modes = {wave.date: wave.mode for wave in waves(definition.id)}
        for rate in rates(definition.id):
            if rate.factor in ("region", "commune") and rate.respondents:
                mode = modes.get(rate.wave, "telephone")
                rows.append((definition.id, rate.factor, rate.category, rate.wave, rate.source, "published", mode, None,
                             float(rate.respondents), DESIGN_EFFECT, rate.rate, rate.note))  # fmt: skip
    return pd.DataFrame(rows, columns=_RATE)


_COMBINED = ("together", "together_low", "together_high", "z")
_RATE = [*_KEY, "method", "mode", "question", "respondents", "design_effect", "rate", "note"]


def _rates(rows: pd.DataFrame) -> pd.DataFrame:
    """An agency's rates by territory."""
    rates_ = rows.assign(
        producer=rows["source"],
        method="rates",
        respondents=rows["respondents"].astype(float),
        rate=rows["rate"].astype(float),
        # An empty design effect is the usual one, as the template says.
        design_effect=pd.to_numeric(rows["design_effect"], errors="coerce").fillna(DESIGN_EFFECT),
        note=rows["note"].astype(object).where(rows["note"] != "", None),
    )
    return rates_[[*_RATE, "line"]]


def _beside(direct: pd.DataFrame, estimates: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rates with the model's share, the distance and both together; rejects of the territories not estimated.

    Rates of one definition and level learn from one another by what is common in the model's errors.
    """
    at = pd.MultiIndex.from_frame(direct[["definition", "level", "code"]])
    modelled = estimates.reindex(at)
    is_known = modelled["share"].notna().to_numpy()
    lines = direct["line"] if "line" in direct else pd.Series("", index=direct.index)
    refused = [
        (line, code, NO_SUCH_TERRITORY) for line, code in zip(lines[~is_known], direct["code"][~is_known], strict=True)
    ]
    compared = direct[is_known].reset_index(drop=True).assign(share=modelled["share"][is_known].to_numpy())
    compared[list(_COMBINED)] = np.nan
    spread = modelled[is_known].reset_index(drop=True)
    for _, rows in compared.groupby(["definition", "level"]).groups.items():
        share = compared.loc[rows, "share"].to_numpy()
        slope = share * (1 - share)
        common = slope * spread.loc[rows, "common_sd"].to_numpy()
        whole = (slope * spread.loc[rows, "logit_sd"].to_numpy()) ** 2
        covariance = np.outer(common, common)
        np.fill_diagonal(covariance, np.maximum(whole, np.diag(covariance)))
        sampling = design_variance(
            share, compared.loc[rows, "respondents"], compared.loc[rows, "design_effect"].to_numpy()
        )
        both = combine(compared.loc[rows, "rate"].to_numpy(), sampling, share, covariance)
        inside = np.clip(both.share, 1e-4, 1 - 1e-4)
        low, high = interval(logit(inside), both.sd / (inside * (1 - inside)))
        compared.loc[rows, list(_COMBINED)] = np.column_stack([inside, low, high, both.z])
    return compared, reject_frame(agency_direct.SOURCE.id, refused)


def _held(direct: pd.DataFrame, modelled: pd.DataFrame, estimated: Estimates) -> pd.DataFrame:
    """The départements of each région that a survey measured, held to what both say of it: their residents' mean is it.

    One common step on the logit scale; their own errors stay, the région's become those of both.
    """
    inside, regions = (estimated.country.groups[level] for level in ("departement", "region"))
    held = []
    for row in direct[direct["level"] == "region"].itertuples():
        communes = regions.of_commune == regions.codes.get_loc(row.code)
        codes = inside.codes[np.unique(inside.of_commune[communes])]
        own = modelled.reindex([(row.definition, "departement", code) for code in codes]).dropna(subset="share")
        if own.empty:
            continue
        share = benchmark(own["share"], own["residents"], row.together)
        region = modelled.loc[(row.definition, "region", row.code), "logit_sd"]
        after = (logit(row.together_high) - logit(row.together_low)) / (2 * ndtri(0.95))
        sd = np.sqrt(np.maximum(own["logit_sd"] ** 2 - region**2, 0) + after**2)
        low, high = interval(logit(share), sd)
        survey = {name: getattr(row, name) for name in ("definition", "wave", "producer", "mode")}
        held.append(
            pd.DataFrame(
                {
                    **survey,
                    "level": "departement",
                    "code": own.index.get_level_values("code"),
                    "method": "held",
                    "share": own["share"].to_numpy(),
                    "together": share,
                    "together_low": low,
                    "together_high": high,
                }
            )
        )
    return pd.concat(held, ignore_index=True) if held else pd.DataFrame(columns=_KEY)
