"""Rule files on the command line and in the flow."""

from dataclasses import replace
from pathlib import Path

import pytest
from helpers.command import bodycopy

from cleaners import Profile, Settings
from flows import rule_files
from flows.options import RunOptions
from flows.runner.job import job_for
from flows.sinks import Files

STORY = "The minister said on Monday that the talks would go on for a week in the old town hall by the river."
RULES = """
[rules.UH001]
name = "house-line"
confidence = "sure"
[phrases.any.house]
rule = "UH001"
pattern = 'Harbour Times'
hit = ["Harbour Times"]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a story and a rule file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bodycopy.toml").write_text(RULES)
    (tmp_path / "a.txt").write_text(f"Harbour Times\n{STORY}\nPhoto: Reuters")
    return tmp_path


def test_a_file_in_this_folder_acts(folder: Path) -> None:
    assert bodycopy("clean", "a.txt") == (0, STORY + "\n", "")


def test_the_option_names_another(folder: Path) -> None:
    (folder / "other.toml").write_text('ignore = ["PC"]')
    assert bodycopy("clean", "a.txt", "--rules", "other.toml")[1] == f"Harbour Times\n\n{STORY}\n\nPhoto: Reuters\n"


def test_options_go_before_the_file_and_ignore_is_added(folder: Path) -> None:
    (folder / "bodycopy.toml").write_text(RULES + '[sites."example.com"]\nprofile = "thorough"\nignore = ["AD"]\n')
    given = rule_files.settings(rule_files.found(None))
    told = rule_files.chosen(given, profile=Profile.CAREFUL, ignore={"PC"}, language=None, review_below=0.2)
    assert (told.profile, told.ignore, told.review_below) == (Profile.CAREFUL, {"PC"}, 0.2)
    site = told.for_address("https://example.com/")
    assert (site.profile, site.ignore, site.review_below) == (Profile.CAREFUL, {"AD", "PC"}, 0.2)
    assert rule_files.chosen(Settings()) == Settings()
    options = RunOptions(rules="bodycopy.toml", review_below=0.2)
    settings = job_for(Files(folder), options).settings
    assert (settings.review_below, settings.suggestions) == (0.2, True)
    silent = job_for(Files(folder), replace(options, suggestions=False)).settings
    assert not silent.suggestions
    assert not silent.for_address("https://example.com/").suggestions


def test_own_rules_are_listed_explained_and_ignored(folder: Path) -> None:
    assert "house-line" in bodycopy("rules", "UH001")[1]
    assert "[-Harbour Times-]{UH001}" in bodycopy("clean", "a.txt", "--explain")[1]
    assert bodycopy("clean", "a.txt", "--ignore", "UH")[1].startswith("Harbour Times\n")


@pytest.mark.usefixtures("phrases_proven")
def test_lint_proves_own_phrases_with_their_place(folder: Path) -> None:
    assert bodycopy("rules", "--lint")[0] == 0
    (folder / "bodycopy.toml").write_text(RULES.replace('["Har', '["Far'))
    code, out, _ = bodycopy("rules", "--lint")
    assert code == 3
    assert out.startswith("bodycopy.toml:5: [any.house] must match 'Farbour Times' (hit), and does not\n")


@pytest.mark.parametrize("verb", [("clean", "a.txt"), ("run", "a.txt", "--out", "out"), ("rules",), ("rules", "--lint")])
def test_what_is_wrong_ends_each_verb_with_its_line(folder: Path, verb: tuple[str, ...]) -> None:
    (folder / "bodycopy.toml").write_text('ignore = ["PC01"]')
    code, _, err = bodycopy(*verb)
    assert code == 1
    assert 'bodycopy.toml:1: unknown rule "PC01"; did you mean "PC001"? \'bodycopy rules\' lists them all' in err
