"""Page "Carte": which territories are above the line, on a map and in the table that is the map."""

from dataclasses import replace

import dash_leaflet as dl
import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update, set_props
from dash.exceptions import PreventUpdate

from dashboard import components, export, facts, ids, maps, table, text
from dashboard.facts import NO_NATIONAL, Facts
from dashboard.i18n import words
from dashboard.pages.page import Page
from dashboard.state import MAX_PERCENT, MESHES, MIN_PERCENT, Choice, Line, Notice, read
from geodata.estimate import Kind, Verdict, verdict_of
from geodata.service import Family
from geodata.survey import scenario_of
from geodata.territory import FRANCE, Level

PATH = "/"

# -- layout ----------------------------------------------------------------------------------------------------------


def layout(known: Facts, choice: Choice) -> list:
    """The whole view of a choice, drawn in one answer; callbacks only bring changes."""
    choice, _ = known.checked(choice)
    _ = words(choice.lang)
    return [
        dcc.Location(id=ids.MAP_URL, refresh="callback-nav"),
        dcc.Store(id=ids.QUESTION, data=choice.question.query),
        dcc.Store(id=ids.PLACE, data=_place(choice)),
        dcc.Store(id=ids.SELECTED, data=_selected(choice)),
        dcc.Store(id=ids.CLICKED),
        dcc.Store(id=ids.PAINTED),
        dcc.Store(id=ids.STAMP, data=stamp(known, choice)),
        dcc.Store(id=ids.WORDS, data=browser_words(choice.lang)),
        html.Div(
            [
                html.Div(
                    [
                        html.Div([_search(choice), html.Div(id=ids.NOTICES)], className="area-search"),
                        html.Section(
                            _controls(known, choice), className="area-controls panel", **{"aria-label": _("Settings")}
                        ),
                        html.Section(
                            _legend(known, choice),
                            id=ids.LEGEND,
                            className=_legend_class(choice),
                            **{"aria-label": _("Legend")},
                        ),
                    ],
                    className="area-side",
                ),
                html.Section(
                    card(known, choice),
                    id=ids.CARD,
                    className="area-card panel",
                    **{"aria-live": "polite", "aria-label": _("Selected territory")},
                ),
                html.Section(_map(known, choice), className="area-map panel", **{"aria-label": _("Map")}),
                html.Section(
                    _table(known, choice),
                    className="area-table panel",
                    **{"aria-label": _("Table: the same territories as the map")},
                ),
                html.Div(source_line(known, choice), id=ids.SOURCE, className="area-source"),
            ],
            className="carte",
        ),
    ]


def _search(choice: Choice) -> dmc.Select:
    _ = words(choice.lang)
    return dmc.Select(
        id=ids.SEARCH,
        # Said, not left out: Mantine empties the text when the value goes from nothing to null.
        value=None,
        label=_("Find a territory"),
        placeholder=_("Name, postcode or Insee code"),
        searchable=True,
        clearable=True,
        selectFirstOptionOnChange=True,
        filter={"function": "answersToQuery"},
        renderOption={"function": "territoryOption"},
        data=[],
        rightSection="⌕",
        comboboxProps={"withinPortal": False, "transitionProps": {"duration": 0}},
        clearButtonProps={"aria-label": _("Clear the search")},
        maxDropdownHeight=440,
    )


