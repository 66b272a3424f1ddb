"""The verb for a single document: `clean`."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from cleaners import Cleaned, Memory, UnreadableDocument, clean_html, clean_text
from cleaners import rules as all_rules
from flows import rule_files
from flows.cli.arguments import (
    IgnoreOption,
    LanguageOption,
    MemoryOption,
    ProfileOption,
    ReviewOption,
    RulesOption,
    checked_codes,
    checked_encoding,
    checked_language,
)
from flows.cli.messages import reports_errors
from flows.cli.one_document import read_document
from flows.cli.option_flags import as_command
from flows.errors import CouldNotRun
from flows.options import SourceOptions
from flows.paths import shown
from flows.sources import Kind
from flows.sources.documents import is_markdown


@reports_errors
@as_command
def clean(
    file: Annotated[
        str, typer.Argument(help="A text, a page, or a file of rows (see --row); - reads standard input.", metavar="FILE|-")
    ],
    fields: SourceOptions,
    row: Annotated[int | None, typer.Option(help="Which row of a file of rows; without it, the first document.", min=1)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print articles, metadata and ledger as one JSON object.")] = False,
    markdown_out: Annotated[
        bool, typer.Option("--markdown-out", help="Print the articles as Markdown; with --json, beside their bodies.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Print the text with what went struck out, and the rules.")
    ] = False,
    html: Annotated[
        bool | None,
        typer.Option("--html/--text", help="Take it for a page or a text, whatever its name and its beginning say."),
    ] = None,
    profile: ProfileOption = None,
    ignore: IgnoreOption = None,
    language: LanguageOption = None,
    own: RulesOption = None,
    review_below: ReviewOption = None,
    memory: MemoryOption = None,
    url: Annotated[str | None, typer.Option(help="Where the document came from: tells its site.")] = None,
) -> None:
    """Clean one document and print its body."""
    if as_json and explain:
        raise typer.BadParameter("--json and --explain exclude each other; give one of them")
    encoding = checked_encoding(fields).encoding
    given = rule_files.settings(rule_files.found(own))
    settings = rule_files.chosen(
        given,
        ignore=checked_codes(ignore, given),
        profile=profile,
        language=checked_language(language),
        review_below=review_below,
    )
    _, data, kind, address = read_document(file, fields, row=row, html=html, url=url)
    clean_one = clean_html if kind == "html" else partial(clean_text, markdown=is_markdown(file, fields.markdown))
    try:
        known = Memory(memory) if memory else None
        cleaned = clean_one(data, url=address, settings=settings, encoding=encoding, memory=known, name=Path(file).name)
    except UnreadableDocument as error:
        raise CouldNotRun(f"{file}: {error}") from None
    if as_json:
        from flows.sinks import records

        _print(records.dumps(_as_row(file, kind, cleaned, markdown=markdown_out)))
        return
    if explain:
        from rich.console import Console

        from flows.cli.explain import explain as print_explanation

        print_explanation(Console(soft_wrap=True, highlight=False), cleaned, all_rules(settings))
    elif cleaned.body:
        _print((cleaned.markdown if markdown_out else cleaned.body).encode() + b"\n")
    if cleaned.review:
        _report_review(cleaned)


def _report_review(cleaned: Cleaned) -> None:
    """Print why a person should look at a document, on standard error."""
    from rich.console import Console
    from rich.markup import escape

    from flows.sinks import records

    why = records.for_review(cleaned.review or "", cleaned.confidence)
    Console(stderr=True).print(f"for review: {escape(shown(why))}", soft_wrap=True, highlight=False)


def _as_row(file: str, kind: Kind, cleaned: Cleaned, *, markdown: bool) -> dict[str, object]:
    """Return the object that `--json` prints."""
    from flows.sinks import records

    rows = records.article_rows(cleaned, markdown=markdown)
    articles = [{**row, "body": article.body} for row, article in zip(rows, cleaned.articles, strict=True)]
    return {
        "source": file,
        "format": kind,
        "encoding": cleaned.encoding,
        "confidence": cleaned.confidence,
        "review": cleaned.review,
        "articles": articles,
        "ledger": list(records.ledger_rows(cleaned)),
    }


def _print(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
