import csv
import gzip
import io
import json
import os
import random
import tracemalloc
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from flows.errors import CouldNotRun, Problem
from flows.paths import safe_name
from flows.sources import ANY_FIELDS, KINDS, Found, RowSchema, Unusable, Watch, contents, json_lines, scan, watched
from flows.sources.row_schema import IDS, PAGES, TEXTS, URLS
from flows.sources.rows import READERS
from flows.sources.streams import MAX_ROW_BYTES

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


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("form", FORMATS)
def test_rows_come_back_as_they_were_with_gaps_too(tmp_path: Path, form: str, pack: str) -> None:
    found, bad = of(tmp_path, f"rows{form}{pack}", PACKS[pack](FORMATS[form](ROWS)))
    assert not bad
    assert [item.name for item in found] == [f"rows{form}{pack}/{row['id']}" for row in ROWS]
    assert [item.url for item in found] == [row["url"] for row in ROWS]
    assert {item.kind for item in found} == {"text"}
    assert texts(found) == [row["text"] for row in ROWS]
    assert texts(found[1::2]) == [row["text"] for row in ROWS[1::2]]
    assert texts([found[3], found[0]]) == [ROWS[3]["text"], ROWS[0]["text"]]
    assert [item.size for item in found] == [len(row["text"].encode()) for row in ROWS]


@pytest.mark.parametrize("options", [{}, {"row_group_size": 2}, {"compression": "zstd", "row_group_size": 1}])
def test_parquet_comes_back_as_it_was(tmp_path: Path, options: dict[str, Any]) -> None:
    found, bad = of(tmp_path, "rows.parquet", as_parquet(ROWS, **options))
    assert not bad
    assert [(item.name, item.row) for item in found] == [(f"rows.parquet/{row['id']}", n) for n, row in enumerate(ROWS, 1)]
    assert texts(found) == [row["text"] for row in ROWS]
    assert texts(found[3:]) == [ROWS[3]["text"]]


def test_a_file_given_alone_has_the_names_that_it_has_in_a_folder(tmp_path: Path) -> None:
    found, _ = of(tmp_path, "rows.jsonl", as_jsonl(ROWS))
    assert list(scan(str(tmp_path / "rows.jsonl"))) == found
    assert list(scan(f"file://{tmp_path}/rows.jsonl")) == found
    assert list(scan(f"{tmp_path}/*.jsonl")) == found


def test_files_of_rows_lie_among_others_in_the_order_of_names(source: Path) -> None:
    (source / "rows.jsonl").write_bytes(as_jsonl(ROWS[:1]))
    found = [item for item in scan(str(source)) if isinstance(item, Found)]
    assert [item.name for item in found] == ["deep/three.TXT", "one.txt", "rows.jsonl/one", "two.txt"]
    assert [data if data is None else len(data) for _, data in contents(found)] == [None, None, len(ROWS[0]["text"]), None]


@pytest.mark.parametrize("pack", [".gz", ".zst"])
def test_a_compressed_text_is_unpacked(tmp_path: Path, pack: str) -> None:
    (found,), _ = of(tmp_path, f"Story.html{pack}", PACKS[pack](b"<p>A story.</p>"))
    assert (found.name, found.kind, found.size, found.row) == (f"Story.html{pack}", "html", 15, None)
    assert texts([found]) == ["<p>A story.</p>"]


def test_what_is_compressed_is_known_by_its_bytes_whatever_its_name(tmp_path: Path) -> None:
    found, _ = of(tmp_path, "rows.jsonl", gzip.compress(as_jsonl(ROWS)))
    assert texts(found) == [row["text"] for row in ROWS]
    (tmp_path / "rows.jsonl").unlink()
    found, _ = of(tmp_path, "rows.jsonl.gz", as_jsonl(ROWS))
    assert texts(found) == [row["text"] for row in ROWS]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_commonest_sign_of_the_header_parts_the_fields(tmp_path: Path, delimiter: str) -> None:
    found, bad = of(tmp_path, "rows.csv", b"\xef\xbb\xbf" + as_csv(ROWS, delimiter))
    assert (len(found), bad) == (4, [])


