"""The verb for a single document: `clean`."""

from __future__ import annotations

import codecs
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from cleaners import Cleaned, Memory, UnreadableDocument, clean_html, clean_text
from cleaners import rules as all_rules
from flows import rule_files, sources
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
from flows.cli.explain import explain as print_explanation
from flows.cli.messages import reports_errors
from flows.cli.option_flags import as_command
from flows.errors import CouldNotRun
from flows.options import RowOptions, SourceOptions
from flows.paths import shown
from flows.sinks import records
from flows.sources import Kind, kind_of
from flows.sources.documents import is_markdown
from flows.sources.rows import holds_rows

SNIFFED_BYTES = 2048
"""Bytes at the beginning of a file in which the start of an HTML document is looked for."""
SNIFFED_TAG_BYTES = 1024
"""Of them, those in which `<html` may stand anywhere, after a comment or an XML declaration."""


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
    if html is None and holds_rows(file):
        data, kind, url = _row(file, row, fields, url)
    else:
        data = _read(file)
        kind = _kind(file, data) if html is None else "html" if html else "text"
    clean_one = clean_html if kind == "html" else partial(clean_text, markdown=is_markdown(file, fields.markdown))
    try:
        known = Memory(memory) if memory else None
        cleaned = clean_one(data, url=url, settings=settings, encoding=encoding, memory=known, name=Path(file).name)
    except UnreadableDocument as error:
        raise CouldNotRun(f"{file}: {error}") from None
    if as_json:
        _print(records.dumps(_as_row(file, kind, cleaned, markdown=markdown_out)))
        return
    if explain:
        print_explanation(Console(soft_wrap=True, highlight=False), cleaned, all_rules(settings))
    elif cleaned.body:
        _print((cleaned.markdown if markdown_out else cleaned.body).encode() + b"\n")
    if cleaned.review:
        why = records.for_review(cleaned.review, cleaned.confidence)
        Console(stderr=True).print(f"for review: {escape(shown(why))}", soft_wrap=True, highlight=False)


def _read(file: str) -> bytes:
    """Return the bytes of a file, or of standard input for `-`."""
    path = Path(file)
    try:
        data = sys.stdin.buffer.read() if file == "-" else path.read_bytes()
    except IsADirectoryError:
        raise CouldNotRun(f"{file} is a folder, expected a file", f"for a folder: bodycopy run {file} --out DIR") from None
    except OSError as error:
        raise CouldNotRun(
            f"{file} cannot be read: {error.strerror}", "expected a text or a page, or - for standard input"
        ) from None
    if not data.strip():
        what = "nothing but white space" if data else "nothing"
        raise CouldNotRun(f"{file} holds {what}", "expected a text or a page: was it fetched whole?")
    return data


def _row(file: str, number: int | None, fields: RowOptions, url: str | None) -> tuple[bytes, Kind, str | None]:
    """Return the content of a row (the first document without a number), its kind and its address."""
    what = f"no row {number}" if number else "no document"
    for found in sources.scan(file, reading=fields.reading):
        if isinstance(found, sources.Found) and number in (None, found.row):
            ((_, data),) = sources.contents([found], fields.reading)
            if isinstance(data, bytes):
                return data, found.kind, url or found.url
        elif isinstance(found, sources.Unusable):
            what = str(found.problem)
    raise CouldNotRun(f"{file}: {what}")


def _kind(file: str, data: bytes) -> Kind:
    """Return whether a file is a text or a page: by its suffix, else by its first bytes."""
    start = data[:SNIFFED_BYTES].lstrip(codecs.BOM_UTF8 + b" \t\r\n").lower()
    is_page = start.startswith((b"<!doctype html", b"<html")) or b"<html" in start[:SNIFFED_TAG_BYTES]
    return kind_of(file) or ("html" if is_page else "text")


def _as_row(file: str, kind: Kind, cleaned: Cleaned, *, markdown: bool) -> records.Row:
    """Return the object that `--json` prints."""
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