def _controls(known: Facts, choice: Choice) -> list:
    _ = words(choice.lang)
    regions = [{"value": FRANCE, "label": _("Whole country")}]
    regions += [{"value": code, "label": name} for code, name in known.regions()]
    return [
        dmc.Select(
            id=ids.REGION,
            label=_("Region"),
            data=regions,
            value=choice.region,
            allowDeselect=False,
            searchable=True,
            nothingFoundMessage=_("No region has this name"),
            comboboxProps={"withinPortal": False},
        ),
        _segmented(
            ids.MESH, _("Mesh"), [(level.value, text.levels(level, choice.lang)) for level in MESHES], choice.mesh.value
        ),
        _segmented(
            ids.LINE,
            _("Compare with"),
            [(Line.THRESHOLD.value, _("A threshold")), (Line.NATIONAL.value, _("The national share"))],
            choice.line.value,
        ),
        dmc.NumberInput(
            id=ids.THRESHOLD,
            label=_("Threshold (% isolated)"),
            value=round(choice.threshold * 100, 1),
            min=MIN_PERCENT,
            max=MAX_PERCENT,
            step=1,
            decimalScale=1,
            decimalSeparator="," if choice.lang == "fr" else ".",
            suffix=" %",
            debounce=400,
            clampBehavior="blur",
        ),
        _scenario(known, choice),
        dmc.MultiSelect(
            id=ids.CATEGORIES,
            label=_("Services on the map"),
            placeholder=_placeholder(choice),
            data=_category_options(known, choice.lang),
            value=list(choice.categories),
            clearable=True,
            comboboxProps={"withinPortal": False},
            clearButtonProps={"aria-label": _("Hide all services")},
        ),
    ]


def _scenario(known: Facts, choice: Choice) -> html.Div:
    """Hypotheses to choose from; hidden, and still there for the callbacks, when the database holds one only."""
    _ = words(choice.lang)
    groups: dict[str, list[dict]] = {}
    for scenario in known.scenarios():
        option = {"value": scenario.id, "label": text.scenario(scenario.id, choice.lang)}
        groups.setdefault(text.definition(scenario.definition, choice.lang), []).append(option)
    return html.Div(
        dmc.Select(
            id=ids.SCENARIO,
            label=_("Definition and assumptions"),
            data=[{"group": title, "items": items} for title, items in groups.items()],
            value=choice.scenario,
            allowDeselect=False,
            comboboxProps={"withinPortal": False},
        ),
        hidden=len(known.scenarios()) < 2,
    )


def _placeholder(choice: Choice) -> str:
    _ = words(choice.lang)
    return "" if choice.categories else _("None shown")


def _segmented(identifier: str, label: str, options: list[tuple], value: str) -> html.Div:
    return html.Div(
        [
            html.Span(label, id=f"{identifier}-label", className="control-label"),
            dmc.SegmentedControl(
                id=identifier,
                data=[{"value": key, "label": word} for key, word in options],
                value=value,
                fullWidth=True,
                size="xs",
                **{"aria-labelledby": f"{identifier}-label"},
            ),
        ],
        className="control",
    )


def _category_options(known: Facts, lang: str) -> list[dict]:
    """Categories present in the database, under their family."""
    present = known.categories()
    title = "title" if lang == "fr" else "title_en"
    groups = []
    for family in Family:
        items = present[present["family"] == family]
        if len(items):
            options = [{"value": row.id, "label": getattr(row, title)} for row in items.itertuples()]
            groups.append({"group": text.family(family, lang), "items": options})
    return groups


def _map(known: Facts, choice: Choice) -> list:
    _ = words(choice.lang)
    return [
        html.Div(headline(known, choice), id=ids.HEADLINE, className="headline"),
        html.Div(
            [
                dl.Map(
                    [
                        dl.ZoomControl(position="topright"),
                        dl.LayerGroup(outlines(known, choice), id=ids.OUTLINES),
                        dl.LayerGroup(services(known, choice), id=ids.SERVICES),
                    ],
                    id=ids.MAP,
                    center=maps.CENTRE,
                    zoom=maps.ZOOM,
                    minZoom=4,
                    maxZoom=14,
                    zoomSnap=0.25,
                    zoomDelta=0.5,
                    preferCanvas=True,
                    zoomControl=False,
                    attributionControl=False,
                    trackViewport=False,
                    className="map",
                ),
                html.Div(too_wide(choice), id=ids.TOO_WIDE),
            ],
            className="map-frame",
        ),
    ]


