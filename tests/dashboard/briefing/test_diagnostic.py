"""The diagnosis of residents of 60 and over says every kind of statement that the agency made of services."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

import etl
from dashboard import text
from dashboard.briefing import diagnostic
from dashboard.briefing.content import CategoryTitle, Gap, SourceLine
from dashboard.briefing.front import older_ends
from dashboard.briefing.typeface import FONTS
from dashboard.briefing.wording import lowered
from geodata.service import Completeness, Family
from geodata.territory import Level
from geodata.workspace import Statement
from tests.dashboard.briefing.reading import pages
from tests.dashboard.briefing.test_pdf_ua import OPTIONS


def test_each_kind_of_statement_is_counted(store):
    record = diagnostic.diagnostic(store, Level.DEPARTEMENT, "S1", **OPTIONS)
    contested = {Statement.RETRACT: 1, Statement.ASSERT: 2, Statement.COUNT: 3}
    section = diagnostic.document(replace(record, contested=contested), "fr").sections[-3]
    assert section.title.startswith("6. ")
    assert section.rows[-1][1] == "1 dits absents, 2 dits présents et non listés, 3 comptés autrement"


def test_every_symbol_of_its_map_is_in_the_key(store):
    record = diagnostic.diagnostic(store, Level.DEPARTEMENT, "S1", **OPTIONS)
    drawn = {symbol.family for symbol in record.briefing.map.symbols}
    told = [key.words for key in diagnostic.document(record, "fr").sections[1].keys]
    assert drawn and {text.family(family, "fr") for family in drawn} <= set(told)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_no_word_of_a_table_is_wider_than_its_column(store, lang):
    """On paper a word is never parted: a wider one would run into the next column."""
    fonts = {name: TTFont(FONTS / f"SourceSansPro-{name}.ttf") for name in ("Regular", "Bold")}
    page_mm, inset_mm, size_pt = 210 - 2 * 16, 2.0, 11

    def wide_mm(word: str, name: str) -> float:
        glyphs, widths = fonts[name].getBestCmap(), fonts[name]["hmtx"]
        units = sum(widths[glyphs[ord(sign)]][0] for sign in word)
        return units / fonts[name]["head"].unitsPerEm * size_pt / 72 * 25.4

    document = diagnostic.document(diagnostic.diagnostic(store, Level.DEPARTEMENT, "S1", **OPTIONS), lang)
    tables = [section for section in document.sections if section.rows]
    assert len(tables) >= 2
    for section in tables:
        for at, part in enumerate(section.widths):
            room = page_mm * part / sum(section.widths) - inset_mm
            column = [section.head[at], *(row[at] for row in section.rows)]
            for number, cell in enumerate(column):
                name = "Bold" if number == 0 or at == 0 else "Regular"
                assert all(wide_mm(word, name) <= room for word in cell.split()), (section.title, cell)


@pytest.mark.parametrize("column", ["title", "title_en"])
def test_a_name_keeps_its_capital_inside_a_sentence(column):
    with (Path(etl.__file__).parent / "categories.csv").open(encoding="utf-8", newline="") as file:
        said = [lowered(row[column]) for row in csv.DictReader(file)]
    assert [one for one in said if one.startswith(("carsat", "france ", "cCAS", "cLIC", "eHPAD"))] == []
    assert {"mairie", "town hall"} & set(said)


def test_isolated_people_of_70_and_over_never_go_without_their_range(store):
    record = diagnostic.diagnostic(store, Level.DEPARTEMENT, "S1", **OPTIONS)
    record = replace(record, briefing=replace(record.briefing, people_70=1_200))
    low, high = older_ends(record.briefing)
    assert low < 1_200 < high
    lines = diagnostic.document(record, "en").sections[1].bullets
    (told,) = [line for line in lines if line.startswith("Of whom aged 70 and over")]
    assert told.startswith(
        f"Of whom aged 70 and over: about 1,200 people, between {low:,} and {high:,}, under the online age curve"
    )


@pytest.mark.parametrize(("last", "lines"), [(1.0, 1), (0.5, 2)])
def test_a_share_of_everybody_is_not_told_on_every_line(store, last, lines):
    record = diagnostic.diagnostic(store, Level.DEPARTEMENT, "S1", **OPTIONS)
    pairs = zip(record.briefing.families[:2], (1.0, last), strict=True)
    families = [replace(one, response=replace(one.response, within=((20, share, share),))) for one, share in pairs]
    record = replace(record, briefing=replace(record.briefing, families=tuple(families)))
    paragraphs = diagnostic.document(record, "en").sections[2].paragraphs
    assert len(paragraphs) == lines
    assert ("100%" in " ".join(paragraphs)) is (last < 1)
    assert all(text.family(one.response.family, "en") in " ".join(paragraphs) for one in families)


def test_the_objective_on_communes_is_the_number_of_the_gap_in_the_same_words(store):
    record = diagnostic.diagnostic(store, Level.DEPARTEMENT, "S1", **OPTIONS)
    places = tuple(Gap(None, f"Commune {n}", None, (), None) for n in range(59))
    record = replace(record, briefing=replace(record.briefing, gaps=places))
    for lang in ("fr", "en"):
        sections = diagnostic.document(record, lang).sections
        objective, count, _aim = sections[5].rows[1]
        assert count == "59"
        told = f"{objective.removeprefix('(b) ')}{text.colon(lang)}59"
        assert any(line.startswith(told) for line in sections[4].bullets)


def test_what_a_full_region_tells_is_on_three_pages(store):
    record = diagnostic.diagnostic(store, Level.DEPARTEMENT, "S1", **OPTIONS)
    told = ("Finess", "Base permanente des équipements")
    kind = diagnostic.Listed("hebergement_temporaire", Family.PROFESSIONAL, 5, Completeness.COMPLETE, told)
    title = CategoryTitle(kind.category, "Hébergement temporaire pour personnes âgées", "Respite stay")
    source = SourceLine("Associations, clubs, équipements et CCAS comptés par commune", "Agence", "2024", "x")
    briefing = replace(record.briefing, categories=(title,), sources=(source,) * 26)
    full = replace(record, briefing=briefing, known=(kind,) * 27, unknown=("hebergement_temporaire",) * 14)
    assert len(pages(diagnostic.to_pdf(full))) == 3
