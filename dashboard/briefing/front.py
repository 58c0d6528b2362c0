"""Page 1, "what and so what": the words and drawings of items 1 to 7. Few numbers, no decimals on people."""

from dataclasses import dataclass

from dashboard import text
from dashboard.briefing import charts, maps
from dashboard.briefing.charts import Bar, Push
from dashboard.briefing.content import Briefing, Observed
from dashboard.briefing.detail import FrontDetail
from dashboard.briefing.wording import LONGEST, Figure, lowered, pathway, several, shortened
from dashboard.i18n import title_of, words
from dashboard.text import profile as said
from dashboard.text import response
from geodata.estimate import Verdict
from geodata.profile import Contrast
from geodata.response import WEAK, Link, PathwayResponse, Response
from geodata.risk import RiskFactor
from geodata.service import Family
from geodata.territory import Level


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
    """Page 1. A figure is None where there is nothing to draw; the sentence beside it then says why."""

    name: str
    place: str
    residents: str
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
    map_note: str
    legend: tuple[Key, ...]
    families: tuple[Key, ...]
    why_title: str
    pushes: Figure | None
    why: tuple[str, ...]
    strengths_title: str
    strengths: tuple[str, ...]
    gaps_title: str
    gaps: tuple[str, ...]


def front(briefing: Briefing, lang: str, detail: FrontDetail) -> Front:
    """The first page of a briefing."""
    _ = words(lang)
    estimate = briefing.profile.estimate
    return Front(
        name=briefing.territory.name,
        place=" · ".join(
            filter(None, [text.capitalised(text.level(briefing.territory.level, lang)), ", ".join(briefing.parents)])
        ),
        residents=_residents(briefing, lang),
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
        position_title=_("Beside other territories"),
        strip=_strip(briefing, lang),
        position=_position(briefing, lang),
        map_title=_("Map of %(levels)s") % {"levels": lowered(text.levels(briefing.around, lang))},
        map=_map(briefing, lang),
        map_note=_map_note(briefing, lang),
        legend=_legend(briefing, lang),
        families=tuple(Key(maps.key_svg(family), text.family(family, lang)) for family in _drawn_families(briefing)),
        why_title=_("Why here"),
        pushes=_pushes(briefing, lang, detail),
        why=_why(briefing, lang, detail),
        strengths_title=_("Strengths"),
        strengths=_strengths(briefing, lang, detail),
        gaps_title=_("Gaps"),
        gaps=_gaps(briefing, lang, detail),
    )


# -- the answer ------------------------------------------------------------------------------------------------------


def _residents(briefing: Briefing, lang: str) -> str:
    _ = words(lang)
    if briefing.population is None:
        return _("Population not known in the census that was read")
    return _("%(count)s residents (census of %(year)s)") % {
        "count": text.number(briefing.population.value, lang),
        "year": briefing.population.vintage,
    }


def _answer(briefing: Briefing, lang: str) -> tuple[str, ...]:
    """The sentence of the class, the range, the same question against the country, and what the figure is."""
    _ = words(lang)
    estimate = briefing.profile.estimate
    lines = [text.class_sentence(estimate, lang)]
    if counted := text.counted_sentence(estimate, lang):
        lines.append(counted)
    if estimate.share is not None and estimate.low is not None:
        lines.append(
            _("Expected share: %(interval)s (range that holds the true value 9 times in 10 if the model is right).")
            % {"interval": text.whole_interval(estimate.low, estimate.high, lang)}
        )
    if bare := text.bare_sentence(estimate, lang):
        lines.append(bare)
    if estimate.p_above_national is not None:
        lines.append(
            _("Against the national share: %(verdict)s.") % {"verdict": text.verdict(briefing.against_national, lang)}
        )
    if estimate.share is not None:
        lines.append(text.extrapolation_sentence(estimate, lang) or "")
        lines.append(_("A risk estimated from the make-up of the population, not a count of isolated people."))
    return tuple(filter(None, lines))


def _tiles(briefing: Briefing, lang: str) -> tuple[Tile, ...]:
    _ = words(lang)
    estimate = briefing.profile.estimate
    tiles = []
    if estimate.verdict is not Verdict.NOT_PUBLISHED:
        tiles.append(_people(briefing, lang))
        if estimate.people is not None and briefing.people_70 is not None and text.min_age(estimate.definition) < 70:
            tiles.append(
                Tile(
                    _("Of whom aged %(age)s and over") % {"age": 70},
                    _("about %(count)s") % {"count": text.number(briefing.people_70, lang)},
                    _("estimate"),
                )
            )
    if briefing.older is not None:
        tiles.append(_observed(briefing.older, lang))
    return tuple(tiles)


