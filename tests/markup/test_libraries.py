"""A library that judges pages and is missing is an error that says what to install, never a quieter result."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from importlib.metadata import PackageNotFoundError

import pytest

from cleaners import clean_html, version
from cleaners.markup import trafilatura_rules

PAGE = (
    "<title>Ferry</title><article>" + "<p>The ferry left the quay on Monday without a delay, they said.</p>" * 3 + "</article>"
)
PROGRAM = "import sys\nsys.modules[{missing!r}] = None\nfrom cleaners import clean_html\nprint(clean_html({page!r}))"


def without(missing: str) -> subprocess.CompletedProcess[str]:
    """What a program gives that cannot import a module."""
    program = PROGRAM.format(missing=missing, page=PAGE)
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("library", ["trafilatura", "justext", "htmldate"])
def test_a_missing_library_is_named(library: str) -> None:
    done = without(library)
    assert done.returncode == 1
    assert "cannot be loaded" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("cleaners.errors.MissingLibrary: ")
    assert "; pip install --upgrade " in done.stderr.splitlines()[-1]


def test_the_vote_needs_no_cleaner_of_lxml() -> None:
    assert without("lxml_html_clean").stdout == f"{clean_html(PAGE)}\n"


def test_a_vote_that_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise ValueError("no")

    monkeypatch.setattr(trafilatura_rules, "extract", fails)
    assert "judged without trafilatura's vote: it failed on this page (ValueError)" in (clean_html(PAGE).review or "")


def test_a_page_of_too_many_elements_says_that_nobody_voted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cleaners.markup.trafilatura_vote._MAX_ELEMENTS", 3)
    assert "judged without trafilatura's vote: 7 elements, " in (clean_html(PAGE).review or "")


@pytest.mark.parametrize("library", ["trafilatura", "justext", "lxml-html-clean", "lxml", "htmldate"])
def test_the_version_of_the_rules_knows_the_libraries_that_decide(monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    def installed(name: str) -> str:
        if name == library:
            raise PackageNotFoundError
        return importlib.metadata.version(name)

    whole = version.rules_version.__wrapped__()
    monkeypatch.setattr(version, "version", installed)
    assert version.rules_version.__wrapped__() != whole
