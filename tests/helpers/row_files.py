import csv
import gzip
import io
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from flows.sources import ANY_FIELDS, Found, RowSchema, Unusable, contents, scan

ROWS = [
    {"id": "one", "text": "The first story.\n", "url": "https://example.com/1"},
    {"id": "two", "text": "Die zweite Geschichte – „länger“,\nmit zwei Zeilen.", "url": "https://example.com/2"},
    {"id": "three", "text": '第三个故事。 He said: "So it is."', "url": "https://example.com/3"},
    {"id": "four", "text": "La cuarta historia.", "url": "https://example.com/4"},
]


def as_jsonl(rows: Iterable[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def as_csv(rows: list[dict[str, Any]], delimiter: str = ",") -> bytes:
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode()


def as_parquet(rows: list[dict[str, Any]], **options: Any) -> bytes:
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    file = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(rows), file, **options)
    return file.getvalue()


def as_tsv(rows: list[dict[str, Any]]) -> bytes:
    return as_csv(rows, "\t")


def plain(data: bytes) -> bytes:
    return data


def zstd_frames(data: bytes) -> bytes:
    """Several frames, and one that is to be skipped, as parallel and seekable compressors write them."""
    half = len(data) // 2
    pack = zstandard.ZstdCompressor().compress
    return b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc" + pack(data[:half]) + pack(b"") + pack(data[half:])


PACKS: dict[str, Callable[[bytes], bytes]] = {"": plain, ".gz": gzip.compress, ".zst": zstd_frames}
FORMATS: dict[str, Callable[[list[dict[str, Any]]], bytes]] = {
    ".jsonl": as_jsonl,
    ".ndjson": as_jsonl,
    ".csv": as_csv,
    ".tsv": as_tsv,
}


def of(folder: Path, name: str, data: bytes, reading: RowSchema = ANY_FIELDS) -> tuple[list[Found], list[Unusable]]:
    """What a scan finds in a folder with this file."""
    (folder / name).write_bytes(data)
    items = list(scan(str(folder), reading=reading))
    return [item for item in items if isinstance(item, Found)], [item for item in items if isinstance(item, Unusable)]


def texts(documents: Iterable[Found], reading: RowSchema = ANY_FIELDS) -> list[str]:
    return [data.decode() if isinstance(data, bytes) else str(data) for _, data in contents(documents, reading)]