def test_a_mark_blank_lines_and_windows_line_ends_are_tolerated(tmp_path: Path) -> None:
    data = b'\xef\xbb\xbf{"text": "one"}\r\n\r\n  \n{"text": "two"}'
    found, bad = of(tmp_path, "rows.jsonl", data)
    assert [(item.name, item.row) for item in found] == [("rows.jsonl/0000000001", 1), ("rows.jsonl/0000000004", 4)]
    assert (texts(found), bad) == (["one", "two"], [])


# Fields


@pytest.mark.parametrize(
    ("row", "reading", "expected"),
    [
        ({"body": "B", "text": "T"}, RowSchema(), ("text", "T")),
        ({"maintext": "M", "html": "<p>"}, RowSchema(), ("text", "M")),
        ({"text": " ", "content": None, "raw_html": "<p>"}, RowSchema(), ("html", "<p>")),
        ({"text": "T", "html": "<p>"}, RowSchema(html_field="html"), ("html", "<p>")),
        ({"text": "T", "page": "", "story": "S"}, RowSchema(html_field="page", text_field="story"), ("text", "S")),
        ({"text": "T", "story": "S"}, RowSchema(text_field="story"), ("text", "S")),
        ({"page": 3, "content": "C"}, RowSchema(), ("text", "C")),
    ],
)
def test_fields_of_an_object(tmp_path: Path, row: dict[str, Any], reading: RowSchema, expected: tuple[str, str]) -> None:
    (found,), _ = of(tmp_path, "rows.jsonl", as_jsonl([row]), reading)
    assert (found.kind, texts([found], reading)[0]) == expected


@pytest.mark.parametrize("write", [as_csv, as_parquet])
def test_a_tables_columns_decide_for_all_its_rows(tmp_path: Path, write: Callable[[list[dict[str, Any]]], bytes]) -> None:
    rows = [{"html": "<p>1", "text": "one"}, {"html": "<p>2", "text": ""}]
    name = "rows.csv" if write is as_csv else "rows.parquet"
    found, bad = of(tmp_path, name, write(rows))
    assert (texts(found), [item.name for item in bad]) == (["one"], [f"{name}/0000000002"])
    found, bad = of(tmp_path, name, write(rows), RowSchema(html_field="html"))
    assert (texts(found, RowSchema(html_field="html")), bad) == (["<p>1", "<p>2"], [])


def test_bytes_in_a_column_are_handed_on_as_they_are(tmp_path: Path) -> None:
    page = "<p>Größe</p>".encode("latin-1")
    found, _ = of(tmp_path, "rows.parquet", as_parquet([{"html": page}]))
    assert [data for _, data in contents(found)] == [page]


def test_a_page_that_declares_another_encoding_is_read_as_what_it_is(tmp_path: Path) -> None:
    from cleaners.page import page_text

    page = '<meta charset="iso-8859-1"><p>Größe – „gut“</p>'
    found, _ = of(tmp_path, "rows.jsonl", as_jsonl([{"html": page}]))
    ((_, data),) = contents(found)
    assert isinstance(data, bytes)
    assert page_text(data) == page


def test_half_a_character_is_replaced(tmp_path: Path) -> None:
    found, _ = of(tmp_path, "rows.jsonl", b'{"text": "cut \\ud83d here"}\n')
    assert texts(found) == ["cut \ufffd here"]


