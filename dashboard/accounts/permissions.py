"""The one table of permissions: what each address and each callback does. What is not listed, nobody may ask."""

from collections.abc import Callable, Iterable

from dashboard.accounts.roles import Action

_PAGES = "dashboard.pages"

ROUTES: dict[str, Action] = {
    # What the page is made of; it holds nothing of a space.
    "/assets/<path:filename>": Action.OPEN,
    "/static/<path:filename>": Action.OPEN,
    "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>": Action.OPEN,
    "/_favicon.ico": Action.OPEN,
    "/_root": Action.OPEN,
    # What watches the server. nginx keeps the measures inside (deploy/nginx.conf.example).
    "/healthz": Action.OPEN,
    "/readyz": Action.OPEN,
    "/metrics": Action.OPEN,
    # Signing in, and the list of one's own spaces.
    "/accounts/spaces": Action.OPEN,
    "/accounts/signin": Action.OPEN,
    "/accounts/begin": Action.OPEN,
    "/accounts/callback": Action.OPEN,
    "/accounts/signout": Action.OPEN,
    "/accounts/signedout": Action.OPEN,
    # Pages, and what they fetch by address.
    "/": Action.READ,
    "/<path:path>": Action.READ,
    "/_dash-layout": Action.READ,
    "/_dash-dependencies": Action.READ,
    "/_reload-hash": Action.READ,
    "/geo/<fingerprint>/<level>/<within>.pbf": Action.READ,
    "/contours/<version>/<region>/<level>/<code>.pbf": Action.READ,
    "/fond/<int:z>/<int:x>/<int:y>": Action.READ,
    "/services/<version>/<within>.json": Action.READ,
    "/carreaux/<version>/<level>/<code>.bin": Action.READ,
    "/noms/<version>/<level>/<within>.json": Action.READ,
    "/export/rejets.csv": Action.READ,
    "/export/sources.csv": Action.READ,
    "/export/modele/<kind>.<ending>": Action.READ,
    "/export/dictionnaire.csv": Action.READ,
    "/export/commencer.csv": Action.READ,
    "/export/commencer.docx": Action.READ,
    "/export/commencer.xlsx": Action.READ,
    "/export/plan/<name>": Action.READ,
    "/export/carte.csv": Action.READ,
    "/export/carte.gpkg": Action.READ,
    "/export/carte.xlsx": Action.READ,
    "/export/territoire/<name>.<ending>": Action.READ,
    "/export/briefing.<ending>": Action.READ,
    "/export/briefings/<job>.zip": Action.READ,
    "/export/besoin.csv": Action.READ,
    "/export/besoin.gpkg": Action.READ,
    "/export/besoin.xlsx": Action.READ,
    # What changes what is published, and who comes in.
    "/administration": Action.ADMINISTER,
    "/administration/<do>": Action.ADMINISTER,
    "/administration/files": Action.ADMINISTER,
    "/administration/steps/<job>": Action.ADMINISTER,
    "/administration/changes": Action.ADMINISTER,
    "/administration/changes.csv": Action.ADMINISTER,
    "/administration/members": Action.ADMINISTER,
    "/administration/members/remove": Action.ADMINISTER,
    "/administration/members/withdraw": Action.ADMINISTER,
    "/administration/journal": Action.ADMINISTER,
    "/administration/journal.csv": Action.ADMINISTER,
    "/administration/journal/forget": Action.ADMINISTER,
    "/administration/queue": Action.ADMINISTER,
    "/administration/queue/cancel": Action.ADMINISTER,
}
"""By rule. The address of callbacks is not here: each callback has its own line below."""

CALLBACK_ROUTE = "/_dash-update-component"

CALLBACKS: dict[str, Action] = {
    "dashboard.app:show": Action.READ,
    "dashboard.shell:follow": Action.READ,
    "dashboard.collapsible:unfold": Action.READ,
    "dashboard.search:search": Action.READ,
    f"{_PAGES}.carte.callbacks:ask": Action.READ,
    f"{_PAGES}.carte.callbacks:tabulate": Action.READ,
    f"{_PAGES}.carte.callbacks:count": Action.READ,
    f"{_PAGES}.carte.callbacks:draw": Action.READ,
    f"{_PAGES}.carte.callbacks:show_services": Action.READ,
    f"{_PAGES}.carte.callbacks:say": Action.READ,
    f"{_PAGES}.carte.callbacks:find": Action.READ,
    f"{_PAGES}.commencer.callbacks:choose": Action.READ,
    "dashboard.map_address:choose": Action.READ,
    f"{_PAGES}.besoin.callbacks:ask": Action.READ,
    f"{_PAGES}.besoin.callbacks:count": Action.READ,
    f"{_PAGES}.besoin.callbacks:draw": Action.READ,
    f"{_PAGES}.besoin.callbacks:say": Action.READ,
    f"{_PAGES}.besoin.callbacks:offer": Action.READ,
    f"{_PAGES}.besoin.callbacks:contest": Action.WRITE,
    f"{_PAGES}.territoire.callbacks:choose": Action.READ,
    f"{_PAGES}.territoire.callbacks:draw": Action.READ,
    f"{_PAGES}.territoire.callbacks:write": Action.WRITE,
    f"{_PAGES}.territoire.callbacks:withdraw": Action.WRITE,
    f"{_PAGES}.methode:refused": Action.READ,
    f"{_PAGES}.scenarios.callbacks:show": Action.READ,
    f"{_PAGES}.scenarios.callbacks:poll": Action.READ,
    f"{_PAGES}.scenarios.callbacks:go": Action.READ,
    f"{_PAGES}.scenarios.asking:departements": Action.READ,
    f"{_PAGES}.scenarios.asking:capacity": Action.READ,
    f"{_PAGES}.scenarios.asking:source": Action.READ,
    f"{_PAGES}.scenarios.callbacks:communes": Action.READ,
    f"{_PAGES}.scenarios.asking:propose": Action.WRITE,
    f"{_PAGES}.scenarios.callbacks:cancel": Action.WRITE,
    f"{_PAGES}.scenarios.editing:change": Action.WRITE,
    f"{_PAGES}.scenarios.editing:save": Action.WRITE,
    f"{_PAGES}.scenarios.editing:copy": Action.WRITE,
    f"{_PAGES}.scenarios.editing:bring": Action.WRITE,
    f"{_PAGES}.scenarios.callbacks:add": Action.WRITE,
    f"{_PAGES}.fiches.callbacks:choose": Action.READ,
    f"{_PAGES}.fiches.callbacks:follow": Action.READ,
    f"{_PAGES}.fiches.callbacks:start": Action.WRITE,
    f"{_PAGES}.fiches.callbacks:show_remark": Action.READ,
    f"{_PAGES}.fiches.callbacks:write": Action.WRITE,
    f"{_PAGES}.fiches.callbacks:cancel": Action.WRITE,
}
"""By module and name of the function that answers."""


def of_route(rule: str | None) -> Action | None:
    """What an address does; None: nobody said."""
    return ROUTES.get(rule or "")


def of_callback(function: Callable) -> Action | None:
    """What the function of a callback does; None: nobody said."""
    return CALLBACKS.get(_line(function))


def unlisted(rules: Iterable[str], functions: Iterable[Callable]) -> list[str]:
    """Addresses and callbacks of which the tables say nothing."""
    missing = [rule for rule in rules if rule != CALLBACK_ROUTE and of_route(rule) is None]
    return missing + [_line(function) for function in functions if of_callback(function) is None]


def _line(function: Callable) -> str:
    return f"{function.__module__}:{function.__name__}"
