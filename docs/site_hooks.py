"""What MkDocs does beyond its plugins: the pages beside `docs/` (README, CONTRIBUTING …) belong to the site as well.

Links are written as the repository needs them: `docs/rules.md` in the README, `../SECURITY.md` in `docs/`. Here they become
links between pages of the site. A link to what is no page, such as a folder of code, becomes its words.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import griffe
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
PAGES = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "CHANGELOG.md": "changelog.md",
}
"""The pages beside `docs/`, and what they are called in the site."""
LINK = re.compile(r"(!?)\[([^\]]*)\]\((?![a-z]+:|#)([^)#\s]+)(#[^)\s]*)?\)")
DOCTEST = re.compile(r"^>>> .*(?:\n(?!\n).+)*", re.MULTILINE)


class Doctests(griffe.Extension):
    """Examples in docstrings are code, wherever they stand."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Put fences around the examples of a docstring."""
        if obj.docstring:
            obj.docstring.value = DOCTEST.sub(r"```pycon\n\g<0>\n```", obj.docstring.value)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages beside `docs/` to the files of the site."""
    for name, page in PAGES.items():
        files.append(File.generated(config, page, abs_src_path=str(ROOT / name)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001 - MkDocs gives all four
    """Turn a page's links into links of the site."""
    folder = ROOT if page.file.src_uri in PAGES.values() else ROOT / "docs"

    def linked(found: re.Match[str]) -> str:
        mark, words, target, anchor = found.groups(default="")
        path = (folder / target).resolve().relative_to(ROOT).as_posix()
        name = PAGES.get(path, path.removeprefix("docs/"))
        return f"{mark}[{words}]({name}{anchor})" if files.get_file_from_path(name) else words

    return LINK.sub(linked, markdown)