# Ids


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("a/b", "a%2Fb"),
        ("https://example.com/1", "https:%2F%2Fexample.com%2F1"),
        (".", "%2E"),
        ("..", "%2E%2E"),
        ("../../etc/passwd", "..%2F..%2Fetc%2Fpasswd"),
        ("", "0000000001"),
        ("  ", "0000000001"),
        (None, "0000000001"),
        (17, "17"),
        (17.0, "17"),
        (float("nan"), "0000000001"),
        ([1], "0000000001"),
        ("0000000002", "%30000000002"),
        ("Übersicht 1", "Übersicht 1"),
        ("story.txt", "story.txt"),
        ("a\u0000b\n", "a\u0000b\n"),
    ],
)
def test_ids_become_names(tmp_path: Path, given: object, name: str) -> None:
    (found,), _ = of(tmp_path, "rows.jsonl", as_jsonl([{"id": given, "text": "x"}]))
    assert found.name == f"rows.jsonl/{name}"
    folder = safe_name(found.name)
    assert folder.count("/") == 1
    assert os.path.normpath(folder) == folder


def test_every_name_has_a_folder_of_its_own(tmp_path: Path) -> None:
    ids = ["a", "A", "a/b", "a%2Fb", "a%2fb", ".", "..", "", "0000000008", "%30000000008", "ü", "u", "con", "a.txt", "a.txt/b"]
    ids += ["x" * 300, "x" * 301, "a ", " a", "1", "01", "1.0"]
    found, bad = of(tmp_path, "rows.jsonl", as_jsonl({"id": one, "text": "x"} for one in ids))
    assert not bad
    folders = [safe_name(item.name).casefold() for item in found]
    assert len(set(folders)) == len(ids)
    assert not [one for one in folders for other in folders if one.startswith(other + "/")]


def test_an_id_that_came_before_is_named_by_its_row(tmp_path: Path) -> None:
    rows = [{"id": 1, "text": "one"}, {"id": "1", "text": "two"}, {"text": "three"}]
    found, (bad,) = of(tmp_path, "rows.jsonl", as_jsonl(rows))
    assert [item.name for item in found] == ["rows.jsonl/1", "rows.jsonl/0000000003"]
    assert (bad.name, bad.problem.reason) == ("rows.jsonl/0000000002", "row 2: its id '1' came before in this file")
    assert "--id-field" in bad.problem.remedy
    found, _ = of(tmp_path, "rows.jsonl", as_jsonl(rows), RowSchema(id_field=""))
    assert [item.name for item in found] == [f"rows.jsonl/000000000{number}" for number in (1, 2, 3)]


@pytest.mark.parametrize("given", [[1], True, {"$oid": "1"}, "x" * 3000])
def test_an_id_that_was_named_must_be_one(tmp_path: Path, given: object) -> None:
    _, (bad,) = of(tmp_path, "rows.jsonl", as_jsonl([{"key": given, "text": "x"}]), RowSchema(id_field="key"))
    assert "its id is" in bad.problem.reason


# Bad input


def test_bad_rows_are_named_with_their_place_and_the_others_are_used(tmp_path: Path) -> None:
    data = b"".join(
        [
            b'{"text": "one"}\n',
            b'{"text": "tw\n',
            b'{"text": "Gr\xf6\xdfe"}\n',
            b"[1, 2]\n",
            b'{"title": "x"}\n',
            b'{"text": ""}\n',
            b'{"text": ["a"]}\n',
            b'{"text": "eight"}\n',
            b'{"text": "ni',
        ]
    )
    found, bad = of(tmp_path, "rows.jsonl", data)
    assert texts(found) == ["one", "eight"]
    assert [item.name[-2:] for item in bad] == ["02", "03", "04", "05", "06", "07", "09"]
    for item, part in zip(
        bad, ("no JSON", "not UTF-8", "expected an object", "title", "no text", "a list", "cut short"), strict=True
    ):
        assert item.problem.reason.startswith(f"row {int(item.name[-2:])}: ")
        assert part in item.problem.reason
        assert item.problem.remedy


