"""Sinks: where the results of cleaned documents go, and in which form. Every file is written completely or not at all."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from flows.errors import CouldNotRun
from flows.sources.location import is_address, local_path

if TYPE_CHECKING:
    from flows.sinks.atomic import write_atomic
    from flows.sinks.base import Outputs, Sink, Stamp, Stored
    from flows.sinks.folders import Files
    from flows.sinks.shards import Shards

__all__ = [
    "Files",
    "Form",
    "Outputs",
    "Shards",
    "Sink",
    "Stamp",
    "Stored",
    "leave_out",
    "sink_at",
    "sink_for",
    "write_atomic",
]

_LOADED_LATER = {
    "Files": "flows.sinks.folders",
    "Outputs": "flows.sinks.base",
    "Shards": "flows.sinks.shards",
    "Sink": "flows.sinks.base",
    "Stamp": "flows.sinks.base",
    "Stored": "flows.sinks.base",
    "write_atomic": "flows.sinks.atomic",
}
"""Where the names are that only those need who write or read results; `Form` is an option of the command line."""


def __getattr__(name: str) -> object:
    """Load one of `_LOADED_LATER` when it is first used."""
    if name not in _LOADED_LATER:
        raise AttributeError(f"module 'flows.sinks' has no attribute {name!r}")
    return getattr(import_module(_LOADED_LATER[name]), name)


class Form(StrEnum):
    """The form of results: a folder per document, or shards of many documents."""

    FILES = "files"
    JSONL = "jsonl"
    JSONL_GZ = "jsonl.gz"
    JSONL_ZST = "jsonl.zst"
    PARQUET = "parquet"


def sink_for(out: str, form: Form = Form.FILES, state: str | None = None) -> Sink:
    """Return the sink of a run.

    Args:
        out: A folder or, for shards, the address of one.
        form: The form of the results.
        state: The local folder of what runs remember; by default one in the output folder.

    Raises:
        CouldNotRun: The output is not a folder of this machine, and the form or a missing `state` does not allow that.
    """
    from flows.sinks.folders import Files
    from flows.sinks.preparation import STATE
    from flows.sinks.shards import Shards

    folder = local_path(out)
    if folder is not None:
        if folder.is_file():
            reason = f"{out} is a file, expected a folder for the results, which may be new"
            raise CouldNotRun(reason, "give another with --out")
        if form is Form.FILES:
            if state:
                raise CouldNotRun("--state is for shards", "results as files keep what runs remember beside them")
            return Files(folder)
        return Shards(str(folder), Path(state).expanduser() if state else folder / STATE, form.value)
    if form is Form.FILES:
        remedy = "give --to jsonl.zst or another form of shards, and --state"
        raise CouldNotRun(f"{out} is not a folder of this machine", remedy)
    if state is None:
        remedy = "give --state, a folder of this machine that stays"
        raise CouldNotRun(f"what runs remember cannot be kept at {out}", remedy)
    return Shards(out, Path(state).expanduser(), form.value)


def sink_at(out: str | Path) -> Sink:
    """Return the sink of existing results, for reading.

    Args:
        out: The folder or the address of the results.

    Raises:
        CouldNotRun: It is not the output of a run, or its store cannot be read.
    """
    from fsspec.implementations.local import LocalFileSystem

    from flows.sinks.folders import Files
    from flows.sinks.shards import LEDGERS, Shards
    from flows.sinks.tables import FORMS
    from flows.sources.stores import filesystem

    out = str(local_path(str(out)) or out)
    try:
        system, path = filesystem(out)
        if isinstance(system, LocalFileSystem) and Path(path, "documents").is_dir():
            return Files(Path(path))
        found = [form for form in FORMS if system.glob(f"{path}/{LEDGERS}/*.{form}")]
    except CouldNotRun:
        raise
    except Exception as error:  # every file system has errors of its own
        remedy = "see that it is there, and that this machine may read it"
        raise CouldNotRun(f"{out} cannot be read: {error}", remedy) from None
    if found:
        return Shards(out, Path(path), found[0])
    remedy = "expected a folder that holds documents/ or ledgers/, as bodycopy run makes"
    raise CouldNotRun(f"{out} is not the output of a run", remedy)


def leave_out(sink: Sink) -> Path | None:
    """Return the local folder of a sink, which a scan of the source must not search; None for a store."""
    return None if is_address(str(sink.out)) else Path(sink.out)
