"""Words for what answers the need of a territory: families, care pathways, and what is not known.

Pure functions of a record and a language. "Not known" is never said as "none".
"""

from collections.abc import Mapping, Sequence
from math import ceil

from dashboard.i18n import title_of, words
from dashboard.text.labels import family, kind, short_source
from dashboard.text.numbers import colon, day, number, percent
from dashboard.text.territory import vintage
from geodata.estimate import Kind
from geodata.methods.need import QUARTER
from geodata.pathway import TITLES, Concerned, Function, Pathway
from geodata.response import (
    WEAK,
    Counted,
    FamilyResponse,
    FromSquares,
    FunctionResponse,
    Link,
    PathwayResponse,
    Response,
    Responses,
)
from geodata.service import CORRECTION
from geodata.territory import Level

SYMBOL = {Response.PRESENT: "●", Response.FAR: "○", Response.SCARCE: "◔", Response.UNKNOWN: "?"}
LINK_SYMBOL = {Link.PRESENT: "●", Link.MISSING: "○", Link.UNKNOWN: "?"}

FEW_LACK = 0.10
"""Share of residents, at most, who live far from a family or among the communes that have the least, for a territory
wider than a commune to have a strength in it. Judgement: a quarter do in the country."""

_NONE_PRINTED = 0.005
"""Share up to which whole points would say 0 %: half a point goes to the even number."""


def response(value: Response, lang: str) -> str:
    """The state of a family."""
    _ = words(lang)
    return {
        Response.PRESENT: _("within reach"),
        Response.FAR: _("too far"),
        Response.SCARCE: _("too few"),
        Response.UNKNOWN: _("not known: the data are incomplete"),
    }[value]


def short_response(value: Response, lang: str) -> str:
    """The same where room is short, a cell: without what explains it."""
    return response(value, lang).partition(":")[0].strip()


def reason(family: FamilyResponse, level: Level, minutes_: float, lang: str) -> str | None:
    """Why a family is found wanting, with the number that decides and its limit; None where it is not."""
    _ = words(lang)
    values = {
        "far": percent(family.far_share, lang, 0),
        "scarce": percent(family.scarce_share, lang, 0),
        "minutes": number(minutes_, lang),
        "quarter": percent(QUARTER, lang, 0),
    }
    if family.response is Response.FAR and level == Level.COMMUNE and family.squares is None:
        if family.nearest is None or family.nearest.travel_min is None:
            return _("Too far: complete lists show none that a road leads to within %(minutes)s minutes.") % values
        at = number(family.nearest.travel_min, lang)
        return _("Too far: the nearest is %(at)s minutes away, for %(minutes)s asked.") % (values | {"at": at})
    if family.response is Response.FAR:
        return _("Too far for %(far)s of residents: more than %(minutes)s minutes.") % values
    if family.response is Response.SCARCE and level == Level.COMMUNE and family.rank is not None:
        if family.rank <= _NONE_PRINTED:
            return (
                _(
                    "Too few: within reach, but among the %(quarter)s of comparable communes that have the least: "
                    "hardly any has as little."
                )
                % values
            )
        rank = percent(family.rank, lang, 0)
        return _(
            "Too few: within reach, but among the %(quarter)s of comparable communes that have the least: %(rank)s "
            "have as little or less."
        ) % (values | {"rank": rank})
    if family.response is Response.SCARCE and family.far_share > _NONE_PRINTED:
        return (
            _(
                "Too few: %(scarce)s of residents live in the %(quarter)s of comparable communes with the fewest, and "
                "%(far)s more than %(minutes)s minutes away."
            )
            % values
        )
    if family.response is Response.SCARCE:
        return (
            _(
                "Too few: within reach, but %(scarce)s of residents live in the %(quarter)s of comparable communes "
                "with the fewest."
            )
            % values
        )
    return None


def strength(family: FamilyResponse, level: Level, lang: str) -> str | None:
    """Why a family is a strength; None where it is not. Nearly everybody has some service within reach, so what counts
    is how many comparable communes have as little or less, or how few residents live in those that have the least."""
    _ = words(lang)
    if family.response is not Response.PRESENT:
        return None
    if level == Level.COMMUNE:
        if family.rank is None or family.rank < 1 - QUARTER:
            return None
        rank = percent(family.rank, lang, 0)
        return _("Within reach, and %(rank)s of comparable communes have as little or less") % {"rank": rank}
    lack = family.far_share + family.scarce_share
    if not family.is_compared or lack > FEW_LACK:
        return None
    sentence = (
        _(
            "Within reach of nearly all residents, hardly any of them in the %(quarter)s of comparable communes "
            "with the fewest"
        )
        if lack <= _NONE_PRINTED
        else _(
            "Only %(lack)s of residents live far from it, or in the %(quarter)s of comparable communes with the fewest"
        )
    )
    return sentence % {"lack": percent(lack, lang, 0), "quarter": percent(QUARTER, lang, 0)}


