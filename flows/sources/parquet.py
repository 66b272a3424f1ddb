"""Parquet: one row group after the other, and only the columns that are needed."""

from __future__ import annotations

from collections.abc import Iterator
from os import SEEK_END
from typing import IO, Any

from flows.errors import CouldNotRun
from flows.sources.row_schema import BadRow, Field, RowCursor, Rows, RowSchema, UnreadableFile, not_utf8, row_of
from flows.sources.streams import WRITE_AGAIN, raw
from flows.sources.watch import check_watch

BATCH_BYTES = 4 * 1024 * 1024
"""Size of a batch of rows in memory, by the average row of its group."""
MAX_BATCH_ROWS = 1000
MAX_COLUMN_BYTES = 256 * 1024 * 1024
"""Unpacked size up to which a column of a row group is never refused."""
MAX_COLUMN_RATIO = 200
"""A larger column that unpacks to more than this many times its size is a decompression bomb."""
MAX_ROWS_RATIO = 1_000
"""Rows that unpack to more than this many times the size of their file are one too, beyond four columns' bytes."""
BOMB_REMEDY = "leave it out, or write it again as JSON Lines if it is meant like that"


def rows(path: str, schema: RowSchema, cursor: RowCursor) -> Rows:
    """Read the rows of a file; see `RowReader`. Groups before the wanted row are not unpacked.

    Raises:
        CouldNotRun: pyarrow is not installed.
    """
    try:
        import pyarrow  # half a second, which other sources do not need
    except ImportError:
        raise CouldNotRun(f"{path} is Parquet, which needs pyarrow", "pip install pyarrow") from None
    with raw(path) as stream:
        try:
            file, columns, fields = _opened(stream, schema)
        except (pyarrow.ArrowException, OSError, UnicodeDecodeError) as error:
            raise UnreadableFile(f"it is no Parquet file, or its end is missing ({_first(error)})", WRITE_AGAIN) from None
        budget = max(4 * MAX_COLUMN_BYTES, MAX_ROWS_RATIO * stream.seek(0, SEEK_END))
        try:
            for row in _rows(file, cursor, columns):
                if isinstance(row, BadRow):
                    yield row
                    continue
                number, values = row
                budget -= sum(len(value) for value in values.values() if isinstance(value, str | bytes))
                if budget < 0:
                    raise UnreadableFile(f"its rows unpack to more than {MAX_ROWS_RATIO:,} times its size", BOMB_REMEDY)
                yield row_of(values, number, f"row {number}", schema, fields)
        except (pyarrow.ArrowException, OSError) as error:
            raise UnreadableFile(f"its data is damaged ({_first(error)})", WRITE_AGAIN) from None


def _opened(stream: IO[bytes], schema: RowSchema) -> tuple[Any, list[str], tuple[Field, ...]]:
    """Open a Parquet file; return it, the columns to read, and the fields that may hold the document."""
    from pyarrow import parquet

    buffer_size = BATCH_BYTES // 4
    file = parquet.ParquetFile(stream, buffer_size=buffer_size, pre_buffer=False)
    is_text = {field.name: _is_text(field.type) for field in file.schema_arrow}
    fields = schema.present(is_text)
    columns = [name for name in is_text if _wanted(name, fields, schema)]
    # A dictionary holds a value that all rows share once; spelled out, a kilobyte of file would fill the memory
    shared = [name for name in columns if is_text[name]]
    file = parquet.ParquetFile(
        stream, metadata=file.metadata, read_dictionary=shared, buffer_size=buffer_size, pre_buffer=False
    )
    return file, columns, fields


def _rows(file: Any, cursor: RowCursor, columns: list[str]) -> Iterator[tuple[int, dict[str, object]] | BadRow]:
    """Iterate over the wanted rows: their numbers and values."""
    after = 0
    for group in range(file.num_row_groups):
        number, about = after, file.metadata.row_group(group)
        after += about.num_rows
        if after < cursor.row:
            continue
        _check_size(about, columns, group)
        size = max(1, min(MAX_BATCH_ROWS, BATCH_BYTES * about.num_rows // max(about.total_byte_size, 1)))
        for batch in file.iter_batches(size, row_groups=[group], columns=columns, use_threads=False):
            check_watch()
            for place in range(batch.num_rows):
                number += 1
                if number < cursor.row:
                    continue
                try:
                    yield number, {name: batch.column(at)[place].as_py() for at, name in enumerate(batch.schema.names)}
                except UnicodeDecodeError:
                    yield not_utf8(number, f"row {number}")


def _check_size(about: Any, columns: list[str], group: int) -> None:
    """Refuse a row group that is a decompression bomb before it is unpacked.

    Raises:
        UnreadableFile: It is one.
    """
    for at in range(about.num_columns):
        column = about.column(at)
        large = column.total_uncompressed_size > max(MAX_COLUMN_BYTES, MAX_COLUMN_RATIO * column.total_compressed_size)
        if large and column.path_in_schema in columns:
            size = f"{column.total_uncompressed_size / 1_000_000:,.0f} MB"
            reason = f"row group {group + 1} unpacks to {size}, more than {MAX_COLUMN_RATIO} times what it takes"
            raise UnreadableFile(reason, BOMB_REMEDY)


def _is_text(kind: Any) -> bool:
    """Return whether a column of a type can hold a text."""
    from pyarrow import types

    if types.is_dictionary(kind):
        kind = kind.value_type
    return any(
        test(kind)
        for test in (types.is_string, types.is_large_string, types.is_string_view, types.is_binary, types.is_large_binary)
    )


def _wanted(name: str, fields: tuple[Field, ...], schema: RowSchema) -> bool:
    return name in {field for field, _ in fields} or name in schema.ids or name in schema.urls or name in schema.further


def _first(error: Exception) -> str:
    """Return the first line of an error's message."""
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
