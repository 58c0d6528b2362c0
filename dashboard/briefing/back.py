"""Page 2, "what can be done": the words of what comes after page 1."""

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from ipaddress import ip_address
from itertools import chain
from urllib.parse import urlsplit

import segno
from babel.dates import format_date

from dashboard import text
from dashboard.briefing.content import NEAREST, Briefing, FamilyLine, Gap, Option
from dashboard.briefing.detail import BackDetail
from dashboard.briefing.wording import (
    Figure,
    category,
    cut,
    family_gap,
    lowered,
    pathway,
    pathway_gap,
    several,
    shortened,
)
from dashboard.i18n import words
from dashboard.text import action, response, travel
from dashboard.text import plan as plan_text
from dashboard.text import profile as profile_text
from geodata.request import Public
from geodata.response import WEAK, Link, PathwayResponse, Response
from geodata.version import VERSION

MOST_PLACES, MOST_FUNCTIONS = 4, 2

LONGEST_TITLE = 58
"""Characters of a name at the head of the page."""


@dataclass(frozen=True)
class Back:
    """Page 2. `code` is None where the address opens on one machine only; `local` then says so."""

    title: str
    name: str
    steps_title: str
    steps_head: tuple[str, ...]
    steps: tuple[tuple[str, ...], ...]
    services_title: str
    services_head: tuple[str, ...]
    services: tuple[tuple[str, ...], ...]
    services_note: str
    pathways: tuple[str, ...]
    gaps_title: str
    gaps: tuple[str, ...]
    options_title: str
    options: tuple[str, ...]
    questions_title: str
    questions: tuple[str, ...]
    actors_title: str
    actors: tuple[tuple[str, str], ...]
    remark_title: str
    remark: tuple[str, ...]
    contact_title: str
    contact: tuple[str, ...]
    acronyms_title: str
    acronyms: tuple[str, ...]
    limits_title: str
    limits: tuple[str, ...]
    sources_title: str
    sources: tuple[str, ...]
    link_words: str
    link: str
    code: Figure | None
    local: str


def back(briefing: Briefing, lang: str, detail: BackDetail) -> Back:
    """The second page of a briefing."""
    _ = words(lang)
    link = _link(briefing, lang)
    name = text.short_name(briefing.territory.name) or briefing.territory.code
    page = Back(
        title=_("What can be done"),
        name=shortened(name, LONGEST_TITLE),
        steps_title=_("First steps"),
        steps_head=(
            _("What, and why here") if any(_reasons(briefing, lang, detail)) else _("What"),
            _("Who, and what it takes"),
            _("What is known of it"),
        ),
        steps=_steps(briefing, lang, detail)[: detail.steps],
        services_title=_("Services that answer isolation"),
        services_head=_services_head(briefing, lang),
        services=tuple(_services_row(briefing, line, lang) for line in briefing.families),
        services_note=_services_note(briefing, lang, detail),
        pathways=_pathways(briefing, lang, detail),
        gaps_title=_("Gaps that are known"),
        gaps=_gaps(briefing, lang, detail),
        options_title=_("What exists or is planned here"),
        options=_options(briefing, lang, detail),
        questions_title=action.questions_title(briefing.territory.level, briefing.conditions, lang),
        questions=tuple(
            action.questions(
                briefing.territory.level,
                briefing.conditions,
                {figure.indicator: figure.value for figure in briefing.counted_of_city or briefing.counted},
                briefing.associations,
                lang,
            )[: detail.questions]
        ),
        actors_title=_("Whom to turn to"),
        actors=_actors(briefing, lang),
        remark_title=briefing.issuer.agency or _("The agency’s word"),
        remark=tuple(filter(None, [briefing.remark.text])) if briefing.remark else (),
        contact_title=_("Contact"),
        contact=briefing.issuer.contact or (_("Name:"), _("Telephone:"), _("Email:")),
        acronyms_title=_("Acronyms"),
        acronyms=(),
        limits_title=_("What this sheet does not say"),
        limits=_limits(briefing, lang, detail),
        sources_title=_("Sources, parameters and citation"),
        sources=_sources(briefing, lang, detail),
        link_words=_("The same view, up to date"),
        link=link,
        code=None
        if is_local(briefing.address)
        else Figure(_qr(link), _("Code to scan: opens the page of %(name)s") % {"name": name}),
        local=_("Printed from a machine that nobody else reaches (%(address)s): no code to scan.")
        % {"address": briefing.address}
        if is_local(briefing.address)
        else "",
    )
    return _with_acronyms(page, lang)


def is_local(address: str) -> bool:
    """Whether an address opens on the machine that printed it only."""
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in ("", "localhost")


