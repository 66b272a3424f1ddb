"""The verb for people who look at results: `review`."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.arguments import ResultsArgument, local_folder
from flows.cli.messages import login, reports_errors
from flows.errors import CouldNotRun
from flows.paths import counted
from flows.runner.interrupts import interruptible

if TYPE_CHECKING:
    from flows.review.output import ReviewedOutput


@reports_errors
def review(
    folder: ResultsArgument,
    decisions: Annotated[
        str | None, typer.Option(help="The file of decisions.", show_default="DIR/decisions.jsonl", metavar="FILE")
    ] = None,
    who: Annotated[str | None, typer.Option(help="Who decides, as decisions name it.", show_default="your login")] = None,
    state: Annotated[
        str | None, typer.Option(help="The run's --state, where it had one.", show_default="in DIR", metavar="FOLDER")
    ] = None,
    port: Annotated[int, typer.Option(help="The port on this machine; 0: 8470, or any.", min=0, max=65535)] = 0,
    show: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    html: Annotated[str | None, typer.Option(help="Write one static page that can be sent, and end.", metavar="FILE")] = None,
    phrases: Annotated[
        str | None, typer.Option(help="Write decisions as phrases for bodycopy.toml, and end.", metavar="FILE")
    ] = None,
    labels: Annotated[
        str | None, typer.Option(help="Write decisions as labels for training (JSON Lines), and end.", metavar="FILE")
    ] = None,
    samples: Annotated[
        str | None, typer.Option(help="Write decided texts as samples for the project, and end.", metavar="FOLDER")
    ] = None,
) -> None:
    """Look at results in the browser: what went and why, and decide what stays; the next run obeys."""
    from flows.review.output import ReviewedOutput

    log = Path(decisions).expanduser() if decisions else None
    output = ReviewedOutput(folder, log=log, who=who or login(), state=local_folder(state, "--state") if state else None)
    files = {"html": html, "phrases": phrases, "labels": labels, "samples": samples}
    with interruptible("stopped; what was decided is kept"):
        if any(files.values()):
            _write(output, {name: Path(path).expanduser() for name, path in files.items() if path})
        else:
            _serve(output, port, show=show)


def _serve(output: ReviewedOutput, port: int, *, show: bool) -> None:
    """Serve the page until Ctrl-C."""
    from flows.review.server import serve

    def ready(address: str) -> None:
        print(f"Review of {output.sink.out}: {address}")
        print(f"Decisions go to {output.log.path}; Ctrl-C ends the review", flush=True)
        if show:
            webbrowser.open(address)

    serve(output, port, ready)


def _write(output: ReviewedOutput, files: dict[str, Path]) -> None:
    """Write files instead of serving a page.

    Raises:
        CouldNotRun: One cannot be written.
    """
    from flows.review import exports, static_page
    from flows.sinks import write_atomic

    output.count()
    try:
        if path := files.get("html"):
            print(f"{counted(static_page.write_page(output, path), 'document')} shown in {path}")
        if path := files.get("phrases"):
            write_atomic(path, exports.phrases(output.log.decisions().active).encode())
            print(f"phrases in {path}; prove them: bodycopy rules --lint --rules {path}")
        if path := files.get("labels"):
            rows = list(exports.labels(output))
            write_atomic(path, rows)
            print(f"{counted(len(rows), 'label')} in {path}")
        if path := files.get("samples"):
            print(f"{counted(exports.write_samples(output, path), 'sample')} in {path}")
    except OSError as error:
        raise CouldNotRun(f"{error.filename} cannot be written: {error.strerror}", "give another path") from None
    finally:
        output.close()
