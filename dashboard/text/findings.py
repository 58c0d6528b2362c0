"""What the ETL found, in the reader's language: rules of completeness, reasons of rejects.

The database keeps them as English sentences, with the values they speak of inside. Each sentence that the ETL can write
is a template here, hence in the catalogues; its values are read back out of the text and put into the translation. What
no template fits is shown as it is, in English.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from dashboard.i18n import words

_VALUE = re.compile(r"%\\?\((\w+)\\?\)s")


@lru_cache(maxsize=8192)
def translated(sentence: str, lang: str) -> str:
    """The sentence in `lang`; as it is when no template fits it. Values that are sentences are translated too."""
    for pattern, template in _patterns(lang):
        if found := pattern.fullmatch(sentence):
            return template % {name: translated(value, lang) for name, value in found.groupdict().items()}
    return sentence


@lru_cache
def _patterns(lang: str) -> list[tuple[re.Pattern, str]]:
    """Each template as a pattern of the English sentence, and in the reader's language; the most precise come first."""
    pairs = zip(_templates(str), _templates(words(lang)), strict=True)
    return [
        (_pattern(english), told) for english, told in sorted(pairs, key=lambda pair: -len(_VALUE.sub("", pair[0])))
    ]


def _pattern(template: str) -> re.Pattern:
    return re.compile(_VALUE.sub(r"(?P<\1>.+?)", re.escape(template)), re.DOTALL)