def test_broken_quotes_cost_only_their_row(tmp_path: Path) -> None:
    data = b'id,text\n1,"one"\n2,"tw"o"\n3,"three\n4,four\n5,"five, and\nmore"\n6,si"x\n7\n8,Gr\xf6\xdfe\n9,"nine\n'
    found, bad = of(tmp_path, "rows.csv", data)
    assert texts(found) == ["one", "four", "five, and\nmore", 'si"x']
    assert texts(found[2:]) == ["five, and\nmore", 'si"x']
    reasons = [item.problem.reason for item in bad]
    assert [reason.partition(":")[0] for reason in reasons] == [
        "row 2 (line 3)", "row 3 (line 4)", "row 7 (line 9)", "row 8 (line 10)", "row 9 (line 11)",
    ]  # fmt: skip
    assert "1 fields, where the header has 2" in reasons[2]
    assert "not UTF-8" in reasons[3]
    assert "unexpected end of data" in reasons[4]


def test_broken_quotes_in_a_table_of_one_column_end_it(tmp_path: Path) -> None:
    found, (bad,) = of(tmp_path, "rows.csv", b'text\none\n"two"x\nthree\n')
    assert texts(found) == ["one"]
    assert (bad.name, bad.problem.reason.endswith("after row 1")) == ("rows.csv", True)
    assert "row 2 (line 3)" in bad.problem.reason


