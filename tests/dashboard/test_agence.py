"""The part of the method page about an agency's own files."""

import json

import pandas as pd
import pytest
from plotly.utils import PlotlyJSONEncoder

from dashboard.pages.methode import agence
from dashboard.state import Choice
from geodata import schema
from geodata.agency import AGENCY_FILES


def drawn(part) -> str:
    return json.dumps(part, cls=PlotlyJSONEncoder, ensure_ascii=False)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_kind_is_explained_column_by_column(facts, lang):
    page = drawn(agence.columns(facts, Choice(lang=lang)))
    for file in AGENCY_FILES.values():
        assert all(f'"{name}"' in page for name in file.names)
    assert all(f'"{category}"' in page for category in facts.store.categories()["id"])


def test_local_rates_are_shown_with_what_is_done_of_them(facts, monkeypatch):
    assert agence.local_rates(facts, Choice()) == []
    rate = dict.fromkeys([column.name for column in schema.local_rate.columns], "")
    rate |= {"factor": "density", "category": "rural", "ratio": 1.25, "rate": 0.15, "national": 0.12, "log_sd": 0.1}
    rates = [rate | {"respondents": 630, "producer": "Crédoc", "is_used": used, "wave": "2025-07"} for used in (0, 1)]
    monkeypatch.setattr(type(facts.store), "local_rates", lambda store: pd.DataFrame(rates))
    page = drawn(agence.local_rates(facts, Choice()))
    assert "1,25" in page and "Crédoc" in page and "15\u202f% / 12\u202f%" in page
    assert "oui, mêlé au rapport national selon leurs précisions" in page and "non, montré à côté" in page
