"""The documentation says what the code does. Recipes and the tutorial have tests of their own."""

from __future__ import annotations

import re
import runpy
import shlex
import tomllib
from pathlib import Path

import pytest
import typer

import bodycopy
from cleaners import Settings, clean_text, rules
from cleaners.config_file import POLICIES, _File
from cleaners.memory.writer import write_memory
from cleaners.reference import markdown
from flows import rule_files
from flows.cli.app import app

ROOT = Path(__file__).parent.parent
NAVIGATION = re.findall(r"^ +- .*?([\w-]+\.md)$", (ROOT / "mkdocs.yml").read_text("utf-8"), re.MULTILINE)
README = (ROOT / "README.md").read_text("utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def page(name: str) -> str:
    """The text of a page in docs/."""
    return (ROOT / "docs" / f"{name}.md").read_text("utf-8")


def test_the_reference_is_current() -> None:
    assert (ROOT / "docs" / "rules.md").read_text("utf-8") == markdown(), "run: bodycopy rules --markdown > docs/rules.md"


def test_the_picture_of_the_rooms_is_current() -> None:
    draw = runpy.run_path(str(ROOT / "docs" / "draw_architecture.py"))["svg"]
    assert draw() == (ROOT / "docs" / "architecture.svg").read_text("utf-8"), "run: make picture"


def test_the_picture_of_the_terminal_is_current_and_loads_nothing() -> None:
    explain = runpy.run_path(str(ROOT / "docs" / "make_pictures.py"))["explain"]
    picture = (ROOT / "docs" / "pictures" / "explain.svg").read_text("utf-8")
    assert explain() == picture, "run: python docs/make_pictures.py explain"
    assert not re.search(r"@font-face|(?:href|src)=|url\((?!#)", picture)


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/architecture.md"])
def test_every_file_that_a_page_names_exists(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    named = set(re.findall(r"`((?:bodycopy|cleaners|flows|benchmarks|tests|docs|examples)/[\w/.-]+)`", text))
    assert {name for name in named if not (ROOT / name).exists() and "polls" not in name} == set()  # which a reader writes


def test_the_citation_is_of_this_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"\nversion: {project['version']}\nlicense: {project['license']}\n" in citation


def test_every_rule_that_the_readme_names_exists() -> None:
    named = set(re.findall(r"\b[A-Z]{2}\d{3}\b", README))
    assert {code for code in named if not code.startswith("U")} <= set(rules())  # U: a user's


def test_the_rule_file_on_the_page_does_what_it_says(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", page("own-rules"), re.DOTALL)
    (tmp_path / "bodycopy.toml").write_text(example)
    settings = Settings.from_toml(tmp_path / "bodycopy.toml")
    story = "The ferry to the islands left the quay on Monday without a delay, and nobody on board was late for work."
    text = f"The Example Times, since 1901\n{story}\nAll the news of the harbour"
    assert [r.rule for r in clean_text(text, settings=settings).removals] == ["US001"]
    assert [r.rule for r in clean_text(text, settings=settings, url="https://example.com/1").removals] == ["US001", "OW001"]
    assert rule_files.lint(tmp_path / "bodycopy.toml")[0] == []


def test_the_page_on_own_rules_names_every_key_and_policy() -> None:
    named = set(re.findall(r"`([a-z-]+)`", page("own-rules")))
    assert set(POLICIES) <= named
    assert {field.alias or name for name, field in _File.model_fields.items()} <= named


def test_the_reference_of_commands_names_every_verb() -> None:
    verbs = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    named = set(re.findall(r"^bodycopy ([a-z-]+)", page("commands"), re.MULTILINE))
    assert named == verbs.keys(), "name it in docs/commands.md"


def test_the_reference_of_python_names_all_that_is_public() -> None:
    assert set(re.findall(r"^::: [\w.]+\.(\w+)$", page("api"), re.MULTILINE)) == set(bodycopy.__all__)


@pytest.mark.parametrize("page", ["README.md", "docs/api.md"])
def test_the_python_of_a_page_runs(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program, *_ = re.findall(r"^```python\n(.*?)^```", (ROOT / page).read_text("utf-8"), re.DOTALL | re.MULTILINE)
    monkeypatch.chdir(tmp_path)
    with write_memory("memory.sqlite"):
        pass
    news = ROOT / "examples" / "news" / "www.example.org"
    known = {"text": (news / "train.txt").read_text("utf-8"), "page": (news / "page.html").read_text("utf-8")}
    exec(program, known)
    assert known["cleaned"].articles[0].title == "Train stops for a fallen tree"  # type: ignore[attr-defined]


def test_the_readme_is_short_enough_to_be_read() -> None:
    assert len(README.splitlines()) <= 160


def test_every_file_that_the_readme_names_exists() -> None:
    for path in re.findall(r"`((?:cleaners|flows|tests|samples|benchmarks|docs)/[\w./-]*)`", README):
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_on_the_pages_can_be_given_like_that(page: Path) -> None:
    blocks = re.findall(r"^```(?:sh)?\n(.*?)^```", page.read_text("utf-8").replace("\\\n", " "), re.DOTALL | re.MULTILINE)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("bodycopy ")]
    for line in lines:
        verb, *arguments = shlex.split(line, comments=True)[1:]
        command = typer.main.get_command(app).commands[verb]  # type: ignore[attr-defined]
        try:
            command.make_context(verb, arguments)
        except Exception as error:  # click's, wherever typer keeps it
            pytest.fail(f"{line}: {error}")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_between_the_pages_leads_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / link).exists(), link


def test_the_navigation_of_the_site_names_every_page_once() -> None:
    beside = {"index.md", "contributing.md", "security.md", "changelog.md"}
    assert sorted(NAVIGATION) == sorted(beside | {page.name for page in (ROOT / "docs").glob("*.md")}), "name it in mkdocs.yml"
