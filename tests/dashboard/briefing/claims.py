"""What a sheet claims, held claim by claim against its record and its file of figures; and what many sheets repeat."""

import re
from collections import Counter
from collections.abc import Collection, Iterable

import pandas as pd

from dashboard import text
from dashboard.briefing import rows
from dashboard.briefing.brief import is_alike
from dashboard.briefing.content import Briefing
from dashboard.briefing.sheet import Sheet
from dashboard.i18n import words
from dashboard.text import profile as profile_text
from geodata.disclosure import MIN_PEOPLE, three_digits
from geodata.estimate import Kind, Verdict, one_verdict
from geodata.response import WEAK, Response
from geodata.territory import Level

LANG = "fr"
SHARE = words(LANG)("Expected share")
MOST_REPEATED = 0.60
"""Share of the sheets of a level that may bear one sentence, strength or gap."""


def wrong(briefing: Briefing, printed: Sheet) -> list[str]:
    """Every claim of a sheet that its record or its file contradicts; empty when all agree."""
    estimate, faults = briefing.profile.estimate, []
    file = rows.facts(briefing, LANG).set_index("Chiffre")

    def claim(is_so: bool, what: str) -> None:
        if not is_so:
            faults.append(f"{briefing.territory.level} {briefing.territory.code}: {what}")

    front, back = printed.front, printed.back
    claim(text.verdict_sentence(estimate, LANG) == front.answer[0], "the first sentence is not that of the class")
    claim(file.loc["Classe", "Valeur"] == text.verdict(estimate.verdict, LANG), "file: another class")
    if estimate.share is not None and estimate.low is not None:
        ends = [file.loc[SHARE, f"Borne {end} (9 fois sur 10)"] for end in ("basse", "haute")]
        claim(ends == [estimate.low, estimate.high], "file: another interval")
        said = next((line for line in front.answer if line.startswith("Part attendue")), "")
        low, high = [float(n.replace(",", ".")) / 100 for n in _numbers(said)][:2]
        claim(low <= estimate.low + 5e-4 and high >= estimate.high - 5e-4, f"interval {low}-{high} is rounded inward")
    national = briefing.profile.contrast("national")
    if national is not None and national.p_above is not None:
        beside = [line for line in front.position if "France entière" in line]
        verdict = one_verdict(national.p_above)
        claim(verdict is briefing.against_national, "two classes against the country")
        claim(len(beside) == 1, "not one sentence beside the country")
        is_sure = "peut-être" not in beside[0] and "ne se distingue pas" not in beside[0]
        claim(is_sure == (verdict is not Verdict.UNDECIDED), f"« {beside[0]} » beside {verdict}")
    noun = text.people_noun(estimate.definition, LANG)
    for line in (*front.answer, *(tile.label for tile in front.tiles), *back.limits, *back.gaps):
        claim("personnes isolées" not in line or noun.startswith("personnes isolées"), f"« {line} » of {noun}")
    # What people are is neither a strength nor a gap.
    for line in (*front.strengths, *front.gaps):
        for factor in briefing.profile.risk_factors:
            is_people = line.lower().startswith(profile_text.risk(factor.risk, LANG))
            claim(not is_people, f"people are a strength or a gap: {line}")
    for line in briefing.families:
        name = text.family(line.response.family, LANG)
        told = [one for one in (*front.gaps, *back.gaps) if one.startswith(name)]
        claim(not told or line.response.response in WEAK, f"{name} is a gap, its record is {line.response.response}")
        praised = [one for one in front.strengths if one.startswith(name)]
        claim(not praised or line.response.response is Response.PRESENT, f"{name} is a strength without being present")
    # Around a commune the map shows its neighbours' services too.
    if briefing.map is not None and briefing.territory.level is not Level.COMMUNE:
        unlisted = {line.response.family for line in briefing.families if line.response.inside is None}
        drawn = unlisted & {symbol.family for symbol in briefing.map.symbols}
        claim(not drawn, f"drawn on the map, and not known below: {drawn}")
    claim(not re.search(r"\b0 ", " ".join(front.strengths)), f"a strength made of nothing: {front.strengths}")
    claim(all(gap.people is None for gap in briefing.gaps if gap.place is None), "people beside a family or a function")
    claim(all(figure.value >= MIN_PEOPLE for figure in briefing.counted), "a count under the limit is printed")
    for figure, tile in zip(briefing.counted, front.tiles[len(front.tiles) - len(briefing.counted) :], strict=True):
        is_counted = figure.kind is Kind.OBSERVED
        told = text.number(figure.value if is_counted else three_digits(figure.value), LANG)
        claim(tile.value == (told if is_counted else f"environ {told}"), f"{tile.label}: {tile.value} is not {told}")
        claim(("comptés" in tile.note) == is_counted, f"{tile.label}: {tile.note}, and it is {figure.kind}")
        claim(("% des habitants" in tile.note) == (figure.coverage < 0.9995), f"{tile.label}: {tile.note}")
    if front.pushes is not None:
        twins = briefing.profile.contrast("twins")
        claim(twins.verdict is not Verdict.UNDECIDED, "what moves it from its twins is drawn where it cannot be told")
    for factor in briefing.profile.risk_factors:
        if factor.is_lent and factor.title in file.index:
            level = file.loc[[factor.title], "Niveau observé"]
            claim("département" in set(level), f"file: {factor.title} of the département as its own")
    unread = {one.id for one in briefing.sources} & set(file["Source"].dropna())
    claim(not unread, f"file: a source by its identifier: {unread}")
    residents = briefing.population and briefing.population.value
    for factor in briefing.profile.risk_factors:
        if is_alike(factor, residents):
            told = [line for line in front.sides if line.startswith(factor.title + text.colon(LANG))]
            claim(not told, f"a difference that says nothing: {told}")
    cells = " | ".join(cell for row in back.services for cell in row)
    claim(not re.search(r"\b0 min\b", cells), "minutes of a service on the spot")
    for _family, listed, *nearest, _worth in back.services:
        lost = listed not in ("0", "inconnu") and nearest == ["inconnu"]
        claim(not lost, f"{listed} listed on the spot, and the nearest not known")
    is_dated = any(re.search(r"\d{4}\)$", row[-1]) for row in back.services)
    claim(is_dated == ("vues en" in back.services_head[-1]), "a date of lists that nothing says is one, or none")
    has_nearest = briefing.territory.level in (Level.COMMUNE, Level.EPCI, Level.TVS)
    claim(len(back.services_head) == 3 + has_nearest, "the nearest of a wide territory, or none of a small one")
    if has_nearest:
        kinds = {one.title for one in briefing.categories}
        for _family, _listed, nearest, _worth in back.services:
            claim(nearest in NO_NEAREST or _kind(nearest) in kinds, f"a nearest that is no kind of service: {nearest}")
    claim(len(back.steps) == len(briefing.steps[:3]), "steps")
    opposed = {f"below:{side}" for side in briefing.sides.sides} & set(briefing.conditions)
    days = set(re.findall(r"\d{4}-\d{2}-\d{2}", repr(printed))) - {briefing.printed_on}
    claim(not days, f"a day as no reader writes it: {days}")
    claim(not opposed, f"among the most exposed, and less than its like: {opposed}")
    return faults