def _steps(briefing: Briefing, lang: str, detail: BackDetail) -> tuple[tuple[str, ...], ...]:
    """One row a step: what and why here, who and what it takes, what is known of it, told once."""
    _ = words(lang)
    before = (_("As for the first step."), _("As for the second step."))
    evidences = [step.evidence for step in briefing.steps]
    rows = []
    for number, (step, why) in enumerate(zip(briefing.steps, _reasons(briefing, lang, detail), strict=True)):
        title, first = action.step_title(step, lang), evidences.index(step.evidence)
        evidence = action.evidence(step.evidence, lang) if first == number else before[first]
        rows.append(
            (f"{title} ({lowered(why)})" if why else title, action.step_who(step, briefing.actors, lang), evidence)
        )
    return tuple(rows)


def _reasons(briefing: Briefing, lang: str, detail: BackDetail) -> list[str | None]:
    """Why each step here, where something of the place says it."""
    has_twins = bool(briefing.profile.twins)
    conditions = [step.because if detail.has_reasons else "" for step in briefing.steps]
    gaps = _gap_words(briefing, lang)
    return [action.because(condition, lang, has_twins=has_twins, gaps=gaps) for condition in conditions]


def _gap_words(briefing: Briefing, lang: str) -> dict[str, str]:
    """Each gap that may call for a step, by its condition: the family's own state, the function out of reach."""
    _ = words(lang)
    answered = briefing.responses
    wanting = [line for line in answered.families if line.response in WEAK]
    words_of_families = {
        f"weak:{one.family}": text.family(one.family, lang) + text.colon(lang) + response.response(one.response, lang)
        for one in wanting
    }
    missing = [one.function for pathway in answered.pathways for one in pathway.of_state(Link.MISSING)]
    # A function of several pathways is told as in the first.
    return words_of_families | {
        f"missing:{one.id}": _("out of reach: %(function)s") % {"function": lowered(response.function(one, lang))}
        for one in reversed(missing)
    }


# -- services --------------------------------------------------------------------------------------------------------


def _services_head(briefing: Briefing, lang: str) -> tuple[str, ...]:
    _ = words(lang)
    nearest = (_("Nearest"),) if briefing.territory.level in NEAREST else ()
    is_dated = any(line.seen_on for line in briefing.families)
    lists = _("Complete lists (seen in)") if is_dated else _("Complete lists")
    return (_("Family"), _("Listed here"), *nearest, lists)


def _services_note(briefing: Briefing, lang: str, detail: BackDetail) -> str:
    """How minutes were computed, in few words, and which associations are told apart."""
    _ = words(lang)
    has_minutes = briefing.territory.level in NEAREST and any(
        _minutes_away(line) is not None for line in briefing.families
    )
    sentences = [travel.sentence(briefing.responses.travel_method, lang)] if has_minutes else []
    if briefing.associations and detail.has_associations:
        sentences.append(
            _.plural(
                "Registered associations that help, care or gather: %(count)s; whether it visits people is not known.",
                "Registered associations that help, care or gather: %(count)s, some of them asleep; which ones visit "
                "people is not known.",
                briefing.associations,
            )
            % {"count": text.number(briefing.associations, lang)}
        )
    return " ".join(sentences)


def _services_row(briefing: Briefing, line: FamilyLine, lang: str) -> tuple[str, ...]:
    _ = words(lang)
    response = line.response
    return (
        text.family(response.family, lang),
        _("not known") if response.inside is None else text.number(response.inside, lang),
        *((_nearest(briefing, line, lang),) if briefing.territory.level in NEAREST else ()),
        _data(line, lang),
    )


def _nearest(briefing: Briefing, line: FamilyLine, lang: str) -> str:
    """The nearest by its category: an agency's document names no firm."""
    _ = words(lang)
    response = line.response
    if line.category is None and response.inside:
        return _("on the spot, of those listed")
    if line.category is None or response.nearest is None:
        return _("none within reach") if response.response is Response.FAR else _("not known")
    values = {"category": category(briefing, line.category, lang)}
    if line.is_near:
        return _("%(category)s (on the spot)") % values
    away = _minutes_away(line)
    if away is None:
        return _("%(category)s (next door)") % values
    return _("%(category)s (%(minutes)s min)") % (values | {"minutes": text.number(away, lang)})


def _minutes_away(line: FamilyLine) -> float | None:
    """Minutes that are told of the nearest; None where it is not known, stands here or next door."""
    nearest = line.response.nearest
    if line.category is None or line.is_near or nearest is None or nearest.travel_min is None:
        return None
    return nearest.travel_min if nearest.travel_min >= 1 else None


