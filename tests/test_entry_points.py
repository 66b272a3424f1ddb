"""Stages of other packages: found by their entry points, listed, in the ledger, in the version; and what is refused."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace

import pytest

from cleaners import Rule, registry
from cleaners.errors import UnusableStage
from cleaners.registry import STAGES

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "bodycopy-polls"


def installed(folder: Path, points: str) -> None:
    """Make a folder in the path look like one into which a package was installed."""
    metadata = folder / "bodycopy_polls-0.1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: bodycopy-polls\nVersion: 0.1.0\n")
    (metadata / "entry_points.txt").write_text(f"[bodycopy.stages]\n{points}\n")


def python(*arguments: str, path: tuple[Path, ...] = ()) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (*path, ROOT)))}
    return subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True, check=True)


PROGRAM = """
from cleaners import clean_text, rules, rules_version
from cleaners.matching.lint import lint_shipped
from cleaners.registry import stages
cleaned = clean_text('''A mild wind came up from the harbour on Monday, and the ferries left the quay without a delay.
Vote in our poll
The captain of the last boat said that she had never seen the water so calm in all her years on the bay.''')
print([(removal.rule, removal.text.strip(), removal.evidence) for removal in cleaned.removals])
print(rules()["PL001"].name)
families = [stage.FAMILY for stage in stages()]
print(families[families.index("comments") + 1])
print(rules_version())
"""


def test_the_example_is_a_stage_like_ours(tmp_path: Path) -> None:
    installed(tmp_path, "polls = bodycopy_polls")
    done = python("-c", PROGRAM, path=(tmp_path, EXAMPLE / "src"))
    found, name, place, version = done.stdout.splitlines()
    assert found == "[('PL001', 'Vote in our poll', 'en.prompt')]"
    assert (name, place) == ("poll-prompt", "polls")
    assert version != python("-c", "import cleaners; print(cleaners.rules_version())").stdout.strip()


def test_the_example_passes_its_own_tests_and_the_lint(tmp_path: Path) -> None:
    installed(tmp_path, "polls = bodycopy_polls")
    path = (tmp_path, EXAMPLE / "src")
    python("-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, str(EXAMPLE / "tests"), path=path)
    lint = (
        "from cleaners.matching import phrase_files, lint; import tomllib; text = phrase_files.source_of('polls');"
        "print(list(lint.lint_tables(tomllib.loads(text), 'polls.toml', text)))"
    )
    assert python("-c", lint, path=path).stdout == "[]\n"


def rule(code: str = "PL001") -> Rule:
    return Rule(code, "poll-prompt", "polls", "The line only asks readers to vote.", "likely", "Vote", "They vote.")


def stage(**values: object) -> SimpleNamespace:
    return SimpleNamespace(**{"FAMILY": "polls", "RULES": (rule(),), "find": lambda doc: iter(()), **values})


@pytest.fixture
def order(monkeypatch: pytest.MonkeyPatch):
    """The order of the families with stages of other packages, by the names of their entry points."""

    def ordered(**stages: object) -> list[str]:
        points = [EntryPoint(name, "bodycopy_polls", "bodycopy.stages") for name in sorted(stages)]
        monkeypatch.setattr(registry, "stage_points", lambda: points)
        monkeypatch.setattr(EntryPoint, "load", lambda point: stages[point.name])
        return [each.FAMILY for each in registry.stages.__wrapped__()]

    return ordered


def test_without_a_place_a_stage_runs_behind_the_last_that_looks_at_lines(order) -> None:
    families = order(polls=stage())
    assert families.index("polls") == families.index("share") + 1
    assert len(families) == len(STAGES) + 1


def test_two_stages_of_one_place_run_in_the_order_of_their_names(order) -> None:
    families = order(b=stage(FAMILY="b", after="ads"), a=stage(FAMILY="a", after="ads", RULES=(rule("PL002"),)))
    assert families[families.index("ads") + 1 :][:2] == ["a", "b"]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"FAMILY": "credits"}, "has the family 'credits', which is taken; rename it"),
        ({"RULES": (rule("PC001"),)}, "has the rule PC001, which is taken; give it another code"),
        ({"RULES": (rule("WS001"),)}, "has the rule WS001, which is taken"),
        ({"after": "comment"}, "runs after 'comment', which is no family; there are: decisions, extraction, front_matter"),
    ],
)
def test_a_stage_that_gets_in_the_way_is_refused(order, values: dict[str, object], message: str) -> None:
    with pytest.raises(UnusableStage) as error:
        order(polls=stage(**values))
    assert message in str(error.value)


def test_what_is_no_stage_is_refused(order) -> None:
    with pytest.raises(UnusableStage, match="is no stage; it has to have FAMILY, RULES and find"):
        order(polls=SimpleNamespace(FAMILY="polls"))