@pytest.mark.parametrize("pack", [".gz", ".zst"])
@pytest.mark.parametrize("form", [".jsonl", ".csv"])
def test_rows_before_a_break_are_used(tmp_path: Path, form: str, pack: str) -> None:
    made = random.Random(1)
    rows = [{"id": f"r{n}", "text": made.randbytes(300).hex()} for n in range(3000)]
    data = (gzip.compress if pack == ".gz" else zstandard.ZstdCompressor().compress)(FORMATS[form](rows))
    found, (bad,) = of(tmp_path, f"rows{form}{pack}", data[: len(data) * 2 // 3])
    assert 1000 < len(found) < 2001
    assert bad.name == f"rows{form}{pack}"
    assert bad.problem.reason == f"it ends early (its compressed data is cut short), after row {len(found)}"
    assert texts(found[-2:]) == [row["text"] for row in rows[len(found) - 2 : len(found)]]


def test_damaged_compression_is_told(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(as_jsonl({"text": f"{n} {random.Random(n).random()}"} for n in range(8_000))))
    data[-len(data) // 4] ^= 0xFF
    found, bad = of(tmp_path, "rows.jsonl.gz", bytes(data))
    assert found
    assert bad[-1].name == "rows.jsonl.gz"
    assert bad[-1].problem.reason.startswith("its compressed data is damaged")


WHOLE = [
    ("rows.jsonl", b'[{"text": "x"}]', "JSON array, not JSON Lines"),
    ("rows.jsonl", b'{\n  "text": "x"\n}\n', "go over several lines"),
    ("rows.jsonl", '{"text": "x"}'.encode("utf-16"), "UTF-16; expected UTF-8"),
    ("rows.jsonl", b"", "it is empty"),
    ("rows.csv", b"", "it is empty"),
    ("rows.warc", b"", "it is empty"),
    ("rows.jsonl", b'{"headline": "x", "year": 2024}\n' * 3, "no field of the usual names.*its fields: headline, year"),
    ("rows.jsonl", b"x" * 99 + b"\n" * 200 + b"y\n" * 200, "none of its first 100 rows can be read"),
    ("rows.csv", b"headline,year\nx,2024\n", "its fields: headline, year"),
    ("rows.csv", "text\nGröße\n".encode("utf-16"), "UTF-16; expected UTF-8"),
    ("rows.csv", b'te"xt,"a"b\nx,y\n', "header cannot be read"),
    ("rows.csv", b"text,a\r1,2\r", "header cannot be read"),
    ("rows.parquet", b"x" * 500, "no Parquet file"),
    ("rows.parquet", b"", "no Parquet file"),
    ("rows.warc", b"<html>" * 20, "no WARC file"),
    ("rows.jsonl.gz", gzip.compress(b"x" * 100)[:20], "ends early"),
]


@pytest.mark.parametrize(("name", "data", "message"), WHOLE)
def test_a_file_that_cannot_be_read_is_one_problem_and_alone_the_end(
    tmp_path: Path, name: str, data: bytes, message: str
) -> None:
    if name.endswith(".parquet"):
        pytest.importorskip("pyarrow")
    (tmp_path / "also.txt").write_text("x")
    (found,), (bad,) = of(tmp_path, name, data)
    assert (found.name, bad.name) == ("also.txt", name)
    with pytest.raises(CouldNotRun, match=f"(?s){message}") as raised:
        list(scan(str(tmp_path / name)))
    assert bad.problem.reason in str(raised.value)
    assert bad.problem.remedy in str(raised.value)


def test_a_field_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    for name, data in (("a.jsonl", as_jsonl(ROWS)), ("a.csv", as_csv(ROWS)), ("a.parquet", as_parquet(ROWS))):
        _, (bad,) = of(tmp_path, name, data, RowSchema(text_field="story"))
        assert bad.problem.reason == "it has no field 'story' that could hold a text or a page; its fields: id, text, url"
        assert bad.problem.remedy == "name the right one with --text-field or --html-field"
        (tmp_path / name).unlink()


def test_parquet_with_numbers_where_text_should_be(tmp_path: Path) -> None:
    _, (bad,) = of(tmp_path, "rows.parquet", as_parquet([{"text": 1, "title": "x"}]))
    assert "no field of the usual names" in bad.problem.reason
    _, (bad,) = of(tmp_path, "rows.parquet", as_parquet([{"year": 1, "title": "x"}]), RowSchema(text_field="year"))
    assert bad.problem.reason == "its field 'year' holds no text"
    _, (bad,) = of(tmp_path, "rows.parquet", as_parquet(ROWS), RowSchema(id_field="key"))
    assert bad.problem.reason == "it has no field 'key' for ids; its fields: id, text, url"


def test_damaged_parquet_is_told_with_the_row_before(tmp_path: Path) -> None:
    rows = [{"text": f"{n} " + random.Random(n).randbytes(500).hex()} for n in range(200)]
    data = bytearray(as_parquet(rows, row_group_size=50, compression="zstd", use_dictionary=False))
    data[len(data) * 5 // 8 : len(data) * 5 // 8 + 2000] = b"\0" * 2000
    found, (bad,) = of(tmp_path, "rows.parquet", bytes(data))
    assert len(found) in (100, 150)
    assert bad.problem.reason.startswith("its data is damaged")
    assert bad.problem.reason.endswith(f"after row {len(found)}")


def test_a_value_that_all_rows_of_a_parquet_file_share_is_held_once(tmp_path: Path) -> None:
    import pyarrow
    from pyarrow import parquet

    shared = pyarrow.DictionaryArray.from_arrays(pyarrow.array([0] * 300, pyarrow.int32()), pyarrow.array(["a " * 500_000]))
    table = pyarrow.table({"id": [str(number) for number in range(300)], "text": shared})
    parquet.write_table(table, tmp_path / "rows.parquet", compression="zstd", store_schema=False)
    before = pyarrow.total_allocated_bytes()
    most = 0
    for item in scan(str(tmp_path)):
        assert isinstance(item, Found)
        most = max(most, pyarrow.total_allocated_bytes() - before)
    assert most < 20_000_000  # spelled out they are 300 MB


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ({"MAX_COLUMN_BYTES": 1_000, "MAX_COLUMN_RATIO": 10}, "row group 1 unpacks to"),
        ({"MAX_COLUMN_BYTES": 1_000, "MAX_COLUMN_RATIO": 10**9, "MAX_ROWS_RATIO": 2}, "its rows unpack to more than 2 times"),
    ],
)
def test_a_bomb_of_parquet_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limits: dict[str, int], reason: str
) -> None:
    for name, limit in limits.items():
        monkeypatch.setattr(f"flows.sources.parquet.{name}", limit)
    rows = [{"id": str(number), "text": f"{number}" + "a" * 5_000} for number in range(100)]
    found, (bad,) = of(tmp_path, "rows.parquet", as_parquet(rows, compression="zstd"))
    assert bad.problem.reason.startswith(reason)
    assert len(found) < 100


def test_parquet_without_its_library_could_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(CouldNotRun, match=r"needs pyarrow; pip install pyarrow"):
        of(tmp_path, "rows.parquet", b"PAR1")


def test_of_a_flood_of_bad_rows_the_first_are_named_and_the_rest_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.sources.rows.MAX_NAMED_BAD_ROWS", 10)
    good = as_jsonl([{"id": "1", "text": "A story."}, {"id": "2", "text": "Another one."}])
    lines = good.splitlines(keepends=True)
    found, bad = of(tmp_path, "rows.jsonl", lines[0] + b"x\n" * 500 + lines[1])
    assert [item.name for item in found] == ["rows.jsonl/1", "rows.jsonl/2"]
    assert (len(bad), sum(item.number for item in bad)) == (11, 500)
    assert (bad[-1].name, bad[-1].number) == ("rows.jsonl/*", 490)
    assert bad[-1].problem.reason.startswith("490 more rows that cannot be used; the first of them: row 12: no JSON")


@pytest.mark.parametrize("stopping", [False, True])
def test_a_file_that_gives_nothing_for_too_long_is_left_and_a_run_that_is_to_stop_stops_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopping: bool
) -> None:
    with gzip.open(tmp_path / "endless.jsonl.gz", "wb") as file:
        file.write(as_jsonl([{"id": "1", "text": "A story."}]) + b"\n" * 3_000_000)
    (tmp_path / "z.txt").write_text("A story.")
    clock = iter(range(10**9))
    monkeypatch.setattr("flows.sources.watch.time.monotonic", lambda: float(next(clock)))
    calls: list[int] = []

    def stop() -> bool:
        calls.append(0)
        return stopping and len(calls) > 6

    found = list(watched(scan(str(tmp_path)), Watch(20 if not stopping else 1e9, stop)))
    if stopping:
        assert [item.name for item in found] == ["endless.jsonl.gz/1"]
    else:
        assert [item.name for item in found] == ["endless.jsonl.gz/1", "endless.jsonl.gz", "z.txt"]
        assert "nothing came of it in 20 seconds" in found[1].problem.reason  # type: ignore[union-attr]


