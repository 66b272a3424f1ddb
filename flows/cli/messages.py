"""Messages on standard error, and the exit codes that go with them."""

from __future__ import annotations

import errno
import getpass
import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import typer

from cleaners import UnusableMemory
from flows.cli.exit_codes import FAILED
from flows.errors import SIGNALLED, CouldNotRun
from flows.paths import shown, without_secret
from flows.runner.interrupts import Interrupted

P = ParamSpec("P")

DISK_FULL = ("ENOSPC", "EDQUOT")
"""Names of system errors that the user solves by freeing disk space."""
REBUILD = "run bodycopy again with --force to make their outputs anew"
"""What to do about documents whose outputs do not match their ledgers."""


def complain(message: str) -> None:
    """Print a message in red on standard error, without control characters and passwords.

    Args:
        message: The text, one line.
    """
    from rich.console import Console
    from rich.markup import escape

    text = escape(shown(without_secret(message)))
    Console(stderr=True).print(f"bodycopy: {text}", style="red", soft_wrap=True, highlight=False)


def login() -> str:
    """Return the name of the user on this machine."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"


def reports_errors(verb: Callable[P, None]) -> Callable[P, None]:
    """Decorate a verb so that errors which the user can solve are printed as one line instead of a traceback.

    Args:
        verb: The function behind a command.

    Returns:
        The same function; it raises `typer.Exit` with the exit code of `EXIT_CODES`.
    """

    @wraps(verb)
    def reporting(*args: P.args, **options: P.kwargs) -> None:
        try:
            verb(*args, **options)
        except Interrupted as stop:
            print(stop, file=sys.stderr)
            raise typer.Exit(SIGNALLED + stop.number) from None
        except (CouldNotRun, UnusableMemory) as problem:
            complain(str(problem))
            raise typer.Exit(FAILED) from None
        except OSError as problem:
            if (message := _explained(problem)) is None:
                raise
            complain(message)
            raise typer.Exit(FAILED) from None

    return reporting


def _explained(problem: OSError) -> str | None:
    """Return a message for a system error that the user can solve; None for any other, which is a bug of ours."""
    if problem.errno is None and type(problem) is OSError:  # raised by our own code: a source is unreachable
        return f"{problem}; see that it runs and the address is right, then do the same again"
    if errno.errorcode.get(problem.errno or 0) not in DISK_FULL:
        return None
    where = f"{problem.strerror} ({problem.filename})" if problem.filename else problem.strerror
    return f"{where}; make room, then do the same again: what is done is kept"
