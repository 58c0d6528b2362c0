"""Every sentence of the interface exists in French and in English."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from dashboard.i18n import catalogues
from geodata import schema

PACKAGE = Path(__file__).parents[2] / "dashboard"
KEYWORDS = {"_": None, "plural": (1, 2)}
PLACEHOLDER = re.compile(r"%\(\w+\)s|%s")


def messages() -> set:
    found = extract_from_dir(PACKAGE, [("**.py", "python")], keywords=KEYWORDS)
    return {message for _, _, message, _, _ in found}


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


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_sentence_is_translated_and_no_translation_is_left_over(lang):
    known = catalogue(lang)
    assert messages() - set(known) == set()
    assert set(known) - messages() - comments() == set()
    for message in known.values():
        assert all(message.string) if message.pluralizable else message.string, message.id
        assert not message.fuzzy


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_placeholders_are_kept(lang):
    for message in catalogue(lang).values():
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