def _templates(_: Callable[[str], str]) -> list[str]:
    return [
        _("over %(years)s years old (%(reason)s)"),
        _("the file states no date: its age is unknown (%(reason)s)"),
        _("the file holds no row of this category"),
        _("the source has no row at all in this département"),
        _("too few rows in this département: an excerpt, not the whole list"),
        _("a register: nobody works without being in it"),
        _("the register holds only some of them"),
        _("Insee counts every equipment of its types"),
        _("the list of labels"),
        _("the yearly survey of every public library"),
        _("the operator's own list"),
        _("a directory that services fill in themselves"),
        _("the directory is the official list of these offices"),
        _("every declared association, those asleep too: an upper bound"),
        _("a map that territories fill in themselves"),
        _("employers, not the places where they receive"),
        _("a census that places answer themselves"),
        _("gathered from the producers that take part"),
        _("derived by a third party without published checks"),
        _("only those that the directory locates are listed"),
        _("every commune has a town hall by law and the source lists every commune"),
        _("%(count)s row(s): code « %(code)s » of nomenclature %(list)s is in no category of etl/categories.csv"),
        _("%(count)s row(s): code « %(code)s » of nomenclature %(list)s is left out: %(reason)s"),
        _("%(count)s row(s) of the edition of %(date)s left out: a newer or whole one is used"),
        _("%(count)s count(s) by commune left out: %(reason)s"),
        _("the services of its category are listed one by one in this département by a complete source"),
        _("a source of higher priority counts the same category in this commune"),
        _("%(count)s service(s) of former communes or arrondissements: in today's"),
        _("commune « %(code)s » is none of today and no point tells which: not kept"),
        _("%(name)s: published point lies more than %(km)s km from commune %(code)s; placed at a point of the commune"),
        _("point %(point)s refused, it is not longitude %(allowed)s; kept in its commune"),
        _("%(west)s to %(east)s and latitude %(south)s to %(north)s, on the land of the 101 départements"),
        _("what the agency was told of, as it handed it in"),
        _("age is not a five-year class"),
        _("sexe is not 1 (men), 2 (women) or 9 (all)"),
        _("COMPARENT is not a commune code"),
        _("the IRIS is not in its commune DEPCOM"),
        _("one code is not a commune code of five characters (%(examples)s)"),
        _("« %(code)s » is not a sex (T, H, F) and an age of this table"),
        _("departement is not a département code (%(examples)s)"),
        _("cause is neither a numbered chapter nor « %(allowed)s »"),
        _("indicateur is not « %(allowed)s »"),
        _("%(column)s is not a number from %(low)s"),
        _("no commune code"),
        _("« %(code)s » is not a commune code"),
        _("negative count"),
        _("missing count"),
        _("this IRIS is already above"),
        _("this commune is already on a line above"),
        _("this rate is already in another file"),
        _("%(area)s: commune %(code)s is already in an area of another file"),
        _("« %(code)s » is outside the 101 départements"),
        _("« %(code)s » is not a commune code: five characters, leading zero kept (01004, 2A004, 97105)"),
        _("%(indicator)s of %(vintage)s: nobody is concerned in %(count)s place(s), which have no value"),
        _("%(indicator)s of %(vintage)s: somebody is counted among nobody. The figure is not used"),
        _("%(indicator)s of %(vintage)s: a share above 1, is it a percentage? The figure is not used"),
        _("%(indicator)s of %(vintage)s: its numerator is above its denominator. The figure is not used"),
        _("no identifier"),
        _("this identifier is already on a line above"),
        _("no commune code, and its point %(point)s is not longitude %(allowed)s"),
        _("neither commune code nor point: it cannot be placed"),
        _("%(count)s point(s) placed at random in their commune by Insee: not used"),
        _("« %(text)s » is not a count: a whole number, not negative, is allowed"),
        _("%(count)s row(s) of %(key)s: totals of the same facilities, or no count"),
        _("%(count)s row(s) of %(year)s: the file also has %(newest)s, which is used"),
        _("%(count)s row(s) of larger territories, or further rows of a commune: not read"),
        _("commune %(code)s is already on a line above"),
        _("%(count)s point(s) are centres of communes (ADMIN-EXPRESS): not used, the services stay in their commune"),
        _("%(count)s closed establishment(s): etatObjet is not A, or there is a dateFermeture"),
        _("%(count)s point(s) are centres of communes (key without _): not used, kept in their commune"),
        _("%(count)s open establishment(s) without coordinates that fit: kept in their commune"),
        _("%(count)s timetable(s) not understood, as on line %(line)s: « %(text)s »; their weekly hours are unknown"),
        _("timetable of the town hall of %(code)s not understood: %(error)s"),
        _("« %(text)s » is not a time of day"),
        _("a slot from %(opens)s to %(closes)s has no length"),
        _("« %(text)s » is not a slot, [opens, closes]"),
        _("« %(text)s » is not a day of the week"),
        _("« %(text)s » is not [first day, last day, slots]"),
        _("« %(text)s » is not a list of [first day, last day, slots]"),
        _("%(count)s association(s) that are not active"),
        _("a mobile library has no fixed place"),
        _("not open to readers: %(reason)s"),
        _("still a project, not open yet"),
        _("commune %(code)s (%(name)s): outline completed with %(area)s km2 of a former commune without outline"),
        _("%(area)s km2 of a former commune without outline lie between %(places)s: given to none"),
        _("commune %(code)s (%(name)s): outline made of its %(count)s former communes"),
        _("commune %(code)s (%(name)s) has no outline: kept in tables, not on the map"),
        _("census commune %(code)s (%(count)s residents) matches no commune of today"),
        _("commune %(code)s of %(vintage)s matches no commune of today: its factors are not used"),
        _(
            "%(now)s residents in %(vintage)s, %(before)s in the base census: a part of the commune is missing or "
            "counted twice, its factors are not used"
        ),
        _("%(here)s of the %(all)s arrondissements in %(vintage)s: not used"),
        _("a total or a note, not a département"),
        _("no sheet has this title: not read"),
        _("a subtotal or a note, not a département"),
        _("« %(code)s » is not a département code (%(examples)s)"),
        _("« %(code)s » is not a commune code of five characters (%(examples)s)"),
        _("« %(code)s » is not an IRIS code of nine characters (%(examples)s)"),
        _("« %(code)s » is not an EPCI number of nine digits"),
        _("region and dept are not a place (999: whole région, 99 and 999: France)"),
        _("patients and residents of several lines are added up in this extract: no share can be read in it"),
        _("the same place, year, pathology, age and sex is already on a line above"),
        _("%(column)s: « %(text)s »; allowed: %(allowed)s, or a known mark"),
        _("a number from %(low)s to %(high)s"),
        _("%(count)s rows of another year: %(newest)s, the newest, is read"),
        _("%(count)s rows of figures that are not used"),
        _("%(count)s rows of zonings that are not shown"),
        _("indicator not known to this reader"),
        _("this place is already on a line above"),
        _("%(code)s is already on a line above"),
        _("%(column)s is not a number"),
        _("%(column)s is negative, or more patients than people"),
        _("%(column)s is not one of %(allowed)s"),
        _("the file is refused: %(problem)s"),
        _("the file is accepted and changes nothing: none of its rows is used"),
        _("the file is accepted and changes nothing: no calculation draws on this source yet"),
        _("the file is accepted and changes nothing: a newer or whole edition of the list is used"),
        _("%(member)s is the same kind of table: not read"),
        _("only %(count)s of its %(all)s rows make a service: is it the list that is meant?"),
        _("%(column)s « %(text)s » is not a number: kept without it"),
        _("%(count)s row(s) of arrondissements of %(city)s left out: the file also gives the city"),
        _("%(count)s row(s) of an association already on a line above"),
    ]
