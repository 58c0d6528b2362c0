"""An agency's anonymous answers: regressed from what the model expects, poststratified on each territory's residents.

The model expects something of each kind of person (age, activity, living alone) in each territory, from the territory's
own table; incomes, which answers do not tell, are those of its residents of that kind.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import logit

from etl.agency.survey_territories import FEWEST_RESPONDENTS
from etl.estimate import Estimates
from etl.rejects import reject_frame
from etl.sources import agency_direct
from geodata.methods import mrp
from geodata.methods.fay_herriot import design_variance
from geodata.methods.smallarea import interval, rates_at
from geodata.model_cells import ACTIVITIES, SURVEY_BY_DENSITY, age_from
from geodata.sentences import sentence
from geodata.survey import definition_of, rate_model, reference_of

BANDS = ("15-24", "25-39", "40-59", "60-69", "70+")
"""Ages of an answer."""

CATEGORY_SD = 0.20
"""Judgement: SD of what a category may add in a survey to what the model expects of it, as that of a ratio."""

LEAST_SD = 0.05
"""SD of a territory's own effect at least: the model is never certain of a place."""

NO_SUCH_TERRITORY = sentence("no_such_territory")

Places = Sequence[tuple[str, str]]
"""Level and code of each territory."""


def rates_of_answers(
    rows: pd.DataFrame, modelled: pd.DataFrame, estimated: Estimates
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Answers regressed and poststratified, one survey (definition, wave, producer) after the other."""
    rows = rows.assign(
        producer=rows["source"],
        isolated=(rows["isolated"] == "oui").astype(float),
        # An empty weight is 1, as the template says.
        weight=pd.to_numeric(rows["weight"], errors="coerce").fillna(1.0),
    )
    pieces, refused = [], []
    for (definition, wave, producer), survey in rows.groupby(["definition", "wave", "producer"]):
        is_young = survey["age_band"].map(age_from) < definition_of(definition).min_age
        why = sentence("too_young", definition=definition)
        refused += [(line, code, why) for line, code in survey.loc[is_young, ["line", "code"]].to_numpy()]
        survey = survey[~is_young]
        places = survey.groupby(["level", "code"]).size()
        few = places[places < FEWEST_RESPONDENTS]
        refused += [
            ("", code, sentence("too_few_answers", least=FEWEST_RESPONDENTS, count=n)) for (_, code), n in few.items()
        ]
        absent = [p for p in places.index.difference(few.index) if (definition, *p) not in modelled.index]
        refused += [("", code, NO_SUCH_TERRITORY) for _, code in absent]
        kept = [p for p in places.index if p not in few.index and p not in absent]
        if kept:
            inside = pd.MultiIndex.from_frame(survey[["level", "code"]]).isin(kept)
            regressed = _regressed(survey[inside], kept, definition, modelled, estimated)
            pieces.append(regressed.assign(definition=definition, wave=wave, producer=producer))
    table = pd.concat(pieces, ignore_index=True) if pieces else pd.DataFrame(columns=["definition", "wave", "producer"])
    return table, reject_frame(agency_direct.SOURCE.id, refused)


def _regressed(
    survey: pd.DataFrame, places: Places, definition: str, modelled: pd.DataFrame, estimated: Estimates
) -> pd.DataFrame:
    """One row a territory: rate of its answers, share of the model, share of both."""
    kind, kinds = _kinds()
    people, expected = _expected(places, definition, estimated, kind, len(kinds))
    prior = modelled.loc[[(definition, *place) for place in places]]
    common = prior["common_sd"].iloc[0]
    own_sd = np.sqrt(np.maximum(prior["logit_sd"] ** 2 - common**2, LEAST_SD**2)).to_numpy()
    prior_sd = np.r_[common, own_sd, np.full(len(BANDS) + len(ACTIVITIES) + 2, CATEGORY_SD)]
    category = np.array([_category(*one) for one in kinds])

    def design(place: np.ndarray, kind: np.ndarray) -> np.ndarray:
        own = place[:, None] == np.arange(len(places))
        return np.column_stack([np.ones(len(place)), own, category[kind]]).astype(float)

    place = pd.MultiIndex.from_tuples(places).get_indexer(pd.MultiIndex.from_frame(survey[["level", "code"]]))
    of = np.array([kinds.index(one) for one in zip(*_of_model(survey), strict=True)])
    weight, isolated = survey["weight"].to_numpy(), survey["isolated"].to_numpy()
    effects = mrp.regress(isolated, weight, design(place, of), logit(expected[place, of]), prior_sd)
    rows, positions = [], np.arange(len(kinds))
    for number, (level, code) in enumerate(places):
        own = place == number
        residents = people[number]
        share, sd = mrp.poststratify(
            residents, logit(expected[number]), design(np.full(len(positions), number), positions), effects
        )
        effective = mrp.effective_number(weight[own])
        rate = float(np.average(isolated[own], weights=weight[own]))
        model = float(prior["share"].iloc[number])
        apart = np.hypot(
            np.sqrt(design_variance(model, effective, 1.0)), model * (1 - model) * prior["logit_sd"].iloc[number]
        )
        low, high = interval(logit(share), np.array(sd))
        rows.append((level, code, "answers", survey["mode"].iloc[0], float(own.sum()), own.sum() / effective, rate,
                     model, share, float(low), float(high), (rate - model) / apart))  # fmt: skip
    columns = ["level", "code", "method", "mode", "respondents", "design_effect", "rate", "share", "together",
               "together_low", "together_high", "z"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _kinds() -> tuple[np.ndarray, list[tuple[str, str, str]]]:
    """Kind of person of each cell, by age band, activity and living alone; and the kinds."""
    space = SURVEY_BY_DENSITY
    bands = {age: next(b for b in BANDS[::-1] if age_from(age) >= age_from(b)) for age in space.factors["age"]}
    ages, activities, alone = (
        [space.factors[factor][i] for i in space.codes(factor)] for factor in ("age", "activity", "living_alone")
    )
    each = list(zip((bands[age] for age in ages), activities, alone, strict=True))
    kinds = list(dict.fromkeys(each))
    return np.array([kinds.index(one) for one in each]), kinds


def _of_model(survey: pd.DataFrame) -> tuple[list[str], list[str], list[str]]:
    """Age, activity and living alone of each answer, in the model's words: nobody studies after 39, nobody is retired
    before 40, everybody is from 70 on."""
    band, activity = survey["age_band"], survey["activity"]
    activity = activity.mask(band == "70+", "retired")
    activity = activity.mask((activity == "retired") & band.isin(["15-24", "25-39"]), "at_home")
    activity = activity.mask((activity == "student") & band.isin(["40-59", "60-69"]), "at_home")
    return list(band), list(activity), ["alone" if one == "oui" else "not_alone" for one in survey["living_alone"]]


def _category(band: str, activity: str, alone: str) -> list[bool]:
    return [*(band == b for b in BANDS), *(activity == a for a in ACTIVITIES), alone == "alone", alone != "alone"]


def _expected(
    places: Places, definition: str, estimated: Estimates, kind: np.ndarray, kinds: int
) -> tuple[np.ndarray, np.ndarray]:
    """Residents of each kind in each territory and the rate that the model expects of them, (places, kinds) each."""
    country, scenario = estimated.country, reference_of(definition)
    model = rate_model(scenario, country.joint)
    rate = rates_at(model, np.zeros(model.dimension))[:, 0]
    concerned = SURVEY_BY_DENSITY.where(age=f"{definition_of(definition).min_age}+")
    people, expected = np.zeros((2, len(places), kinds))
    whole = np.bincount(kind, country.joint * rate, kinds) / np.bincount(kind, country.joint, kinds)
    for number, (level, code) in enumerate(places):
        group = country.groups[level]
        inside = group.of_commune == group.codes.get_loc(code)
        table = np.add.reduce(country.by_place(np.flatnonzero(inside)), axis=0) * concerned
        people[number] = np.bincount(kind, table, kinds)
        cases = np.bincount(kind, table * rate, kinds)
        # A kind of person that lives nowhere there is expected to be as in the country.
        expected[number] = np.divide(cases, people[number], out=whole.copy(), where=people[number] > 0)
    return people, np.clip(expected, 1e-6, 1 - 1e-6)
