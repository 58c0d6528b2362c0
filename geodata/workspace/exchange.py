"""A plan as one JSON file that another workspace can read, with every version, and the other way round."""

import json
from collections.abc import Callable

from geodata.errors import BadInput
from geodata.workspace.fields import CONTENT
from geodata.workspace.records import SavedPlan, Version
from geodata.workspace.workspace import Workspace

FORMAT = "reliance-plan-1"

MOST_VERSIONS = 500
MOST_CHARACTERS = 6_000_000
"""Of a file: a version of a plan is some 5,000 characters."""


def export_json(workspace: Workspace, plan: str) -> str:
    """The plan and its versions. Raises `UnknownRecord`."""
    record = workspace.plans.get(plan)
    # A computation belongs to the workspace that runs it.
    content = {key: value for key, value in record.content.items() if key != "job"}
    versions = [
        {
            "version": saved.version,
            "name": saved.name,
            "is_decided": saved.is_decided,
            "justification": saved.justification,
            "saved_on": saved.saved_on,
            "saved_by": saved.saved_by,
            "content": saved.content,
        }
        for saved in workspace.plans.versions(plan)
    ]
    document = {"format": FORMAT, "name": record.name, "content": content, "versions": versions}
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)


def import_json(
    workspace: Workspace, text: str, *, who: str, check: Callable[[dict], object] = lambda content: None
) -> SavedPlan:
    """A new plan from `export_json`: its versions become versions of the copy, in the same order, with their own
    justification. All of it is written by `who` imports it: whom the file names is told in the journal, and no more.
    `check` reads each content and raises what it cannot read.

    Raises `BadInput` listing every problem of the file; nothing is written then.
    """
    document = _read(text)
    for content in (document["content"], *(saved["content"] for saved in document["versions"])):
        check(content)
    brought = tuple(
        Version(
            plan="",
            version=number,
            name=saved["name"],
            is_decided=saved["is_decided"],
            justification=saved["justification"],
            saved_on=str(saved.get("saved_on", ""))[:40],
            saved_by=saved["saved_by"],
            content=saved["content"],
        )
        for number, saved in enumerate(document["versions"], start=1)
    )
    return workspace.plans.bring(document["name"], document["content"], brought, who=who)


def _read(text: str) -> dict:
    if len(text) > MOST_CHARACTERS:
        raise BadInput(f"the file is longer than {MOST_CHARACTERS:,} characters.")
    try:
        document = json.loads(text)
    except RecursionError:
        raise BadInput("the file is nested too deep to be a plan.") from None
    except json.JSONDecodeError as error:
        raise BadInput(
            f"the file is not JSON: {error.msg}, line {error.lineno}. Give back the file as exported."
        ) from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise BadInput(f"the file is not a plan of this application: « format » must be {FORMAT}.")
    problems = [*_content_problems("content", document.get("content"))]
    if not _is_text(document.get("name")):
        problems.append("name: a text is expected")
    versions = document.get("versions")
    if not isinstance(versions, list):
        problems.append("versions: a list is expected")
        versions = []
    if len(versions) > MOST_VERSIONS:
        raise BadInput(f"the plan has {len(versions):,} versions: {MOST_VERSIONS} at most are imported.")
    for number, saved in enumerate(versions, start=1):
        problems += [f"versions[{number}].{problem}" for problem in _version_problems(saved)]
    if problems:
        raise BadInput("the plan cannot be imported: " + "; ".join(problems) + ".")
    return document


def _version_problems(saved: object) -> list[str]:
    if not isinstance(saved, dict):
        return ["an object is expected"]
    problems = [f"{key}: a text is expected" for key in ("name", "saved_by") if not _is_text(saved.get(key))]
    if not isinstance(saved.get("is_decided"), bool):
        problems.append("is_decided: true or false is expected")
    if not isinstance(saved.get("justification"), str):
        problems.append("justification: a text is expected")
    elif saved.get("is_decided") and not saved["justification"].strip():
        problems.append("justification: a decided plan has one")
    return problems + _content_problems("content", saved.get("content"))


def _content_problems(where: str, content: object) -> list[str]:
    if not isinstance(content, dict):
        return [f"{where}: an object is expected"]
    return [f"{where}.{key} is missing" for key in CONTENT if key not in content]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
