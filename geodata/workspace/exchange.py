"""A plan as one JSON file that another workspace can read, with every version, and the other way round."""

import json
from collections.abc import Callable

from geodata.errors import BadInput
from geodata.workspace.records import SavedPlan
from geodata.workspace.workspace import CONTENT, Workspace

FORMAT = "reliance-plan-1"


def export_json(workspace: Workspace, plan: str) -> str:
    """The plan and its versions. Raises `UnknownRecord`."""
    found = workspace.plans.get(plan)
    # A computation belongs to the workspace that runs it.
    content = {key: value for key, value in found.content.items() if key != "job"}
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
    document = {"format": FORMAT, "name": found.name, "content": content, "versions": versions}
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)


def import_json(
    workspace: Workspace, text: str, *, who: str, check: Callable[[dict], object] = lambda content: None
) -> SavedPlan:
    """A new plan from `export_json`: its versions become versions of the copy, in the same order, with their own
    justification; who imports it is written in the journal. `check` reads each content and raises what it cannot read.

    Raises `BadInput` listing every problem of the file; nothing is written then.
    """
    document = _read(text)
    for content in (document["content"], *(saved["content"] for saved in document["versions"])):
        check(content)
    plan = workspace.plans.create(document["name"], document["content"], who=who)
    for saved in document["versions"]:
        plan = workspace.plans.write(plan.id, saved["content"], revision=plan.revision, who=saved["saved_by"])
        workspace.plans.save(
            plan.id,
            revision=plan.revision,
            who=saved["saved_by"],
            name=saved["name"],
            justification=saved["justification"],
            is_decided=saved["is_decided"],
        )
        plan = workspace.plans.get(plan.id)
    if plan.content != document["content"]:
        plan = workspace.plans.write(plan.id, document["content"], revision=plan.revision, who=who)
    return plan


def _read(text: str) -> dict:
    try:
        document = json.loads(text)
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
    for number, saved in enumerate(versions, start=1):
        problems += [f"versions[{number}].{problem}" for problem in _version_problems(saved)]
    if problems:
        raise BadInput("the plan cannot be imported: " + "; ".join(problems) + ".")
    return document


def _version_problems(saved) -> list[str]:
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


def _content_problems(where: str, content) -> list[str]:
    if not isinstance(content, dict):
        return [f"{where}: an object is expected"]
    return [f"{where}.{key} is missing" for key in CONTENT if key not in content]


def _is_text(value) -> bool:
    return isinstance(value, str) and bool(value.strip())
