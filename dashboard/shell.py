"""What stands around every page: header, navigation, main, footer."""

from dataclasses import replace

import dash_mantine_components as dmc
from dash import Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from dashboard import components, ids, text
from dashboard.accounts.current_user import may_administer, may_write, signed_in, way_out
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages import PAGES, Page
from dashboard.state import LANGUAGES, Choice, read
from geodata.countries import country_of, is_french
from geodata.version import VERSION

THEME = {
    "fontFamily": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', 'DejaVu Sans', Arial, sans-serif",
    "primaryColor": "marine",
    "primaryShade": 7,
    "defaultRadius": "sm",
    "colors": {
        "marine": [
            "#eef4fa",
            "#dce7f2",
            "#b5cde4",
            "#8bb2d6",
            "#689bca",
            "#528dc3",
            "#3a75ad",
            "#1b4470",
            "#163a60",
            "#0f2d4d",
        ],
    },
    "respectReducedMotion": True,
}

_LANGUAGE_NAMES = {"fr": "Français", "en": "English"}


def page_of(choice: Choice) -> Page | None:
    """The page at this path."""
    return next((page for page in PAGES if page.path == choice.page), None)


def title(facts: Facts, choice: Choice) -> str:
    """Title of the document: the selected territory on the pages about one, the page, the product."""
    page = page_of(choice)
    parts = [page.title(choice.lang) if page else no_page(choice.lang), "Reliance"]
    selected = facts.checked(choice)[0].selected if page and page.is_about_a_territory else None
    if selected is not None:
        parts.insert(0, facts.store.territory(*selected).name)
    return " · ".join(parts)


def root(page: list | None = None, shown: dict | None = None, alert: Component | None = None) -> dmc.MantineProvider:
    """What never changes while the application is open, around the page that it opens with, what that page is and what
    is said over it. The rest is drawn by the router."""
    return dmc.MantineProvider(
        [
            dcc.Location(id=ids.URL, refresh="callback-nav"),
            dcc.Store(id=ids.SHOWN, data=shown),
            dcc.Store(id=ids.WANTED),
            html.Div(alert, id=ids.ALERT, role="alert"),
            html.Div(page, id=ids.SHELL),
        ],
        theme=THEME,
        forceColorScheme="light",
    )


def layout(facts: Facts, choice: Choice) -> list:
    """The page at this path inside its frame."""
    page = page_of(choice)
    return frame(facts.store.build(), choice, page.layout(facts, choice) if page else _not_found(choice))


def refused(choice: Choice, sentence: str) -> list:
    """A page that cannot be drawn: why, inside the frame, which needs nothing of the database."""
    _ = words(choice.lang)
    again = html.A(_("Try again"), href=choice.href)
    return frame({}, choice, _alone(_("This view cannot be shown"), [sentence, again], choice))


def frame(build: dict[str, str], choice: Choice, content: list) -> list:
    """Skip link, header, content, footer; `build` is what the database says of itself."""
    _ = words(choice.lang)
    return [
        html.A(_("Skip to the content"), href="#contenu", className="skip-link"),
        *_signed_in(choice),
        html.Header(
            [
                html.Div(
                    [
                        html.Span("Reliance", className="brand"),
                        _tagline(build, choice),
                    ],
                    className="brand-block",
                ),
                html.Nav(navigation(choice), id=ids.NAV, **{"aria-label": _("Main navigation")}),
                html.Div(
                    [
                        html.Button(
                            _("Copy the link"),
                            id=ids.SHARE,
                            className="link-button",
                            type="button",
                            **{"data-copied": _("Link copied"), "data-refused": _("Copy the address of the browser")},
                        ),
                        html.Span(id="shared", role="status", className="shared"),
                        html.Div(languages(choice), id=ids.LANGUAGE),
                    ],
                    className="languages",
                ),
            ],
            className="site-header",
        ),
        html.Div(
            components.alert(_("The server does not answer. Check that it is running, then try again.")),
            id="offline",
            hidden=True,
            role="alert",
        ),
        *([html.Div(id="refused", hidden=True, role="alert")] if signed_in() is not None else []),
        *_of_country(build, choice),
        html.Main(content, id="contenu", tabIndex=-1),
        html.Footer(status(build, choice), id=ids.FOOTER, className="site-footer"),
    ]


