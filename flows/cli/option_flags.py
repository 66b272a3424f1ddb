"""Flags of the command line, made from the options of a run."""

from __future__ import annotations

import inspect
from dataclasses import is_dataclass
from functools import wraps
from typing import Annotated, cast

import typer

from flows.option_fields import Option, OptionHelp
from flows.options import Verb, options, parameter

SMALLEST_POSITIVE = 0.001
"""What the command line takes as the smallest value where 0 is excluded: typer has no exclusive bounds."""


def as_command(verb: Verb) -> Verb:
    """Replace the parameter of a verb that holds options by one parameter for each of them.

    Args:
        verb: A function with one parameter that is annotated as `RowOptions` or `RunOptions`.

    Returns:
        A function that typer makes a command of: it collects the options and calls the verb.
    """
    signature = inspect.signature(verb, eval_str=True)
    (holder,) = [each for each in signature.parameters.values() if is_dataclass(each.annotation)]
    made = [_parameter(each) for each in options(holder.annotation)]

    @wraps(verb)
    def command(**given: object) -> object:
        values = {each.name: given.pop(each.name) for each in made}
        values = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
        chosen = holder.annotation(**{name: value for name, value in values.items() if value is not None})
        return verb(**given, **{holder.name: chosen})

    others = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in signature.parameters.values() if each != holder]
    parameters = [each for each in others if each.default is each.empty] + made
    parameters += [each for each in others if each not in parameters]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {each.name: each.annotation for each in parameters}
    return cast("Verb", command)


def _parameter(each: Option) -> inspect.Parameter:
    """Return the parameter that typer makes an option of."""
    about = each.about
    flags = [each.flag] if about.flag or each.type is bool else []
    made = typer.Option(*flags, help=about.help, min=_minimum(about), max=about.maximum, metavar=about.metavar)
    if each.type == tuple[str, ...]:
        return parameter(each.name, Annotated[list[str] | None, made], None)
    return parameter(each.name, Annotated[each.type, made], each.default)


def _minimum(about: OptionHelp) -> float | None:
    """Return the smallest value that the command line takes."""
    return SMALLEST_POSITIVE if about.exclusive_minimum == 0 else about.minimum