def test_rows_that_changed_or_went_after_the_scan(tmp_path: Path) -> None:
    found, _ = of(tmp_path, "rows.jsonl", as_jsonl(ROWS))
    (tmp_path / "rows.jsonl").write_bytes(as_jsonl([ROWS[0], {**ROWS[1], "text": "other"}, ROWS[2]]))
    first, second, third, fourth = (data for _, data in contents(found))
    assert (first, third) == (ROWS[0]["text"].encode(), ROWS[2]["text"].encode())
    assert second == Unusable("rows.jsonl/two", Problem("changed after the scan", "run again"))
    assert isinstance(fourth, Unusable)
    (tmp_path / "rows.jsonl").unlink()
    gone = [data for _, data in contents(found)]
    assert [data.problem.reason for data in gone if isinstance(data, Unusable)] == [
        f"row {number} cannot be read any more: it has vanished" for number in (1, 2, 3, 4)
    ]


def test_an_unreadable_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").symlink_to(tmp_path / "gone")
    (tmp_path / "story.txt.gz").write_bytes(b"\x1f\x8bx")
    found = {item.name: item.problem.reason for item in scan(str(tmp_path)) if isinstance(item, Unusable)}
    assert found["rows.jsonl"] == "a link that leads nowhere"
    assert "ends early" in found["story.txt.gz"]


def test_rows_that_are_too_long_are_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("json_lines", "delimited", "streams"):
        monkeypatch.setattr(f"flows.sources.{module}.MAX_ROW_BYTES", 1000)
    rows = [{"id": 1, "text": "a"}, {"id": 2, "text": "b" * 300_000}, {"id": 3, "text": "c"}]
    for name, data in (("a.jsonl", as_jsonl(rows)), ("a.csv", as_csv(rows))):
        found, (bad,) = of(tmp_path, name, data)
        assert texts(found) == ["a", "c"]
        assert "longer than" in bad.problem.reason
        (tmp_path / name).unlink()


