"""Writes the method page: `python -m tests.spec > docs/methode.md`."""

import ast
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from geodata.access_model import CATCHMENT_MIN, SIGMA_MIN
from geodata.joint import ASSUMPTIONS
from geodata.minutes import FLIP_MINUTES, ROAD_MINUTES, SHARE_MINUTES
from geodata.need.reach import FLIP_QUARTERS
from geodata.survey import DEFAULT, DEFINITIONS, Definition, slope_of_workers
from geodata.survey_rates import Published, SurveyRate
from geodata.threshold import FLIP_THRESHOLDS
from geodata.waves import posterior

FOLDER = Path(__file__).parent


def page() -> str:
    """The prose with the survey table, the assumptions and the worked examples in their places."""
    prose = (FOLDER / "methode.md").read_text(encoding="utf-8")
    worker, other = np.exp(posterior().of(["social worker", "social other"]).mean)
    slope, slope_sd = slope_of_workers(DEFAULT)
    return prose.format(
        worker=worker,
        other=other,
        slope=slope,
        slope_sd=slope_sd,
        survey="\n\n".join(_definition(definition) for definition in DEFINITIONS),
        share_minutes=_listed(SHARE_MINUTES),
        flip_thresholds=_listed([100 * line for line in FLIP_THRESHOLDS]),
        flip_minutes=_listed(FLIP_MINUTES),
        flip_quarters=f"{100 * min(FLIP_QUARTERS):g} to {100 * max(FLIP_QUARTERS):g}",
        road_minutes=ROAD_MINUTES,
        catchment=CATCHMENT_MIN,
        sigma=SIGMA_MIN,
        assumptions="\n".join(f"- {a.text} *({a.kind})*" for a in ASSUMPTIONS),
        examples="\n\n".join(_examples(path) for path in sorted(FOLDER.glob("test_*.py"))),
    )


def _listed(numbers: Sequence[float]) -> str:
    return ", ".join(f"{number:g}" for number in numbers[:-1]) + f" and {numbers[-1]:g}"


def _definition(definition: Definition) -> str:
    share, sd = f"{definition.share:.1%}", f"{100 * definition.share_sd:.1f} points"
    head = (
        f"### {definition.title_en}\nResidents aged {definition.min_age} and over; national share {share}, "
        f"standard deviation {sd} ({definition.share_kind}). {definition.note}\n\nSource: {definition.source}.\n"
    )
    if not definition.rates:
        return head
    rows = [_rate(rate) for rate in definition.rates]
    table = ["| Factor | Category | Ratio to national | log-SD | Published rates | Kind |", "|---|---|---|---|---|---|"]
    return "\n".join([head, *table, *rows])


def _rate(rate: SurveyRate) -> str:
    published = ", ".join(_published(p) for p in rate.published) or "—"
    return f"| {rate.factor} | {rate.category} | {rate.ratio:.2f} | {rate.log_sd:.2f} | {published} | {rate.kind} |"


def _published(rate: Published) -> str:
    """Rate of the category / national rate of the wave, in percent, the wave, and the wider band that was printed."""
    told = ", ".join(filter(None, (rate.wave, rate.band)))
    if rate.reading == "equal":
        return f"no difference found ({told})"
    return f"{100 * rate.rate:.3g}/{100 * rate.national:.3g} % ({told})"


def _examples(path: Path) -> str:
    module = ast.parse(path.read_text(encoding="utf-8"))
    lines = [f"### {ast.get_docstring(module).splitlines()[0]}"]
    for node in module.body:
        if isinstance(node, ast.ClassDef):
            lines += ["", f"**{_words(node)}**"]
            lines += [f"- {_words(test)}" for test in node.body if _is_test(test)]
        elif _is_test(node):
            lines.append(f"- {_words(node)}")
    return "\n".join(lines)


def _is_test(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name.startswith("test_")


def _words(node: ast.ClassDef | ast.FunctionDef) -> str:
    """First paragraph of the docstring on one line, else the name in words."""
    text = ast.get_docstring(node) or node.name.removeprefix("test_").replace("_", " ")
    return " ".join(text.split("\n\n")[0].split())


if __name__ == "__main__":
    print(page(), end="")