def link(value: Link, lang: str) -> str:
    """The state of a category, or of a function of a pathway."""
    _ = words(lang)
    return {
        Link.PRESENT: _("within reach"),
        Link.MISSING: _("not within reach"),
        Link.UNKNOWN: _("not known"),
    }[value]


def pathway(value: Pathway, lang: str) -> str:
    """For whom a chain of links is."""
    return title_of(TITLES[value], lang)


def minutes(value: float | None, lang: str) -> str:
    """About 7 minutes by car; None where minutes would mean nothing (`geodata.response.is_timed`)."""
    _ = words(lang)
    if value is None:
        return _("on the spot")
    if value < 1:
        return _("less than a minute by car")
    rounded = round(value)
    return _.plural("about %(count)s minute by car", "about %(count)s minutes by car", rounded) % {
        "count": number(rounded, lang)
    }


def short_minutes(value: float | None, lang: str) -> str:
    """7 minutes, where how one travels is said above; None as in `minutes`."""
    _ = words(lang)
    if value is None:
        return _("on the spot")
    if value < 1:
        return _("less than a minute")
    rounded = round(value)
    return _.plural("%(count)s minute", "%(count)s minutes", rounded) % {"count": number(rounded, lang)}


def town_hall(value: float | None, lang: str) -> str:
    """The nearest town hall of a commune, by its minutes."""
    _ = words(lang)
    return _("Nearest town hall: %(minutes)s.") % {"minutes": minutes(value, lang)}


def inside(family: FamilyResponse, lang: str) -> str:
    """Services that stand in the territory, when that is known."""
    _ = words(lang)
    if family.inside is None:
        return _("Number of services on the spot: not known")
    return _.plural("%(count)s service on the spot", "%(count)s services on the spot", family.inside) % {
        "count": number(family.inside, lang)
    }


def nearest(counted: Counted | None, sources: Mapping[str, str], lang: str, *, is_median: bool = False) -> str:
    """The nearest service by name, with its time, its source and the day it was seen. `sources` are short titles;
    `is_median`: it is the one of the median resident, residents being known by square."""
    _ = words(lang)
    if counted is None:
        return _("Nearest: none known within reach")
    at = counted.timed_min
    values = {"name": service_name(counted, lang), "source": service_source(counted, sources, lang)}
    values |= {"minutes": minutes(at, lang)}
    if is_median and at is not None:
        sentence = _("Nearest to the median resident: %(name)s, %(minutes)s (%(source)s") % values
    else:
        sentence = _("Nearest: %(name)s, %(minutes)s (%(source)s") % values
    return sentence + (f", {seen(counted.seen_on, lang)})" if counted.seen_on else ")")


def service_name(counted: Counted, lang: str) -> str:
    """The name of a service; one that a correction adds may have none."""
    _ = words(lang)
    return counted.name or _("Service told by the agency")


def service_source(counted: Counted, sources: Mapping[str, str], lang: str) -> str:
    """Who says that a service is there, by short title."""
    _ = words(lang)
    return (
        _("Correction by the agency") if counted.source == CORRECTION else sources.get(counted.source, counted.source)
    )


def seen(when: str, lang: str) -> str:
    """Seen on a day, or in a month or a year, as a source dates what it lists."""
    _ = words(lang)
    template = _("seen on %(date)s") if when.count("-") == 2 else _("seen in %(date)s")
    return template % {"date": day(when, lang)}


def reach(family: FamilyResponse, limit: float, lang: str) -> str | None:
    """Share of residents, and of expected isolated people, who reach the family within `limit` minutes."""
    near = next((row for row in family.within if row[0] == limit), None)
    if near is None or near[1] is None:
        return None
    _ = words(lang)
    sentence = _("%(share)s of residents within %(minutes)s minutes") % {
        "share": percent(near[1], lang, 0),
        "minutes": number(limit, lang),
    }
    if family.squares is not None:
        sentence = _("%(reach)s (from where they live, %(squares)s)") % {
            "reach": sentence,
            "squares": _origin(family.squares, lang),
        }
    if near[2] is None:
        return sentence
    return _("%(reach)s, and %(isolated)s of the people expected to be isolated") % {
        "reach": sentence,
        "isolated": percent(near[2], lang, 0),
    }