@pytest.mark.parametrize("form", [".jsonl", ".csv"])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, form: str) -> None:
    text = "A sentence of a story that goes on. " * 100

    def peak(rows: int) -> int:
        made = ({"id": f"{n:x}", "text": f"{n} {text}"} for n in range(rows))
        with gzip.open(tmp_path / f"rows{form}.gz", "wb", compresslevel=1) as file:
            file.write(b"id,text\n" if form == ".csv" else b"")
            for row in made:
                file.write(as_jsonl([row]) if form == ".jsonl" else f"{row['id']},{row['text']}\n".encode())
        tracemalloc.start()
        for document, data in contents(item for item in scan(str(tmp_path)) if isinstance(item, Found)):
            assert isinstance(data, bytes), document
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    small = peak(4_000)  # 15 MB: in fewer, Python 3.12 and later do not fill all that they reserve
    assert peak(12_000) < 1.1 * small + 100_000


def test_zstd_without_its_library_could_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    data = zstd_frames(as_jsonl(ROWS))
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(CouldNotRun, match=r"needs zstandard, which is not installed; pip install zstandard"):
        of(tmp_path, "rows.jsonl.zst", data)


def test_a_file_is_read_in_one_pass_from_call_to_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found, _ = of(tmp_path, "rows.jsonl.gz", gzip.compress(as_jsonl(ROWS)))
    opened: list[str] = []
    whole = json_lines.opened
    monkeypatch.setattr(json_lines, "opened", lambda path: (opened.append(path), whole(path))[1])
    assert [text for item in found for text in texts([item])] == [row["text"] for row in ROWS]
    assert len(opened) == 1
    assert texts(found[:1]) == [ROWS[0]["text"]]  # from the beginning again
    assert len(opened) == 2
    (tmp_path / "rows.jsonl.gz").unlink()
    found, _ = of(tmp_path, "rows.jsonl.gz", gzip.compress(as_jsonl(reversed(ROWS))))
    assert texts(found[1:]) == [row["text"] for row in reversed(ROWS)][1:]


JSON_FORMS = [
    json.dumps(ROWS).encode(),
    json.dumps(ROWS, indent=1).encode(),
    as_jsonl(ROWS),
    b"\xef\xbb\xbf" + json.dumps(ROWS).encode(),
]


@pytest.mark.parametrize("data", JSON_FORMS)
def test_json_is_an_array_or_objects_one_after_the_other(tmp_path: Path, data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    for step in (7, 1 << 20):
        monkeypatch.setattr("flows.sources.json_values.BUFFER_BYTES", step)
        (tmp_path / "rows.json").write_bytes(data)
        found = [item for item in scan(str(tmp_path / "rows.json")) if isinstance(item, Found)]
        assert [item.name for item in found] == [f"rows.json/{row['id']}" for row in ROWS]
        assert texts(found) == [row["text"] for row in ROWS]


def test_json_is_read_where_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "also.txt").write_text("x")
    (found,), bad = of(tmp_path, "rows.json", json.dumps(ROWS).encode())
    assert (found.name, bad) == ("also.txt", [])
    assert len(list(scan(f"{tmp_path}/*.json"))) == len(ROWS)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'[{"text": "x"}, {"text": ', "no JSON"),
        (b'[{"text": "x"}', "ends before its array does"),
        (b"[]", "it holds no JSON objects"),
        (b'{"text": x}', "no JSON"),
        (b"[" * 100_000, "JSON"),
        ('[{"text": "Größe"}]'.encode("latin-1"), "it is not UTF-8"),
    ],
)
def test_json_that_cannot_be_read_is_told(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "rows.json").write_bytes(data)
    try:
        told = " ".join(item.problem.reason for item in scan(str(tmp_path / "rows.json")) if isinstance(item, Unusable))
    except CouldNotRun as error:
        told = str(error)
    assert message in told


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.csv", "rows.parquet", "rows.json"])
def test_a_mistyped_id_field_is_refused_with_what_may_be_meant(tmp_path: Path, name: str) -> None:
    rows = [{"key": f"k{number}", "text": "A story."} for number in range(300)]
    write = {".csv": as_csv, ".parquet": as_parquet}.get(Path(name).suffix, as_jsonl)
    (tmp_path / name).write_bytes(write(rows))
    with pytest.raises(CouldNotRun, match=r"no field 'kye' for ids, did you mean 'key'.; its fields: key, text; .*--id-field"):
        list(scan(str(tmp_path / name), reading=RowSchema(id_field="kye")))
    assert len(list(scan(str(tmp_path / name), reading=RowSchema(id_field="key")))) == 300


