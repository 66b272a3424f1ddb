"""The verbs for runs of the flow: `run`, `serve` and `automations`. They alone load Prefect."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from flows import rule_files
from flows.cli.arguments import OutOption, SourceArgument, checked_codes, checked_encoding, checked_language
from flows.cli.lazy_verbs import BEGINNING
from flows.cli.messages import complain, reports_errors
from flows.cli.option_flags import as_command
from flows.errors import SIGNALLED, STOPPED
from flows.options import RunOptions
from flows.paths import anywhere, refuse_secrets
from flows.runner.interrupts import interruptible


@reports_errors
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
    started = BEGINNING.get(None)
    from flows.cli.run import dry_run_flow, run_flow

    refuse_secrets(source, out)
    options = _checked(options)
    raise typer.Exit(dry_run_flow(source, out, options) if dry_run else run_flow(source, out, options, dask, started))


@reports_errors
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
    options = _checked(options).anywhere()
    parameters = {"source": anywhere(source), "out": anywhere(out), **options.parameters()}
    with interruptible("stopped before anything was served"):
        doubt = serve.check_run(source, out, options)
        pages = serve.connect()
        serve.check_schedule(cron, timezone)
    if doubt:
        complain(f"as it is now, a run will fail: {doubt}")

    def say() -> None:
        print(f"clean-articles/{name}: {cron} ({timezone}), one run at a time; Ctrl-C ends it")
        print(f"Runs, parameters, logs, tables: {pages}")
        print(f"Now, from another terminal: prefect deployment run clean-articles/{name}", flush=True)

    number = serve.serve(parameters, cron, timezone, name, ready=say)
    print(STOPPED, file=sys.stderr)
    raise typer.Exit(SIGNALLED + number)


@reports_errors
def automations(
    notify: Annotated[
        list[str] | None,
        typer.Option(
            help="Whom failed and crashed runs tell: https://… (Slack, or any web hook), an address for mail, or env:NAME for "
            "one in the environment; may be repeated.",
            metavar="ADDRESS",
        ),
    ] = None,
    drift: Annotated[bool, typer.Option("--drift", help="Tell of sites that have changed as well.")] = False,
) -> None:
    """Have the Prefect server mark runs as crashed that died without a word, and tell somebody; once more changes nothing."""
    from flows.commands import serve

    pages = serve.connect()
    from flows.monitoring.automations import ensure
    from flows.monitoring.notifications import notify as tell

    print(f"on the server: {ensure()}")
    for address in notify or ():
        for name in tell(address, drift=drift):
            print(f"on the server: {name}")
    print(f"all of them, to look at, pause or delete: {pages}/automations")


def _checked(options: RunOptions) -> RunOptions:
    """Return options with checked codes, language and encoding, and with the rule file of this folder if none is given."""
    checked_encoding(options)
    file = rule_files.found(Path(options.rules) if options.rules else None)
    codes = checked_codes(list(options.ignore), rule_files.settings(file))
    language = checked_language(options.language)
    return replace(options, rules=str(file) if file else None, ignore=tuple(sorted(codes)), language=language)
