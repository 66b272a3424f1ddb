import json
import random
from pathlib import Path

import pytest
from helpers.row_files import PACKS, ROWS, as_csv, as_jsonl, as_parquet, of, texts

from flows.errors import CouldNotRun
from flows.sources import KINDS, Found, RowSchema, Unusable, contents, scan
from flows.sources.row_schema import IDS, PAGES, TEXTS, URLS
from flows.sources.rows import READERS
from flows.sources.streams import MAX_ROW_BYTES

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
