"""Arguments and options that several verbs share, and the checks of their values."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from cleaners import Profile, Settings
from cleaners import rules as all_rules
from flows.errors import CouldNotRun
from flows.options import USUALLY_REVIEWED, RowOptions
from flows.sources.location import local_path

Rows = TypeVar("Rows", bound=RowOptions)

ProfileOption = Annotated[
    Profile | None, typer.Option(help="How much evidence a removal needs: standard, without a rule file.")
]
RulesOption = Annotated[
    Path | None,
    typer.Option(
        "--rules",
        help="Your own rules; without it, bodycopy.toml or \\[tool.bodycopy] of pyproject.toml in this folder.",
        metavar="FILE",
    ),
]
IgnoreOption = Annotated[
    list[str] | None, typer.Option(help="Rule code, or beginning of codes, that only reports; may be repeated.", metavar="CODE")
]
ReviewOption = Annotated[
    float | None,
    typer.Option(
        "--review-below",
        help="Documents whose confidence that the story is whole is lower are for review; 0: none.",
        min=0,
        max=1,
        show_default=USUALLY_REVIEWED,
    ),
]
MemoryOption = Annotated[
    Path | None, typer.Option(help="What is known of sites and other documents: a file that `bodycopy learn` made.")
]
MEMORY = Path("memory.sqlite")
"""The memory file that the verbs about memories use by default."""
MemoryFile = Annotated[Path, typer.Option("--memory", help="The memory's file, or the --out of a run.")]
SourceArgument = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        help="A folder, a glob in quotes, a file or an address (s3://…): .txt, .md, .html; rows of .jsonl, .json, .csv, "
        ".parquet; .warc. Or a feed, a sitemap, a page (https://…), a list of addresses (urls:FILE).",
    ),
]
OutOption = Annotated[
    str, typer.Option(help="The folder or address for the results; what is there and has not changed is not done again.")
]
ResultsArgument = Annotated[str, typer.Argument(help="What `bodycopy run` wrote: its --out.", metavar="DIR")]
PagesOption = Annotated[int, typer.Option(help="Fetch no more pages than this; the next time goes on.", min=1)]
PrivateOption = Annotated[bool, typer.Option("--allow-private", help="Fetch from this machine and private networks as well.")]
LanguageOption = Annotated[str | None, typer.Option(help="The language (en, de, …) instead of detecting it.", metavar="CODE")]


def local_folder(path: str, option: str) -> Path:
    """Return the path of a folder of this machine.

    Args:
        path: The value of the option.
        option: The option's flag, such as `--into`, for the message.

    Returns:
        The path, with `~` expanded.

    Raises:
        CouldNotRun: The value is an address.
    """
    local = local_path(path)
    if local is None:
        raise CouldNotRun(f"{path} is not a folder of this machine", f"give one with {option}, and copy it from there")
    return local


def checked_codes(codes: list[str] | None, settings: Settings) -> frozenset[str]:
    """Return the values of `--ignore` if each is the beginning of a rule code.

    Args:
        codes: Rule codes or their beginnings; None means none.
        settings: Settings with the user's own rules.

    Returns:
        The codes.

    Raises:
        typer.BadParameter: No rule's code begins with one of them.
    """
    for code in codes or ():
        if not code or not any(rule.startswith(code) for rule in all_rules(settings)):
            raise typer.BadParameter(
                f"no rule begins with {code!r}; give a code such as PC001 or a family's letters. All rules: bodycopy rules"
            )
    return frozenset(codes or ())


def checked_language(code: str | None) -> str | None:
    """Return a language code in lower case if it has the form of ISO 639-1.

    Args:
        code: The value of `--language`; None means that the language is detected.

    Returns:
        The code, or None.

    Raises:
        typer.BadParameter: The value is not a code of two letters.
    """
    if code and not (len(code) == 2 and code.isascii() and code.isalpha()):
        raise typer.BadParameter(f"{code!r} is no language code; expected two letters (ISO 639-1), such as en or de")
    return code.lower() if code else None


def checked_encoding(fields: Rows) -> Rows:
    """Return options whose encoding Python knows.

    Args:
        fields: The options.

    Returns:
        The same options.

    Raises:
        typer.BadParameter: Python does not know the encoding.
    """
    try:
        codecs.lookup(fields.encoding or "utf-8")
    except LookupError:
        expected = "expected one such as utf-8, latin-1 or cp1252"
        raise typer.BadParameter(f"{fields.encoding!r} is no known encoding; {expected}") from None
    return fields
