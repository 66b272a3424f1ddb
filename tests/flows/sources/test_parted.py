"""Large local files are parted among workers: each reads its rows from where they begin."""

import csv
import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from flows.runner.job import Job
from flows.runner.run_summary import RunSummary
from flows.sinks import Form, sink_for
from flows.sources import ANY_FIELDS, Found, contents, scan
from flows.sources.prefetch import RowFiles, is_parted

TEXTS = [f"Photo: Reuters\n\nThe minister said on day {number} that the “talks” go on, käse and all." for number in range(90)]


def write(path: Path) -> Path:
    rows = [{"id": f"n{number}", "text": text} for number, text in enumerate(TEXTS)]
    if path.suffix == ".csv":
        with path.open("w", newline="", encoding="utf-8") as file:
            table = csv.DictWriter(file, ["id", "text"])
            table.writeheader()
            table.writerows(rows)
    elif path.suffix == ".parquet":
        pa = pytest.importorskip("pyarrow")
        from pyarrow import parquet

        parquet.write_table(pa.Table.from_pylist(rows), path, row_group_size=20)
    elif path.suffix == ".warc":
        head = "WARC/1.0\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:uuid:{id}>\r\nContent-Type: text/plain\r\n"
        records = [(head.format(**row), row["text"].encode()) for row in rows]
        path.write_bytes(
            b"".join(b"%bContent-Length: %d\r\n\r\n%b\r\n\r\n" % (each.encode(), len(data), data) for each, data in records)
        )
    else:
        data = b"\xef\xbb\xbf" + "".join(json.dumps(row, ensure_ascii=False) + "\n\n" for row in rows).encode()
        path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.csv", "rows.parquet", "rows.warc"])
def test_a_worker_reads_any_of_the_rows_and_nothing_before_them(tmp_path: Path, name: str) -> None:
    found = [item for item in scan(str(write(tmp_path / name))) if isinstance(item, Found)]
    assert len(found) == len(TEXTS)
    assert all(map(is_parted, found))
    with RowFiles(ANY_FIELDS) as files:
        for number in (70, 3, 4, 88, 30):
            assert files.read(found[number]) == TEXTS[number].encode()
    assert [data for _, data in contents(found, parted=True)] == [None] * len(TEXTS)
    assert [data for _, data in contents(found)] == [text.encode() for text in TEXTS]


def test_of_a_compressed_file_one_process_reads_all(tmp_path: Path) -> None:
    found = [item for item in scan(str(write(tmp_path / "rows.jsonl.gz"))) if isinstance(item, Found)]
    assert [data for _, data in contents(found, parted=True)] == [text.encode() for text in TEXTS]


def test_a_row_that_is_no_longer_where_it_was_is_not_taken_for_another(tmp_path: Path) -> None:
    path = write(tmp_path / "rows.jsonl")
    found = [item for item in scan(str(path)) if isinstance(item, Found)]
    path.write_bytes(path.read_bytes().replace(b"day 5 ", b"day 55 "))
    with RowFiles(ANY_FIELDS) as files:
        assert files.read(found[4]) == TEXTS[4].encode()
        assert not isinstance(files.read(found[50]), bytes)


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.parquet"])
def test_results_do_not_depend_on_who_reads(
    tmp_path: Path, name: str, run: Callable[..., RunSummary], job: Job, contents: Callable[[Path], dict[str, bytes]]
) -> None:
    source = write(tmp_path / name)
    results = []
    for workers in (1, 3):
        sink = sink_for(str(tmp_path / f"out-{workers}"), Form.JSONL)
        sink.prepare()
        summary = run(source, job=replace(job, sink=sink, shard_bytes=2_000), workers=workers, helpers=workers - 1)
        assert (summary.documents, summary.quarantined) == (len(TEXTS), 0)
        results.append(contents(Path(sink.out)))
    assert results[0] == results[1]
    assert len([name for name in results[0] if name.startswith("articles/")]) > 2
