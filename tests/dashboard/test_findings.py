"""What the ETL found is told in French: every rule of completeness, and the reasons that files of every reader give."""

import pytest

from dashboard.text.findings import translated
from etl import completeness
from etl.completeness import RULES
from tests.etl.sources.files import written
from tests.etl.test_malformed import DOCUMENTS, TABLES

REASONS = {
    reason for rule in RULES.values() for reason in (rule.reason, *(told for _, told in rule.exceptions.values()))
}


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_every_rule_of_completeness_is_told_in_french(reason):
    for sentence in (reason, f"over 2 years old ({reason})", f"the file states no date: its age is unknown ({reason})"):
        told = translated(sentence, "fr")
        assert told != sentence
        assert reason not in told
        assert translated(sentence, "en") == sentence


def test_what_a_source_does_not_say_is_told_in_french():
    for _, sentence in (completeness._NO_ROW_HERE, completeness._NO_ROW_OF_IT, completeness._EXCERPT):
        assert translated(sentence, "fr") != sentence


def test_values_stay_as_they_are_and_sentences_inside_are_translated():
    sentence = "3 count(s) by commune left out: a source of higher priority counts the same category in this commune"
    assert translated(sentence, "fr") == (
        "3 décompte(s) par commune laissé(s) de côté\u00a0: une source prioritaire compte la même catégorie dans cette "
        "commune"
    )
    sentence = "L'Œuvre: published point lies more than 20 km from commune 2A004; placed at a point of the commune"
    assert "L'Œuvre" in translated(sentence, "fr")
    assert "2A004" in translated(sentence, "fr")


def test_what_no_template_fits_is_shown_as_it_is():
    assert translated("a dragon ate this row", "fr") == "a dragon ate this row"


@pytest.mark.parametrize("name", [*TABLES, *DOCUMENTS])
def test_reasons_of_the_samples_of_a_reader_are_told_in_french(tmp_path, name):
    module, good = (TABLES | DOCUMENTS)[name]
    content, file = (good, "a.json") if name in DOCUMENTS else (good.text, "liste.csv")
    _, rejects = module.tidy(module.read(written(module, tmp_path, content, file)))
    assert [reason for reason in rejects["reason"] if translated(reason, "fr") == reason] == []


def test_reasons_of_the_artificial_region_are_told_in_french(synthetic_tables):
    reasons = synthetic_tables["reject"]["reason"]
    assert [reason for reason in reasons if translated(reason, "fr") == reason] == []
