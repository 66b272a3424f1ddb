"""Rule files: where they lie, what a command's own options change in them, and the proof of their phrases."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleaners import Settings, UnusableRules
from flows.errors import CouldNotRun

if TYPE_CHECKING:
    from cleaners.matching.lint import Problem

NAMES = ("bodycopy.toml", "pyproject.toml")


def found(file: Path | None) -> Path | None:
    """The rule file: the one that was named, or that of this folder, if it has one.

    Raises:
        CouldNotRun: it is no TOML.
    """
    if file or not any(Path(name).is_file() for name in NAMES):
        return file
    from cleaners.config_file import find

    try:
        return find(Path())
    except UnusableRules as error:
        raise CouldNotRun(str(error)) from None


def settings(file: Path | None) -> Settings:
    """The settings of a rule file; without one, the usual.

    Raises:
        CouldNotRun: something in it is wrong.
    """
    try:
        return Settings.from_toml(file) if file else Settings()
    except UnusableRules as error:
        raise CouldNotRun(str(error)) from None


def chosen(given: Settings, *, ignore: Collection[str] = (), **choices: Any) -> Settings:
    """Settings in which what a command was told goes before what a file says, for all sites; `ignore` is added to.

    Raises:
        CouldNotRun: there is no such rule, or a value is out of bounds.
    """
    told = {name: value for name, value in choices.items() if value is not None}
    try:
        return given.changed(lambda each: replace(each, **told, ignore=each.ignore | frozenset(ignore)))
    except ValueError as error:
        raise CouldNotRun(str(error)) from None


def lint(file: Path) -> tuple[list[Problem], int]:
    """The problems of a file's phrases, and their number.

    Raises:
        CouldNotRun: something else in the file is wrong.
    """
    from cleaners.config_file import tables_of_phrases
    from cleaners.matching.lint import lint_tables

    problems: list[Problem] = []
    number = 0
    try:
        for tables, path, source in tables_of_phrases(file):
            problems += lint_tables(tables, str(file), source, path)
            number += sum(map(len, tables.values()))
    except UnusableRules as error:
        raise CouldNotRun(str(error)) from None
    return problems, number
