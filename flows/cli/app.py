"""The command `bodycopy`. Prefect is loaded by `run` alone: the other verbs answer at once."""

from __future__ import annotations

import codecs
import difflib
import errno
import math
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, ParamSpec, TypeVar

import typer
from rich.console import Console
from rich.markup import escape

from cleaners import Cleaned, Memory, Profile, Settings, UnreadableDocument, UnusableMemory, clean_html, clean_text, reference
from cleaners import rules as all_rules
from cleaners.matching import phrases
from flows import BEGAN, rule_files, sources
from flows.cli import tables
from flows.cli.explain import explain as explained
from flows.errors import SIGNALLED, STOPPED, CouldNotRun
from flows.options import USUALLY_REVIEWED, RowOptions, RunOptions, as_command
from flows.paths import anywhere, counted, refuse_secrets, shown, shown_lines, without_secret
from flows.runner.interrupts import Interrupted, interruptible
from flows.sinks import records
from flows.sources import Kind, kind_of
from flows.sources.rows import holds_rows

P = ParamSpec("P")
Rows = TypeVar("Rows", bound=RowOptions)

EXIT_CODES = (
    "Exit codes: 0 all went well · 1 could not run · 2 the command was mistyped · 3 done, with documents in quarantine "
    "or an alarm (run), not restored (restore), left out (export), not fetched (fetch), or phrases that fail (rules --lint) "
    "· 130 stopped with Ctrl-C · 143 stopped with SIGTERM"
)

app = typer.Typer(
    help="Clean article bodies from scraped news, with a ledger of everything that was removed.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,
)

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
ANEW = "run bodycopy again with --force to make their outputs anew"
MEMORY = Path("memory.sqlite")
MemoryFile = Annotated[Path, typer.Option("--memory", help="The memory's file, or the --out of a run.")]
SourceArgument = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        help="A folder, a glob in quotes, a file or an address (s3://…): .txt, .html; rows of .jsonl, .json, .csv, .parquet; "
        ".warc. Or a feed, a sitemap, a page (https://…), a list of addresses (urls:FILE).",
    ),
]
OutOption = Annotated[
    str, typer.Option(help="The folder or address for the results; what is there and has not changed is not done again.")
]
PagesOption = Annotated[int, typer.Option(help="Fetch no more pages than this; the next time goes on.", min=1)]
PrivateOption = Annotated[bool, typer.Option("--allow-private", help="Fetch from this machine and private networks as well.")]
LanguageOption = Annotated[str | None, typer.Option(help="The language (en, de, …) instead of detecting it.", metavar="CODE")]


def _told(verb: Callable[P, None]) -> Callable[P, None]:
    """Say what the user can mend in one line, without a traceback."""

    @wraps(verb)
    def told(*args: P.args, **options: P.kwargs) -> None:
        try:
            verb(*args, **options)
        except Interrupted as stop:
            print(stop, file=sys.stderr)
            raise typer.Exit(SIGNALLED + stop.number) from None
        except (CouldNotRun, UnusableMemory) as problem:
            _complain(str(problem))
            raise typer.Exit(1) from None
        except OSError as problem:
            if problem.errno is None and type(problem) is OSError:  # said in our own words: a source that is away
                _complain(f"{problem}; see that it runs and the address is right, then do the same again")
                raise typer.Exit(1) from None
            if errno.errorcode.get(problem.errno or 0) not in ("ENOSPC", "EDQUOT"):
                raise
            where = f"{problem.strerror} ({problem.filename})" if problem.filename else problem.strerror
            _complain(f"{where}; make room, then do the same again: what is done is kept")
            raise typer.Exit(1) from None

    return told


def _show_version(wanted: bool) -> None:
    if wanted:
        try:
            print(f"bodycopy {version('bodycopy')}")
        except PackageNotFoundError:
            print("bodycopy, from a folder that is not installed")
        raise typer.Exit


