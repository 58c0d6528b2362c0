"""Figures of one territory: a profile in, strips and rows out. No component, no database."""

import math
from collections.abc import Sequence

import pandas as pd

from dashboard import text
from dashboard.figures import Figure, Mark, Strip
from dashboard.i18n import title_of, words
from dashboard.text import profile as profile_text
from dashboard.text import territory as territory_text
from geodata.estimate import Kind
from geodata.observed import COMPARATORS, Observed
from geodata.profile import Contrast, Profile, RiskFactor
from geodata.territory import Level

_STEP = 0.05


def comparison(profile: Profile, lang: str, notes: tuple[str, ...]) -> Figure:
    """The territory's interval above those of its comparators, with the threshold."""
    _ = words(lang)
    own = profile.estimate
    contrasts = [c for c in profile.contrasts if c.share is not None and c.low is not None and c.high is not None]
    lines = [(own.name, text.level(profile.territory.level, lang), own.low, own.share, own.high)]
    lines += [
        (territory_text.against(c.comparator, lang), _detail(profile, c, lang), c.low, c.share, c.high)
        for c in contrasts
    ]
    ends = [high for *_, high in lines if high is not None]
    top = math.ceil(max([own.threshold * 1.2, 0.15, *ends]) / _STEP + 1e-9) * _STEP
    threshold = Mark("threshold", own.threshold / top)
    strips = [
        Strip(
            label,
            detail,
            territory_text.share_label(low, share, high, lang),
            (threshold,)
            if low is None or share is None or high is None
            else (threshold, Mark("range", low / top, high / top), Mark("point", share / top)),
        )
        for label, detail, low, share, high in lines
    ]
    count = round(top / _STEP)
    rows = [
        {"territoire": own.name, "code": own.code, "part": own.share, "borne_basse": own.low, "borne_haute": own.high}
    ]
    rows += [
        {
            "territoire": c.name or territory_text.against(c.comparator, lang),
            "code": c.code,
            "part": c.share,
            "borne_basse": c.low,
            "borne_haute": c.high,
            "ecart": c.difference,
            "ecart_borne_basse": c.difference_low,
            "ecart_borne_haute": c.difference_high,
        }
        for c in contrasts
    ]
    return Figure(
        "comparaison",
        _("Its share beside those of others"),
        f"{own.name} · {text.population(own.definition, lang)}",
        tuple(strips),
        tuple((_STEP * i / top, text.percent(_STEP * i, lang, 0)) for i in range(count + 1)),
        (
            ("range", _("90% interval")),
            ("point", _("expected share")),
            ("threshold", _("threshold %(t)s") % {"t": text.threshold(own.threshold, lang)}),
        ),
        notes,
        pd.DataFrame(rows),
    )


def _detail(profile: Profile, contrast: Contrast, lang: str) -> str:
    _ = words(lang)
    if contrast.comparator == "twins":
        return _("mean of %(count)s") % {"count": text.number(len(profile.twins), lang)}
    return contrast.name or ""


def reasons(profile: Profile, lang: str, notes: tuple[str, ...]) -> Figure:
    """Part of each factor in the difference with the twins, left or right of zero."""
    _ = words(lang)
    parts = profile.contributions
    reach = max([abs(c.part) for c in parts] + [profile_text.SMALL]) * 1.15
    at = lambda part: 0.5 + part / (2 * reach)  # noqa: E731
    strips = [
        Strip(
            text.capitalised(profile_text.cause(c.factor, lang)),
            "",
            profile_text.in_points(c.part, lang, 2),
            (Mark("zero", 0.5), Mark("part", 0.5, at(c.part))),
        )
        for c in parts
    ]
    return Figure(
        "pourquoi-ici",
        _("Why here: what makes the difference with its twins"),
        profile.estimate.name,
        tuple(strips),
        ((0.0, _("lower")), (0.5, "0"), (1.0, _("higher"))),
        (),
        notes,
        pd.DataFrame({"facteur": [strip.label for strip in strips], "part": [c.part for c in parts]}),
    )


