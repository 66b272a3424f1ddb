"""Options as fields of dataclasses: what the form, the command line and the documentation say of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionHelp:
    """What the form, the command line and the documentation say of an option besides its name, type and default.

    Attributes:
        help: What the option does.
        minimum: The smallest value.
        exclusive_minimum: A bound that every value exceeds.
        maximum: The largest value.
        flag: The flag on the command line, where it does not follow from the name.
        metavar: The placeholder of the value on the command line.
    """

    help: str
    minimum: float | None = None
    exclusive_minimum: float | None = None
    maximum: float | None = None
    flag: str = ""
    metavar: str | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """An option as it is defined in `RowOptions` or `RunOptions`.

    Attributes:
        name: The parameter's name.
        type: Its type annotation.
        default: Its default.
        about: Its help and bounds.
    """

    name: str
    type: object
    default: object
    about: OptionHelp

    @property
    def flag(self) -> str:
        """The flag on the command line."""
        return self.about.flag or "--" + self.name.replace("_", "-")


def option(
    default: T,
    words: str,
    *,
    minimum: float | None = None,
    exclusive_minimum: float | None = None,
    maximum: float | None = None,
    flag: str = "",
    metavar: str | None = None,
) -> T:
    """Define an option as a field of `RowOptions` or `RunOptions`.

    Args:
        default: Its default.
        words: What it does.
        minimum: The smallest value.
        exclusive_minimum: A bound that every value exceeds.
        maximum: The largest value.
        flag: The flag on the command line, where it does not follow from the name.
        metavar: The placeholder of the value on the command line.

    Returns:
        A dataclass field, typed as its value, as `dataclasses.field` is.
    """
    about = OptionHelp(
        help=words,
        minimum=minimum,
        exclusive_minimum=exclusive_minimum,
        maximum=maximum,
        flag=flag,
        metavar=metavar,
    )
    return field(default=default, metadata={"about": about})