@app.callback()
def main(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Clean article bodies from scraped news, with a ledger of everything that was removed."""


@app.command(epilog=EXIT_CODES)
@_told
@as_command
def clean(
    file: Annotated[
        str, typer.Argument(help="A text, a page, or a file of rows (see --row); - reads standard input.", metavar="FILE|-")
    ],
    fields: RowOptions,
    row: Annotated[int | None, typer.Option(help="Which row of a file of rows; without it, the first document.", min=1)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print articles, metadata and ledger as one JSON object.")] = False,
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
    encoding = _readable(fields).encoding
    file_of_rules = rule_files.found(own)
    given = rule_files.settings(file_of_rules)
    told = {"profile": profile, "language": _language(language), "review_below": review_below}
    settings = rule_files.chosen(given, ignore=_checked(ignore, given), **told)
    if html is None and holds_rows(file):
        data, kind, url = _row(file, row, fields, url)
    else:
        data = _read(file)
        kind = _kind(file, data) if html is None else "html" if html else "text"
    clean_one = clean_html if kind == "html" else clean_text
    try:
        known = Memory(memory) if memory else None
        cleaned = clean_one(data, url=url, settings=settings, encoding=encoding, memory=known, name=Path(file).name)
    except UnreadableDocument as error:
        raise CouldNotRun(f"{file}: {error}") from None
    if as_json:
        _print(records.dumps(_document(file, kind, cleaned)))
    elif explain:
        explained(Console(soft_wrap=True, highlight=False), cleaned, all_rules(settings))
    elif cleaned.body:
        _print(cleaned.body.encode() + b"\n")
    if cleaned.review and not as_json:
        why = records.for_review(cleaned.review, cleaned.confidence)
        Console(stderr=True).print(f"for review: {escape(shown(why))}", soft_wrap=True, highlight=False)


@app.command(epilog=EXIT_CODES)
@_told
@as_command
def rules(
    fields: RowOptions,
    code: Annotated[
        str | None,
        typer.Argument(
            help="A rule's code, such as PC001, or its beginning; with --lint, a folder of clean texts, or a file of rows.",
            metavar="CODE|FOLDER",
        ),
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="The whole reference as Markdown (docs/rules.md).")] = False,
    lint: Annotated[
        bool,
        typer.Option("--lint", help="Prove all phrases: their examples, bounded and fast; and their harm on a folder's texts."),
    ] = False,
    own: RulesOption = None,
) -> None:
    """Show what is removed and why: all rules, or one in full. Or prove their phrases."""
    file = None if markdown else rule_files.found(own)
    if lint:
        _lint(code, file, _readable(fields))
        return
    found = all_rules(rule_files.settings(file))
    console = Console()
    if markdown:
        sys.stdout.write(reference.markdown())
    elif code is None:
        tables.rules(console, list(found.values()))
    elif rule := found.get(code.upper()):
        tables.rule(console, rule)
    elif family := [rule for each, rule in found.items() if each.startswith(code.upper())]:
        tables.rules(console, family)
    else:
        close = difflib.get_close_matches(code.upper(), found, n=1, cutoff=0.5)
        hint = f"; did you mean {close[0]}?" if close else "."
        raise CouldNotRun(f"no rule {code!r}{hint} All rules: bodycopy rules")


@app.command(epilog=EXIT_CODES)
@_told
def restore(
    folder: Annotated[str, typer.Argument(help="What `bodycopy run` wrote: its --out.", metavar="DIR")],
    into: Annotated[
        str | None, typer.Option(help="Where the sources go.", show_default="DIR/restored", metavar="FOLDER")
    ] = None,
) -> None:
    """Rebuild the sources from bodies and ledgers: texts byte for byte, pages as their visible text."""
    from flows.commands.restore import VISIBLE, restore_all

    if into is None and "://" in folder:
        raise CouldNotRun(f"{folder} is not a folder of this machine; give --into, where the sources go")
    target = _folder(into, "--into") if into else Path(folder) / "restored"
    texts = pages = broken = renamed = 0
    with interruptible("stopped; what was restored stays, and the same command does all of it again"):
        for restored in restore_all(folder, target):
            if restored.problem:
                broken += 1
                _complain(f"{restored.name}: {restored.problem}")
            elif restored.is_page:
                pages += 1
            else:
                texts += 1
            renamed += bool(restored.path)
    visible = f", {counted(pages, 'page')} as visible text (*{VISIBLE})" if pages else ""
    said = f"{counted(texts, 'text')} restored byte for byte{visible}"
    print(f"{said}, in {target}")
    if renamed:
        print(f"{renamed:,} of them under other names, with a hash: no file can have theirs")
    if broken:
        _complain(f"{counted(broken, 'document')} not as the ledger has it; {ANEW}")
        raise typer.Exit(3)


@app.command(epilog=EXIT_CODES)
@_told
def export(
    folder: Annotated[str, typer.Argument(help="What `bodycopy run` wrote: its --out.", metavar="DIR")],
    dolma: Annotated[str, typer.Option(help="The folder for Dolma's documents and attributes.", metavar="INTO")],
    source: Annotated[str, typer.Option(help="What the corpus is called in Dolma's `source`.")] = "bodycopy",
) -> None:
    """Export whole texts, and every removal as a span under its rule, as Dolma's toolkit reads them."""
    from flows.commands.export_dolma import ALL, export_dolma

    with interruptible("stopped; the shards that are done stay, and the same command does all of it again"):
        done = export_dolma(folder, _folder(dolma, "--dolma"), source, _complain)
    spans = f"{counted(done.spans, 'span')} ({ALL})"
    print(f"{counted(done.documents, 'document')}, {spans}, {counted(done.shards, 'shard')}, in {dolma}")
    if done.broken:
        _complain(f"{counted(done.broken, 'document')} not as the ledger has it; {ANEW}")
        raise typer.Exit(3)


@app.command(epilog=EXIT_CODES)
@_told
@as_command
def run(
    source: SourceArgument,
    out: OutOption,
    options: RunOptions,
    dask: Annotated[
        str | None, typer.Option(help="Clean on a Dask cluster: its scheduler's address, or local.", metavar="ADDRESS")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and write nothing.")] = False,
) -> None:
    """Clean all documents of SOURCE, as a Prefect flow."""
    began = time.monotonic() - LOADED
    from flows.cli.run import dry_run_flow, run_flow

    refuse_secrets(source, out)
    options = _settled(options)
    raise typer.Exit(dry_run_flow(source, out, options) if dry_run else run_flow(source, out, options, dask, began))


def _settled(options: RunOptions) -> RunOptions:
    """Options with the rule file of this folder, whose codes, language and encoding can be."""
    _readable(options)
    file = rule_files.found(Path(options.rules) if options.rules else None)
    codes = _checked(list(options.ignore), rule_files.settings(file))
    language = _language(options.language)
    return replace(options, rules=str(file) if file else None, ignore=tuple(sorted(codes)), language=language)


@app.command(epilog=EXIT_CODES)
@_told
def fetch(
    source: Annotated[
        str, typer.Argument(help="https://…: a page, a feed, a sitemap; or urls:FILE, addresses one a line.", metavar="SOURCE")
    ],
    into: Annotated[
        str, typer.Option(help="The folder for the pages, as WARC files; what it holds is not fetched again.", metavar="FOLDER")
    ],
    delay: Annotated[float, typer.Option(help="Seconds between two requests to a host.", min=0)] = 2,
    timeout: Annotated[float, typer.Option(help="Seconds for one request, in all.", min=0.1)] = 30,
    max_pages: PagesOption = 1000,
    max_seconds: Annotated[
        float | None, typer.Option(help="Ask for no further address after so long; the next fetch goes on.", min=1)
    ] = None,
    max_megabytes: Annotated[float, typer.Option(help="Larger pages are refused.", min=0.001)] = 10,
    user_agent: Annotated[str | None, typer.Option(help="The name that servers know us by.", show_default="bodycopy/…")] = None,
    allow_private: PrivateOption = False,
    refetch: Annotated[bool, typer.Option("--refetch", help="Fetch again what the folder holds.")] = False,
    ignore_robots: Annotated[
        bool, typer.Option("--ignore-robots", help="Ask for what robots.txt forbids: on sites of your own.")
    ] = False,
) -> None:
    """Fetch the pages of a feed, a sitemap or a list of addresses into WARC files."""
    from flows import crawler

    manners = crawler.Manners(
        delay=delay,
        timeout=timeout,
        max_pages=max_pages,
        max_seconds=max_seconds or math.inf,
        max_bytes=int(max_megabytes * 1e6),
        allow_private=allow_private,
        obey_robots=not ignore_robots,
        user_agent=user_agent or crawler.introduction(),
    )
    told = Console(stderr=True, highlight=False)
    folder = _folder(into, "--into")
    with interruptible("stopped; what was fetched is kept, and the next fetch goes on from there"):
        fetched = crawler.fetch(
            source, folder, manners, lambda words: told.print(escape(shown(words)), soft_wrap=True), refetch=refetch
        )
    tables.fetched(Console(highlight=False), fetched, folder)
    if fetched.failures:
        raise typer.Exit(3)


@app.command()
@_told
@as_command
def serve(
    source: SourceArgument,
    out: OutOption,
    cron: Annotated[str, typer.Option(help="When: minute, hour, day, month, weekday; '0 3 * * *' is every night at three.")],
    options: RunOptions,
    timezone: Annotated[str, typer.Option(help="The time that --cron is in, such as Europe/Berlin.")] = "UTC",
    name: Annotated[str, typer.Option(help="The deployment's name; one for each source.")] = "nightly",
) -> None:
    """Clean SOURCE on a schedule, on the Prefect server that is configured, until Ctrl-C."""
    from flows.commands import serve

    refuse_secrets(source, out)
    options = _settled(options).anywhere()
    parameters = {"source": anywhere(source), "out": anywhere(out), **options.parameters()}
    with interruptible("stopped before anything was served"):
        doubt = serve.look(source, out, options)
        pages = serve.connect()
        serve.check(cron, timezone)
    if doubt:
        _complain(f"as it is now, a run will fail: {doubt}")
    print(f"clean-articles/{name}: {cron} ({timezone}), one run at a time; Ctrl-C ends it")
    print(f"Runs, parameters, logs, tables: {pages}")
    print(f"Now, from another terminal: prefect deployment run clean-articles/{name}", flush=True)
    number = serve.serve(parameters, cron, timezone, name)
    print(STOPPED, file=sys.stderr)
    raise typer.Exit(SIGNALLED + number)


@app.command()
@_told
def automations() -> None:
    """Have the Prefect server mark runs as crashed that died without a word; once more changes nothing."""
    from flows.commands import serve

    serve.connect()
    from flows.monitoring.automations import ensure

    print(f"on the server: {ensure()}")


@app.command(epilog=EXIT_CODES)
@_told
@as_command
def learn(
    source: SourceArgument,
    fields: RowOptions,
    memory: MemoryFile = MEMORY,
    workers: Annotated[int, typer.Option(help="Processes at the same time; 0: one for each processor.", min=0)] = 0,
) -> None:
    """Teach a memory what sites repeat and how stories begin; `run --memory` asks it."""
    from flows.commands.learn import learn as learn_all

    interrupted = interruptible("stopped; nothing was learned, and the memory is as it was", asked=True)
    with interrupted as stopping, Console(stderr=True).status("learning") as status:
        learned = learn_all(
            source,
            memory,
            workers=workers,
            reading=_readable(fields).reading,
            stopping=stopping,
            progress=lambda done, all_: status.update(f"learning: {done:,} of {all_:,}"),
        )
    for problem in learned.problems[: tables.MOST_PROBLEMS]:
        _complain(problem)
    tables.learned(Console(highlight=False), learned, memory)
    if learned.problems:
        raise typer.Exit(3)


@app.command(name="memory")
@_told
def show_memory(
    site: Annotated[str | None, typer.Argument(help="A site, such as example.com; all sites without it.")] = None,
    memory: MemoryFile = MEMORY,
) -> None:
    """Show what a memory knows of a site, and which of its lines it would take for the site's own, and why."""
    from flows.commands.learn import memory_file

    known = Memory(memory_file(memory))
    sites = dict(known.sites())
    if site is None:
        tables.sites(Console(highlight=False), known)
    elif site in sites:
        tables.habits(Console(highlight=False), site, sites[site], known.habits(site))
    else:
        close = difflib.get_close_matches(site, sites, n=1, cutoff=0.5)
        hint = f"; did you mean {close[0]}?" if close else "."
        raise CouldNotRun(f"no site {site!r}{hint} All sites: bodycopy memory --memory {memory}")


@app.command(epilog=EXIT_CODES)
@_told
def propose(
    where: Annotated[str, typer.Argument(help="A memory's file, or the --out of a run.", metavar="MEMORY|OUT")],
    sites: Annotated[int, typer.Option(help="On how many sites a segment has to be repeated.", min=1)] = 3,
) -> None:
    """Propose phrases for a rule file: what several sites of a language repeat, and no phrase knows."""
    from flows.commands.propose import as_toml, proposals

    found = proposals(where, sites)
    sys.stdout.write(shown_lines(as_toml(found)))
    said = f"{counted(len(found), 'phrase')} proposed, of what {sites} sites or more repeat"
    _complain(f"{said}; read them, keep those that are noise, and prove them: bodycopy rules --lint")


@app.command()
@_told
def forget(
    site: Annotated[str, typer.Argument(help="A site, such as example.com.")],
    memory: MemoryFile = MEMORY,
) -> None:
    """Forget a site: its lines, and the stories of its documents."""
    from flows.commands.learn import forget as forget_site

    print(f"{counted(forget_site(site, memory), 'document')} of {site} forgotten")


def _folder(path: str, option: str) -> Path:
    if "://" in path:
        raise CouldNotRun(f"{path} is not a folder of this machine; give one with {option}, and copy it from there")
    return Path(path).expanduser()


def _lint(folder: str | None, file: Path | None, fields: RowOptions) -> None:
    from cleaners.matching.lint import lint_shipped
    from flows.commands import lint

    settings = rule_files.settings(file)

    console = Console(highlight=False)
    with interruptible("stopped before all phrases were proven"):
        measured = lint.measure(folder, settings, fields.reading) if folder else None
        own, number = rule_files.lint(file) if file else ([], 0)
        problems = [*own, *lint_shipped()]
    lint.show(console, problems, phrases.count() + number, measured)
    if problems:
        raise typer.Exit(3)


def _read(file: str) -> bytes:
    path = Path(file)
    try:
        data = sys.stdin.buffer.read() if file == "-" else path.read_bytes()
    except IsADirectoryError:
        raise CouldNotRun(f"{file} is a folder, expected a file; for a folder: bodycopy run {file} --out DIR") from None
    except OSError as error:
        raise CouldNotRun(
            f"{file} cannot be read: {error.strerror}; expected a text or a page, or - for standard input"
        ) from None
    if not data.strip():
        what = "nothing but white space" if data else "nothing"
        raise CouldNotRun(f"{file} holds {what}; expected a text or a page: was it fetched whole?")
    return data


def _row(file: str, number: int | None, fields: RowOptions, url: str | None) -> tuple[bytes, Kind, str | None]:
    """The bytes of a row, what they are, and where it was published."""
    what = f"no row {number}" if number else "no document"
    for found in sources.scan(file, reading=fields.reading):
        if isinstance(found, sources.Found) and number in (None, found.row):
            ((_, data),) = sources.contents([found], fields.reading)
            if isinstance(data, bytes):
                return data, found.kind, url or found.url
        elif isinstance(found, sources.Unusable):
            what = f"{found.reason}; {found.remedy}"
    raise CouldNotRun(f"{file}: {what}")


def _kind(file: str, data: bytes) -> Kind:
    start = data[:2048].lstrip(codecs.BOM_UTF8 + b" \t\r\n").lower()
    return kind_of(file) or ("html" if start.startswith((b"<!doctype html", b"<html")) or b"<html" in start[:1024] else "text")


def _checked(codes: list[str] | None, settings: Settings) -> frozenset[str]:
    for code in codes or ():
        if not code or not any(rule.startswith(code) for rule in all_rules(settings)):
            raise typer.BadParameter(
                f"no rule begins with {code!r}; give a code such as PC001 or a family's letters. All rules: bodycopy rules"
            )
    return frozenset(codes or ())


def _language(code: str | None) -> str | None:
    if code and not (len(code) == 2 and code.isascii() and code.isalpha()):
        raise typer.BadParameter(f"{code!r} is no language code; expected two letters (ISO 639-1), such as en or de")
    return code.lower() if code else None


def _readable(fields: Rows) -> Rows:
    """How rows are read, in an encoding that can be."""
    try:
        codecs.lookup(fields.encoding or "utf-8")
    except LookupError:
        expected = "expected one such as utf-8, latin-1 or cp1252"
        raise typer.BadParameter(f"{fields.encoding!r} is no known encoding; {expected}") from None
    return fields


def _document(file: str, kind: Kind, cleaned: Cleaned) -> records.Row:
    articles = [{**row, "body": a.body} for row, a in zip(records.article_rows(cleaned), cleaned.articles, strict=True)]
    ledger = list(records.ledger_rows(cleaned))
    return {
        "source": file,
        "format": kind,
        "encoding": cleaned.encoding,
        "confidence": cleaned.confidence,
        "review": cleaned.review,
        "articles": articles,
        "ledger": ledger,
    }


def _print(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _complain(message: str) -> None:
    said = escape(shown(without_secret(message)))
    Console(stderr=True).print(f"bodycopy: {said}", style="red", soft_wrap=True, highlight=False)


LOADED = time.monotonic() - BEGAN
"""Seconds that it took to load what a command needs: they belong to what it takes."""