def _people(briefing: Briefing, lang: str) -> Tile:
    _ = words(lang)
    estimate = briefing.profile.estimate
    label = _("Isolated people expected")
    counted = text.people(estimate, lang)
    if estimate.people is None or estimate.people_high is None:
        return Tile(label, counted or _("not computed under these assumptions"), _("estimate"))
    value = _("about %(count)s") % {"count": text.number(estimate.people, lang)}
    high = text.number(estimate.people_high, lang)
    if estimate.people_low is None:
        return Tile(label, value, _("at most %(high)s") % {"high": high})
    return Tile(
        label,
        value,
        _("between %(low)s and %(high)s") % {"low": text.number(estimate.people_low, lang), "high": high},
    )


def _observed(figure: Observed, lang: str) -> Tile:
    _ = words(lang)
    return Tile(
        title_of(figure, lang),
        text.number(figure.value, lang),
        _("counted, census of %(year)s") % {"year": figure.vintage},
    )


# -- beside others ---------------------------------------------------------------------------------------------------


def _strip(briefing: Briefing, lang: str) -> Figure | None:
    _ = words(lang)
    estimate, bars = briefing.profile.estimate, []
    if estimate.share is not None and estimate.low is not None:
        bars.append(Bar(_("This territory"), estimate.share, estimate.low, estimate.high, True))
    bars += [
        Bar(_comparator(contrast, lang), contrast.share, contrast.low, contrast.high, False)
        for contrast in briefing.profile.contrasts
        if contrast.share is not None and contrast.low is not None
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


def _comparator(contrast: Contrast, lang: str) -> str:
    _ = words(lang)
    return {
        "twins": _("Its twins"),
        "departement": _("Its département"),
        "region": _("Its region"),
        "national": _("France"),
    }[contrast.comparator]


def _position(briefing: Briefing, lang: str) -> tuple[str, ...]:
    """How the share stands beside the twins' and the country's, in words."""
    _ = words(lang)
    compared = [briefing.profile.contrast(name) for name in ("twins", "national")]
    standings = [said.standing(c, lang) for c in compared if c is not None]
    known = [_("Share %(standing)s.") % {"standing": standing} for standing in standings if standing]
    if not known:
        return (_("Nothing is compared: no range is published here under these assumptions."),)
    return tuple(known)


# -- maps ------------------------------------------------------------------------------------------------------------


def _locator(briefing: Briefing, lang: str) -> Figure | None:
    _ = words(lang)
    if briefing.locator is None:
        return None
    within = briefing.parents[-1] if briefing.parents else _("France")
    alt = _("Where %(name)s lies in %(within)s.") % {"name": briefing.territory.name, "within": within}
    return Figure(maps.locator_svg(briefing.locator), alt)


def _map(briefing: Briefing, lang: str) -> Figure | None:
    _ = words(lang)
    if briefing.map is None:
        return None
    counts = {verdict: sum(area.verdict is verdict for area in briefing.map.areas) for verdict in Verdict}
    listed = "; ".join(
        f"{text.verdict(verdict, lang)}, {text.count_of(briefing.around, count, lang)}"
        for verdict, count in counts.items()
        if count
    )
    alt = _("Map of %(where)s by class: %(counts)s.") % {"where": briefing.mapped_in, "counts": listed}
    return Figure(maps.map_svg(briefing.map), alt)


def _map_note(briefing: Briefing, lang: str) -> str:
    _ = words(lang)
    if briefing.map is None:
        return _("No outline is known for this territory: there is no map.")
    if briefing.territory.level is Level.REGION:
        return _("Services are not drawn at this scale.")
    said_ = _("A symbol: at least one service nearby.") if briefing.map.symbols else _("No service with a known place.")
    return f"{said_} {_here(lang)}" if briefing.map.here else said_


def _here(lang: str) -> str:
    _ = words(lang)
    return _("Thick line: this territory.")


def _legend(briefing: Briefing, lang: str) -> tuple[Key, ...]:
    present = {area.verdict for area in briefing.map.areas} if briefing.map else set()
    return tuple(Key(maps.swatch_svg(v), text.verdict(v, lang)) for v in Verdict if v in present)


def _drawn_families(briefing: Briefing) -> list[Family]:
    drawn = {symbol.family for symbol in briefing.map.symbols} if briefing.map else set()
    return [family for family in Family if family in drawn]


# -- why here --------------------------------------------------------------------------------------------------------


def _pushes(briefing: Briefing, lang: str, detail: FrontDetail) -> Figure | None:
    """What moves the share against the twins'; None where nothing does, or where it was not computed."""
    _ = words(lang)
    named = [c for c in briefing.profile.contributions if abs(c.part) >= said.SMALL][: detail.factors]
    if not named:
        return None
    pushes = [Push(text.capitalised(said.cause(c.factor, lang)), c.part) for c in named]
    alt = said.why_here_sentence(briefing.profile, lang)
    return Figure(charts.pushes_svg(pushes, _("lowers"), _("raises")), alt)


def _why(briefing: Briefing, lang: str, detail: FrontDetail) -> tuple[str, ...]:
    """Observed factors above the twins' (the country's for a région), one line each; then what is not known."""
    _ = words(lang)
    lines = [
        _("%(factor)s: more than %(base)s")
        % {"factor": text.capitalised(said.risk(f.risk, lang)), "base": _base(f, lang)}
        for f in briefing.profile.risk_factors
        if _is_above(f)
    ][: detail.factors]
    if not lines:
        lines = [_("No observed factor is above what it is in comparable places.")]
    lent = [said.risk(f.risk, lang) for f in briefing.profile.risk_factors if f.is_lent]
    unknown = [said.risk(f.risk, lang) for f in briefing.profile.risk_factors if f.value is None]
    if lent:
        lines.append(_("Known for the département only: %(factors)s") % {"factors": ", ".join(lent)})
    if unknown:
        lines.append(_("Not known: %(factors)s") % {"factors": ", ".join(unknown)})
    return tuple(lines)


def _is_above(factor: RiskFactor) -> bool | None:
    """Against the twins where they have a value, else against the country; never for what a département lends."""
    if factor.is_lent:
        return None
    return factor.is_above_france if factor.is_above is None else factor.is_above


def _base(factor: RiskFactor, lang: str) -> str:
    _ = words(lang)
    return _("in the whole country") if factor.is_above is None else _("among the twins")


# -- strengths and gaps ----------------------------------------------------------------------------------------------


def _strengths(briefing: Briefing, lang: str, detail: FrontDetail) -> tuple[str, ...]:
    _ = words(lang)
    found = [
        _("%(family)s: within reach") % {"family": text.family(line.family, lang)}
        for line in briefing.responses.families
        if line.response is Response.PRESENT
    ]
    found += [
        _("Pathway “%(pathway)s”: every known function within reach") % {"pathway": pathway(p.pathway, lang)}
        for p in briefing.responses.pathways
        if not p.of_state(Link.MISSING) and len(p.of_state(Link.PRESENT)) > len(p.of_state(Link.UNKNOWN))
    ]
    found += [
        _("%(factor)s: less than %(base)s")
        % {"factor": text.capitalised(said.risk(f.risk, lang)), "base": _base(f, lang)}
        for f in briefing.profile.risk_factors
        if _is_above(f) is False
    ]
    return _first(found, detail.points, _("No strength is established by the data that were read."))


def _gaps(briefing: Briefing, lang: str, detail: FrontDetail) -> tuple[str, ...]:
    """What complete sources show to be missing; what is not known is said apart and is no gap."""
    _ = words(lang)
    found = [
        f"{text.family(line.family, lang)}{text.colon(lang)}{response.response(line.response, lang)}"
        for line in briefing.responses.families
        if line.response in WEAK
    ]
    found += [
        _("Pathway “%(pathway)s”: missing %(missing)s")
        % {"pathway": pathway(p.pathway, lang), "missing": _first_missing(p, lang)}
        for p in briefing.responses.pathways
        if p.of_state(Link.MISSING)
    ]
    unknown = [f.family for f in briefing.responses.families if f.response is Response.UNKNOWN]
    kept = _first(found, detail.points, _("No gap is established by the data that were read."))
    if unknown:
        listed = ", ".join(lowered(text.family(family, lang)) for family in unknown)
        kept = (*kept[: detail.points - 1], _("Not known, so no gap: %(families)s") % {"families": listed})
    return kept


def _first(found: list[str], most: int, otherwise: str) -> tuple[str, ...]:
    return tuple(found[:most]) or (otherwise,)


def _first_missing(answer: PathwayResponse, lang: str) -> str:
    missing = [lowered(response.function(one.function, lang)) for one in answer.of_state(Link.MISSING)]
    return several([shortened(name, LONGEST) for name in missing], 1)
