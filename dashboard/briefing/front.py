"""Page 1, "what and so what": the words and drawings. Few numbers, no decimals on people."""

import re
from dataclasses import dataclass

from dashboard import text
from dashboard.briefing import charts, maps
from dashboard.briefing.brief import base_of, is_above, is_alike
from dashboard.briefing.charts import Bar, Push
from dashboard.briefing.content import Briefing, Observed
from dashboard.briefing.detail import FrontDetail
from dashboard.briefing.wording import Figure, cut, family_gap, functions, lowered, pathway, people, provenance
from dashboard.i18n import title_of, words
from dashboard.text import inside, observed, priority, response, territory
from dashboard.text import profile as profile_text
from geodata.disclosure import MIN_PEOPLE, round_range
from geodata.estimate import Kind, Reason, Verdict
from geodata.profile import Contrast
from geodata.response import WEAK, Link, PathwayResponse, Response
from geodata.risk import RiskFactor
from geodata.service import Family
from geodata.survey import older_range
from geodata.territory import Level, Part

MOST_OF_DISTRICT = 3
"""Figures of a district that page 1 tells."""


@dataclass(frozen=True)
class Tile:
    """A figure in large: what it is, the figure, and where it comes from or its range."""

    label: str
    value: str
    note: str


@dataclass(frozen=True)
class Key:
    """One line of a legend."""

    svg: str
    words: str


@dataclass(frozen=True)
class Front:
    """Page 1. A figure is None where there is nothing to draw; the sentence beside it then says why. `map_part` is the
    part of its full width at which the map is printed."""

    name: str
    place: str
    residents: str
    district: str
    locator: Figure | None
    answer_title: str
    swatch: str
    verdict: str
    line: str
    answer: tuple[str, ...]
    definition: str
    people_title: str
    no_people: str
    tiles: tuple[Tile, ...]
    position_title: str
    strip: Figure | None
    position: tuple[str, ...]
    map_title: str
    map: Figure | None
    map_part: float
    map_note: str
    legend: tuple[Key, ...]
    families: tuple[Key, ...]
    sides_title: str
    sides: tuple[str, ...]
    why_title: str
    pushes: Figure | None
    answers_title: str
    no_answer_note: str
    strengths_title: str
    strengths: tuple[str, ...]
    gaps_title: str
    gaps: tuple[str, ...]


def front(briefing: Briefing, lang: str, detail: FrontDetail) -> Front:
    """The first page of a briefing."""
    _ = words(lang)
    estimate = briefing.profile.estimate
    return Front(
        name=name_of(briefing),
        place=_place(briefing, lang),
        residents=_residents(briefing, lang),
        district=_district(briefing, lang),
        locator=_locator(briefing, lang),
        answer_title=_("The answer in one sentence"),
        swatch=maps.swatch_svg(estimate.verdict),
        verdict=text.capitalised(text.verdict(estimate.verdict, lang)),
        line=_("line of %(threshold)s") % {"threshold": text.threshold(estimate.threshold, lang)},
        answer=_answer(briefing, lang),
        definition=_("%(name)s. %(meaning)s")
        % {
            "name": text.definition(estimate.definition, lang),
            "meaning": text.definition_meaning(estimate.definition, lang),
        },
        people_title=_("How many people"),
        no_people=_("No number of people is published here."),
        tiles=_tiles(briefing, lang),
        position_title=_position_title(briefing, lang),
        strip=_strip(briefing, lang),
        position=_position(briefing, lang),
        map_title=_("Map of %(levels)s") % {"levels": lowered(text.levels(briefing.around, lang))},
        map=_map(briefing, lang, part=detail.map),
        map_part=detail.map,
        map_note=_map_note(briefing, lang),
        legend=legend(briefing, lang),
        families=symbols(briefing, lang),
        sides_title=_sides_title(briefing, lang),
        sides=_sides(briefing, lang, detail),
        why_title=_("What moves its share from its twins’, in points"),
        pushes=_pushes(briefing, lang, detail),
        answers_title=_("Strengths and gaps"),
        no_answer_note=_no_answer_note(briefing, lang),
        strengths_title=_("Strengths"),
        strengths=_strengths(briefing, lang)[: detail.points],
        gaps_title=_("Gaps"),
        gaps=_gaps(briefing, lang, detail),
    )


# -- the answer ------------------------------------------------------------------------------------------------------


def name_of(briefing: Briefing) -> str:
    """Whom the sheet is about: the district where one was asked for."""
    if briefing.district is not None:
        return briefing.district.name
    # A name may be lost in a file of an agency; its code is not.
    return text.short_name(briefing.territory.name) or briefing.territory.code