def _legend(known: Facts, choice: Choice) -> list:
    _ = words(choice.lang)
    found = known.counts(choice)
    rows = [
        html.Div(
            [
                dmc.Checkbox(
                    value=verdict.value,
                    size="xs",
                    label=html.Span(
                        [components.swatch(verdict), text.capitalised(text.verdict(verdict, choice.lang))],
                        title=text.verdict_rule(verdict, choice.lang),
                    ),
                ),
                *(
                    html.Span(_count(found, line, verdict, choice), id=_count_id(line, verdict), className="count")
                    for line in Line
                ),
            ],
            className="legend-row",
        )
        for verdict in facts.ORDER
    ]
    return [
        html.Div(
            [
                html.H2(_("Decision classes")),
                html.Span(line_words(choice), id=ids.LINE_HEAD, className="count"),
                html.Span("> " + _("France"), className="count"),
            ],
            className="legend-row legend-head",
        ),
        dmc.CheckboxGroup(
            rows,
            id=ids.VERDICTS,
            value=[v.value for v in choice.verdicts],
            **{"aria-label": _("Show only these classes in the table")},
        ),
        html.P(saturation(known, choice), id=ids.SATURATION, className="saturation"),
    ]


def _legend_class(choice: Choice) -> str:
    """The column of counts that the map shows is in bold."""
    return f"area-legend panel counts-{choice.line}"


def _table(known: Facts, choice: Choice) -> list:
    _ = words(choice.lang)
    return [
        html.Div(
            [
                html.P(
                    count_sentence(known, choice), id=ids.COUNT, className="count-sentence", **{"aria-live": "polite"}
                ),
                html.A(_("Table (CSV)"), id=ids.CSV, href=csv_href(choice), className="button", download=True),
                html.Button(_("Map (PNG)"), id=ids.PNG, className="button", type="button"),
            ],
            className="table-bar",
        ),
        html.Div(
            table.grid(ids.TABLE, _rows(known, choice), choice),
            className="table-frame",
        ),
    ]


# -- plain functions: a choice in, a part of the view out --------------------------------------------------------------


def outlines(known: Facts, choice: Choice) -> list:
    """Outlines of the mesh, and the names of the insets on national maps."""
    if facts.is_too_wide(choice):
        return []
    layer = maps.outlines(choice.mesh, choice.region, known.fingerprint(choice.mesh, choice.region))
    labels = maps.inset_labels(known.overseas()) if choice.region == FRANCE else []
    return [layer, *labels]


def services(known: Facts, choice: Choice) -> list:
    """Services of the chosen categories, clustered."""
    if not choice.categories:
        return []
    _ = words(choice.lang)
    said = {
        "cluster": _("%s services: click to see them apart"),
        "hours": _("open %s hours a week"),
        "unknown": _("opening hours not known"),
    }
    return [maps.services(known.version, choice.region, choice.categories, said)]


def too_wide(choice: Choice):
    """Asks for a région when communes of the whole country were asked for."""
    if not facts.is_too_wide(choice):
        return None
    _ = words(choice.lang)
    return components.alert(
        _(
            "The country has 35,000 communes: choose a region above, or search for a commune. EPCI and "
            "départements can be seen for the whole country."
        ),
        _("Communes are shown one region at a time"),
        "info",
    )


def headline(known: Facts, choice: Choice) -> list:
    """The question the map answers, as the title of the page."""
    _ = words(choice.lang)
    place = _("Whole country") if choice.region == FRANCE else known.names()[Level.REGION, choice.region]
    if choice.line == Line.NATIONAL:
        share = text.percent(known.national(choice).share, choice.lang)
        line = _("the national share (%(share)s)") % {"share": share}
    else:
        line = text.threshold(choice.threshold, choice.lang)
    asked = _("Where is %(subject)s above %(line)s?") % {
        "subject": text.subject(choice.definition, choice.lang),
        "line": line,
    }
    whom = _("residents aged %(age)s and over") % {"age": text.min_age(choice.definition)}
    return [html.H1(asked), html.P(f"{whom} · {place} · {text.levels(choice.mesh, choice.lang)}", className="place")]


def line_words(choice: Choice) -> str:
    """Head of the column of counts against the threshold."""
    return "> " + text.threshold(choice.threshold, choice.lang)


