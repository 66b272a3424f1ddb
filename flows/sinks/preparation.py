"""Preparation of an output folder, before anything is cleaned: it can be written, and holds results of one form."""

from __future__ import annotations

from pathlib import Path

from flows.errors import CouldNotRun
from flows.sinks.atomic import LinkInside, unlinked, write_atomic

STATE = ".bodycopy"
"""The folder of what runs remember, in the output folder."""
MAX_FORM_CHARS = 20
"""How much is read of the file that names the form."""


def prepare_folder(out: Path, state: Path, *others: Path) -> None:
    """Make folders and check that they can be written.

    Args:
        out: The output folder.
        state: The folder of what runs remember.
        others: Further folders, in the output folder.

    Raises:
        CouldNotRun: They cannot be written, or a link takes the place of one of them or of a file in `state`.
    """
    try:
        for folder in (state, *others):
            if folder != out and folder.parent == out:
                unlinked(folder, out)
            folder.mkdir(parents=True, exist_ok=True)
        for path in state.iterdir():
            unlinked(path, state)
        write_atomic(state / "writable", b"")
        (state / "writable").unlink()
    except LinkInside as error:
        raise CouldNotRun(f"{error.filename} is {error.strerror}, or give another folder with --out") from None
    except OSError as error:
        where = f" ({error.filename})" if error.filename and Path(error.filename) != out else ""
        reason = f"cannot write to {out}: {error.strerror or error}{where}"
        raise CouldNotRun(reason, "give another folder with --out, or make it writable") from None


def keep_form(state: Path, form: str) -> None:
    """Note the form of the results, for later runs.

    Raises:
        CouldNotRun: The folder holds results of another form.
    """
    note = state / "form"
    try:
        earlier = note.read_text("ascii")[:MAX_FORM_CHARS].strip() if note.exists() else form
    except (OSError, ValueError):
        reason = f"{note} cannot be read, which names the form of the results"
        raise CouldNotRun(reason, "remove it, and give --to") from None
    if earlier != form:
        remedy = f"give --to {earlier}, or another folder with --out"
        raise CouldNotRun(f"{state.parent} holds results as {earlier}", remedy)
    write_atomic(note, form.encode() + b"\n")
