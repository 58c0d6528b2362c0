"""Page "Méthode et données": what is folded or long is sent when it is opened or looked at."""

import json

import pytest
from dash import html
from plotly.utils import PlotlyJSONEncoder

from dashboard.pages.methode import ids
from dashboard.pages.methode.data import refused_rows
from dashboard.pages.methode.layout import layout, opened, sections
from dashboard.state import Choice
from geodata.errors import BadInput
from tests.dashboard.test_callbacks import call, texts


def parts(page) -> dict[str, html.Details]:
    found = [part for part in html.Div(page)._traverse() if isinstance(part, html.Details)]
    return {part.children[0].id["part"]: part for part in found}


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
        assert held.id == {"type": ids.HELD, "part": name}
        assert held.children.role == "status"
        assert summary.to_plotly_json()["props"]["children"] is not None
        assert str(opened(facts, choice, name)) == str(full.children[1:])


@pytest.mark.parametrize("name", ["nothing-0", "completude-9", "completude-x", "", "dictionnaire", "rejets--1"])
def test_a_part_that_is_not_there_is_said(facts, name):
    with pytest.raises(BadInput):
        opened(facts, Choice(), name)


def ask(app, client, name: str, clicks: int | None, query: str = ""):
    key = next(k for k in app.callback_map if ids.HELD in k)
    part = {"part": name, "type": ids.PART}
    written = f'{{"part":"{name}","type":"{ids.PART}"}}'
    body = {
        "output": key,
        "changedPropIds": [f"{written}.n_clicks"],
        "inputs": [{"id": part, "property": "n_clicks", "value": clicks}],
        "state": [{"id": "url", "property": "search", "value": query}],
        "outputs": {"id": {"part": name, "type": ids.HELD}, "property": "children"},
    }
    return client.post("/_dash-update-component", json=body, headers={"Referer": "http://localhost/methode"})


def test_a_click_opens_it_the_next_one_closes_it(app, client, facts):
    answer = ask(app, client, "completude-0", 1)
    assert answer.status_code == 200
    (held,) = answer.get_json()["response"].values()
    assert texts(held["children"]) == texts_of(opened(facts, Choice(), "completude-0"))
    assert ask(app, client, "completude-0", 2).status_code == 204
    assert ask(app, client, "completude-0", None).status_code == 204
    assert ask(app, client, "completude-0", 3).status_code == 200


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