def saturation(known: Facts, choice: Choice) -> str:
    """Why the map fills up with one class, or not."""
    _ = words(choice.lang)
    if choice.line == Line.NATIONAL:
        return _("Differences between territories are small: “cannot be decided” is an honest and frequent answer.")
    return text.saturation_sentence(known.national(choice), choice.lang) or ""


def count_sentence(known: Facts, choice: Choice) -> str:
    """How many territories the table holds."""
    _ = words(choice.lang)
    found = known.counts(choice)[choice.line]
    total = sum(found.values())
    if not choice.verdicts:
        return _("%(count)s in alphabetical order. No ranking: the intervals overlap.") % {
            "count": text.count_of(choice.mesh, total, choice.lang)
        }
    shown = sum(found[verdict] for verdict in choice.verdicts)
    return _("%(shown)s shown out of %(total)s (filter on classes).") % {
        "shown": text.count_of(choice.mesh, shown, choice.lang),
        "total": text.number(total, choice.lang),
    }


def csv_href(choice: Choice) -> str:
    """Address of the CSV of the table on screen."""
    return "/export/carte.csv" + replace(choice, page=PATH).query


def card(known: Facts, choice: Choice) -> list:
    """The sentence of the selected territory, or of the région or country when none is selected."""
    _ = words(choice.lang)
    lang = choice.lang
    estimate, national = known.focus(choice), known.national(choice)
    territory = known.store.territory(estimate.level, estimate.code)
    where = known.place(territory.level, territory.departement, territory.region)
    kind = text.capitalised(text.level(territory.level, lang))
    code = "" if territory.level == Level.FRANCE else f" · {territory.code}"
    against = Verdict(
        str(verdict_of(estimate.p_above_national if estimate.p_above_national is not None else float("nan")))
    )
    body = [
        html.Div(
            [
                html.Div(
                    [html.H2(estimate.name), html.P(" · ".join(filter(None, [kind, where])) + code, className="where")]
                ),
                html.Button(
                    "✕",
                    id=ids.CLEAR,
                    type="button",
                    className="clear",
                    hidden=choice.selected is None,
                    title=_("Clear the selection"),
                    **{"aria-label": _("Clear the selection")},
                ),
            ],
            className="card-head",
        ),
        *components.verdicts(estimate, against, lang),
        html.P(text.verdict_sentence(estimate, lang), className="sentence"),
    ]
    bar = components.interval_bar(estimate, national, lang)
    if bar is not None:
        body += [html.P(text.share_sentence(estimate, lang), className="share"), bar]
    if (compared := text.national_sentence(estimate, national, against, lang)) is not None:
        body.append(html.P(compared, className="compared"))
    if (bare := text.bare_sentence(estimate, lang)) is not None:
        body.append(html.P(bare, className="compared"))
    if (warning := text.extrapolation_sentence(estimate, lang)) is not None:
        body.append(html.P(warning, className="warning"))
    if territory.level == Level.COMMUNE and territory.region:
        minutes = known.minutes(territory.region).get(territory.code)
        if minutes is not None and minutes == minutes:
            body.append(html.P(text.minutes_sentence(minutes, lang)))
    if choice.selected is None:
        body.append(
            html.P(
                _("Click a territory, on the map or in the table, or search for it, to read its sentence."),
                className="hint",
            )
        )
    body.append(
        html.P(
            _("An estimated risk from the make-up of the population, not a count of isolated people."),
            className="nature",
        )
    )
    return body


def source_line(known: Facts, choice: Choice) -> html.P:
    """What stands under the figures of the page."""
    return components.source_line(
        text.kind(Kind.MODELLED, choice.lang),
        " · ".join(_asked(choice)),
        export.sources(known, choice.definition),
        known.version,
        choice.lang,
        replace(choice, page="/methode").href,
    )


def _asked(choice: Choice) -> list[str]:
    """Definition and scenario in words, said once when they have the same name."""
    said = [text.definition(choice.definition, choice.lang), text.scenario(choice.scenario, choice.lang)]
    return list(dict.fromkeys(said))


