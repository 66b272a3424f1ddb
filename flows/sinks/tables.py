"""Tables: rows as JSON Lines (plain, gz, zst) or Parquet, with one schema for all forms.

In all forms a row is written and read as a line of JSON, so that of JSON Lines none has to be parsed.
"""

from __future__ import annotations

import gzip
import importlib.util
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, Any

from flows.errors import CouldNotRun
from flows.sinks.records import Row, dumps, load_row

FORMS = ("jsonl", "jsonl.gz", "jsonl.zst", "parquet")
"""The forms of shards."""
PACKAGES = {"jsonl.zst": "zstandard", "parquet": "pyarrow"}
"""Optional dependencies by form."""
PACKED_BYTES = 1 << 17
"""Bytes that are packed at once, a block of zstd: line by line takes twice as long."""
ROW_GROUP_ROWS = 5_000
"""Rows of a row group of Parquet."""

SCHEMAS: dict[str, dict[str, str]] = {
    "articles": {
        "source": "string",
        "article": "int32",
        "id": "string",
        "url": "string",
        "title": "string",
        "authors": "list<string>",
        "date": "string",
        "language": "string",
        "truncated": "bool",
        "words": "int32",
        "lost_words": "int32",
        "confidence": "double",
        "review": "string",
        "metadata": "map<string, list<string>>",
        "carried": "map<string, string>",
        "markdown": "string",
        "body": "string",
    },
    "ledgers": {
        "source": "string",
        "kind": "string",
        "rule": "string",
        "start": "int64",
        "end": "int64",
        "text": "string",
        "reason": "string",
        "confidence": "string",
        "evidence": "string",
        "field": "string",
        "value": "string",
        "before": "string",
        "after": "string",
        "document": "string",
    },
}
"""Columns and their types. A row with `document`, the header of a ledger as JSON, has no further columns."""
EXACT = "exact"
"""A further column in Parquet: the row as JSON if it holds characters that are not valid Unicode, else empty."""


def check(form: str) -> None:
    """Check that a form can be written.

    Raises:
        CouldNotRun: Its package is not installed.
    """
    package = PACKAGES.get(form)
    if package and importlib.util.find_spec(package) is None:
        reason = f"{form} needs {package}, which is not installed"
        raise CouldNotRun(reason, f"pip install {package}, or give another --to")


@contextmanager
def writing(path: Path, form: str, schema: dict[str, str]) -> Iterator[Callable[[bytes], object]]:
    """Write a table; the same rows always give the same bytes.

    Args:
        path: The file.
        form: One of `FORMS`.
        schema: One of `SCHEMAS`.

    Yields:
        A function that adds a row, a line of JSON with its line end.
    """
    if form == "parquet":
        with _writing_parquet(path, schema) as add:
            yield add
        return
    with path.open("wb") as file, _packer(file, form) as packed:
        yield packed.write


def read(file: IO[bytes], form: str) -> Iterator[bytes]:
    """Iterate over the rows of a table, as they were written: lines of JSON, of which those of JSON Lines are not checked.

    Raises:
        ValueError: It is damaged.
    """
    try:
        if form == "parquet":
            yield from map(dumps, _read_parquet(file))
        else:
            with _unpacker(file, form) as lines:
                yield from lines
    except Exception as error:  # gzip, zstandard and pyarrow have no base class of errors in common
        raise ValueError(f"{type(error).__name__}: {error}") from None


def _packer(file: IO[bytes], form: str) -> Any:
    packed: Any
    if form == "jsonl.gz":
        packed = gzip.GzipFile("", "wb", fileobj=file, mtime=0)  # without name and time, for the same bytes each time
    elif form == "jsonl.zst":
        import zstandard

        packed = zstandard.ZstdCompressor().stream_writer(file, closefd=False)
    else:
        return nullcontext(file)
    return io.BufferedWriter(packed, PACKED_BYTES)


def _unpacker(file: IO[bytes], form: str) -> Any:
    if form == "jsonl.gz":
        return gzip.GzipFile(fileobj=file)
    if form == "jsonl.zst":
        import zstandard

        return io.BufferedReader(zstandard.ZstdDecompressor().stream_reader(file, closefd=False))
    return nullcontext(file)


@contextmanager
def _writing_parquet(path: Path, schema: dict[str, str]) -> Iterator[Callable[[bytes], object]]:
    import pyarrow as pa
    from pyarrow import parquet

    typed = _typed(schema)
    waiting: list[Row] = []
    with parquet.ParquetWriter(path, typed, compression="zstd") as writer:

        def write() -> None:
            if waiting:
                writer.write_table(pa.Table.from_pylist(waiting, typed))
            waiting.clear()

        def add(line: bytes) -> None:
            waiting.append(_as_columns(load_row(line), schema))
            if len(waiting) == ROW_GROUP_ROWS:
                write()

        yield add
        write()


def _read_parquet(file: IO[bytes]) -> Iterator[Row]:
    from pyarrow import parquet

    for some in parquet.ParquetFile(file).iter_batches(ROW_GROUP_ROWS):
        yield from map(_as_row, some.to_pylist())


def _typed(schema: dict[str, str]) -> Any:
    import pyarrow as pa

    types = {
        "string": pa.string(),
        "bool": pa.bool_(),
        "int32": pa.int32(),
        "int64": pa.int64(),
        "double": pa.float64(),
        "list<string>": pa.list_(pa.string()),
        "map<string, string>": pa.map_(pa.string(), pa.string()),
        "map<string, list<string>>": pa.map_(pa.string(), pa.list_(pa.string())),
    }
    columns = [pa.field(name, types[kind]) for name, kind in schema.items()]
    return pa.schema([*columns, pa.field(EXACT, pa.string())])


def _as_columns(row: Row, schema: dict[str, str]) -> Row:
    exact = json.dumps(row, ensure_ascii=False)
    try:
        exact.encode()
    except UnicodeEncodeError:
        return {name: _spelled(row.get(name)) for name in schema} | {EXACT: json.dumps(row)}
    if row.get("kind") == "document":
        return {"source": row["source"], "kind": "document", "document": exact}
    return {name: row.get(name) for name in schema}


def _spelled(value: Any) -> Any:
    """Return a value with `?` in place of characters that are not valid Unicode."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_spelled(part) for part in value]
    if isinstance(value, dict):
        return {_spelled(name): _spelled(part) for name, part in value.items()}
    return value


def _as_row(columns: Row) -> Row:
    exact = columns.pop(EXACT) or columns.pop("document", None)
    if exact:
        return dict(json.loads(exact))
    if columns.get("markdown", "") is None:
        del columns["markdown"]  # the run wrote none
    if "metadata" in columns:
        return {**columns, **{name: dict(columns[name] or ()) for name in ("metadata", "carried") if name in columns}}
    return {name: value for name, value in columns.items() if value is not None}
