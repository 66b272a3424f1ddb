"""Rule files: where they are found, how the options of a command override them, and the lint of their phrases."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cleaners import Profile, Settings, UnusableRules
from flows.errors import CouldNotRun

if TYPE_CHECKING:
    from cleaners.matching.lint import Problem

NAMES = ("bodycopy.toml", "pyproject.toml")
"""Names under which a rule file is found in the working folder."""


def found(file: Path | None) -> Path | None:
    """Find the rule file.

    Args:
        file: The one that the user names, if any.

    Returns:
        That file, else the one of the working folder, else None.

    Raises:
        CouldNotRun: The file of the working folder is not TOML.
    """
    if file or not any(Path(name).is_file() for name in NAMES):
        return file
    from cleaners.config_file import find

    try:
        return find(Path())
    except UnusableRules as error:
        raise CouldNotRun(error.reason, error.remedy) from None


def settings(file: Path | None) -> Settings:
    """Return the settings of a rule file; without a file, the default settings.

    Raises:
        CouldNotRun: The file is wrong somewhere.
    """
    try:
        return Settings.from_toml(file) if file else Settings()
    except UnusableRules as error:
        raise CouldNotRun(error.reason, error.remedy) from None


def chosen(
    given: Settings,
    *,
    ignore: Collection[str] = (),
    profile: Profile | None = None,
    language: str | None = None,
    loss_budget: float | None = None,
    review_below: float | None = None,
    keep_title: bool | None = None,
    suggestions: bool | None = None,
) -> Settings:
    """Override the settings of a file with the options of a command, for all sites.

    Args:
        given: The settings of the file.
        ignore: Codes of rules that are ignored in addition.
        profile: As in `Settings`, and so are all others; None keeps what the file says.
        language: See `profile`.
        loss_budget: See `profile`.
        review_below: See `profile`.
        keep_title: See `profile`.
        suggestions: See `profile`.

    Returns:
        The new settings.

    Raises:
        CouldNotRun: There is no such rule, or a value is out of bounds.
    """

    def changed(each: Settings) -> Settings:
        return replace(
            each,
            ignore=each.ignore | frozenset(ignore),
            profile=each.profile if profile is None else profile,
            language=each.language if language is None else language,
            loss_budget=each.loss_budget if loss_budget is None else loss_budget,
            review_below=each.review_below if review_below is None else review_below,
            keep_title=each.keep_title if keep_title is None else keep_title,
            suggestions=each.suggestions if suggestions is None else suggestions,
        )

    try:
        return given.changed(changed)
    except ValueError as error:
        raise CouldNotRun(str(error)) from None


def lint(file: Path) -> tuple[list[Problem], int]:
    """Check the phrases of a rule file.

    Returns:
        The problems, and the number of phrases.

    Raises:
        CouldNotRun: The file is wrong somewhere else.
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
        raise CouldNotRun(error.reason, error.remedy) from None
    return problems, number