def stamp(known: Facts, choice: Choice) -> dict:
    """What is written on the picture of the map."""
    _ = words(choice.lang)
    title, place = headline(known, choice)
    found = known.counts(choice)[choice.line]
    return {
        "title": title.children,
        "place": place.children,
        "legend": [
            {
                "verdict": v.value,
                "label": f"{table.verdict_words(choice.lang)[v.value]} ({text.number(n, choice.lang)})",
            }
            for v, n in found.items()
        ],
        "notes": [
            " · ".join([text.kind(Kind.MODELLED, choice.lang), *_asked(choice)]),
            _("An estimated risk from the make-up of the population, not a count of isolated people."),
            _("Sources: %(sources)s") % {"sources": " ; ".join(export.sources(known, choice.definition))},
            _("database %(version)s") % {"version": known.version[:8]} + " · " + choice.href,
        ],
        "printed": _("Picture made on %s"),
        "file": export.file_name(known, choice, "png"),
    }


def browser_words(lang: str) -> dict:
    """Words that the browser writes itself."""
    _ = words(lang)
    return {
        "verdicts": table.verdict_words(lang),
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "map": _("Map: the table holds the same territories and classes"),
    }


def options(known: Facts, typed: str, lang: str) -> list[dict]:
    """Answers of the search box. `query` lets the browser drop answers to an earlier text."""
    _ = words(lang)
    found = known.store.search(typed)
    if found.empty:
        nothing = _("No territory has this name or code")
        return [{"value": "nothing", "label": nothing, "query": typed, "detail": "", "disabled": True}]
    return [
        {
            "value": f"{row.level}:{row.code}",
            "label": row.name,
            "query": typed,
            "detail": " · ".join(
                filter(
                    None,
                    [
                        text.level(Level(row.level), lang),
                        known.place(row.level, _known(row.departement), _known(row.region)),
                        row.code,
                    ],
                )
            ),
        }
        for row in found.itertuples()
    ]


def changed(known: Facts, choice: Choice, trigger: str, value) -> Choice:
    """The choice after one control was moved. A selection follows its mesh upwards; another région lets it go."""
    match trigger:
        case ids.REGION:
            return replace(choice, region=value, selected=None)
        case ids.MESH:
            return replace(choice, mesh=Level(value), selected=_at_mesh(known, choice, Level(value)))
        case ids.LINE:
            return replace(choice, line=Line(value))
        case ids.THRESHOLD:
            return choice if value in (None, "") else replace(choice, threshold=round(float(value) / 100, 4))
        case ids.SCENARIO:
            return replace(choice, scenario=value, definition=scenario_of(value).definition)
        case ids.CATEGORIES:
            return replace(choice, categories=tuple(value or ()))
        case ids.VERDICTS:
            return replace(choice, verdicts=tuple(v for v in facts.ORDER if v.value in (value or ())))
        case ids.SEARCH | ids.CLICKED:
            return _moved_to(known, choice, value) if value else choice
        case ids.TABLE:
            # The grid empties its selection when its rows change: that is not a reader letting go.
            is_reader = isinstance(value, list) and value
            return replace(choice, selected=(choice.mesh, value[0]["code"])) if is_reader else choice
        case ids.CLEAR:
            return replace(choice, selected=None) if value else choice
    return choice


def _moved_to(known: Facts, choice: Choice, target: str) -> Choice:
    """Region, mesh and selection of a territory found by name or clicked."""
    level, code = target.split(":")
    territory = known.store.territory(Level(level), code)
    if territory.level == Level.FRANCE:
        return replace(choice, region=FRANCE, selected=None)
    if territory.level == Level.REGION:
        return replace(choice, region=territory.code, selected=None)
    if choice.region == FRANCE and territory.level == choice.mesh:
        return replace(choice, selected=(territory.level, code))
    return replace(choice, region=territory.region, mesh=territory.level, selected=(territory.level, code))


def _at_mesh(known: Facts, choice: Choice, mesh: Level):
    if choice.selected is None:
        return None
    territory = known.store.territory(*choice.selected)
    parent = {territory.level: territory.code, Level.DEPARTEMENT: territory.departement}
    if territory.level == Level.COMMUNE:
        parent[Level.EPCI] = territory.epci
    code = parent.get(mesh)
    return (mesh, code) if code else None