def is_reached_by_all(family: FamilyResponse, limit: float) -> bool:
    """Whether `reach` would print 100 % for residents and for those of whom it is known among the isolated."""
    near = next((row for row in family.within if row[0] == limit), None)
    if near is None or near[1] is None:
        return False
    return all(share is None or percent(share, "fr", 0) == percent(1, "fr", 0) for share in near[1:])


def squares(family: FamilyResponse, lang: str) -> str | None:
    """What residents reach from the squares where they live; None where no square is given."""
    _ = words(lang)
    counted = family.squares
    if counted is None:
        return None
    shares = ", ".join(
        _("%(share)s within %(minutes)s") % {"share": percent(share, lang, 0), "minutes": number(time, lang)}
        for time, share in counted.shares
    )
    parts = [
        _("Residents from where they live, by minutes: %(shares)s (derived from %(squares)s).")
        % {"shares": shares, "squares": _origin(counted, lang)}
    ]
    if counted.median_min is not None and counted.median_min < 1:
        parts.append(_("For half of them, less than a minute."))
    elif counted.median_min is not None:
        at_most = short_minutes(ceil(counted.median_min), lang)
        parts.append(_("For half of them, %(at)s at most.") % {"at": at_most})
    if counted.covered < 1:
        parts.append(
            _("It is known where %(share)s of residents live; the others are counted from one point of their commune.")
            % {"share": percent(counted.covered, lang, 0)}
        )
    return " ".join(parts)


def _origin(shares: FromSquares, lang: str) -> str:
    """312 squares of 200 m, Insee 2019; or 155 IRIS, each at one point."""
    _ = words(lang)
    values = {"producer": shares.producer, "vintage": shares.vintage or _("undated")}
    iris = _.plural(
        "%(count)s IRIS at one point of its own, %(producer)s %(vintage)s",
        "%(count)s IRIS, each at one point of its own, %(producer)s %(vintage)s",
        shares.iris,
    ) % {"count": number(shares.iris, lang), **values}
    if not shares.squares:
        return iris
    side = _("1 km") if shares.side_m == 1000 else _("%(side)s m") % {"side": number(shares.side_m, lang)}
    squares_ = _.plural(
        "%(count)s square of %(side)s, %(producer)s %(vintage)s",
        "%(count)s squares of %(side)s, %(producer)s %(vintage)s",
        shares.squares,
    ) % {"count": number(shares.squares, lang), "side": side, **values}
    return f"{squares_} ; {iris}" if shares.iris else squares_


def gaps_of_data(family: FamilyResponse, titles: Mapping[str, str], lang: str) -> list[tuple[str, str]]:
    """Categories whose data are incomplete or absent here: how many, then which ones."""
    _ = words(lang)
    sentences = []
    if family.partial:
        count = _.plural(
            "Incomplete data for %(count)s category", "Incomplete data for %(count)s categories", len(family.partial)
        )
        sentences.append((count % {"count": number(len(family.partial), lang)}, listed(family.partial, titles)))
    if family.unknown:
        count = _.plural(
            "No data for %(count)s category, which is not “no service”",
            "No data for %(count)s categories, which is not “no service”",
            len(family.unknown),
        )
        sentences.append((count % {"count": number(len(family.unknown), lang)}, listed(family.unknown, titles)))
    return sentences


def counting(lang: str) -> str:
    """Which categories of a family count as its response."""
    _ = words(lang)
    return _(
        "What counts as a response: services that meet, support or care for people who may be isolated, in person and "
        "without moving in. The others stay on the map and in the pathways."
    )


def function(value: Function, lang: str) -> str:
    """What the person does there: see a doctor, meet people."""
    return title_of(value, lang)


def pathway_sentence(chain: PathwayResponse, lang: str) -> str:
    """How many functions are within reach, how many are missing, how many are not known."""
    _ = words(lang)
    counts = {state: len(chain.of_state(state)) for state in Link}
    values = {
        "all": number(len(chain.functions), lang),
        **{state.value: number(count, lang) for state, count in counts.items()},
    }
    if counts[Link.UNKNOWN] == len(chain.functions):
        return _("None of the %(all)s functions is known here.") % values
    sentence = _("Functions within reach: %(present)s of %(all)s") % values
    if counts[Link.MISSING]:
        sentence = _("%(said)s; missing: %(missing)s") % (values | {"said": sentence})
    if counts[Link.UNKNOWN]:
        sentence = _("%(said)s; not known: %(unknown)s") % (values | {"said": sentence})
    return sentence + "."