def _place(briefing: Briefing, lang: str) -> str:
    kind = text.level(briefing.territory.level, lang)
    parents = [text.short_name(name) for name in briefing.parents]
    if briefing.district is not None:
        kind, parents = text.part(Part.DISTRICT, lang), [briefing.district.city, *parents]
    return " · ".join(filter(None, [text.capitalised(kind), ", ".join(parents)]))


def _residents(briefing: Briefing, lang: str) -> str:
    _ = words(lang)
    if briefing.district is not None:
        return inside.residents(briefing.district, lang)
    if briefing.population is None:
        return _("Population not known in the census that was read")
    return _("%(count)s residents (census of %(year)s)") % {
        "count": text.number(briefing.population.value, lang),
        "year": briefing.population.vintage,
    }


def _district(briefing: Briefing, lang: str) -> str:
    """The figures of the district that was asked for, and whose the others are."""
    if briefing.district is None:
        return ""
    sentences = [
        inside.figures(briefing.district, MOST_OF_DISTRICT, lang),
        inside.rest_of_sheet(briefing.district, lang),
    ]
    return " ".join(filter(None, sentences))


def _answer(briefing: Briefing, lang: str) -> tuple[str, ...]:
    """The sentence of the class, the range, and what the figure is."""
    _ = words(lang)
    estimate = briefing.profile.estimate
    lines = [text.verdict_sentence(estimate, lang)]
    if counted := text.counted_sentence(estimate, lang):
        lines.append(counted)
    if estimate.share is not None and estimate.low is not None and estimate.high is not None:
        lines.append(
            _("Expected share: %(interval)s (range that holds the true value 9 times in 10 if the model is right).")
            % {"interval": text.whole_interval(estimate.low, estimate.high, lang)}
        )
    if bare := text.bare_sentence(estimate, lang):
        lines.append(bare)
    if estimate.share is not None:
        lines.append(text.extrapolation_sentence(estimate, lang) or "")
        lines.append(
            _("Estimated from the make-up of the population, not a count of %(people)s.")
            % {"people": text.people_noun(estimate.definition, lang)}
        )
    return tuple(filter(None, lines))


def _tiles(briefing: Briefing, lang: str) -> tuple[Tile, ...]:
    _ = words(lang)
    estimate = briefing.profile.estimate
    tiles = []
    if estimate.verdict is not Verdict.NOT_PUBLISHED:
        tiles.append(_people(briefing, lang))
        if estimate.people is not None and briefing.people_70 is not None and text.min_age(estimate.definition) < 70:
            label = _of_city(briefing, _("of whom aged %(age)s and over") % {"age": 70}, lang)
            tiles.append(_about(label, briefing.people_70, *older_ends(briefing), lang))
    return (*tiles, *(_observed(figure, lang) for figure in briefing.counted))


def older_ends(briefing: Briefing) -> tuple[int | None, int | None]:
    """Ends of the interval of the expected isolated people of 70 and over, rounded; None where not known."""
    people = briefing.people_70
    ends = None if people is None else older_range(people, briefing.profile.estimate)
    low, high = (None, None) if ends is None else map(float, round_range(*ends))
    return _whole(low), _whole(high)


def _whole(value: float | None) -> int | None:
    return None if value is None or value != value else int(value)


def _people(briefing: Briefing, lang: str) -> Tile:
    _ = words(lang)
    estimate = briefing.profile.estimate
    label = _of_city(briefing, text.capitalised(text.people_noun(estimate.definition, lang)), lang)
    if estimate.people is None and text.people(estimate, lang):
        return Tile(label, _("fewer than %(count)s") % {"count": MIN_PEOPLE}, _("estimate, too small to be printed"))
    if estimate.people is None or estimate.people_high is None:
        return Tile(label, text.people(estimate, lang) or _("not computed under these assumptions"), _("estimate"))
    return _about(label, estimate.people, estimate.people_low, estimate.people_high, lang)


def _of_city(briefing: Briefing, label: str, lang: str) -> str:
    """A label of what is told of the whole city on the sheet of a district."""
    _ = words(lang)
    return label if briefing.district is None else _("%(label)s (whole city)") % {"label": label}