def navigation(choice: Choice) -> list:
    """One link a page, keeping the rest of the choice."""
    return [
        dcc.Link(
            page.title(choice.lang),
            href=replace(choice, page=page.path).href,
            className="nav-link nav-here" if page.path == choice.page else "nav-link",
        )
        for page in PAGES
        if page.is_in_navigation
    ]


def languages(choice: Choice) -> list:
    """A link to the same view in the other language."""
    return [
        dcc.Link(
            html.Span(_LANGUAGE_NAMES[lang], lang=lang), href=replace(choice, lang=lang).href, className="language-link"
        )
        for lang in LANGUAGES
        if lang != choice.lang
    ]


def _signed_in(choice: Choice) -> list:
    """Who is signed in, and the way out; nothing where nobody signs in."""
    name = signed_in()
    if name is None:
        return []
    _ = words(choice.lang)
    leave = html.Form(
        html.Button(_("Sign out"), type="submit", className="link-button"), action=way_out(), method="post"
    )
    administers = html.A(_("Administration"), href="/administration")
    only_reads = html.Span(_("read only"), className="nature")
    parts = [
        html.Span(name),
        *([] if may_write() else [only_reads]),
        *([administers] if may_administer() else []),
        *([leave] if way_out() else []),
    ]
    return [html.Nav(parts, className="account-bar", **{"aria-label": _("Your account")})]


def status(build: dict[str, str], choice: Choice) -> list:
    """Version of the application, state of the data: what was read, when, under which fingerprint and licence."""
    _ = words(choice.lang)
    words_of = {
        "built_on": lambda day: _("Built on %(date)s") % {"date": text.day(day, choice.lang)},
        "cog_vintage": lambda day: _("Geography of %(date)s") % {"date": text.day(day, choice.lang)},
        "content_hash": lambda version: _("database %(version)s") % {"version": version[:8]},
    }
    parts = [f"Reliance {VERSION}", *(say(build[key]) for key, say in words_of.items() if build.get(key))]
    parts.append(
        _("Data under Licence Ouverte 2.0") if is_french(build) else _("Data under the licences of their sources")
    )
    links = [
        dcc.Link(page.title(choice.lang), href=replace(choice, page=page.path).href, className="footer-link")
        for page in PAGES
        if page.path == "/methode" or not page.is_in_navigation
    ]
    return [html.Span(" · ".join(parts)), html.Span(links, className="footer-links")]


def _of_country(build: dict[str, str], choice: Choice) -> list:
    """Of a country where isolation is not estimated: that it is not, and what the levels are there."""
    country = country_of(build)
    if country.recipe:
        return []
    sentences = [text.not_estimated(choice.lang), text.levels_here(country, choice.lang)]
    return [html.Div([html.P(sentence) for sentence in sentences], className="country", role="note")]


def _tagline(build: dict[str, str], choice: Choice) -> html.Span:
    """What the tool is about; of a database that was invented, that it was, on every page."""
    _ = words(choice.lang)
    if build.get("is_synthetic") == "1":
        return html.Span(_("Artificial data: nothing here is real"), className="artificial")
    return html.Span(_("Social isolation and the services that answer it"), className="tagline")


def register(app: Dash) -> None:
    """Links that follow the choice."""

    @app.callback(
        Output(ids.NAV, "children"),
        Output(ids.LANGUAGE, "children"),
        Input(ids.URL, "pathname"),
        Input(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def follow(path: str, query: str) -> tuple[list, list]:
        choice, _ = read(path, query)
        return navigation(choice), languages(choice)


def no_page(lang: str) -> str:
    """Title of an address that no page has."""
    _ = words(lang)
    return _("There is no page at this address")


def _not_found(choice: Choice) -> list:
    return _alone(no_page(choice.lang), [], choice)


def _alone(title: str, content: list, choice: Choice) -> list:
    """A page of a few words, and the way out of it."""
    _ = words(choice.lang)
    home = dcc.Link(_("Go to the map"), href=Choice(lang=choice.lang).href)
    parts = [html.H1(title), *(html.P(part) for part in (*content, home))]
    return [html.Div(parts, className="prose prose-alone")]
