"""Modules may be imported in any order, and a folder of somebody's that is called as ours is told of in a line."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = [file for package in ("cleaners", "flows") for file in (ROOT / package).rglob("*.py")]
MODULES = {".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file for file in FILES}


def at_once(body: list[ast.stmt]) -> Iterator[str]:
    """The names that a module imports when it is loaded."""
    for node in body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.If) and "TYPE_CHECKING" not in ast.unparse(node.test):
            yield from at_once(node.body)


def test_no_module_needs_one_that_needs_it() -> None:
    needs: dict[str, set[str]] = {}
    for name, file in MODULES.items():
        needs[name] = set()
        for other in at_once(ast.parse(file.read_text("utf-8")).body):
            while other and other in MODULES:  # a package is loaded before its modules, but by these
                needs[name] |= {other} - {name} if not name.startswith(f"{other}.") else set()
                other = other.rpartition(".")[0]
    TopologicalSorter(needs).prepare()  # complains of a circle


@pytest.mark.parametrize("program", ["import bodycopy; bodycopy.main()", "from bodycopy import clean_articles"])
def test_a_folder_that_is_called_as_ours_is_told_of(tmp_path: Path, program: str) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "__init__.py").write_text("")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    command = [sys.executable, "-c", program, "--version"]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
    last = done.stderr.splitlines()[-1]
    assert done.returncode == 1
    assert f"Python finds {tmp_path / 'flows'} where it looks for bodycopy's package flows" in last
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
