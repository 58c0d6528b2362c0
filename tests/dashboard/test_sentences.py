"""What the build finds is a code with values, worded in both languages; a code that nothing words fails here."""

import ast
import json
from pathlib import Path

import pytest

from dashboard.i18n import words
from dashboard.text.sentences import worded, worded_in_general
from etl.completeness import RULES
from geodata.sentence_templates import SENTENCES
from geodata.sentences import Sentence, in_line, read_record, read_sentence, sentence
from tests.etl.sources.files import written
from tests.etl.test_invented_country import ZEDLAND
from tests.etl.test_malformed import DOCUMENTS, TABLES

ETL = Path(__file__).parents[2] / "etl"
METHODS = ETL.parent / "geodata" / "methods"


@pytest.mark.parametrize("code", SENTENCES)
def test_every_code_is_worded_in_french(code):
    """English is the template itself; that its values are kept is tried with the catalogues."""
    assert words("fr")(SENTENCES[code]) != words("en")(SENTENCES[code])


def codes_in(path: Path) -> set[str]:
    """Codes that a module names, and texts that could be one."""
    return {
        node.value
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_no_sentence_is_left_that_nothing_writes():
    written_in = (*ETL.rglob("*.py"), *METHODS.rglob("*.py"), METHODS.parent / "country.py")
    named = set().union(*map(codes_in, written_in))
    assert set(SENTENCES) - named == {"and_also"}, "which joins the others"


def test_the_modules_of_the_etl_write_no_sentence_of_their_own():
    texts = set().union(*map(codes_in, ETL.rglob("*.py")))
    assert {text for text in texts if text in SENTENCES.values()} == set()


def test_a_rule_of_completeness_is_a_code():
    for rule in RULES.values():
        assert {rule.reason, *(code for _, code in rule.exceptions.values())} <= set(SENTENCES)


def test_an_unknown_code_and_other_values_are_refused():
    with pytest.raises(KeyError):
        sentence("a_dragon_ate_this_row")
    with pytest.raises(ValueError, match="far_point has the values"):
        sentence("far_point", name="L'Œuvre", km=20)


def test_a_sentence_is_read_back_as_it_was_written_with_those_inside():
    reason = sentence("counted_with_priority")
    whole = sentence("counts_left_out", count=3, reason=reason)
    assert json.loads(whole.details) == {"count": 3, "reason": {"code": "counted_with_priority", "values": {}}}
    assert read_sentence(whole.code, whole.details) == whole
    assert whole.text() == (
        "3 count(s) by commune left out: a source of higher priority counts the same category in this commune"
    )
    assert worded(whole.code, whole.details, "fr") == (
        "3 décompte(s) par commune laissé(s) de côté\u00a0: une source prioritaire compte la même catégorie dans cette "
        "commune"
    )


def test_several_sentences_are_shown_one_under_the_other():
    why = sentence("nothing_loaded", file="a.csv", problems=(sentence("no_layer"), "as it was written"))
    assert read_record(why.record) == why
    assert why.text(words("fr")).split("\n") == [
        "a.csv\u00a0: rien n’a été chargé.",
        "- le GeoPackage ne contient aucune couche",
        "- as it was written",
    ]
    assert in_line([sentence("no_layer")] * 2).text(words("fr")).count("\u00a0; ") == 1


def test_a_value_in_both_languages_is_read_back_and_shown_in_the_reader_s():
    why = ZEDLAND.meshes[0].expected
    assert read_sentence(why.code, why.details) == why
    assert why.text() == "not a code of the level « parish »: P and a digit (P-1) are expected."
    assert "« paroisse » : P et un chiffre : P-1" in why.text(words("fr")).replace("\u00a0", " ")


def test_a_value_is_never_taken_for_a_template():
    why = sentence("not_a_count", text="100 %(count)s %")
    assert "« 100 %(count)s % »" in why.text()
    assert worded(why.code, why.details, "en").replace("\u00a0", " ") == why.text()


def test_what_rows_have_in_common_is_their_sentence_without_values():
    assert worded_in_general("not_active", "en") == "… association(s) that are not active"


def sentences_of(rejects) -> list[Sentence]:
    return [read_sentence(*why) for why in zip(rejects["reason"], rejects["details"], strict=True)]


@pytest.mark.parametrize("name", [*TABLES, *DOCUMENTS])
def test_reasons_of_the_samples_of_a_reader_can_be_read_back(tmp_path, name):
    module, good = (TABLES | DOCUMENTS)[name]
    content, file = (good, "a.json") if name in DOCUMENTS else (good.text, "liste.csv")
    _, rejects = module.tidy(module.read(written(module, tmp_path, content, file)))
    for why in sentences_of(rejects):
        assert why.text(words("fr")) != why.text()


def test_reasons_of_the_artificial_region_can_be_read_back(synthetic_tables):
    rejects = synthetic_tables["reject"]
    assert len(rejects) == len(sentences_of(rejects)) > 0
    rules = synthetic_tables["completeness"]
    assert {read_sentence(*row).code for row in rules[["rule", "details"]].itertuples(index=False)} <= set(SENTENCES)
