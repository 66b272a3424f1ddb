"""The verb that compares two results: `diff`."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from cleaners import Profile, Settings
from cleaners import rules as all_rules
from flows import rule_files
from flows.cli.arguments import checked_codes, checked_encoding
from flows.cli.exit_codes import FAILED
from flows.cli.messages import complain, reports_errors
from flows.cli.option_flags import as_command
from flows.environment import processors
from flows.errors import CouldNotRun
from flows.options import SourceOptions
from flows.paths import counted
from flows.runner.interrupts import interruptible

if TYPE_CHECKING:
    from flows.commands.diff import Comparison
    from flows.commands.diff_sides import Side

EQUAL, DIFFERENT, TROUBLE = 0, 1, 2
"""The exit codes of a comparison, as those of diff."""


@dataclass(frozen=True, slots=True)
class _Chosen:
    """How one side is cleaned, as options say.

    Attributes:
        rules: The rule file.
        profile: The profile.
        ignore: Codes of rules that only report.
    """

    rules: Path | None
    profile: Profile | None
    ignore: tuple[str, ...]

    @property
    def settings(self) -> Settings:
        """The settings."""
        given = rule_files.settings(rule_files.found(self.rules))
        return rule_files.chosen(given, ignore=checked_codes(list(self.ignore), given), profile=self.profile)

    @property
    def words(self) -> str:
        """The options, for the side's label."""
        parts = [f"profile {self.profile.value}"] if self.profile else []
        parts += [str(self.rules)] if self.rules else []
        parts += [f"without {', '.join(self.ignore)}"] if self.ignore else []
        return "".join(f", {part}" for part in parts)


@as_command
def diff(
    before: Annotated[
        str, typer.Argument(help="The --out of a run, or a source that is cleaned for the comparison.", metavar="A")
    ],
    fields: SourceOptions,
    after: Annotated[
        str | None, typer.Argument(help="Another one; without it, A is cleaned again as -b says.", metavar="B")
    ] = None,
    rules_a: Annotated[Path | None, typer.Option(help="The rule file of A, where A is cleaned.", metavar="FILE")] = None,
    rules_b: Annotated[Path | None, typer.Option(help="The rule file of B, where B is cleaned.", metavar="FILE")] = None,
    profile_a: Annotated[Profile | None, typer.Option(help="The profile of A.")] = None,
    profile_b: Annotated[Profile | None, typer.Option(help="The profile of B.")] = None,
    ignore_a: Annotated[list[str] | None, typer.Option(help="Rules that only report in A.", metavar="CODE")] = None,
    ignore_b: Annotated[list[str] | None, typer.Option(help="Rules that only report in B.", metavar="CODE")] = None,
    limit: Annotated[int, typer.Option(help="Documents that are printed, the worst first.", min=0)] = 10,
    unified: Annotated[bool, typer.Option("--unified", help="Print lines as diff does it, not words.")] = False,
    html: Annotated[str | None, typer.Option(help="Write one static page that can be sent.", metavar="FILE")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON Lines: the numbers, then each document that differs.")
    ] = False,
    workers: Annotated[int, typer.Option(help="Processes that clean; 0: one for each processor.", min=0)] = 0,
) -> None:
    """Compare two outputs, an output with a fresh cleaning, or one source under two rule files or profiles."""
    codes: list[int] = []

    def compared() -> None:
        sides = _Chosen(rules_a, profile_a, tuple(ignore_a or ())), _Chosen(rules_b, profile_b, tuple(ignore_b or ()))
        files = _Files(before, after, checked_encoding(fields), workers or processors())
        codes.append(_compared(files, sides, _Shown(limit, html, unified=unified, as_json=as_json)))

    try:
        reports_errors(compared)()
    except typer.Exit as stop:
        raise typer.Exit(TROUBLE if stop.exit_code == FAILED else stop.exit_code) from None
    raise typer.Exit(codes[0])


@dataclass(frozen=True, slots=True)
class _Files:
    """What is compared, and how it is read."""

    before: str
    after: str | None
    reading: SourceOptions
    workers: int


@dataclass(frozen=True, slots=True)
class _Shown:
    """What is shown of a comparison."""

    limit: int
    html: str | None
    unified: bool
    as_json: bool


def _compared(files: _Files, chosen: tuple[_Chosen, _Chosen], how: _Shown) -> int:
    """Compare, show it, and return the exit code."""
    from flows.commands.diff import Comparison

    status = Console(stderr=True).status("reading")
    with interruptible("stopped; nothing was compared"), TemporaryDirectory(prefix="bodycopy-") as name:
        folder = Path(name)
        sides = _sides(files, chosen, folder)
        with Comparison(folder) as comparison:
            with status:
                comparison.compare(*sides, lambda read: status.update(f"reading: {counted(read, 'result')}"))
            _show(comparison, sides, how, chosen[1].settings)
            counts = comparison.counts
            for document, why in counts.troubles:
                complain(f"{document}: {why}")
            if counts.troubled > len(counts.troubles):
                complain(f"… and {counted(counts.troubled - len(counts.troubles), 'more document')} that cannot be compared")
            return TROUBLE if counts.troubled else EQUAL if counts.is_equal else DIFFERENT


def _sides(files: _Files, chosen: tuple[_Chosen, _Chosen], folder: Path) -> tuple[Side, Side]:
    """Return the two sides: each is an output, or cleaned for the comparison."""
    from flows.commands.diff_sides import AgainSide, OutputSide, SourceSide, output_at, output_side, settings_of
    from flows.commands.why import Choices

    def side(place: str, own: _Chosen, suffix: str) -> OutputSide | SourceSide:
        if sink := output_at(place):
            return output_side(sink, place)
        (folder / suffix).mkdir()
        label = f"{place}{own.words}"
        return SourceSide(place, own.settings, files.reading.reading, folder / suffix, files.workers, label, [])

    first, own = side(files.before, chosen[0], "a"), chosen[1]
    if files.after is not None:
        return first, side(files.after, own, "b")
    if isinstance(first, SourceSide):
        if own.settings.digest == chosen[0].settings.digest:
            reason = f"{files.before} is a source, and both sides would be cleaned in the same way"
            raise CouldNotRun(reason, "give --profile-b, --rules-b or --ignore-b, or another source or output")
        return first, side(files.before, own, "b")
    (folder / "b").mkdir()
    are_given = bool(own.rules or own.profile or own.ignore)
    settings = settings_of(first.sink, Choices(own.settings, are_given))
    label = f"cleaned again{own.words}"
    return first, AgainSide(first.sink, Choices(settings, True), folder / "b", files.workers, label, [])


def _show(comparison: Comparison, sides: tuple[Side, Side], how: _Shown, settings: Settings) -> None:
    """Print a comparison, or write its page.

    Raises:
        CouldNotRun: The page cannot be written.
    """
    from flows.commands import diff_report

    if how.html:
        path = Path(how.html).expanduser()
        try:
            number = diff_report.write_page(comparison, *sides, path)
        except OSError as error:
            raise CouldNotRun(f"{path} cannot be written: {error.strerror}", "give another path with --html") from None
        Console(stderr=True).print(f"{counted(number, 'document')} shown in {path}", soft_wrap=True, highlight=False)
    if how.as_json:
        from flows.sinks.records import dumps

        for row in diff_report.rows(comparison, *sides):
            sys.stdout.buffer.write(dumps(row))
        sys.stdout.buffer.flush()
    elif not how.html:
        from flows.cli.diff_view import print_comparison

        print_comparison(Console(highlight=False), comparison, sides, all_rules(settings), how.limit, unified=how.unified)