def _data(line: FamilyLine, lang: str) -> str:
    """How many kinds of service have complete lists, and since when."""
    _ = words(lang)
    response = line.response
    kinds = len(response.complete) + len(response.partial) + len(response.unknown)
    if response.unknown and response.inside is None:
        return _("no list")
    complete = len(response.complete)
    state = _.plural(
        "%(complete)s kind of service of %(kinds)s", "%(complete)s kinds of service of %(kinds)s", complete
    ) % {"complete": text.number(complete, lang), "kinds": text.number(kinds, lang)}
    if line.seen_on is None:
        return state
    return _("%(state)s (%(day)s)") % {"state": state, "day": _seen(line.seen_on, lang)}


def _seen(seen_on: str, lang: str) -> str:
    """The month of a day, as people write it; a vintage as it is."""
    try:
        return format_date(date.fromisoformat(seen_on), "MM/y", locale=lang)
    except ValueError:
        return text.day(seen_on, lang)


# -- pathways --------------------------------------------------------------------------------------------------------


def _pathways(briefing: Briefing, lang: str, detail: BackDetail) -> tuple[str, ...]:
    """Each care pathway of which all functions are known, or most and one is missing: the rest reads alike nearly
    everywhere."""
    chains = [
        one
        for one in briefing.responses.pathways
        if not one.of_state(Link.UNKNOWN)
        or (one.of_state(Link.MISSING) and 2 * len(one.of_state(Link.UNKNOWN)) < len(one.functions))
    ]
    return cut([_pathway(p, lang) for p in chains], detail.pathways, lang) if detail.pathways else ()


def _pathway(answer: PathwayResponse, lang: str) -> str:
    _ = words(lang)
    return _("Pathway “%(pathway)s”: %(sentence)s") % {
        "pathway": pathway(answer.pathway, lang),
        "sentence": lowered(response.pathway_sentence(answer, lang)),
    }


# -- gaps and options ------------------------------------------------------------------------------------------------


def _gaps(briefing: Briefing, lang: str, detail: BackDetail) -> tuple[str, ...]:
    """Named gaps, how many of how many, and what is not known, which is no gap."""
    _ = words(lang)
    lines = list(cut([_gap(briefing, gap, lang, detail) for gap in briefing.gaps], detail.gaps, lang))
    families = [f.family for f in briefing.responses.families if f.response is Response.UNKNOWN]
    if families:
        listed = ", ".join(lowered(text.family(family, lang)) for family in families)
        lines.append(_("Not known, so no gap: %(families)s. Lists to ask for first.") % {"families": listed})
    return tuple(lines) or (_("No gap is established by the data that were read."),)


def _gap(briefing: Briefing, gap: Gap, lang: str, detail: BackDetail) -> str:
    _ = words(lang)
    if gap.family is not None:
        return family_gap(briefing, briefing.responses.family(gap.family), lang) + "."
    if gap.place is not None:
        place = shortened(gap.place, detail.name)
        if gap.people is None:
            return _("%(place)s: need likely, few responses.") % {"place": place}
        return _("%(place)s: need likely, few responses; about %(count)s %(people)s expected there.") % {
            "place": place,
            "count": text.number(gap.people, lang),
            "people": text.people_noun(briefing.profile.estimate.definition, lang),
        }
    return pathway_gap(briefing, gap, lang, MOST_FUNCTIONS, is_sourced=detail.is_public_sourced)


def _options(briefing: Briefing, lang: str, detail: BackDetail) -> tuple[str, ...]:
    """What the agency says exists and is funded, then saved plans with sites or people here."""
    exists = [briefing.remark.exists] if briefing.remark and briefing.remark.exists else []
    return cut(
        [*exists, *(_option(option, lang, detail) for option in briefing.options)], detail.options + len(exists), lang
    )


def _option(option: Option, lang: str, detail: BackDetail) -> str:
    """A plan: its sites here, and of the people it reaches those who live here, with their range."""
    _ = words(lang)
    values = {
        "name": shortened(option.name, detail.name),
        "version": text.number(option.version, lang),
        "state": _("decided") if option.is_decided else _("proposed"),
        "who": plan_text.people_of(Public(option.aim), lang),
        "minutes": plan_text.minutes(option.minutes, lang),
    }
    plan = _("Plan “%(name)s”, version %(version)s (%(state)s)") % values
    sites = (
        _("%(teams)s here (%(places)s)")
        % {"teams": plan_text.teams(option.teams, lang), "places": several(option.places, MOST_PLACES)}
        if option.teams
        else _("no team here")
    )
    where = f"{plan}{text.colon(lang)}{sites}"
    if option.reached is None or option.everywhere is None:
        return _("%(where)s; people newly reached who live here: too few to be printed, or not counted.") % {
            "where": where
        }
    values |= {
        "where": where,
        "count": text.number(option.reached, lang),
        "everywhere": text.number(option.everywhere, lang),
    }
    sentence = (
        _("%(where)s; newly within %(minutes)s: about %(everywhere)s %(who)s, of whom about %(count)s live here")
        % values
    )
    if option.low is None or option.high is None:
        return sentence + "."
    return _("%(said)s (from %(low)s to %(high)s).") % {
        "said": sentence,
        "low": text.number(option.low, lang),
        "high": text.number(option.high, lang),
    }


