"""Words for what answers the need of a territory: families, care pathways, and what is not known.

Pure functions of a record and a language. "Not known" is never said as "none".
"""

from collections.abc import Mapping, Sequence

from dashboard.i18n import title_of, words
from dashboard.text.numbers import day, number, percent
from geodata.methods.need import QUARTER
from geodata.pathway import Function, Pathway
from geodata.response import Counted, FamilyResponse, FunctionResponse, Link, PathwayResponse, Response
from geodata.territory import Level

SYMBOL = {Response.PRESENT: "●", Response.FAR: "○", Response.SCARCE: "◔", Response.UNKNOWN: "?"}
LINK_SYMBOL = {Link.PRESENT: "●", Link.MISSING: "○", Link.UNKNOWN: "?"}


def response(value: Response, lang: str) -> str:
    """The state of a family."""
    _ = words(lang)
    return {
        Response.PRESENT: _("within reach"),
        Response.FAR: _("too far"),
        Response.SCARCE: _("too few"),
        Response.UNKNOWN: _("not known: the data are incomplete"),
    }[value]


def reason(family: FamilyResponse, level: Level, minutes_: float, lang: str) -> str | None:
    """Why a family is found wanting, with the number that decides and its limit; None where it is not."""
    _ = words(lang)
    values = {
        "far": percent(family.far_share, lang, 0),
        "scarce": percent(family.scarce_share, lang, 0),
        "minutes": number(minutes_, lang),
        "quarter": percent(QUARTER, lang, 0),
    }
    if family.response is Response.FAR and level == Level.COMMUNE:
        if family.nearest is None or family.nearest.travel_min is None:
            return _("Too far: complete lists show none that a road leads to within %(minutes)s minutes.") % values
        at = number(family.nearest.travel_min, lang)
        return _("Too far: the nearest is %(at)s minutes away, for %(minutes)s asked.") % (values | {"at": at})
    if family.response is Response.FAR:
        return _("Too far for %(far)s of residents: more than %(minutes)s minutes.") % values
    if family.response is Response.SCARCE and level == Level.COMMUNE:
        rank = percent(family.rank, lang, 0)
        return _(
            "Too few: within reach, but only %(rank)s of comparable communes do no better, for a limit of %(quarter)s."
        ) % (values | {"rank": rank})
    if family.response is Response.SCARCE and family.far_share >= 0.005:
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
    _ = words(lang)
    return {
        Pathway.OLDER_PEOPLE: _("Older people at home"),
        Pathway.CARERS: _("Family carers"),
        Pathway.CANCER: _("Cancer and long illness"),
        Pathway.MENTAL_HEALTH: _("Mental health"),
        Pathway.DISABILITY: _("Disability"),
    }[value]


def minutes(value: float, lang: str) -> str:
    """About 7 minutes by car."""
    _ = words(lang)
    if value < 1:
        return _("less than a minute by car")
    rounded = round(value)
    return _.plural("about %(count)s minute by car", "about %(count)s minutes by car", rounded) % {
        "count": number(rounded, lang)
    }


def short_minutes(value: float, lang: str) -> str:
    """7 minutes, where how one travels is said above."""
    _ = words(lang)
    if value < 1:
        return _("less than a minute")
    rounded = round(value)
    return _.plural("%(count)s minute", "%(count)s minutes", rounded) % {"count": number(rounded, lang)}


def inside(family: FamilyResponse, lang: str) -> str:
    """Services that stand in the territory, when that is known."""
    _ = words(lang)
    if family.inside is None:
        return _("Number of services on the spot: not known")
    return _.plural("%(count)s service on the spot", "%(count)s services on the spot", family.inside) % {
        "count": number(family.inside, lang)
    }


def nearest(counted: Counted | None, sources: Mapping[str, str], lang: str) -> str:
    """The nearest service by name, with its time, its source and the day it was seen. `sources` are short titles."""
    _ = words(lang)
    if counted is None:
        return _("Nearest: none known within reach")
    values = {"name": counted.name, "source": sources.get(counted.source, counted.source)}
    if counted.travel_min is None:
        said = _("Nearest: %(name)s, on the spot (%(source)s") % values
    else:
        said = _("Nearest: %(name)s, %(minutes)s (%(source)s") % (
            values | {"minutes": minutes(counted.travel_min, lang)}
        )
    seen = _(", seen on %(date)s") % {"date": day(counted.seen_on, lang)} if counted.seen_on else ""
    return said + seen + ")"


def reach(family: FamilyResponse, limit: float, lang: str) -> str | None:
    """Share of residents, and of expected isolated people, who reach the family within `limit` minutes."""
    found = next((row for row in family.within if row[0] == limit), None)
    if found is None or found[1] is None:
        return None
    _ = words(lang)
    said = _("%(share)s of residents within %(minutes)s minutes") % {
        "share": percent(found[1], lang, 0),
        "minutes": number(limit, lang),
    }
    if found[2] is None:
        return said
    return _("%(reach)s, and %(isolated)s of the people expected to be isolated") % {
        "reach": said,
        "isolated": percent(found[2], lang, 0),
    }


def gaps_of_data(family: FamilyResponse, titles: Mapping[str, str], lang: str) -> list[tuple[str, str]]:
    """Categories whose data are incomplete or absent here: how many, then which ones."""
    _ = words(lang)
    said = []
    if family.partial:
        count = _.plural(
            "Incomplete data for %(count)s category", "Incomplete data for %(count)s categories", len(family.partial)
        )
        said.append((count % {"count": number(len(family.partial), lang)}, listed(family.partial, titles)))
    if family.unknown:
        count = _.plural(
            "No data for %(count)s category, which is not “no service”",
            "No data for %(count)s categories, which is not “no service”",
            len(family.unknown),
        )
        said.append((count % {"count": number(len(family.unknown), lang)}, listed(family.unknown, titles)))
    return said


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
    said = _("Functions within reach: %(present)s of %(all)s") % values
    if counts[Link.MISSING]:
        said = _("%(said)s; missing: %(missing)s") % (values | {"said": said})
    if counts[Link.UNKNOWN]:
        said = _("%(said)s; not known: %(unknown)s") % (values | {"said": said})
    return said + "."


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