def risks(profile: Profile, lang: str, notes: tuple[str, ...]) -> Figure:
    """Observed factors, each on its own scale from zero: here, the twins, the country."""
    _ = words(lang)
    has_twins, is_country = bool(profile.twins), profile.territory.level == Level.FRANCE
    strips, rows = [], []
    for factor in profile.risk_factors:
        amounts = [v for v in (factor.value, factor.twins_value, factor.france_value) if v is not None]
        top = max(amounts, default=1) * 1.25 or 1
        others = [] if is_country else [("national", factor.france_value), ("twins", factor.twins_value)]
        marks = [*others, ("point", factor.value)]
        strips.append(
            Strip(
                text.capitalised(profile_text.risk(factor.risk, lang)),
                territory_text.observed(factor, lang),
                _beside(factor, has_twins, is_country, lang),
                tuple(Mark(kind, amount / top) for kind, amount in marks if amount is not None),
            )
        )
        rows.append(
            {
                "facteur": text.capitalised(profile_text.risk(factor.risk, lang)),
                "indicateur": title_of(factor, lang),
                "unite": factor.unit and territory_text.unit(factor.unit, lang),
                "nature": factor.kind and text.kind(Kind(factor.kind), lang),
                "millesime": factor.vintage,
                "source": factor.source,
                "observe_au_niveau": factor.observed_at and text.kind_of_place(factor.observed_at, lang),
                "valeur": factor.value,
                "moyenne_des_jumeaux": factor.twins_value,
                "france": factor.france_value,
                "plus_eleve_que_les_jumeaux": _answer(factor.is_above),
                "plus_eleve_que_la_france": _answer(factor.is_above_france),
            }
        )
    return Figure(
        "facteurs-de-risque",
        _("Risk factors that add up"),
        profile.estimate.name,
        tuple(strips),
        (),
        () if is_country else (("point", _("here")), ("twins", _("mean of its twins")), ("national", _("France"))),
        notes,
        pd.DataFrame(rows),
    )


def _beside(factor: RiskFactor, has_twins: bool, is_country: bool, lang: str) -> str:
    """The figure of a factor, beside those it is compared with and how it stands; the country has none."""
    if is_country and factor.value is not None:
        return territory_text.value(factor.value, factor.unit, lang)
    return " – ".join(
        filter(None, [territory_text.risk_label(factor, lang), territory_text.standing(factor, has_twins, lang)])
    )


def _answer(is_true: bool | None) -> str | None:
    return None if is_true is None else "oui" if is_true else "non"


def twins(profile: Profile) -> pd.DataFrame:
    """The twins as rows, the most alike first."""
    columns = ["rang_de_ressemblance", "code", "nom", "part", "borne_basse", "borne_haute"]
    kept = [(t.rank, t.code, t.name, t.share if t.low is not None else None, t.low, t.high) for t in profile.twins]
    return pd.DataFrame(kept, columns=columns)


def assumptions(profile: Profile, lang: str) -> pd.DataFrame:
    """The class under each set of assumptions, at each usual line, for each other definition."""
    _ = words(lang)
    flips = profile.flips
    rows = [("hypotheses", text.scenario(s, lang), text.verdict(v, lang)) for s, v in flips.by_scenario]
    rows += [("seuil", text.threshold(t, lang), text.verdict(v, lang)) for t, v in flips.by_threshold]
    rows += [("definition", text.definition(d, lang), text.verdict(v, lang)) for d, v in flips.by_definition]
    return pd.DataFrame(rows, columns=["ce_qui_change", "valeur", "classe"])


def own_figures(figures: tuple[Observed, ...], lang: str, beside: Sequence[str] = COMPARATORS) -> pd.DataFrame:
    """Observed figures of the territory itself as rows, unrounded, each with those it is compared with."""
    rows, named = [], {key: name for key, name in _BESIDE.items() if key in beside}
    for figure in figures:
        others = {one.comparator: one for one in figure.beside}
        rows.append(
            {
                "indicateur": title_of(figure, lang),
                "valeur": figure.value,
                "effectif": figure.counted,
                "unite": territory_text.unit(figure.unit, lang),
                "nature": text.kind(Kind(figure.kind), lang),
                "millesime": figure.vintage,
                "source_de_la_valeur": figure.source,
                "millesime_avant": figure.before and figure.before.vintage,
                "valeur_avant": figure.before and figure.before.value,
                "ecart_avant": figure.before and _word(figure.before.difference),
                **{name: others[key].value if key in others else None for key, name in named.items()},
                **{
                    f"ecart_{name}": _word(others[key].difference) if key in others else None
                    for key, name in named.items()
                },
            }
        )
    return pd.DataFrame(rows)


def _word(difference: int | None) -> str | None:
    return None if difference is None else _WORD[difference]


_BESIDE = {"city": "ville", "twins": "jumeaux", "departement": "departement", "national": "france"}
_WORD = {1: "plus élevé", -1: "moins élevé", 0: "pas de différence"}