# -- who, limits, sources --------------------------------------------------------------------------------------------


def _actors(briefing: Briefing, lang: str) -> tuple[tuple[str, str], ...]:
    """Each body and on what it can act."""
    return tuple((action.actor(one, lang), action.actor_role(one, lang)) for one in briefing.actors)


def _with_acronyms(page: Back, lang: str) -> Back:
    """The same page, saying what those of its acronyms stand for that its bodies do not say."""
    names = " ".join(who for who, _what in page.actors)
    rows = (*page.steps, *page.services, page.pathways, page.gaps, page.options, page.questions)
    page_text = " ".join([page.questions_title, names, *chain.from_iterable(rows)])
    return replace(page, acronyms=tuple(action.acronyms(page_text, names, lang)))


def _limits(briefing: Briefing, lang: str, detail: BackDetail) -> tuple[str, ...]:
    """What no reader may take from it."""
    _ = words(lang)
    return (
        _("It does not count %(people)s and points at nobody: it says what is expected, in ranges.")
        % {"people": text.people_noun(briefing.profile.estimate.definition, lang)},
        *filter(None, [profile_text.flip_sentence(briefing.profile, lang, detail.scenarios)]),
        _("It does not rank territories, show a change over time, or evaluate an action."),
        _("“Not known” is not “none”: a service that no list holds may exist. Tell us, and it will be corrected."),
    )


def _sources(briefing: Briefing, lang: str, detail: BackDetail) -> tuple[str, ...]:
    _ = words(lang)
    estimate = briefing.profile.estimate
    named = [f"{source.title}, {text.period(source.vintage, lang)}" for source in briefing.sources[: detail.sources]]
    more = len(briefing.sources) - len(named)
    if more > 0:
        others = _.plural(
            "%(count)s other listed on the page “Method and data”",
            "%(count)s others listed on the page “Method and data”",
            more,
        )
        named.append(others % {"count": text.number(more, lang)})
    hash_ = briefing.content_hash[:12]
    twins = profile_text.twins_sentence(briefing.profile, lang, named=3 if detail.has_twins else 0)
    twins = twins or profile_text.no_twin_sentence(briefing.profile, lang)
    return (
        _("Survey: %(survey)s. Data: %(sources)s.") % {"survey": briefing.survey, "sources": " ; ".join(named)},
        *([twins] if twins else []),
        _("Parameters: %(definition)s; %(scenario)s; line of %(threshold)s; %(minutes)s; geography of %(vintage)s.")
        % {
            "definition": text.definition(estimate.definition, lang),
            "scenario": text.scenario(estimate.scenario, lang),
            "threshold": text.threshold(estimate.threshold, lang),
            "minutes": plan_text.minutes(briefing.responses.minutes, lang),
            "vintage": text.day(briefing.cog_vintage, lang),
        },
        _("To cite: Reliance %(version)s, briefing on %(name)s, database %(hash)s, printed on %(day)s. %(licences)s.")
        % {
            "version": VERSION,
            "name": briefing.district.name if briefing.district else briefing.territory.name,
            "hash": hash_,
            "day": text.long_day(briefing.printed_on, lang),
            "licences": ", ".join(text.licence(one, lang) for one in briefing.licences),
        },
    )


def _link(briefing: Briefing, lang: str) -> str:
    return briefing.address + briefing.choice + ("" if lang == "fr" else f"&lang={lang}")


@lru_cache(maxsize=4)
def _qr(link: str) -> str:
    """The code as one path; its quiet zone is part of it."""
    code = segno.make(link, error="m", boost_error=False)
    side = len(code.matrix) + 8
    path = "".join(
        f"M{x + 4} {y + 4}h1v1h-1z" for y, row in enumerate(code.matrix) for x, dark in enumerate(row) if dark
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}mm" height="{side}mm" viewBox="0 0 {side} {side}">'
        f'<rect width="{side}" height="{side}" fill="#fff"/><path d="{path}" fill="#000"/></svg>'
    )
