"""Modules may be imported in any order, and a folder of somebody's that is called as ours is told of in a line."""

import ast
import os
import runpy
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import bodycopy
import cleaners

ROOT = Path(__file__).parents[1]
DRAWING = runpy.run_path(str(ROOT / "docs" / "draw_architecture.py"))
MODULES = DRAWING["modules"]()
NEEDS = {name: frozenset(DRAWING["imports"](file, MODULES)) - {name} for name, file in MODULES.items()}
"""What each module imports of ours, anywhere in it: at once, later, or for its types alone."""

STAGES_KNOW = {
    "beside_story", "decisions", "disk_cache", "document", "knowledge", "ledger", "line", "line_model", "markdown", "markup",
    "matching", "memory", "metadata", "models", "places", "rule", "stages", "story_boundaries", "story_elements", "tail_model",
    "text",
}  # fmt: skip
"""The rooms and files of `cleaners` that stages may use."""
FLOWS_KNOW = {
    "cleaners", "cleaners.account.account", "cleaners.account.findings", "cleaners.account.margins", "cleaners.collector",
    "cleaners.confidence",
    "cleaners.config_file", "cleaners.decision_file",
    "cleaners.decisions", "cleaners.errors", "cleaners.knowledge", "cleaners.ledger", "cleaners.line",
    "cleaners.markdown.view", "cleaners.matching.lint", "cleaners.matching.phrase_files", "cleaners.matching.phrases",
    "cleaners.memory.document_record", "cleaners.memory.openings",
    "cleaners.memory.places", "cleaners.memory.reader", "cleaners.memory.schema",
    "cleaners.memory.segments", "cleaners.memory.site_lines", "cleaners.memory.sqlite_file", "cleaners.memory.stories",
    "cleaners.memory.text_form",
    "cleaners.memory.writer", "cleaners.page", "cleaners.reference",
    "cleaners.result", "cleaners.stages.formats", "cleaners.stages.habits", "cleaners.stages.places", "cleaners.stages.repeats",
    "cleaners.text.addresses", "cleaners.text.iso_dates", "cleaners.text.segments",
    "cleaners.text.tokens", "cleaners.undoing", "cleaners.version",
}  # fmt: skip
"""The modules of `cleaners` that `flows` may use besides the public API."""


def test_no_module_needs_one_that_needs_it() -> None:
    TopologicalSorter(NEEDS).prepare()  # complains of a circle


def test_the_library_knows_neither_flows_nor_prefect() -> None:
    for file in (ROOT / "cleaners").rglob("*.py"):
        tree = ast.walk(ast.parse(file.read_text("utf-8")))
        names = [name for node in tree if isinstance(node, ast.Import | ast.ImportFrom) for name in _modules(node)]
        assert not [name for name in names if name.partition(".")[0] in ("flows", "prefect", "bodycopy")], file


def _modules(node: ast.Import | ast.ImportFrom) -> list[str]:
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]


def test_stages_know_little() -> None:
    for name, needs in NEEDS.items():
        if name.startswith("cleaners.stages."):
            assert {need.split(".")[1] for need in needs} <= STAGES_KNOW, name


def test_flows_use_a_short_list_of_the_library() -> None:
    used = {need for name, needs in NEEDS.items() if name.startswith("flows") for need in needs if need.startswith("cleaners")}
    assert used == FLOWS_KNOW


@pytest.mark.parametrize("package", ["cleaners", "flows"])
@pytest.mark.parametrize("program", ["-mbodycopy", "-cfrom bodycopy import clean_articles"])
def test_a_user_s_folder_with_the_name_of_one_of_ours_is_named(tmp_path: Path, package: str, program: str) -> None:
    (tmp_path / package).mkdir()
    (tmp_path / package / "__init__.py").write_text("")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    command = [sys.executable, program, "--version"]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
    last = done.stderr.splitlines()[-1]
    assert done.returncode == 1
    assert f"Python finds {tmp_path / package} where it looks for bodycopy's package {package}" in last
    assert done.stderr.count("\n") == 1 or "import clean_articles" in program


def test_the_command_is_ours(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bodycopy", "--version"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.stdout.startswith("bodycopy")


def test_the_public_api_is_the_library_s_and_the_flows() -> None:
    assert set(cleaners.__all__) <= set(bodycopy.__all__)
    for name in bodycopy.__all__:
        assert getattr(bodycopy, name) is not None
    with pytest.raises(AttributeError, match="clean_text"):
        bodycopy.clean_words  # noqa: B018


def test_importing_the_public_api_loads_nothing() -> None:
    program = "import sys, bodycopy; print(*[name for name in ('cleaners', 'flows', 'prefect', 'lxml') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
