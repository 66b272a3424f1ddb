"""Sinks: where cleaned documents go, and in which form. Every file appears whole or not at all."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import fsspec
from fsspec.implementations.local import LocalFileSystem

from flows.errors import CouldNotRun
from flows.sinks.atomic import write_atomic
from flows.sinks.base import Outputs, Sink, Stamp, Stored
from flows.sinks.folders import STATE, Files
from flows.sinks.shards import LEDGERS, Shards
from flows.sinks.tables import FORMS
from flows.sources.location import is_address

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


class Form(StrEnum):
    """In which form results are written."""

    FILES = "files"
    JSONL = "jsonl"
    JSONL_GZ = "jsonl.gz"
    JSONL_ZST = "jsonl.zst"
    PARQUET = "parquet"


def sink_for(out: str, form: Form = Form.FILES, state: str | None = None) -> Sink:
    """The sink of a run.

    Args:
        out: a folder, or for shards also the address of one.
        form: in which form.
        state: the local folder of what runs remember; without it, one in the output folder.

    Raises:
        CouldNotRun: the output is not on this machine, and the form or the missing folder for the state does not allow that.
    """
    if not is_address(out):
        folder = Path(out).expanduser()
        if folder.is_file():
            raise CouldNotRun(f"{out} is a file, expected a folder for the results, which may be new; give another with --out")
        if form is Form.FILES:
            if state:
                raise CouldNotRun("--state is for shards; results as files keep what runs remember beside them")
            return Files(folder)
        return Shards(str(folder), Path(state).expanduser() if state else folder / STATE, form.value)
    if form is Form.FILES:
        raise CouldNotRun(f"{out} is not a folder of this machine; give --to jsonl.zst or another form of shards, and --state")
    if state is None:
        raise CouldNotRun(f"what runs remember cannot be kept at {out}; give --state, a folder of this machine that stays")
    return Shards(out, Path(state).expanduser(), form.value)


def sink_at(out: str | Path) -> Sink:
    """The sink that an output was written by, to read it.

    Raises:
        CouldNotRun: it is no output of a run.
    """
    out = str(out) if is_address(str(out)) else str(Path(out).expanduser())
    system, path = fsspec.core.url_to_fs(out)
    if isinstance(system, LocalFileSystem) and Path(path, "documents").is_dir():
        return Files(Path(path))
    for form in FORMS:
        if system.glob(f"{path}/{LEDGERS}/*.{form}"):
            return Shards(out, Path(path), form)
    raise CouldNotRun(
        f"{out} is not the output of a run; expected a folder that holds documents/ or ledgers/, as bodycopy run makes"
    )


def leave_out(sink: Sink) -> Path | None:
    """The folder of this machine that a scan of the source never looks into: the output's own."""
    return None if is_address(str(sink.out)) else Path(sink.out)
