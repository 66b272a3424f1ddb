import gzip
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers.row_files import FORMATS, PACKS, ROWS, as_csv, as_jsonl, as_parquet, of, texts

from flows.paths import safe_name
from flows.sources import Found, RowSchema, contents, scan


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
