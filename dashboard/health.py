"""What watches the server asks: is it alive, may it be given readers, and its measures."""

import logging
import os
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import REGISTRY
from sqlalchemy.exc import DBAPIError

from dashboard.facts import Facts
from geodata.errors import GeodataError
from geodata.store import Store
from geodata.workspace import JobState, Workspace

_SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""Folder in which the processes of one server add up their measures; gunicorn.conf.py makes it."""

_ANSWERS = Counter("reliance_answers_total", "Answers, by method and status.", ["method", "status"])
_SECONDS = Histogram(
    "reliance_answer_seconds", "Seconds to answer.", ["route"], buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30)
)


def register(server: Flask, facts: Facts) -> None:
    """Add the addresses, and measure every answer."""

    @server.get("/healthz")
    def alive() -> Response:
        return _answer({"database": _problem(facts.store.version)})

    @server.get("/readyz")
    def ready() -> Response:
        return _answer({"database": _problem(facts.store.version), "workspace": _problem(facts.workspace.check)})

    _measure(server, [facts.workspace])


def register_front(server: Flask, spaces: Mapping[str, tuple[Store, Workspace]]) -> None:
    """The same for a server of several spaces, one line each: one that fails takes no reader from the others."""

    @server.get("/healthz")
    def alive() -> Response:
        return _answer({name: _problem(store.version) for name, (store, _) in spaces.items()}, all)

    @server.get("/readyz")
    def ready() -> Response:
        problems = {name: _problem(s.version) or _problem(w.check) for name, (s, w) in spaces.items()}
        return _answer(problems, all)

    _measure(server, [workspace for _, workspace in spaces.values()])


def _measure(server: Flask, workspaces: Iterable[Workspace]) -> None:
    """Measure every answer, and tell."""

    @server.get("/metrics")
    def metrics() -> Response:
        registry = REGISTRY
        if _SHARED in os.environ:
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)
        body = generate_latest(registry) + _of_queues(workspaces)
        return Response(body, content_type=CONTENT_TYPE_LATEST)

    @server.after_request
    def measured(answer: Response) -> Response:
        _ANSWERS.labels(request.method, answer.status_code).inc()
        route = request.url_rule.rule if request.url_rule else "none"
        _SECONDS.labels(route).observe(time.perf_counter() - g.started)
        return answer


def _problem(ask: Callable[[], object]) -> str:
    """Nothing when `ask` answers; else the kind of its error: the whole is in the log, these addresses are open."""
    try:
        ask()
    except (GeodataError, DBAPIError) as error:
        logging.getLogger(__name__).warning("health: %s", error)
        return type(error).__name__
    return ""


def _answer(problems: dict[str, str], is_down: Callable[[Iterable], bool] = any) -> Response:
    lines = [f"{part}: {problem or 'ok'}" for part, problem in problems.items()]
    answer = Response("\n".join(lines) + "\n", 503 if is_down(problems.values()) else 200, mimetype="text/plain")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _of_queues(workspaces: Iterable[Workspace]) -> bytes:
    counted: dict[str, int] = dict.fromkeys(JobState, 0)
    for workspace in workspaces:
        with suppress(GeodataError):
            for state, count in workspace.jobs.counts().items():
                counted[state] += count
    head = "# HELP reliance_jobs Computations and batches, by state.\n# TYPE reliance_jobs gauge\n"
    return (head + "".join(f'reliance_jobs{{state="{s}"}} {counted[s]}\n' for s in JobState)).encode()