def _about(label: str, people: int, low: int | None, high: int | None, lang: str) -> Tile:
    """A count of people that the model expects, with what is known of its interval."""
    _ = words(lang)
    value = _("about %(count)s") % {"count": text.number(people, lang)}
    if high is None:
        return Tile(label, value, _("estimate"))
    ends = {"low": "" if low is None else text.number(low, lang), "high": text.number(high, lang)}
    note = _("estimate, at most %(high)s") if low is None else _("estimate, from %(low)s to %(high)s")
    return Tile(label, value, note % ends)


def _observed(figure: Observed, lang: str) -> Tile:
    _ = words(lang)
    count = text.number(people(figure), lang)
    return Tile(
        observed.people_title(figure.indicator, title_of(figure, lang), lang),
        count if figure.kind is Kind.OBSERVED else _("about %(count)s") % {"count": count},
        provenance(figure, lang),
    )


# -- beside others ---------------------------------------------------------------------------------------------------


def _position_title(briefing: Briefing, lang: str) -> str:
    """ "" where nothing is told below it."""
    _ = words(lang)
    if briefing.profile.contrasts:
        return _("Beside other territories")
    if briefing.profile.estimate.share is not None:
        return _("Its expected share")
    return _("What is known") if _observed_facts(briefing, lang) else ""


def _strip(briefing: Briefing, lang: str) -> Figure | None:
    _ = words(lang)
    estimate, bars = briefing.profile.estimate, []
    if estimate.share is not None and estimate.low is not None and estimate.high is not None:
        ends = _ends(estimate.low, estimate.high, lang)
        bars.append(
            Bar(
                _("Whole city") if briefing.district else _("This territory"),
                estimate.share,
                estimate.low,
                estimate.high,
                True,
                ends,
            )
        )
    bars += [
        Bar(
            _comparator(contrast, lang),
            *(contrast.share, contrast.low, contrast.high),
            is_here=False,
            ends=_ends(contrast.low, contrast.high, lang),
        )
        for contrast in briefing.profile.contrasts
        if contrast.share is not None and contrast.low is not None and contrast.high is not None
    ]
    if not bars:
        return None
    end = charts.axis_end(bars, estimate.threshold)
    line = text.threshold(estimate.threshold, lang)
    ranges = ", ".join(f"{bar.name} {text.whole_interval(bar.low, bar.high, lang)}" for bar in bars)
    return Figure(
        charts.strip_svg(bars, estimate.threshold, line, (text.threshold(0, lang), text.threshold(end, lang))),
        _("Expected shares with their ranges, and the line of %(threshold)s: %(ranges)s.")
        % {"threshold": line, "ranges": ranges},
    )


def _ends(low: float, high: float, lang: str) -> str:
    """The ends of an interval as the sentences have them, without their words: 9–14 %."""
    return "–".join(re.findall(r"\d+(?:[.,]\d+)?", text.whole_interval(low, high, lang))) + text.NARROW + "%"


def _comparator(contrast: Contrast, lang: str) -> str:
    _ = words(lang)
    return {
        "twins": _("Its twins"),
        "departement": _("Its département"),
        "region": _("Its region"),
        "national": _("France"),
    }[contrast.comparator]


def _position(briefing: Briefing, lang: str) -> tuple[str, ...]:
    """How the share stands beside the country's, with the difference; beside the twins' where it can be told. Where
    there is no share, what is known instead."""
    _ = words(lang)
    if briefing.profile.estimate.share is None:
        return _observed_facts(briefing, lang)
    twins, national = (briefing.profile.contrast(name) for name in ("twins", "national"))
    lines = []
    if twins is not None and twins.verdict not in (Verdict.UNDECIDED, Verdict.NOT_PUBLISHED):
        lines.append(profile_text.contrast_sentence(twins, lang))
    if national is not None and (standing := profile_text.standing(national, lang)):
        sentence = profile_text.contrast_sentence(national, lang)
        lines.append(sentence or _("Share %(standing)s.") % {"standing": standing})
    return tuple(filter(None, lines))


def _observed_facts(briefing: Briefing, lang: str) -> tuple[str, ...]:
    """In place of a share: what is observed here or lent by the département, and who counts what is missing. What is
    told as above comparable places is left to them, and what says nothing of so few people is not told."""
    _ = words(lang)
    residents, above = _residents_of(briefing), _above(briefing)
    lines = [
        _lent(factor, _factor(factor, factor.value, base, lang), lang)
        for factor in _read(briefing)
        if factor.value is not None and (base := base_of(factor)) is not None
        if factor.is_lent or not (factor in above or is_alike(factor, residents))
    ]
    if briefing.profile.estimate.reason in (Reason.NO_POPULATION_BY_AGE, Reason.NO_ESTIMATED_COMMUNE):
        lines.append(
            _("An estimate needs residents by age, commune by commune: Insee, which holds the census, counts them.")
        )
    return tuple(lines)


