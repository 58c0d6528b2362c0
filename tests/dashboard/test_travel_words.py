"""Travel times in words: the method never goes without its error."""

import pytest

from dashboard.text import travel
from geodata.methods.roads import CAR
from geodata.methods.travel import TRAVEL

pytestmark = pytest.mark.usefixtures("translated")


def test_straight_lines_say_their_error_and_where_they_fail():
    assert travel.sentence(TRAVEL.name, "fr").startswith("Minutes en voiture, à vol d’oiseau (à 8\u202f% près")
    sentence = travel.details(TRAVEL.name, "fr")
    # The published errors of the fit: 7.7 % over all pairs, 34.8 % under 5 km.
    assert "de plus de 8\u202f% du temps" in sentence and "de plus de 35\u202f% à moins de 5 km" in sentence
    assert "montagne" in sentence and "calculateur" not in sentence
    assert travel.short(TRAVEL.name, "en") == "travel as the crow flies (median error 8%)"


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_roads_say_what_they_were_compared_with(lang):
    both = f"{TRAVEL.name} + {CAR.name} (2026-01-31)"
    sentence = travel.details(both, lang)
    road = f"{CAR.name} (31/01/2026)"
    assert TRAVEL.name in sentence and road in sentence
    assert all(number in sentence for number in ("4", "20"))
    assert TRAVEL.name not in travel.details(road, lang)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_beside_a_result_no_model_is_named_and_no_extract_is_dated(lang):
    both = f"{TRAVEL.name} + {CAR.name} (2026-01-31)"
    sentence = [travel.sentence(method, lang) for method in (TRAVEL.name, both, CAR.name)]
    assert len(set(sentence)) == 3
    for words in (*sentence, travel.short(both, lang)):
        assert TRAVEL.name not in words and CAR.name not in words and "2026" not in words
    assert all("8" in words for words in sentence[:2])
