"""What makes docs/ a site whole: pages of the root of the repository, the decisions, links to what is no page."""

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
OF_THE_ROOT = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "GLOSSARY.md": "glossary.md",
    "CHANGELOG.md": "changelog.md",
    # docs/ has a security.md of its own.
    "SECURITY.md": "weaknesses.md",
}
NO_PAGE = re.compile(r"\[([^\]]+)\]\((?:docs/decisions|LICENSE|etl/[\w/.]+)\)")
"""A folder, the licence, a table of the code: named in the site, without a link."""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """List the decisions, which have numbers, in the navigation."""
    decisions = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("*.md"))
    next(part for part in config.nav if "Decisions" in part)["Decisions"] = [f"decisions/{name}" for name in decisions]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages of the root, as they stand there but for their links."""
    for name, page in OF_THE_ROOT.items():
        text = NO_PAGE.sub(r"\1", (ROOT / name).read_text(encoding="utf-8")).replace("](docs/", "](")
        files.append(File.generated(config, page, content=linked(text)))
    return files


def on_page_markdown(markdown: str, **_: object) -> str:
    """Pages of docs/ name those of the root as they lie in the repository."""
    return linked(markdown)


def linked(text: str) -> str:
    """Links to files of the root made links to their pages."""
    for name, page in OF_THE_ROOT.items():
        text = text.replace(f"](../{name})", f"]({page})").replace(f"]({name})", f"]({page})")
    return text
