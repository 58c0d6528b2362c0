"""Every sentence of the interface exists in French; English is what the code writes, spaced as French is."""

import ast
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from dashboard.i18n import catalogues, title_of, words
from geodata import schema
from geodata.classes import WORDS
from geodata.indicator_catalogue import CATALOGUE
from geodata.sentence_templates import SENTENCES

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "dashboard"
KEYWORDS = {"_": None, "plural": (1, 2)}
PLACEHOLDER = re.compile(r"%\(\w+\)s|%s")


def messages() -> set:
    found = extract_from_dir(PACKAGE, [("**.py", "python"), ("plain/**.html", "jinja2")], keywords=KEYWORDS)
    return {message for _, _, message, _, _ in found} | set(SENTENCES.values()) | set(WORDS.values())


def comments() -> set:
    """What the dictionary says of tables and columns: in the catalogues too, though no code quotes it."""
    tables = schema.metadata.sorted_tables
    return {declared.comment for table in tables for declared in (table, *table.columns)}


def catalogue(lang: str) -> dict:
    found = {}
    for path in catalogues(lang):
        with open(path, "rb") as file:
            po = read_po(file, locale=lang)
        part = {tuple(m.id) if m.pluralizable else m.id: m for m in po if m.id}
        assert not set(part) & set(found), f"{path.name} repeats sentences of another catalogue"
        found |= part
    return found


def test_every_sentence_is_translated_and_no_translation_is_left_over():
    translated = catalogue("fr")
    assert messages() - set(translated) == set()
    assert set(translated) - messages() - comments() == set()
    for message in translated.values():
        assert all(message.string) if message.pluralizable else message.string, message.id
        assert not message.fuzzy


def test_english_needs_no_catalogue_and_its_spaces_do_not_end_a_line():
    assert catalogue("en") == {}
    _ = words("en")
    assert _("« x » : y?") == "«\u00a0x\u00a0»\u00a0: y?"
    assert [_.plural("%(n)s « one »", "%(n)s « many »", n) for n in (1, 2)] == [
        "%(n)s «\u00a0one\u00a0»",
        "%(n)s «\u00a0many\u00a0»",
    ]


def test_placeholders_are_kept():
    for message in catalogue("fr").values():
        ids = message.id if message.pluralizable else [message.id]
        strings = message.string if message.pluralizable else [message.string]
        for source, translated in zip(ids, strings, strict=True):
            assert sorted(PLACEHOLDER.findall(source)) == sorted(PLACEHOLDER.findall(translated)), source


def test_sentences_are_always_given_to_a_function_babel_finds():
    """`words(lang)("...")` would work and never be translated; so would a sentence inside an f-string."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Call):
                assert getattr(node.func.func, "id", "") != "words", f"{path}:{node.lineno}"
            if isinstance(node, ast.JoinedStr):
                inside = [n for n in ast.walk(node) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "_"]
                assert not inside, f"{path}:{node.lineno}"


def test_french_is_written_as_it_is_printed():
    """Typographic apostrophes, dates as readers write them, and no plain space before what must not begin a line."""
    faults = {
        "straight apostrophe": re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])"),
        "ISO date": re.compile(r"\d{4}-\d{2}-\d{2}"),
        # Plain spaces before ; : ? ! » are made no-break as catalogues are read; before % the numbers bring their own.
        "plain space before %": re.compile(r"\d %(?!\()"),
        "no space before a high sign": re.compile(r"[^\W\d_][;!?](?!\w)"),
    }
    said = [s for m in catalogue("fr").values() for s in (m.string if m.pluralizable else [m.string])]
    found = {name: [s for s in said if fault.search(s)] for name, fault in faults.items()}
    assert not any(found.values()), found
    spaced = words("fr")("Seuil : « oui » ?")
    assert spaced == "Seuil\u00a0: «\u00a0oui\u00a0»\u00a0?"


@pytest.mark.parametrize("table", ["etl/categories.csv", "etl/pathways.csv", "geodata/actors.csv", "geodata/steps.csv"])
def test_titles_of_tables_are_written_as_they_are_printed(table):
    assert not re.findall(r"[^\W\d_]'[^\W\d_]", (ROOT / table).read_text("utf-8"))


def test_titles_of_indicators_are_written_as_they_are_printed():
    shown = [text for one in CATALOGUE for text in (one.title, one.definition, one.numerator, one.denominator)]
    assert [text for text in shown if "'" in text] == []


def test_a_title_that_nobody_translated_is_told_in_french():
    told = SimpleNamespace(title="Part des isolés", title_en=None)
    assert [title_of(told, lang) for lang in ("fr", "en")] == ["Part des isolés"] * 2
    assert title_of(SimpleNamespace(title="Aidants", title_en="Carers"), "en") == "Carers"
