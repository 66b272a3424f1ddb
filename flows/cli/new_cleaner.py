"""The verb for authors of cleaners: `new-cleaner`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.messages import reports_errors
from flows.paths import counted


@reports_errors
def new_cleaner(
    name: Annotated[str, typer.Argument(help="The family, in small letters and underscores, such as polls.")],
    code: Annotated[str | None, typer.Option(help="Two capitals for its rules; without them, the first that are free.")] = None,
) -> None:
    """Write a stage, its phrases, three samples and a test into this checkout, ready to be filled in."""
    from flows.commands import new_cleaner as command

    files = command.new_cleaner(Path(), name, code)
    for path in files:
        print(path)
    markdown = [sys.executable, "-m", "bodycopy", "rules", "--markdown"]  # a process of its own knows the new stage
    made = subprocess.run(markdown, capture_output=True, text=True, check=True)
    Path("docs/rules.md").write_text(made.stdout, "utf-8")
    print(f"docs/rules.md\n{counted(len(files) + 1, 'file')}\n\n{command.next_steps(name)}", end="")