def concerned(count: Concerned | None, lang: str) -> str:
    """Whom a pathway is for, in people of the territory itself, with period, kind and source; that nobody tells it."""
    _ = words(lang)
    if count is None:
        return _("How many people it is for is not told here: not counted, or too few.")
    people = _public(count, lang)
    if count.share is not None and lang == "fr":
        people = f"{people} ({percent(count.share, lang)})"
    elif count.share is not None:
        people = f"{number(count.people, lang)} ({title_of(count, lang)}: {percent(count.share, lang)})"
    return _("For: %(people)s, %(vintage)s, %(kind)s, %(source)s.") % {
        "people": people,
        "vintage": vintage(count.vintage, lang),
        "kind": kind(Kind(count.kind), lang).lower(),
        "source": short_source(count.source),
    }


def concerned_briefly(count: Concerned | None, lang: str) -> str:
    """The same in as few words as can be: whom, how many, of when."""
    _ = words(lang)
    if count is None:
        return concerned(count, lang)
    return _("For: %(people)s (%(vintage)s).") % {
        "people": _public(count, lang),
        "vintage": vintage(count.vintage, lang),
    }


def _public(count: Concerned, lang: str) -> str:
    _ = words(lang)
    people = f"{number(count.people, lang)} {title_of(count, lang)}"
    return _("about %(people)s") % {"people": people} if count.share is None else people


def unlisted_sentence(functions: Sequence[FunctionResponse], lang: str) -> str | None:
    """Functions not known here because no loaded list tells of them anywhere, and the files to add; None where there
    is none."""
    _ = words(lang)
    unlisted = [one.function for one in functions if one.state is Link.UNKNOWN and not one.is_listed]
    if not unlisted:
        return None
    titles = dict.fromkeys(function(one, lang).lower() for one in unlisted)
    files = dict.fromkeys(file for one in unlisted for file in one.files.split(" ; ") if file)
    return _("No list of this database tells of: %(functions)s. To add: %(files)s.") % {
        "functions": ", ".join(titles),
        "files": ", ".join(files),
    }


def articulation(count: int | None, lang: str) -> str:
    """How many of the three families are within reach together."""
    _ = words(lang)
    if count is None:
        return _("Whether the three families are within reach together is not known.")
    return {
        0: _("None of the three families of services is within reach."),
        1: _("One family of services of three is within reach."),
        2: _("Two families of services of three are within reach."),
        3: _("Citizens, institutions and professionals are all within reach."),
    }[count]


def listed(categories: tuple[str, ...], titles: Mapping[str, str]) -> str:
    """Titles of categories, one after the other."""
    return ", ".join(titles.get(category, category) for category in categories)


def gaps(answers: Responses, lang: str) -> tuple[list[str], str | None]:
    """What complete lists show to be missing, families first, then functions of pathways; and the families that nobody
    can tell, which is no gap."""
    _ = words(lang)
    sentences = [
        f"{family(one.family, lang)}{colon(lang)}{why[:1].lower()}{why[1:]}"
        for one in answers.families
        if one.response in WEAK and (why := reason(one, answers.territory.level, answers.minutes, lang))
    ]
    for chain in answers.pathways:
        missing = [function(one.function, lang).lower() for one in chain.of_state(Link.MISSING)]
        if missing:
            lacks = _("nothing listed within reach to %(list)s") % {"list": ", ".join(missing)}
            sentences.append(f"{pathway(chain.pathway, lang)}{colon(lang)}{lacks}")
    unknown = [family(one.family, lang) for one in answers.families if one.response is Response.UNKNOWN]
    if not unknown:
        return sentences, None
    return sentences, _("Not known, so no gap: %(families)s") % {"families": ", ".join(unknown)}


def changes(before: Responses, after: Responses, lang: str) -> list[str]:
    """What differs between two answers for a territory, family by family: response, then services on the spot."""
    _ = words(lang)
    sentences = []
    for was, now in zip(before.families, after.families, strict=True):
        name = family(now.family, lang)
        if was.response != now.response:
            moved = f"{response(was.response, lang)} → {response(now.response, lang)}"
            sentences.append(f"{name}{colon(lang)}{moved}")
        if was.inside != now.inside:
            counts = [_("not known") if one is None else number(one, lang) for one in (was.inside, now.inside)]
            change = {"family": name, "change": " → ".join(counts)}
            sentences.append(_("%(family)s, services on the spot: %(change)s") % change)
    return sentences
