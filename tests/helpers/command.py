"""The command line, run inside the process of the tests."""

from __future__ import annotations

from typer.testing import CliRunner

from flows.cli.app import app


def bodycopy(*arguments: object, stdin: bytes | None = None) -> tuple[int, str, str]:
    """Run the command; gives its exit code, standard output and standard error, and raises what it raises."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin, env={"COLUMNS": "200"})
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr
