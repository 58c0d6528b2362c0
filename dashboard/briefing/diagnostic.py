"""The diagnosis of residents of 60 and over that a département's coordinated programme asks for (décret 2016-209).

A département's briefing, and beside it what that decree asks: residents of 60 and over, the probable need, responses
with their sources and what is known of them, local initiatives counted, gaps known and not known, and objectives that
follow access. Nominative registers (CASF, L. 121-6-1) are named as the mayor's way and never read.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboard import text
from dashboard.briefing.brief import brief
from dashboard.briefing.content import Briefing
from dashboard.briefing.front import legend, older_ends, symbols
from dashboard.briefing.issuer import Logo
from dashboard.briefing.maps import map_svg
from dashboard.briefing.render import DOCUMENT, compiled, with_logo
from dashboard.briefing.sections import Section
from dashboard.briefing.wording import Figure, category, family_gap, lowered, pathway_gap, people, provenance
from dashboard.i18n import title_of, words
from dashboard.state import Choice
from dashboard.text import response
from dashboard.text.observed import people_title
from geodata.completeness import best_states
from geodata.errors import UnknownScenario, UsageError
from geodata.estimate import Estimate
from geodata.pathway import Pathway
from geodata.response import WEAK, Response
from geodata.service import Completeness, Family
from geodata.survey import MORT_SOCIALE, reference_of
from geodata.territory import Level
from geodata.workspace import Statement

if TYPE_CHECKING:
    from geodata.store import Store

KIND = "diagnostic60"
_FOR_OLDER = (Pathway.OLDER_PEOPLE, Pathway.CARERS)
_TEAM = "equipe_citoyenne"


@dataclass(frozen=True)
class Listed:
    """A kind of service: how many are listed in the département, what that list is worth, and who tells."""

    category: str
    family: Family
    count: int
    state: Completeness
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Diagnostic:
    """The briefing of a département with what the decree adds.

    `need` is the estimate for residents of 60 and over (nearly no contact: Petits Frères des Pauvres), None where it
    was not made; `residents` how many they are, None where ages are not known; `known` and `unknown` the kinds of
    service for older people and carers; `initiatives` registered associations and listed citizen services;
    `contested` how many statements of each kind the agency made.
    """

    briefing: Briefing
    need: Estimate | None
    residents: int | None
    known: tuple[Listed, ...]
    unknown: tuple[str, ...]
    initiatives: int | None
    contested: Mapping[Statement, int]


def diagnostic(store: "Store", level: Level, code: str, **options: Any) -> Diagnostic:
    """The diagnosis of a département; `options` as those of `brief`. Raises `UsageError` for another level, and what
    `brief` raises."""
    if level is not Level.DEPARTEMENT:
        raise UsageError(
            f"--kind {KIND} is about a département, not a {level}: its code is 01 to 95, 2A, 2B, 971 to 976."
        )
    briefing = brief(store, level, code, **options)
    choice = Choice(definition=MORT_SOCIALE.id, scenario=reference_of(MORT_SOCIALE.id).id)
    try:
        need = store.estimate(level, code, choice.question)
    except UnknownScenario:
        need = None
    known, unknown = _lists(store, briefing)
    contested = Counter(c.statement for c in options.get("corrections", ()) if c.code_insee.startswith(code))
    citizen = [one.count for one in known if one.family is Family.CITIZEN]
    initiatives = (briefing.associations or 0) + sum(citizen) if briefing.associations is not None or citizen else None
    return Diagnostic(
        briefing,
        need,
        None if need is None or need.residents is None else int(round(need.residents, -2)),
        known,
        unknown,
        initiatives,
        contested,
    )


def _lists(store: "Store", briefing: Briefing) -> tuple[tuple[Listed, ...], tuple[str, ...]]:
    """Kinds of service of the pathways of older people and carers, and those of citizens: listed ones, then others."""
    functions_ = [f for f in store.pathway_functions() if f.pathway in _FOR_OLDER]
    wanted = dict.fromkeys(c for f in functions_ for c in (*f.categories, *f.also))
    categories = store.categories().set_index("id")
    citizen = categories.index[(categories["family"] == Family.CITIZEN) & categories["counts"]]
    wanted |= dict.fromkeys(citizen)
    counts = store.service_counts(Level.DEPARTEMENT, briefing.territory.code)
    completeness = store.completeness()
    completeness = completeness[completeness["departement"] == briefing.territory.code]
    best = best_states(completeness)
    titles = store.sources().set_index("id")["title"].map(lambda title: title.split(" : ")[0].split(" (")[0])
    telling = completeness[completeness["state"] != Completeness.ABSENT]
    sources = telling["source"].map(titles).fillna(telling["source"]).groupby(telling["category"]).unique().map(tuple)
    known, unknown = [], []
    for one in wanted:
        if one not in categories.index:
            continue
        state = (
            best.at[briefing.territory.code, one]
            if one in best.columns and briefing.territory.code in best.index
            else None
        )
        count = int(counts.get(one, 0))
        if (state is None or pd.isna(state) or state == Completeness.ABSENT) and not count:
            unknown.append(one)
            continue
        state = Completeness.PARTIAL if state is None or pd.isna(state) else Completeness(state)
        known.append(Listed(one, Family(categories.at[one, "family"]), count, state, sources.get(one, ())))
    return tuple(sorted(known, key=lambda one: list(Family).index(one.family))), tuple(unknown)


# -- in words --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Document:
    """A document in the words of one language. `page` names a page before it is known: "page {n} of {of}"."""

    lang: str
    title: str
    name: str
    subtitle: str
    description: str
    keywords: tuple[str, ...]
    agency: str
    logo: Logo | None
    kicker: str
    day: str
    printed_on: str
    banner: str
    page: str
    sections: tuple[Section, ...]


def to_pdf(record: Diagnostic, lang: str = "fr") -> bytes:
    """The tagged PDF of a diagnosis."""
    written = document(record, lang)
    return compiled(DOCUMENT, {"document": with_logo(written), "title": written.title}, written.printed_on)


def document(record: Diagnostic, lang: str) -> Document:
    """The words of a diagnosis."""
    _ = words(lang)
    briefing = record.briefing
    name = briefing.territory.name
    sections = (
        _residents(record, lang), _need(record, lang), _responses(record, lang), _initiatives(record, lang),
        _gaps(record, lang), _objectives(record, lang), _law(lang), _sources(record, lang),
    )  # fmt: skip
    return Document(
        lang=lang,
        title=_("Diagnosis of residents of 60 and over: %(name)s") % {"name": name},
        name=name,
        subtitle=_(
            "For the coordinated programme of the funders’ commission and the territorial conference on autonomy."
        ),
        description=_(
            "What décret 2016-209 asks of a département: needs of residents of 60 and over, and local initiatives."
        ),
        keywords=(briefing.territory.code, f"sha256:{briefing.content_hash}", f"lang:{lang}", f"kind:{KIND}"),
        agency=briefing.issuer.agency or "Reliance",
        logo=briefing.issuer.logo,
        kicker=_("Diagnosis 60 and over"),
        day=text.long_day(briefing.printed_on, lang),
        printed_on=briefing.printed_on,
        banner=_("Artificial data: nothing here is real") if briefing.is_synthetic else "",
        page=_("page {n} of {of}"),
        sections=sections,
    )


def _residents(record: Diagnostic, lang: str) -> Section:
    _ = words(lang)
    if record.residents is None:
        lines = [_("Residents of 60 and over: not known, no census by age was read here.")]
    else:
        count = text.number(record.residents, lang)
        lines = [_("About %(count)s residents of 60 and over, from the census that was read.") % {"count": count}]
    lines += [
        f"{people_title(one.indicator, title_of(one, lang), lang)}{text.colon(lang)}"
        f"{text.number(people(one), lang)} ({provenance(one, lang)})"
        for one in record.briefing.counted
    ]
    return Section(_("1. Residents of 60 and over"), bullets=tuple(lines))


def _need(record: Diagnostic, lang: str) -> Section:
    _ = words(lang)
    briefing = record.briefing
    lines = []
    if record.need is not None:
        lines = [_defined(record.need, lang), *filter(None, [text.share_sentence(record.need, lang)])]
    lines.append(_defined(briefing.profile.estimate, lang))
    if briefing.people_70 is not None:
        older = _("Of whom aged 70 and over: %(people)s, under the online age curve; telephone surveys find more.")
        lines.append(older % {"people": text.about(briefing.people_70, *older_ends(briefing), lang)})
    lines.append(_("Estimated from the make-up of the population; the two definitions are never added."))
    drawn = None
    if briefing.map is not None:
        drawn = Figure(map_svg(briefing.map), _("Map of the communes by class for relational isolation."))
    return Section(
        _("2. Probable need"),
        bullets=tuple(lines),
        figure=drawn,
        keys=(*legend(briefing, lang), *symbols(briefing, lang)),
    )


def _defined(estimate: Estimate, lang: str) -> str:
    name = text.definition(estimate.definition, lang)
    return f"{name}{text.colon(lang)}{lowered(text.verdict_sentence(estimate, lang))}"


def _responses(record: Diagnostic, lang: str) -> Section:
    _ = words(lang)
    state = {
        Completeness.COMPLETE: _("complete"),
        Completeness.PARTIAL: _("incomplete"),
        Completeness.STALE: _("old"),
        Completeness.ABSENT: _("absent"),
    }
    rows = tuple(
        (
            category(record.briefing, one.category, lang),
            text.short_family(one.family, lang),
            text.number(one.count, lang),
            state[one.state],
            ", ".join(one.sources) or "–",
        )
        for one in record.known
    )
    minutes = record.briefing.responses.minutes
    reached = {
        line.response: reach
        for line in record.briefing.families
        if (reach := response.reach(line.response, minutes, lang))
    }
    names = [text.family(family.family, lang) for family in reached]
    if all(response.is_reached_by_all(family, minutes) for family in reached):
        # The same figure on every line says nothing of any.
        everybody = _("%(families)s: within %(minutes)s minutes of all residents, or nearly.")
        values = {"families": ", ".join(names), "minutes": text.number(minutes, lang)}
        sentences = [everybody % values] if reached else []
    else:
        sentences = [
            f"{name}{text.colon(lang)}{lowered(reach)}." for name, reach in zip(names, reached.values(), strict=True)
        ]
    return Section(
        _("3. What answers, with its sources"),
        paragraphs=tuple(sentences),
        head=(_("Kind of service"), _("Family"), _("Listed here"), _("List"), _("Source")),
        rows=rows,
        widths=(3.0, 1.6, 0.85, 1.2, 3.35),
    )


def _initiatives(record: Diagnostic, lang: str) -> Section:
    _ = words(lang)
    if record.initiatives is None:
        lines: tuple[str, ...] = (_("Not known: no list of associations or citizen services was read here."),)
    else:
        lines = (
            _("%(count)s listed: registered associations that help, care or gather, and citizen services.")
            % {"count": text.number(record.initiatives, lang)},
            _(
                "The register keeps associations asleep, and does not say which of them visit people: a list of "
                "teams does."
            ),
        )
    return Section(_("4. Local initiatives counted"), bullets=lines)


def _gaps(record: Diagnostic, lang: str) -> Section:
    _ = words(lang)
    briefing = record.briefing
    lines = [family_gap(briefing, line, lang) + "." for line in briefing.responses.families if line.response in WEAK]
    lines += [
        pathway_gap(briefing, gap, lang, len(gap.functions)) for gap in briefing.gaps if gap.pathway in _FOR_OLDER
    ]
    places = [gap.place for gap in briefing.gaps if gap.place]
    if places:
        lines.append(
            _("Communes where the need is likely and responses few: %(count)s of %(all)s. %(names)s.")
            % {
                "count": text.number(len(places), lang),
                "all": text.number(briefing.places, lang),
                "names": ", ".join(places),
            }
        )
    unknown = ", ".join(lowered(category(briefing, one, lang)) for one in record.unknown)
    lines = lines or [_("No gap is established by the data that were read.")]
    if unknown:
        lines.append(_("Not known, which is not “none”: %(listed)s.") % {"listed": unknown})
    return Section(_("5. Gaps: known, and not known"), bullets=tuple(lines))


def _objectives(record: Diagnostic, lang: str) -> Section:
    """Objectives that follow access, never isolation, each with where it stands today."""
    _ = words(lang)
    briefing = record.briefing
    citizen = briefing.responses.family(Family.CITIZEN)
    minutes = text.number(briefing.responses.minutes, lang)
    reach = None if citizen.response is Response.UNKNOWN else response.reach(citizen, briefing.responses.minutes, lang)
    places = [gap for gap in briefing.gaps if gap.place]
    judged = any(line.response is not Response.UNKNOWN for line in briefing.responses.families)
    to_give = _("not known today: to be filled by the agency")
    rows = (
        (
            _("(a) Residents of 60 and over within %(minutes)s minutes of a team") % {"minutes": minutes},
            reach or _("not known today: a list of teams is needed"),
            "…",
        ),
        (
            _("(b) Communes where the need is likely and responses few"),
            text.number(len(places), lang) if judged else _("not known today: lists of services are needed"),
            "…",
        ),
        (_("(c) Share of residents of 60 and over covered by a territorial cooperation"), to_give, "…"),
        (
            _("(d) Services contested and settled"),
            _("%(retract)s said absent, %(assert)s said present and not listed, %(count)s counted otherwise")
            % {statement.value: text.number(record.contested.get(statement, 0), lang) for statement in Statement},
            "…",
        ),
    )
    return Section(
        _("6. Objectives to follow, on access and never on isolation"),
        head=(_("Objective"), _("Today"), _("Aimed at, year, document (PRS, SPDA, coordinated programme)")),
        rows=rows,
        widths=(2.6, 2.3, 2),
    )


def _law(lang: str) -> Section:
    _ = words(lang)
    return Section(
        _("7. Frame and words"),
        bullets=(
            _("Coordinated programme of the funders’ commission (formerly conference, CFPPA): décret 2016-209."),
            _(
                "Public autonomy service (SPDA): spotting and outreach are its fourth mission (CASF, L. 149-5; "
                "arrêté of 28 May 2025)."
            ),
            _(
                "Territorial conference on autonomy (CTA): a yearly programme of actions, before the council of "
                "citizens (CDCA)."
            ),
            _(
                "From a territory to people: the mayor’s register (CASF, L. 121-6-1), at the mayor’s hand. It is "
                "never read here."
            ),
        ),
    )


def _sources(record: Diagnostic, lang: str) -> Section:
    _ = words(lang)
    briefing = record.briefing
    listed = [f"{source.title} ({source.producer}), {text.period(source.vintage, lang)}" for source in briefing.sources]
    cited = _("To cite: Reliance, diagnosis 60 and over, %(name)s, database %(hash)s, printed on %(day)s.") % {
        "name": briefing.territory.name,
        "hash": briefing.content_hash[:12],
        "day": text.long_day(briefing.printed_on, lang),
    }
    return Section(_("Sources"), paragraphs=(briefing.survey + ".", " ; ".join(listed) + ".", cited))
