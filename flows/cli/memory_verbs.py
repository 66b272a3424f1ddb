"""The verbs for memories: `learn`, `memory`, `propose` and `forget`."""

from __future__ import annotations

import difflib
import sys
from typing import Annotated

import typer
from rich.console import Console

from cleaners import Memory
from flows.cli import tables
from flows.cli.arguments import MEMORY, MemoryFile, SourceArgument, checked_encoding
from flows.cli.exit_codes import INCOMPLETE
from flows.cli.messages import complain, reports_errors
from flows.cli.option_flags import as_command
from flows.errors import CouldNotRun
from flows.options import SourceOptions
from flows.paths import counted, shown_lines
from flows.runner.interrupts import interruptible


@reports_errors
@as_command
def learn(
    source: SourceArgument,
    fields: SourceOptions,
    memory: MemoryFile = MEMORY,
    workers: Annotated[int, typer.Option(help="Processes at the same time; 0: one for each processor.", min=0)] = 0,
) -> None:
    """Teach a memory what sites repeat and how stories begin; `run --memory` asks it."""
    from flows.commands.learn import learn as learn_source

    interrupted = interruptible("stopped; nothing was learned, and the memory is as it was", polled=True)
    with interrupted as stopping, Console(stderr=True).status("learning") as status:
        learned = learn_source(
            source,
            memory,
            workers=workers,
            reading=checked_encoding(fields).reading,
            stopping=stopping,
            progress=lambda done, total: status.update(f"learning: {done:,} of {total:,}"),
        )
    for problem in learned.problems[: tables.MAX_PROBLEMS]:
        complain(problem)
    tables.learned(Console(highlight=False), learned, memory)
    if learned.problems:
        raise typer.Exit(INCOMPLETE)


@reports_errors
def show_memory(
    site: Annotated[str | None, typer.Argument(help="A site, such as example.com; all sites without it.")] = None,
    memory: MemoryFile = MEMORY,
) -> None:
    """Show what a memory knows of a site, and which of its lines it would take for the site's own, and why."""
    from flows.runner.memory_files import memory_file

    known = Memory(memory_file(memory))
    sites = dict(known.sites())
    if site is None:
        tables.sites(Console(highlight=False), known)
    elif site in sites:
        console = Console(highlight=False)
        tables.frequencies(console, site, sites[site], known.frequencies(site))
        tables.places(console, known.fixed_places(site))
    else:
        close = difflib.get_close_matches(site, sites, n=1, cutoff=0.5)
        hint = f"; did you mean {close[0]}?" if close else "."
        raise CouldNotRun(f"no site {site!r}{hint} All sites: bodycopy memory --memory {memory}")


@reports_errors
def propose(
    where: Annotated[str, typer.Argument(help="A memory's file, or the --out of a run.", metavar="MEMORY|OUT")],
    sites: Annotated[int, typer.Option(help="On how many sites a segment has to be repeated.", min=1)] = 3,
) -> None:
    """Propose phrases for a rule file: what several sites of a language repeat, and no phrase knows."""
    from flows.commands.propose import as_toml, proposals

    found = proposals(where, sites)
    sys.stdout.write(shown_lines(as_toml(found)))
    number = f"{counted(len(found), 'phrase')} proposed, of what {sites} sites or more repeat"
    complain(f"{number}; read them, keep those that are noise, and prove them: bodycopy rules --lint")


@reports_errors
def forget(
    site: Annotated[str, typer.Argument(help="A site, such as example.com.")],
    memory: MemoryFile = MEMORY,
) -> None:
    """Forget a site: its lines, and the stories of its documents."""
    from flows.commands.learn import forget as forget_site

    print(f"{counted(forget_site(site, memory), 'document')} of {site} forgotten")