# -- maps ------------------------------------------------------------------------------------------------------------


def _locator(briefing: Briefing, lang: str) -> Figure | None:
    _ = words(lang)
    if briefing.locator is None:
        return None
    within = briefing.parents[-1] if briefing.parents else _("France")
    alt = _("Where %(name)s lies in %(within)s.") % {"name": briefing.territory.name, "within": within}
    return Figure(maps.locator_svg(briefing.locator), alt)


def _map(briefing: Briefing, lang: str, part: float) -> Figure | None:
    _ = words(lang)
    if briefing.map is None:
        return None
    listed = "; ".join(
        f"{text.verdict(verdict, lang)}, {text.count_of(briefing.around, count, lang)}"
        for verdict, count in _classes(briefing).items()
    )
    alt = _("Map of %(where)s by class: %(counts)s.") % {"where": briefing.mapped_in, "counts": listed}
    return Figure(maps.map_svg(briefing.map, part), alt)


def _map_note(briefing: Briefing, lang: str) -> str:
    _ = words(lang)
    if briefing.map is None:
        return _("No outline is known for this territory: there is no map.")
    if briefing.territory.level is Level.FRANCE:
        return _("Overseas départements are not drawn; the file of figures has their classes.")
    if briefing.territory.level is Level.REGION:
        return _("Services are not drawn at this scale.")
    symbol = (
        _("A symbol: at least one service nearby.") if briefing.map.symbols else _("No service with a known place.")
    )
    return f"{symbol} {_here(lang)}" if briefing.map.here else symbol


def _here(lang: str) -> str:
    _ = words(lang)
    return _("Thick line: this territory.")


def legend(briefing: Briefing, lang: str) -> tuple[Key, ...]:
    """The classes drawn, each with how many territories it has."""
    _ = words(lang)
    return tuple(
        Key(
            maps.swatch_svg(verdict),
            _("%(class)s (%(count)s)") % {"class": text.verdict(verdict, lang), "count": text.number(count, lang)},
        )
        for verdict, count in _classes(briefing).items()
    )


def _classes(briefing: Briefing) -> dict[Verdict, int]:
    """How many of the territories drawn are in each class, those of none left out."""
    areas = briefing.map.areas if briefing.map else ()
    counts = {verdict: sum(area.verdict is verdict for area in areas) for verdict in Verdict}
    return {verdict: count for verdict, count in counts.items() if count}


def symbols(briefing: Briefing, lang: str) -> tuple[Key, ...]:
    """The families whose services are drawn."""
    drawn = {symbol.family for symbol in briefing.map.symbols} if briefing.map else set()
    return tuple(Key(maps.key_svg(family), text.family(family, lang)) for family in Family if family in drawn)


# -- what adds up, why here ------------------------------------------------------------------------------------------


def _sides(briefing: Briefing, lang: str, detail: FrontDetail) -> tuple[str, ...]:
    """On how many sides of life the territory is among the most exposed, if any; then what is observed of it that is
    well above its twins' (the country's where it has none), with both figures, the exposed sides first."""
    sides = briefing.sides
    first = [text.capitalised(priority.adding_up(sides, lang)) + "."] if sides.exposed else []
    above = sorted(_above(briefing), key=lambda factor: factor.risk not in sides.sides)
    lines = [
        _factor(factor, factor.value, base, lang)
        for factor in above[: detail.factors]
        if factor.value is not None and (base := base_of(factor)) is not None
    ]
    return (*first, *lines)


def _read(briefing: Briefing) -> list[RiskFactor]:
    """What is observed, but an index, which says nothing to who does not know its scale."""
    return [factor for factor in briefing.profile.risk_factors if factor.unit != "index"]


def _above(briefing: Briefing) -> list[RiskFactor]:
    """What is observed well above the twins', or the country's where there are none."""
    residents = _residents_of(briefing)
    return [factor for factor in _read(briefing) if is_above(factor) and not is_alike(factor, residents)]


def _residents_of(briefing: Briefing) -> float | None:
    return None if briefing.population is None else briefing.population.value


def _lent(factor: RiskFactor, sentence: str, lang: str) -> str:
    """The same, saying of which level a figure is that is not the territory's own."""
    _ = words(lang)
    if not factor.is_lent or not factor.observed_at:
        return sentence + "."
    whose = _("value of its %(level)s") % {"level": text.level(Level(factor.observed_at), lang)}
    return f"{sentence} ({whose})."


