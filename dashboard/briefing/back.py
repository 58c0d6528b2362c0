"""Page 2, "what can be done": the words of items 8 to 13."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import segno
from babel.dates import format_date

from dashboard import text
from dashboard.briefing.content import Briefing, FamilyLine, Gap, Option
from dashboard.briefing.detail import BackDetail
from dashboard.briefing.wording import LONGEST, Figure, lowered, pathway, several, shortened
from dashboard.i18n import words
from dashboard.text import plan as plan_said
from dashboard.text import profile as said
from dashboard.text import response
from geodata.request import Aim
from geodata.response import WEAK, FamilyResponse, Link, PathwayResponse, Response
from geodata.service import Family

MOST_PLACES, MOST_FUNCTIONS = 4, 2

LONGEST_TITLE = 58
"""Characters of a name at the head of the page."""


@dataclass(frozen=True)
class Actor:
    """Who can act, and on what."""

    who: str
    what: str


@dataclass(frozen=True)
class Back:
    """Page 2."""

    title: str
    name: str
    services_title: str
    services_head: tuple[str, ...]
    services: tuple[tuple[str, ...], ...]
    services_note: str
    pathways: tuple[str, ...]
    gaps_title: str
    gaps: tuple[str, ...]
    options_title: str
    options: tuple[str, ...]
    actors_title: str
    actors_head: tuple[str, ...]
    actors: tuple[Actor, ...]
    contact_title: str
    contact: tuple[str, ...]
    limits_title: str
    limits: tuple[str, ...]
    sources_title: str
    sources: tuple[str, ...]
    link_words: str
    link: str
    code: Figure


def back(briefing: Briefing, lang: str, detail: BackDetail) -> Back:
    """The second page of a briefing."""
    _ = words(lang)
    link = _link(briefing, lang)
    return Back(
        title=_("What can be done"),
        name=shortened(briefing.territory.name, LONGEST_TITLE),
        services_title=_("Services that answer isolation"),
        services_head=_services_head(briefing, lang),
        services=tuple(_services_row(briefing, line, lang, detail) for line in briefing.families),
        services_note=_services_note(briefing, lang),
        pathways=_pathways(briefing, lang, detail),
        gaps_title=_("Gaps and people concerned"),
        gaps=_gaps(briefing, lang, detail),
        options_title=_("Options"),
        options=_options(briefing, lang, detail),
        actors_title=_("Who can act"),
        actors_head=(_("Who"), _("On what")),
        actors=_actors(lang),
        contact_title=_("Contact"),
        contact=briefing.issuer.contact or (_("Name:"), _("Telephone:"), _("Email:")),
        limits_title=_("What this sheet does not say"),
        limits=_limits(briefing, lang),
        sources_title=_("Sources, parameters and citation"),
        sources=_sources(briefing, lang, detail),
        link_words=_("The same view, up to date"),
        link=link,
        code=Figure(_qr(link), _("QR code of the address %(address)s") % {"address": link}),
    )


# -- services --------------------------------------------------------------------------------------------------------


def _services_head(briefing: Briefing, lang: str) -> tuple[str, ...]:
    _ = words(lang)
    return (
        _("Family"),
        _("Number here"),
        _("Nearest"),
        _("Residents within %(minutes)s") % {"minutes": plan_said.minutes(briefing.responses.minutes, lang)},
        _("Residents per service"),
        _("Data"),
    )


def _services_note(briefing: Briefing, lang: str) -> str:
    """How minutes were computed, in few words, what counts, and what an incomplete list is worth."""
    _ = words(lang)
    incomplete = _("Counted: those that meet, support or care. An incomplete list is never read as no service.")
    if "crow-fly" in briefing.responses.travel_method:
        return _("Minutes by car, from straight lines. %(incomplete)s") % {"incomplete": incomplete}
    return _("Minutes by car, by road. %(incomplete)s") % {"incomplete": incomplete}


def _services_row(briefing: Briefing, line: FamilyLine, lang: str, detail: BackDetail) -> tuple[str, ...]:
    _ = words(lang)
    found = line.response
    unknown = _("not known")
    return (
        text.family(found.family, lang),
        unknown if found.inside is None else text.number(found.inside, lang),
        _nearest(found, lang, detail),
        _within(briefing, found, lang),
        "–" if line.residents_per_service is None else text.number(line.residents_per_service, lang),
        _data(line, lang),
    )


def _nearest(found: FamilyResponse, lang: str, detail: BackDetail) -> str:
    _ = words(lang)
    if found.nearest is None:
        return _("none within reach") if found.response is Response.FAR else _("not known")
    name = shortened(found.nearest.name, detail.name)
    if found.nearest.travel_min is None:
        return name
    if found.nearest.travel_min < 1:
        return _("%(name)s (on the spot)") % {"name": name}
    return _("%(name)s (%(minutes)s min)") % {"name": name, "minutes": text.number(found.nearest.travel_min, lang)}


def _within(briefing: Briefing, found: FamilyResponse, lang: str) -> str:
    _ = words(lang)
    share = next((residents for m, residents, _people in found.within if m == briefing.responses.minutes), None)
    if share is None:
        return _("not known")
    said_ = text.percent(share, lang, 0)
    return _("at least %(share)s") % {"share": said_} if found.unknown_share else said_


def _data(line: FamilyLine, lang: str) -> str:
    """Whether the lists are complete, and since when."""
    _ = words(lang)
    found = line.response
    if found.unknown and found.inside is None:
        return _("no data")
    state = _("incomplete data") if found.partial or found.unknown else _("complete data")
    return state if line.seen_on is None else _("%(state)s, seen %(day)s") % {"state": state, "day": _seen(line, lang)}


def _seen(line: FamilyLine, lang: str) -> str:
    """A date as people write it; a vintage as it is."""
    try:
        return format_date(date.fromisoformat(line.seen_on), "MM/y", locale=lang)
    except ValueError:
        return line.seen_on


def _cut(lines: list[str], most: int, lang: str) -> tuple[str, ...]:
    """The first lines, and how many more the annex has."""
    _ = words(lang)
    more = len(lines) - most
    if more <= 0:
        return tuple(lines)
    return (*lines[:most], _("%(count)s more in the annex (Word).") % {"count": text.number(more, lang)})


# -- pathways --------------------------------------------------------------------------------------------------------


def _pathways(briefing: Briefing, lang: str, detail: BackDetail) -> tuple[str, ...]:
    """Each care pathway by its functions; then how many pathways are left out, and why."""
    _ = words(lang)
    known = [p for p in briefing.responses.pathways if len(p.of_state(Link.UNKNOWN)) < len(p.functions)]
    if detail.pathways:
        lines = _cut([_pathway(p, lang) for p in known], detail.pathways, lang)
    else:
        count = text.number(len(known), lang)
        lines = (_("Pathways in the annex (Word): %(count)s.") % {"count": count},) if known else ()
    if unknown := len(briefing.responses.pathways) - len(known):
        count = text.number(unknown, lang)
        lines = (*lines, _("Pathways none of whose functions is known: %(count)s.") % {"count": count})
    return lines


def _pathway(answer: PathwayResponse, lang: str) -> str:
    _ = words(lang)
    return _("Pathway “%(pathway)s”: %(sentence)s") % {
        "pathway": pathway(answer.pathway, lang),
        "sentence": lowered(response.pathway_sentence(answer, lang)),
    }


# -- gaps and options ------------------------------------------------------------------------------------------------


def _gaps(briefing: Briefing, lang: str, detail: BackDetail) -> tuple[str, ...]:
    """Named gaps, how many are left out, and what is not known, which is no gap."""
    _ = words(lang)
    lines = list(_cut([_gap(briefing, gap, lang, detail) for gap in briefing.gaps], detail.gaps, lang))
    if not lines:
        lines = [_("No gap is established by the data that were read.")]
    unknown = [f.family for f in briefing.responses.families if f.response is Response.UNKNOWN]
    if unknown:
        listed = ", ".join(lowered(text.family(family, lang)) for family in unknown)
        lines.append(
            _("Lists missing or incomplete, to be asked for before concluding: %(families)s.") % {"families": listed}
        )
    return tuple(lines)


def _gap(briefing: Briefing, gap: Gap, lang: str, detail: BackDetail) -> str:
    _ = words(lang)
    people = _concerned(gap.people, lang)
    if gap.family is not None and briefing.responses.family(gap.family).response is Response.SCARCE:
        return _("%(family)s: near, but few for the residents, %(people)s.") % {
            "family": text.family(gap.family, lang),
            "people": people,
        }
    if gap.family is not None:
        return _("%(family)s: more than %(minutes)s away, %(people)s.") % {
            "family": text.family(gap.family, lang),
            "minutes": plan_said.minutes(briefing.responses.minutes, lang),
            "people": people,
        }
    if gap.place is not None:
        return _("%(place)s: need likely, few responses, %(people)s.") % {
            "place": shortened(gap.place, detail.name),
            "people": people,
        }
    names = [shortened(lowered(response.function(one, lang)), LONGEST) for one in gap.functions]
    return _("Pathway “%(pathway)s”: missing within reach, %(functions)s.") % {
        "pathway": pathway(gap.pathway, lang),
        "functions": several(names, MOST_FUNCTIONS),
    }


def _concerned(people: int | None, lang: str) -> str:
    _ = words(lang)
    if people is None:
        return _("too few people concerned to be printed, or not known")
    return _("about %(count)s isolated people concerned") % {"count": text.number(people, lang)}


def _options(briefing: Briefing, lang: str, detail: BackDetail) -> tuple[str, ...]:
    """Saved plans with sites here; else how to make one, and a first step for each weak family."""
    _ = words(lang)
    if briefing.options:
        return _cut([_option(option, lang, detail) for option in briefing.options], detail.options, lang)
    weak = [f.family for f in briefing.responses.families if f.response in WEAK]
    return (
        *(_first_step(family, lang) for family in weak),
        _(
            "No saved plan places a team here. The page “Scenarios” computes where new teams would reach the most "
            "people, each counted once."
        ),
    )


def _first_step(family: Family, lang: str) -> str:
    _ = words(lang)
    return {
        Family.CITIZEN: _("Support a first team of volunteers (MONALISA charter) with the associations in place."),
        Family.INSTITUTIONAL: _("Hold public hours in town halls, or a mobile front desk."),
        Family.PROFESSIONAL: _("Ask the local health community (CPTS) for visits or an outpost."),
    }[family]


def _option(option: Option, lang: str, detail: BackDetail) -> str:
    _ = words(lang)
    values = {
        "name": shortened(option.name, detail.name),
        "version": text.number(option.version, lang),
        "state": _("decided") if option.is_decided else _("proposed"),
        "teams": plan_said.teams(option.teams, lang),
        "places": several(option.places, MOST_PLACES),
        "who": plan_said.people_of(Aim(option.aim), lang),
        "minutes": plan_said.minutes(option.minutes, lang),
    }
    where = _("Plan “%(name)s”, version %(version)s (%(state)s): %(teams)s here (%(places)s)") % values
    if option.reached is None:
        return _("%(where)s, too few people newly reached to be printed.") % {"where": where}
    return _("%(where)s, about %(count)s %(who)s newly within %(minutes)s.") % (
        values | {"where": where, "count": text.number(option.reached, lang)}
    )


# -- who, limits, sources --------------------------------------------------------------------------------------------


def _actors(lang: str) -> tuple[Actor, ...]:
    _ = words(lang)
    return (
        Actor(_("Commune, CCAS"), _("spotting, visits, social aid, meeting places, rooms lent to associations")),
        Actor(_("EPCI"), _("transport, local health contract, mobile front desks, coordination")),
        Actor(
            _("Département, conférence des financeurs"), _("prevention for older people and carers, funding of actions")
        ),
        Actor(_("ARS"), _("regional health plan, local health contracts, support of care pathways")),
        Actor(_("Carsat, MSA"), _("spotting of frail pensioners, workshops, help at home")),
        Actor(_("Mutual societies"), _("prevention, networks of volunteers, support of associations")),
        Actor(_("Citizen teams"), _("visits, calls, shared activities (MONALISA charter)")),
    )


def _limits(briefing: Briefing, lang: str) -> tuple[str, ...]:
    """What no reader may take from it."""
    _ = words(lang)
    return (
        _(
            "It does not count isolated people and points at nobody: it says what is expected, in ranges that hold 9 "
            "times in 10 if the model is right."
        ),
        said.flip_sentence(briefing.profile, lang) or _("Other assumptions were not compared for this territory."),
        _("It does not rank territories, show a change over time, or evaluate an action."),
        _("“Not known” is not “none”: a service that no list holds may exist. Tell us, and it will be corrected."),
    )


def _sources(briefing: Briefing, lang: str, detail: BackDetail) -> tuple[str, ...]:
    _ = words(lang)
    estimate = briefing.profile.estimate
    named = [f"{source.title}, {text.period(source.vintage, lang)}" for source in briefing.sources[: detail.sources]]
    more = len(briefing.sources) - len(named)
    if more > 0:
        named.append(_("%(count)s others listed on the page “Method and data”") % {"count": text.number(more, lang)})
    hash_ = briefing.content_hash[:12]
    printed = format_date(date.fromisoformat(briefing.printed_on), "d MMMM y", locale=lang)
    twins = said.twins_sentence(briefing.profile, lang) if detail.has_twins else None
    return (
        _("Survey: %(survey)s. Data: %(sources)s.") % {"survey": briefing.survey, "sources": " ; ".join(named)},
        *([twins] if twins else []),
        _("Parameters: %(definition)s; %(scenario)s; line of %(threshold)s; %(minutes)s; geography of %(vintage)s.")
        % {
            "definition": text.definition(estimate.definition, lang),
            "scenario": text.scenario(estimate.scenario, lang),
            "threshold": text.threshold(estimate.threshold, lang),
            "minutes": plan_said.minutes(briefing.responses.minutes, lang),
            "vintage": briefing.cog_vintage,
        },
        _("To cite: Reliance, briefing on %(name)s, database %(hash)s, printed on %(day)s. %(licences)s.")
        % {"name": briefing.territory.name, "hash": hash_, "day": printed, "licences": ", ".join(briefing.licences)},
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