def test_some_rows_of_json_lines_may_lack_their_id(tmp_path: Path) -> None:
    found, bad = of(tmp_path, "a.jsonl", as_jsonl([{"text": "x"}, {"text": "y", "key": "k"}]), RowSchema(id_field="key"))
    assert ([item.name for item in found], bad) == (["a.jsonl/0000000001", "a.jsonl/k"], [])


def test_a_table_of_excel_is_read_in_the_encoding_that_is_named(tmp_path: Path) -> None:
    data = "key;text\r\n1;Größe – „so“\r\n2;Preis: 3 €\r\n".encode("cp1252")
    _, (bad,) = of(tmp_path, "a.csv", data.replace(b"key", b"k\xe9y"))
    assert "--encoding" in bad.problem.remedy
    reading = RowSchema(encoding="cp1252")
    found, none = of(tmp_path, "a.csv", data, reading)
    assert (texts(found, reading), none) == (["Größe – „so“", "Preis: 3 €"], [])


def test_a_text_has_the_encoding_that_is_named(tmp_path: Path) -> None:
    (found,), _ = of(tmp_path, "a.txt", b"x", RowSchema(encoding="cp1252"))
    assert found.encoding == "cp1252"


def test_the_page_on_sources_names_every_format_and_field() -> None:
    page = (Path(__file__).parents[3] / "docs" / "sources.md").read_text("utf-8")
    named = {*KINDS, *READERS, *TEXTS, *PAGES, *IDS, *URLS, *(f"--{name.replace('_', '-')}" for name in RowSchema.__slots__)}
    assert not [name for name in named if f"`{name}`" not in page]
    assert f"{MAX_ROW_BYTES / 1_000_000:,.0f} MB" in page


@pytest.mark.parametrize("form", [".jsonl", ".csv", ".parquet"])
def test_whatever_is_damaged_what_is_found_can_be_read(tmp_path: Path, form: str) -> None:
    write = {".jsonl": as_jsonl, ".csv": as_csv, ".parquet": as_parquet}[form]
    whole = write([{"id": f"r{n}", "text": f'Row {n}, "as\nit is" – über.', "url": "x"} for n in range(30)])
    for seed in range(150):
        made = random.Random(seed)
        data = bytearray(whole)
        for _ in range(made.randrange(1, 4)):
            place = made.randrange(len(data))
            harm = [b'"', b"\n", b"\0", b"\xff", b"[", b"", made.randbytes(9)][made.randrange(7)]
            data[place : place + made.randrange(20)] = harm
        pack = made.choice(["", ".gz", ".zst"]) if form != ".parquet" else ""
        packed = PACKS[pack](bytes(data))[: made.choice([None, -20])]
        found, bad = of(tmp_path, f"rows{form}", packed)
        names = [item.name for item in [*found, *bad]]
        assert len(set(names)) == len(names)
        kept = [item for item in found if made.random() < 0.7]
        assert all(isinstance(data, bytes) and len(data) == item.size for item, data in contents(kept)), seed