def _sides_title(briefing: Briefing, lang: str) -> str:
    _ = words(lang)
    if briefing.sides.exposed == 1:
        return _("What stands out here")
    if briefing.sides.exposed:
        return _("What adds up here")
    return _("Above comparable places") if briefing.profile.twins else _("Above the whole country")


def _factor(factor: RiskFactor, here: float, base: float, lang: str) -> str:
    _ = words(lang)
    whose = _("the whole country") if factor.is_above is None else _("its twins")
    sentence = _("%(title)s: %(here)s, against %(there)s for %(whose)s") % {
        "title": title_of(factor, lang) + _unit(factor, lang),
        "here": _valued(factor.unit, here, base, lang),
        "there": _valued(factor.unit, base, here, lang),
        "whose": whose,
    }
    return _("%(said)s (model)") % {"said": sentence} if factor.kind == Kind.MODELLED else sentence


def _unit(factor: RiskFactor, lang: str) -> str:
    """The unit of a rate, in brackets; "" for a share, whose values bear it."""
    return f" ({territory.unit(factor.unit, lang)})" if factor.unit and " per " in factor.unit else ""


def _valued(unit: str | None, value: float, other: float, lang: str) -> str:
    """One decimal where whole figures would be equal and the difference with the other lost, or would be nothing."""
    if unit == "share":
        whole = round(value * 100)
        return text.percent(value, lang, int(whole == round(other * 100) or (value > 0 and not whole)))
    return text.number(value, lang, int(round(value) == round(other)))


def _pushes(briefing: Briefing, lang: str, detail: FrontDetail) -> Figure | None:
    """What moves the share from the twins'; None where it cannot be told from theirs, or where nothing was computed."""
    twins = briefing.profile.contrast("twins")
    if twins is None or twins.verdict in (Verdict.UNDECIDED, Verdict.NOT_PUBLISHED):
        return None
    named = [c for c in briefing.profile.contributions if abs(c.part) >= profile_text.SMALL][: detail.factors]
    why = profile_text.why_here_sentence(briefing.profile, lang)
    if not named or why is None:
        return None
    pushes = [Push(text.capitalised(profile_text.cause(c.factor, lang)), c.part) for c in named]
    ends = (profile_text.points(-charts.SCALE, lang, 0), profile_text.points(charts.SCALE, lang, 0))
    return Figure(charts.pushes_svg(pushes, *ends), why)


# -- strengths and gaps ----------------------------------------------------------------------------------------------


def _strengths(briefing: Briefing, lang: str) -> tuple[str, ...]:
    """What answers: nothing that people are is a strength."""
    _ = words(lang)
    strengths = [
        f"{text.family(line.family, lang)}{text.colon(lang)}{lowered(strength)}"
        for line in briefing.responses.families
        if (strength := response.strength(line, briefing.territory.level, lang))
    ]
    strengths += [
        _("Pathway “%(pathway)s”: the %(count)s known functions within reach")
        % {"pathway": pathway(p.pathway, lang), "count": text.number(len(p.of_state(Link.PRESENT)), lang)}
        for p in briefing.responses.pathways
        if _is_strength(p)
    ]
    return tuple(strengths)


def _is_strength(pathway_: PathwayResponse) -> bool:
    """Everything that it asks for is known and within reach: of the little that is known, nearly all is everywhere."""
    return 0 < len(pathway_.functions) == len(pathway_.of_state(Link.PRESENT))


def _gaps(briefing: Briefing, lang: str, detail: FrontDetail) -> tuple[str, ...]:
    """What complete sources show to be missing, each with the number that decides; how many more there are."""
    _ = words(lang)
    answered = briefing.responses
    gaps = [family_gap(briefing, line, lang) for line in answered.families if line.response in WEAK]
    gaps += [
        _("Pathway “%(pathway)s”: nothing listed within reach to %(missing)s")
        % {"pathway": pathway(gap.pathway, lang), "missing": functions(gap, lang, 1)}
        for gap in briefing.gaps
        if gap.pathway is not None
    ]
    return cut(tuple(gaps), detail.points, lang) if detail.points else ()


def _no_answer_note(briefing: Briefing, lang: str) -> str:
    """Said in place of strengths and gaps where the lists read establish neither."""
    _ = words(lang)
    if any(line.response is not Response.UNKNOWN for line in briefing.responses.families) or _strengths(briefing, lang):
        return ""
    if any(gap.pathway for gap in briefing.gaps):
        return ""
    return _("What answers here is not known: which lists of services to ask for is told further on.")
