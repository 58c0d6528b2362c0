"""The page on architecture draws the rooms and what they lean on as the code has them."""

import re

import grimp
import pytest

from tests.conftest import PROJECT
from tests.test_architecture import PACKAGES

PAGE = (PROJECT / "docs/architecture.md").read_text(encoding="utf-8")
ROOMS = {f"{package}.{path.parent.name}" for package in PACKAGES for path in (PROJECT / package).glob("*/__init__.py")}


@pytest.fixture(scope="module")
def arrows() -> set[tuple[str, str]]:
    """Which room imports which, inside one package; modules at its top are no room."""
    graph = grimp.build_graph(*PACKAGES, exclude_type_checking_imports=True, cache_dir=None)
    found = set()
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            ends = room(module), room(imported)
            if ROOMS.issuperset(ends) and ends[0] != ends[1] and module.split(".")[0] == imported.split(".")[0]:
                found.add(ends)
    return found


def room(module: str) -> str:
    return ".".join(module.split(".")[:2])


def test_every_arrow_is_an_import_and_every_import_an_arrow(arrows):
    drawn = re.findall(r"^  ([\w.]+) --> ([\w.]+)$", PAGE, re.MULTILINE)
    assert len(drawn) == len(set(drawn)) > 20
    assert set(drawn) == arrows


def test_rooms_that_lean_on_each_other_are_named(arrows):
    mutual = {ends for ends in arrows if ends[::-1] in arrows}
    paragraph = next(part for part in PAGE.split("\n\n") if "lean on each other" in part)
    named = re.findall(r"`([\w.]+)` and `([\w.]+)`", paragraph)
    assert {ends for one, other in named for ends in ((one, other), (other, one))} == mutual


def test_every_room_is_described():
    described = re.findall(r"^\| `([\w.]+)` \|", PAGE, re.MULTILINE)
    assert sorted(described) == sorted(ROOMS)
