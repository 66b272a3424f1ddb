"""The verb that answers why a line went or stayed: `why`."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from cleaners import Cleaned, Memory, Settings, UnreadableDocument, clean_html, clean_text
from cleaners import rules as all_rules
from flows import rule_files
from flows.cli.arguments import (
    IgnoreOption,
    LanguageOption,
    MemoryOption,
    ProfileOption,
    RulesOption,
    checked_codes,
    checked_language,
    local_folder,
)
from flows.cli.messages import reports_errors
from flows.cli.one_document import OneDocument, read_document
from flows.errors import CouldNotRun
from flows.options import SourceOptions
from flows.paths import shown
from flows.sources.documents import is_markdown
from flows.sources.location import is_address

if TYPE_CHECKING:
    from flows.commands.why import Inquiry

MAX_LINES = 12
"""Lines that are explained at once."""


@reports_errors
def why(
    place: Annotated[
        str,
        typer.Argument(
            help="What `bodycopy run` wrote, or a text, a page, a file of rows; - is standard input.", metavar="OUT|FILE"
        ),
    ],
    words: Annotated[
        list[str] | None,
        typer.Argument(help="Of an OUT, the document's name; then words of the lines in question.", metavar="DOCUMENT WORDS"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the account as one JSON object.")] = False,
    row: Annotated[int | None, typer.Option(help="Which row of a file of rows.", min=1)] = None,
    html: Annotated[
        bool | None, typer.Option("--html/--text", help="Take a file for a page or a text, whatever its name says.")
    ] = None,
    profile: ProfileOption = None,
    ignore: IgnoreOption = None,
    language: LanguageOption = None,
    own: RulesOption = None,
    memory: MemoryOption = None,
    url: Annotated[str | None, typer.Option(help="Where a file came from: tells its site.")] = None,
    state: Annotated[str | None, typer.Option(help="The run's --state, where it had one.", metavar="FOLDER")] = None,
) -> None:
    """Say why a line went or stayed: which rules looked, what they found, what was missing, and by how much models decided.

    Without WORDS: what went, what is doubtful, and what lowers the confidence.
    """
    given = rule_files.settings(rule_files.found(own))
    settings = rule_files.chosen(
        given, ignore=checked_codes(ignore, given), profile=profile, language=checked_language(language)
    )
    asked = list(words or ())
    with Console(stderr=True).status("cleaning it once more"):
        if is_address(place) or Path(place).expanduser().is_dir():
            chosen = any(each is not None for each in (profile, ignore, language, own))
            inquiry = _of_output(place, asked, settings, memory, state, are_given=chosen)
            asked = asked[1:]
        else:
            inquiry = _of_file(read_document(place, SourceOptions(), row=row, html=html, url=url), settings, memory)
    _answer(inquiry, " ".join(asked), settings, as_json=as_json)


def _of_output(
    out: str, asked: list[str], settings: Settings, memory: Path | None, state: str | None, *, are_given: bool
) -> Inquiry:
    from flows.commands.stored_document import find_document
    from flows.commands.why import Choices, about_output

    if not asked:
        raise CouldNotRun(
            f"{out} is an output, and no document of it is named", f"bodycopy why {out} DOCUMENT; its index.jsonl has all names"
        )
    folder = local_folder(state, "--state") if state else None
    return about_output(find_document(out, asked[0], folder), Choices(settings, are_given, memory))


def _of_file(document: OneDocument, settings: Settings, memory: Path | None) -> Inquiry:
    from flows.commands.why import about_file

    known = Memory(memory) if memory else None
    clean_one = clean_html if document.kind == "html" else partial(clean_text, markdown=is_markdown(document.file))
    name = Path(document.file).name

    def clean(chosen: Settings) -> Cleaned:
        return clean_one(document.data, url=document.url, settings=chosen, memory=known, name=name)

    try:
        return about_file(document.file, document.kind, clean, settings)
    except UnreadableDocument as error:
        raise CouldNotRun(f"{document.file}: {error}") from None


def _answer(inquiry: Inquiry, words: str, settings: Settings, *, as_json: bool) -> None:
    from flows.commands.why_words import elsewhere, lines_with

    account = inquiry.account
    numbers = lines_with(account.lines, words) if words else []
    others = elsewhere(account, words) if words and not numbers else []
    if as_json:
        from flows.commands.why_rows import document_row

        lines = [account.about(number) for number in numbers] if words else None
        _print_json(document_row(inquiry, lines, others))
        return
    from flows.cli.why_document import print_document, print_head

    console = Console(highlight=False)
    rules = all_rules(settings)
    print_head(console, inquiry)
    if not words:
        print_document(console, inquiry, rules)
    elif numbers:
        from flows.cli.why_line import print_line

        for number in numbers[:MAX_LINES]:
            print_line(console, inquiry, account.about(number), rules)
        if len(numbers) > MAX_LINES:
            console.print(f"… and {len(numbers) - MAX_LINES:,} more lines hold these words; give more of them, or --json")
    else:
        _say_where(console, inquiry, words, others)


def _print_json(row: dict[str, object]) -> None:
    from flows.sinks.records import dumps

    sys.stdout.buffer.write(dumps(row))
    sys.stdout.buffer.flush()


def _say_where(console: Console, inquiry: Inquiry, words: str, others: list[str]) -> None:
    """Say that no line holds the words, where else they stand, and which line is nearest."""
    from flows.commands.why_words import nearest

    console.print(Text(f"No line of this document holds “{shown(words)}”."))
    for each in others:
        console.print(Text(f"They stand {shown(each)}."))
    lines = inquiry.account.lines
    if not others and (number := nearest(lines, words)):
        text = shown(lines[number - 1].text[:200])
        console.print(Text.assemble("The nearest is line ", (str(number), "bold"), f": {text}"))
