import gzip
import random
import tracemalloc
from pathlib import Path

import pytest
import zstandard
from helpers.row_files import FORMATS, ROWS, as_csv, as_jsonl, as_parquet, of, texts, zstd_frames

from flows.errors import CouldNotRun, Problem
from flows.sources import Found, RowSchema, Unusable, Watch, contents, json_lines, scan, watched


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
    ("rows.jsonl.gz", gzip.compress(b"x" * 100, mtime=0)[:20], "ends early"),
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
