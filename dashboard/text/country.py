"""What a reader has to know of a country before its figures: what its levels are called, and that isolation is not
estimated there."""

from dashboard.i18n import title_of, words
from dashboard.text.labels import level
from geodata.country import Country


def levels_here(country: Country, lang: str) -> str:
    """What each level is in this country, where pages use the words of another."""
    _ = words(lang)
    named = [
        _("“%(word)s” reads: %(title)s") % {"word": level(mesh.level, lang), "title": title_of(mesh, lang)}
        for mesh in country.meshes
    ]
    return " · ".join([title_of(country, lang), *named])


def code_of_place(country: Country, lang: str) -> str:
    """What the code of a place of the smallest level is called: in France code Insee."""
    _, smallest = words(lang), country.meshes[0]
    return (smallest.code_title if lang == "fr" else smallest.code_title_en) or _("code")


def no_sheet(lang: str) -> str:
    """Why no sheet is printed."""
    _ = words(lang)
    return _("No sheet here: the first steps, actors and laws that sheets tell are those of France.")


def not_estimated(lang: str) -> str:
    """Why no share of isolated people is told."""
    _ = words(lang)
    return _(
        "Isolation is not estimated here: no survey with the factors of an estimate is given for this country. "
        "Residents, services and minutes are told; lists of services come from an extract, and what is not in it may "
        "exist. Pathways, laws and actors named on these pages are those of France."
    )
