"""The verbs for the results of a run: `restore` and `export`."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli.arguments import ResultsArgument, local_folder
from flows.cli.exit_codes import INCOMPLETE
from flows.cli.messages import REBUILD, complain, reports_errors
from flows.errors import CouldNotRun
from flows.paths import counted
from flows.runner.interrupts import interruptible
from flows.sources.location import local_path


@reports_errors
def restore(
    folder: ResultsArgument,
    into: Annotated[
        str | None, typer.Option(help="Where the sources go.", show_default="DIR/restored", metavar="FOLDER")
    ] = None,
) -> None:
    """Rebuild the sources from bodies and ledgers: texts byte for byte, pages as their visible text."""
    from flows.commands.restore import VISIBLE, restore_all

    if into is not None:
        target = local_folder(into, "--into")
    elif (results := local_path(folder)) is not None:
        target = results / "restored"
    else:
        raise CouldNotRun(f"{folder} is not a folder of this machine", "give --into, where the sources go")
    texts = pages = broken = renamed = 0
    with interruptible("stopped; what was restored stays, and the same command does all of it again"):
        for restored in restore_all(folder, target):
            if restored.problem:
                broken += 1
                complain(f"{restored.name}: {restored.problem}")
            elif restored.is_page:
                pages += 1
            else:
                texts += 1
            renamed += bool(restored.path)
    visible = f", {counted(pages, 'page')} as visible text (*{VISIBLE})" if pages else ""
    print(f"{counted(texts, 'text')} restored byte for byte{visible}, in {target}")
    if renamed:
        print(f"{renamed:,} of them under other names, with a hash: no file can have theirs")
    _report_broken(broken)


@reports_errors
def export(
    folder: ResultsArgument,
    dolma: Annotated[str, typer.Option(help="The folder for Dolma's documents and attributes.", metavar="INTO")],
    source: Annotated[str, typer.Option(help="What the corpus is called in Dolma's `source`.")] = "bodycopy",
) -> None:
    """Export whole texts, and every removal as a span under its rule, as Dolma's toolkit reads them."""
    from flows.commands.export_dolma import ALL, export_dolma

    with interruptible("stopped; the shards that are done stay, and the same command does all of it again"):
        done = export_dolma(folder, local_folder(dolma, "--dolma"), source, complain)
    spans = f"{counted(done.spans, 'span')} ({ALL})"
    print(f"{counted(done.documents, 'document')}, {spans}, {counted(done.shards, 'shard')}, in {dolma}")
    _report_broken(done.broken)


def _report_broken(documents: int) -> None:
    """Say how many documents do not match their ledgers.

    Raises:
        typer.Exit: There are such documents.
    """
    if documents:
        complain(f"{counted(documents, 'document')} not as the ledger has it; {REBUILD}")
        raise typer.Exit(INCOMPLETE)
