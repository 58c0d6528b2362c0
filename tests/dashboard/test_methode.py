"""Page "Méthode et données": what is folded or long is sent when it is opened or looked at."""

import json

import pytest
from dash import html
from plotly.utils import PlotlyJSONEncoder

from dashboard.ids import HELD
from dashboard.pages.methode import ids
from dashboard.pages.methode.data import refused_rows
from dashboard.pages.methode.layout import layout, opened, sections
from dashboard.state import Choice
from geodata.errors import BadInput
from tests.dashboard.test_callbacks import call, texts, unfolded


def parts(page) -> dict[str, html.Details]:
    found = [part for part in html.Div(page)._traverse() if isinstance(part, html.Details)]
    return {part.children[-1].id["part"]: part for part in found}


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_folded_part_comes_empty_and_is_whole_once_opened(facts, lang):
    choice = Choice(page="/methode", lang=lang)
    whole = [
        part
        for _anchor, _title, content in sections(facts, choice)
        for part in html.Div(content())._traverse()
        if isinstance(part, html.Details)
    ]
    closed = parts(layout(facts, choice))
    assert len(closed) == len(whole) > 20
    for (name, part), full in zip(closed.items(), whole, strict=True):
        summary, held = part.children
        assert held.id == {"type": HELD, "part": name, "of": choice.href}
        assert held.children.role == "status"
        assert summary.to_plotly_json()["props"]["children"] is not None
        assert str(opened(facts, choice, [name])[name]) == str(full.children[1:])


@pytest.mark.parametrize("name", ["nothing-0", "completude-9", "completude-x", "", "dictionnaire", "rejets--1"])
def test_a_part_that_is_not_there_is_said(facts, name):
    with pytest.raises(BadInput):
        opened(facts, Choice(), [name])


def test_what_is_wanted_is_sent_and_nothing_else(app, client, facts):
    held = ["completude-0", "dictionnaire-1", "fichiers-0"]
    sent = unfolded(app, client, "/methode", held, ["completude-0", "fichiers-0", "gone-0"])
    assert list(sent) == ["completude-0", "fichiers-0"]
    for name, content in sent.items():
        assert texts(content) == texts_of(opened(facts, Choice(page="/methode"), [name])[name])
    assert unfolded(app, client, "/methode", held, None) == {}
    assert unfolded(app, client, "/methode", held, ["gone-0"]) == {}


def test_a_page_that_folds_nothing_is_asked_for_nothing(app, client):
    said = unfolded(app, client, "/besoin", ["completude-0"], ["completude-0"])
    assert said == {}


def texts_of(components) -> str:
    return texts(json.loads(json.dumps(components, cls=PlotlyJSONEncoder)))


def test_refused_rows_come_once_they_are_looked_at(app, client, facts):
    (grid,) = [p for p in html.Div(layout(facts, Choice()))._traverse() if getattr(p, "id", None) == ids.REJECTS]
    assert not hasattr(grid, "rowData")
    assert call(app, client, f"{ids.REJECTS}.rowData", {"url.search": ""}, f"{ids.LOOKED}.data") == {}
    values = {f"{ids.LOOKED}.data": True, "url.search": ""}
    sent = call(app, client, f"{ids.REJECTS}.rowData", values, f"{ids.LOOKED}.data")
    assert sent[ids.REJECTS]["rowData"] == refused_rows(facts, Choice())
    assert len(sent[ids.REJECTS]["rowData"]) == len(facts.store.rejects()) > 0