def _rows(known: Facts, choice: Choice):
    return table.in_words(known.screen_rows(choice), choice.lang)


def _count(found: dict, line: Line, verdict: Verdict, choice: Choice) -> str:
    return text.number(found[line][verdict], choice.lang) if line in found else "–"


def _count_id(line: Line, verdict: Verdict) -> str:
    return f"carte-count-{line}-{verdict}"


def _place(choice: Choice) -> str:
    return Choice(region=choice.region, mesh=choice.mesh, lang=choice.lang).query


def _selected(choice: Choice) -> str:
    return "" if choice.selected is None else f"{choice.selected[0].value}:{choice.selected[1]}"


def _known(value) -> str | None:
    return value if isinstance(value, str) else None


def _notices(notices: tuple[Notice, ...], lang: str) -> list:
    _ = words(lang)
    unknown = _(
        "The address holds a value that is not known here (%(field)s = %(value)s): the default is shown instead."
    )
    national = _("The comparison with the national share was not computed under these assumptions: see the threshold.")
    said = [national if notice == NO_NATIONAL else unknown % vars(notice) for notice in notices]
    return [components.alert(sentence, kind="info") for sentence in said]


# -- callbacks -------------------------------------------------------------------------------------------------------

_CONTROLS = (ids.REGION, ids.MESH, ids.LINE, ids.THRESHOLD, ids.SCENARIO, ids.CATEGORIES, ids.VERDICTS)


