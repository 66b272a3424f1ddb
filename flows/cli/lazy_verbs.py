"""Verbs that are loaded when they are called, so that the help, and each verb, waits for no other verb's modules."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand
from typer.main import get_command

from flows import BEGAN

BEGINNING: ContextVar[float] = ContextVar("BEGINNING")
"""When the command began, in seconds on the monotonic clock: what was loaded for it counts."""
LOAD_SECONDS = time.monotonic() - BEGAN


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb of the command.

    Attributes:
        name: What the user types.
        place: The module and the function behind it, as `module:function`.
        summary: The first line of the function's docstring, for the list of verbs.
        epilog: The last paragraph of its help.
    """

    name: str
    place: str
    summary: str
    epilog: str | None = None

    def function(self) -> Callable[..., None]:
        """Load the function."""
        module, _, name = self.place.partition(":")
        function: Callable[..., None] = getattr(import_module(module), name)
        return function


class LazyCommand(TyperCommand):
    """A verb as typer lists it; its parameters are loaded when it is called."""

    def __init__(self, verb: Verb) -> None:
        super().__init__(verb.name, help=verb.summary, epilog=verb.epilog, rich_markup_mode="rich")
        self.verb = verb

    def loaded(self) -> TyperCommand:
        """Load the verb with its parameters."""
        only = typer.Typer(add_completion=False, rich_markup_mode="rich", pretty_exceptions_show_locals=False)
        only.command(name=self.verb.name, epilog=self.verb.epilog)(self.verb.function())
        command = get_command(only)
        assert isinstance(command, TyperCommand)
        return command

    def make_context(self, *arguments: Any, **more: Any) -> Any:
        """Load the verb and parse its arguments."""
        BEGINNING.set(time.monotonic() - LOAD_SECONDS)
        return self.loaded().make_context(*arguments, **more)
