"""Parquet: a row group after the other, only the columns that are needed."""

from __future__ import annotations

from os import SEEK_END
from typing import Any

from flows.errors import CouldNotRun
from flows.sources.row_schema import Field, Goal, Reading, Rows, Unreadable, not_utf8, row_of
from flows.sources.streams import AGAIN, check_watch, raw

BATCH = 4 * 1024 * 1024
"""Bytes of the columns of a batch, by the average of its row group."""
MOST = 1000
"""Rows of a batch."""
BOMB = 256 * 1024 * 1024
PACKED = 200
"""A column of a row group that unpacks to more than so many bytes, and to more than so many times what it takes, is a bomb."""
UNPACKED = 1_000
"""And so is a file whose rows hold more than so many times its bytes, once they hold more than `BOMB` times four."""


def rows(path: str, reading: Reading, goal: Goal) -> Rows:
    """The rows of a file; groups before the wanted row are not read.

    Raises:
        CouldNotRun: pyarrow is not installed.
    """
    try:
        import pyarrow  # half a second, which other sources do not need
        from pyarrow import parquet
    except ImportError:
        raise CouldNotRun(f"{path} is Parquet, which needs pyarrow; pip install pyarrow") from None
    with raw(path) as stream:
        try:
            file = parquet.ParquetFile(stream, buffer_size=BATCH // 4, pre_buffer=False)
            columns = {field.name: _is_text(field.type) for field in file.schema_arrow}
            fields = reading.present(columns)
            wanted = [name for name in columns if _wanted(name, fields, reading)]
            # one value that all rows share is held once; spelled out, a kilobyte of them would fill the memory
            shared = [name for name in wanted if columns[name]]
            file = parquet.ParquetFile(
                stream, metadata=file.metadata, read_dictionary=shared, buffer_size=BATCH // 4, pre_buffer=False
            )
        except (pyarrow.ArrowException, OSError, UnicodeDecodeError) as error:
            raise Unreadable(f"it is no Parquet file, or its end is missing ({_first(error)})", AGAIN) from None
        room = max(4 * BOMB, UNPACKED * stream.seek(0, SEEK_END))
        try:
            yield from _rows(file, reading, goal, fields, wanted, room)
        except (pyarrow.ArrowException, OSError) as error:
            raise Unreadable(f"its data is damaged ({_first(error)})", AGAIN) from None


def _rows(file: Any, reading: Reading, goal: Goal, fields: tuple[Field, ...], columns: list[str], room: int) -> Rows:
    after = 0
    for group in range(file.num_row_groups):
        number, about = after, file.metadata.row_group(group)
        after += about.num_rows
        if after < goal.row:
            continue
        _check_size(about, columns, group)
        size = max(1, min(MOST, BATCH * about.num_rows // max(about.total_byte_size, 1)))
        for batch in file.iter_batches(size, row_groups=[group], columns=columns, use_threads=False):
            check_watch()
            for place in range(batch.num_rows):
                number += 1
                if number < goal.row:
                    continue
                try:
                    values = {name: batch.column(at)[place].as_py() for at, name in enumerate(batch.schema.names)}
                except UnicodeDecodeError:
                    yield not_utf8(number, f"row {number}")
                    continue
                room -= sum(len(value) for value in values.values() if isinstance(value, str | bytes))
                if room < 0:
                    raise Unreadable(f"its rows unpack to more than {UNPACKED:,} times its size", BOMBS)
                yield row_of(values, number, f"row {number}", reading, fields)


BOMBS = "leave it out, or write it again as JSON Lines if it is meant like that"


def _check_size(about: Any, columns: list[str], group: int) -> None:
    """Refuse a row group before it is unpacked, if it is a bomb.

    Raises:
        Unreadable: it is.
    """
    for at in range(about.num_columns):
        column = about.column(at)
        large = column.total_uncompressed_size > max(BOMB, PACKED * column.total_compressed_size)
        if large and column.path_in_schema in columns:
            size = f"{column.total_uncompressed_size / 1_000_000:,.0f} MB"
            raise Unreadable(f"row group {group + 1} unpacks to {size}, more than {PACKED} times what it takes", BOMBS)


def _is_text(kind: Any) -> bool:
    from pyarrow import types

    if types.is_dictionary(kind):
        kind = kind.value_type
    return any(
        test(kind)
        for test in (types.is_string, types.is_large_string, types.is_string_view, types.is_binary, types.is_large_binary)
    )


def _wanted(name: str, fields: tuple[Field, ...], reading: Reading) -> bool:
    return name in {field for field, _ in fields} or name in reading.ids or name in reading.urls


def _first(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