def register(app: Dash, known: Facts) -> None:
    """The address decides; every control only writes a new address."""

    @app.callback(
        output={
            "query": Output(ids.MAP_URL, "search"),
            "values": [Output(control, "value") for control in _CONTROLS],
            "question": Output(ids.QUESTION, "data"),
            "place": Output(ids.PLACE, "data"),
            "selected": Output(ids.SELECTED, "data"),
            "found": Output(ids.SEARCH, "value"),
            "csv": Output(ids.CSV, "href"),
            "notices": Output(ids.NOTICES, "children"),
        },
        inputs={
            "query": Input(ids.MAP_URL, "search"),
            "values": [Input(control, "value") for control in _CONTROLS],
            "found": Input(ids.SEARCH, "value"),
            "clicked": Input(ids.CLICKED, "data"),
            "rows": Input(ids.TABLE, "selectedRows"),
            "cleared": Input(ids.CLEAR, "n_clicks"),
        },
        state={
            "question": State(ids.QUESTION, "data"),
            "place": State(ids.PLACE, "data"),
            "selected": State(ids.SELECTED, "data"),
        },
    )
    def choose(query, values, found, clicked, rows, cleared, question, place, selected):
        asked, notices = read(PATH, query)
        current, replaced = known.checked(asked)
        moved = dict(zip(_CONTROLS, values, strict=True))
        moved |= {ids.SEARCH: found, ids.CLICKED: clicked, ids.TABLE: rows, ids.CLEAR: cleared}
        new, refused = known.checked(changed(known, current, ctx.triggered_id, moved.get(ctx.triggered_id)))
        set_props(ids.ALERT, {"children": None})
        return {
            "query": _if_new(new.query, query or ""),
            "values": [_if_new(value, now) for value, now in zip(control_values(new), values, strict=True)],
            "question": _if_new(new.question.query, question),
            "place": _if_new(_place(new), place),
            "selected": _if_new(_selected(new), selected),
            "found": None if found else no_update,
            "csv": csv_href(new),
            "notices": _notices(notices + replaced + refused, new.lang),
        }

    @app.callback(
        output={
            "rows": Output(ids.TABLE, "rowData"),
            "columns": Output(ids.TABLE, "columnDefs"),
            "counts": [Output(_count_id(line, verdict), "children") for line in Line for verdict in facts.ORDER],
            "line": Output(ids.LINE_HEAD, "children"),
            "legend": Output(ids.LEGEND, "className"),
            "saturation": Output(ids.SATURATION, "children"),
            "headline": Output(ids.HEADLINE, "children"),
            "stamp": Output(ids.STAMP, "data"),
            "source": Output(ids.SOURCE, "children"),
        },
        inputs={"query": Input(ids.QUESTION, "data")},
        prevent_initial_call=True,
    )
    def ask(query):
        choice, _ = read(PATH, query)
        found = known.counts(choice)
        return {
            "rows": table.records(_rows(known, choice)),
            "columns": table.columns(choice),
            "counts": [_count(found, line, verdict, choice) for line in Line for verdict in facts.ORDER],
            "line": line_words(choice),
            "legend": _legend_class(choice),
            "saturation": saturation(known, choice),
            "headline": headline(known, choice),
            "stamp": stamp(known, choice),
            "source": source_line(known, choice),
        }

    @app.callback(
        Output(ids.COUNT, "children"),
        Output(ids.TABLE, "filterModel"),
        Input(ids.QUESTION, "data"),
        Input(ids.VERDICTS, "value"),
        State(ids.TABLE, "filterModel"),
        prevent_initial_call=True,
    )
    def count(query, verdicts, filtered):
        choice, _ = read(PATH, query)
        choice = changed(known, choice, ids.VERDICTS, verdicts)
        # A filter given again, even unchanged, would scroll the table back to its top.
        return count_sentence(known, choice), _if_new(table.filter_model(choice), filtered or {})

    @app.callback(
        Output(ids.OUTLINES, "children"),
        Output(ids.TOO_WIDE, "children"),
        Input(ids.PLACE, "data"),
        prevent_initial_call=True,
    )
    def draw(query):
        choice, _ = read(PATH, query)
        return outlines(known, choice), too_wide(choice)

    @app.callback(
        Output(ids.SERVICES, "children"),
        Output(ids.CATEGORIES, "placeholder"),
        Input(ids.PLACE, "data"),
        Input(ids.CATEGORIES, "value"),
        prevent_initial_call=True,
    )
    def show_services(query, categories):
        choice, _ = read(PATH, query)
        choice = replace(choice, categories=tuple(categories or ()))
        return services(known, choice), _placeholder(choice)

    @app.callback(
        Output(ids.CARD, "children"),
        Input(ids.QUESTION, "data"),
        Input(ids.SELECTED, "data"),
        prevent_initial_call=True,
    )
    def say(query, selected):
        choice, _ = read(PATH, query)
        if selected:
            level, code = selected.split(":")
            choice = replace(choice, selected=(Level(level), code))
        return card(known, choice)

    @app.callback(
        Output(ids.SEARCH, "data"),
        Input(ids.SEARCH, "searchValue"),
        State(ids.QUESTION, "data"),
        prevent_initial_call=True,
    )
    def search(typed, query):
        if not typed:
            raise PreventUpdate
        choice, _ = read(PATH, query)
        return options(known, typed, choice.lang)

    app.clientside_callback(
        ClientsideFunction("reliance", "paint"),
        # A callback without an output is not called when the page is drawn.
        Output(ids.PAINTED, "data"),
        Input(ids.TABLE, "rowData"),
        Input(ids.SELECTED, "data"),
        Input(ids.VERDICTS, "value"),
        State(ids.WORDS, "data"),
    )
    app.clientside_callback(
        ClientsideFunction("reliance", "picture"),
        Input(ids.PNG, "n_clicks"),
        State(ids.STAMP, "data"),
        prevent_initial_call=True,
    )


def control_values(choice: Choice) -> list:
    """Values of the controls, in the order of `_CONTROLS`."""
    return [
        choice.region,
        choice.mesh.value,
        choice.line.value,
        round(choice.threshold * 100, 1),
        choice.scenario,
        list(choice.categories),
        [verdict.value for verdict in choice.verdicts],
    ]


def _if_new(value, now):
    return no_update if value == now else value


def title(lang: str) -> str:
    """Title in the navigation."""
    _ = words(lang)
    return _("Map")


PAGE = Page("carte", PATH, title, layout, register)