NO_NEAREST = tuple(map(words(LANG), ("not known", "none within reach", "on the spot, of those listed")))
"""What a sheet says where it names no nearest service."""


def _kind(nearest: str) -> str:
    """What is named as the nearest, without where it is."""
    return re.sub(r"\s\((sur place|commune voisine|\d+\smin)\)$", "", nearest)


def _numbers(line: str) -> list[str]:
    return re.findall(r"\d+(?:,\d+)?", line)


def sentences(printed: Sheet) -> set[str]:
    """What a sheet says of its place: no heading, definition, limit, source, contact, or state of a list."""
    front, back = printed.front, printed.back
    cells = (cell for row in back.steps for cell in row[:2])
    return {
        *front.answer, *front.position, *front.sides, *front.strengths, *front.gaps, *back.gaps, *back.options,
        *back.questions, *back.pathways, *cells,
    }  # fmt: skip


FORM = ("Estimé d’après", "Non connu", "Aucun manque", "L’enquête n’a pas été", "Prévu par la loi")
"""Beginnings of what says how a figure or a list is to be read, the same wherever it holds."""


def repeated(sheets: Iterable[Collection[str]]) -> pd.Series:
    """Share of sheets (their `sentences`) that bear each one, the most frequent first; what only says how to read is
    left out."""
    counts, many = Counter(), 0
    for lines in sheets:
        many += 1
        counts.update(line for line in lines if not line.startswith(FORM))
    return pd.Series(counts, dtype=float).sort_values(ascending=False, kind="stable") / max(many, 1)
