"""The documentation says what the code does."""

import doctest
import re
import shutil
import tomllib
from pathlib import Path

import pytest

from geodata import dictionary
from geodata.version import VERSION
from tests.dashboard import synthetic
from tests.spec import __main__ as methode

ROOT = Path(__file__).parents[1]


def test_the_dictionary_is_the_generated_one():
    written = (ROOT / "docs/dictionary.md").read_text(encoding="utf-8")
    assert written == dictionary.markdown(), "run: make docs"


def test_the_method_page_is_the_generated_one():
    written = (ROOT / "docs/methode.md").read_text(encoding="utf-8")
    assert written == methode.page(), "run: make docs"


def test_each_line_of_where_to_change_what_names_a_place():
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = page.partition("## Where to change what")[2].partition("\n## ")[0]
    lines = [line.split("|")[1:3] for line in table.splitlines() if line.startswith("|")][2:]
    assert len(lines) >= 10
    places = {change: re.findall(r"`((?:etl|geodata|dashboard)/[^`]+)`", where) for change, where in lines}
    assert [change for change, named in places.items() if not named] == []
    assert [path for named in places.values() for path in named if not (ROOT / path).exists()] == []


def test_the_page_on_sheets_names_headings_of_sheets():
    named = re.findall(r"« ([^»]+) »", (ROOT / "docs/sheets.md").read_text(encoding="utf-8"))
    known = (ROOT / "dashboard/locale/fr/LC_MESSAGES/briefing.po").read_text(encoding="utf-8")
    assert len(named) > 8 and [name for name in named if f'msgstr "{name}"' not in known] == []


PAGES = ["README.md", "CONTRIBUTING.md", "GLOSSARY.md", *sorted(ROOT.glob("docs/**/*.md"))]


@pytest.mark.parametrize("page", PAGES)
def test_links_and_named_files_exist(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    folder = (ROOT / page).parent
    links = [target for target in re.findall(r"\]\(([^)#\s]+)\)", text) if not target.startswith("http")]
    files = re.findall(r"`((?:etl|geodata|dashboard|docs|tests|benchmarks)/[\w./-]+\.\w+)`", text)
    missing = [t for t in links if not (folder / t).exists()] + [f for f in files if not (ROOT / f).exists()]
    assert not missing


EXAMPLES = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", [page for page in PAGES if "```python" in (ROOT / page).read_text(encoding="utf-8")])
def test_examples_in_python_run_and_answer_what_is_written(page, once, tmp_path, monkeypatch):
    """Each page on the invented country, one example after the other, as a reader types them."""
    examples = EXAMPLES.findall((ROOT / page).read_text(encoding="utf-8"))
    assert examples and all(example.startswith(">>> ") for example in examples)
    (tmp_path / "var").mkdir()
    shutil.copy(once.file("invented.gpkg", synthetic.write), tmp_path / "var" / "isolation.gpkg")
    monkeypatch.chdir(tmp_path)
    test = doctest.DocTestParser().get_doctest("\n".join(examples), {}, page, page, 0)
    told: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.FAIL_FAST).run(test, out=told.append)
    assert not told, "".join(told)


def test_every_make_target_of_the_readme_exists():
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    asked = set(re.findall(r"`make ([\w-]+)`", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert asked and asked <= targets


@pytest.mark.parametrize("requirements", sorted(path.name for path in ROOT.glob("requirements*.txt")))
def test_every_dependency_is_pinned_and_justified(requirements):
    lines = (ROOT / requirements).read_text(encoding="utf-8").splitlines()
    wrong = [line for line in lines if line and not re.match(r"#|-r |[\w-]+==[\w.]+ +# \w", line)]
    assert not wrong


def test_the_project_names_no_package_index_host():
    text = "".join(p.read_text(encoding="utf-8") for p in [ROOT / "Makefile", *ROOT.glob("*.txt"), *ROOT.glob(".ci/*")])
    assert "index-url" not in text and "://" not in text
    locked = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in locked and "registry" not in locked


def test_the_version_is_written_in_one_way():
    cited = re.search(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert cited[1] == VERSION
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "geodata.version.VERSION"}
    assert VERSION in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
