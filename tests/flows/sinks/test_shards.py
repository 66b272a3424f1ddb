"""Shards hold what files hold, whole or not at all, with the same bytes however often a run was stopped on the way."""

import gzip
import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import fsspec
import pyarrow.parquet
import pytest

from flows.commands.restore import restore_all
from flows.errors import CouldNotRun
from flows.runner.job import Job
from flows.runner.run_summary import RunSummary
from flows.sinks import Form, Outputs, Shards, sink_at, sink_for, tables
from flows.sinks.records import dumps

Run = Callable[..., RunSummary]
FORMS = [form for form in Form if form is not Form.FILES]


@pytest.fixture(params=FORMS, ids=str)
def shards(request: pytest.FixtureRequest, job: Job, tmp_path: Path) -> Job:
    sink = sink_for(str(tmp_path / "shards"), request.param)
    sink.prepare()
    return replace(job, sink=sink)


def rows(sink: Any, kind: str, shard: int) -> list[dict[str, Any]]:
    with Path(sink.out, kind, f"{shard:05}.{sink.form}").open("rb") as file:
        return list(map(json.loads, tables.read(file, sink.form)))


def test_shards_hold_what_files_hold(source: Path, run: Run, job: Job, shards: Job) -> None:
    run(source)
    run(source, job=shards)
    for name in ("one.txt", "deep/three.TXT"):
        files = job.sink.read([name], None)
        assert list(files) == [name]
        assert shards.sink.read([name], 1) == files
    articles = rows(shards.sink, "articles", 1)
    assert [row["source"] for row in articles] == ["deep/three.TXT", "one.txt", "two.txt"]
    assert articles[1]["body"].startswith("The minister said")
    assert {row["source"] for row in rows(shards.sink, "ledgers", 1)} == {"deep/three.TXT", "one.txt", "two.txt"}


def test_a_second_run_does_nothing(source: Path, run: Run, shards: Job, contents: Callable[[Path], dict[str, bytes]]) -> None:
    run(source, job=shards)
    before = contents(Path(shards.sink.out))
    assert (run(source, job=shards).skipped, contents(Path(shards.sink.out))) == (3, before)


def test_a_changed_document_changes_its_shard_alone(source: Path, run: Run, shards: Job) -> None:
    small = replace(shards, shard_bytes=150)
    run(source, job=small)
    before = {shard: rows(small.sink, "articles", shard) for shard in (1, 2)}
    (source / "one.txt").write_text((source / "one.txt").read_text().replace("week", "year"))
    assert run(source, job=small).documents == 1
    assert "year" in rows(small.sink, "articles", 2)[0]["body"]
    assert rows(small.sink, "articles", 1) == before[1]


def test_a_lost_shard_is_made_again(source: Path, run: Run, shards: Job, contents: Callable[[Path], dict[str, bytes]]) -> None:
    run(source, job=shards)
    before = contents(Path(shards.sink.out))
    Path(shards.sink.out, "ledgers", f"00001.{shards.sink.form}").unlink()
    assert run(source, job=replace(shards, sink=sink_for(str(shards.sink.out), Form(shards.sink.form)))).documents == 3
    assert contents(Path(shards.sink.out)) == before


def test_a_run_in_parts_gives_the_same_articles(source: Path, run: Run, shards: Job) -> None:
    for _ in range(3):
        run(source, job=shards, limit=1)
    found = [row["source"] for shard in (1, 2, 3) for row in rows(shards.sink, "articles", shard)]
    assert found == ["deep/three.TXT", "one.txt", "two.txt"]


def test_a_run_that_could_not_write_its_shards_keeps_its_work(
    source: Path, run: Run, shards: Job, monkeypatch: pytest.MonkeyPatch, contents: Callable[[Path], dict[str, bytes]]
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(tables, "writing", full)
        patched.setattr("flows.runner.retries.PAUSES_SECONDS", ())
        with pytest.raises(OSError, match="No space"):
            run(source, job=shards)
    assert not list(Path(shards.sink.out).rglob("0*"))
    assert run(source, job=shards).skipped == 3
    assert len(rows(shards.sink, "articles", 1)) == 3
    with sqlite3.connect(shards.sink.manifest) as connection:
        assert connection.execute("SELECT count(*) FROM output").fetchone() == (0,)


def test_sources_come_back_from_shards(source: Path, run: Run, shards: Job, tmp_path: Path) -> None:
    run(source, job=shards)
    assert all(not restored.problem for restored in restore_all(str(shards.sink.out), tmp_path / "back"))
    assert (tmp_path / "back" / "one.txt").read_bytes() == (source / "one.txt").read_bytes()


def test_a_damaged_shard_is_told(source: Path, run: Run, shards: Job, tmp_path: Path) -> None:
    run(source, job=shards)
    Path(shards.sink.out, "ledgers", f"00001.{shards.sink.form}").write_bytes(b"no table")
    (restored,) = restore_all(str(shards.sink.out), tmp_path / "back")
    assert "the shard cannot be read" in restored.problem


def test_a_damaged_shard_whose_documents_are_not_all_here_ends_the_run(source: Path, run: Run, shards: Job) -> None:
    run(source, job=shards)
    Path(shards.sink.out, "ledgers", f"00001.{shards.sink.form}").write_bytes(b"no table")
    (source / "one.txt").unlink()
    with pytest.raises(CouldNotRun, match=r"shard 00001 is damaged .* delete it, and the next run makes it anew"):
        run(source, job=shards)


@pytest.mark.parametrize("left", [b"", b"half"], ids=["emptied", "truncated"])
@pytest.mark.parametrize("kind", ["articles", "ledgers"])
def test_a_shard_that_is_not_as_it_was_left_is_made_anew(
    source: Path, run: Run, shards: Job, contents: Callable[[Path], dict[str, bytes]], kind: str, left: bytes
) -> None:
    run(source, job=shards)
    before = contents(Path(shards.sink.out))
    path = Path(shards.sink.out, kind, f"00001.{shards.sink.form}")
    path.write_bytes(left and path.read_bytes()[: path.stat().st_size * 2 // 3])
    assert run(source, job=shards).documents == 3
    assert contents(Path(shards.sink.out)) == before


def test_a_shard_that_was_edited_stays_until_force_keeps_it_beside_the_new_one(
    source: Path, run: Run, job: Job, tmp_path: Path
) -> None:
    sink = sink_for(str(tmp_path / "edited"), Form.JSONL)
    sink.prepare()
    job = replace(job, sink=sink)
    run(source, job=job)
    path = tmp_path / "edited" / "articles" / "00001.jsonl"
    edited = path.read_bytes().replace(b"minister", b"monster")
    path.write_bytes(edited)
    warnings: list[str] = []
    run(source, job=job, warnings=warnings)
    assert path.read_bytes() == edited
    assert warnings == [
        "articles/00001.jsonl was edited and is left as it is; --force makes it anew and keeps it as NAME.edited"
    ]
    run(source, job=job, force=True)
    assert b"minister" in path.read_bytes()
    assert path.with_name("00001.jsonl.edited").read_bytes() == edited
    assert [one.problem for one in restore_all(sink.out, tmp_path / "back")] == ["", "", ""]


def test_no_other_names_among_shards_are_taken_for_ours(source: Path, run: Run, shards: Job, tmp_path: Path) -> None:
    run(source, job=shards)
    Path(shards.sink.out, "ledgers", f"notes.{shards.sink.form}").write_bytes(b"mine")
    assert all(not restored.problem for restored in restore_all(str(shards.sink.out), tmp_path / "back"))
    assert run(source, job=shards).skipped == 3


def test_names_that_are_no_unicode_go_all_the_way(source: Path, run: Run, shards: Job, tmp_path: Path) -> None:
    (source / "n\udcff.txt").write_bytes((source / "one.txt").read_bytes())
    run(source, job=shards)
    assert "n\udcff.txt" in [row["source"] for row in rows(shards.sink, "articles", 1)]
    assert [restored.name for restored in restore_all(str(shards.sink.out), tmp_path / "back") if restored.problem] == []


def test_shards_go_to_an_object_store(source: Path, run: Run, job: Job, tmp_path: Path) -> None:
    sink = sink_for("memory://bucket/news", Form.JSONL_GZ, str(tmp_path / "state"))
    sink.prepare()
    assert run(source, job=replace(job, sink=sink)).documents == 3
    store = fsspec.filesystem("memory")
    names = ["articles/00001.jsonl.gz", "index.jsonl", "ledgers/00001.jsonl.gz", "quarantine.jsonl", "summary.json"]
    assert sorted(store.find("/bucket/news")) == [f"/bucket/news/{name}" for name in names]
    lines = gzip.decompress(store.cat("/bucket/news/articles/00001.jsonl.gz")).splitlines()
    assert [json.loads(line)["source"] for line in lines] == ["deep/three.TXT", "one.txt", "two.txt"]
    assert run(source, job=replace(job, sink=sink)).skipped == 3
    assert [stored.name for stored in sink_at("memory://bucket/news").stored()] == ["deep/three.TXT", "one.txt", "two.txt"]


def test_columns_have_types(source: Path, run: Run, job: Job, tmp_path: Path) -> None:
    sink = sink_for(str(tmp_path / "typed"), Form.PARQUET)
    sink.prepare()
    run(source, job=replace(job, sink=sink))
    schema = pyarrow.parquet.read_schema(tmp_path / "typed" / "articles" / "00001.parquet")
    assert {name: str(schema.field(name).type) for name in ("words", "confidence", "truncated", "body")} == {
        "words": "int32",
        "confidence": "double",
        "truncated": "bool",
        "body": "string",
    }


def test_a_row_of_an_article_has_the_columns_of_its_schema(source: Path, run: Run, job: Job, tmp_path: Path) -> None:
    sink = sink_for(str(tmp_path / "named"), Form.JSONL)
    sink.prepare()
    run(source, job=replace(job, sink=sink, markdown_out=True))
    assert all(list(row) == list(tables.SCHEMAS["articles"]) for row in rows(sink, "articles", 1))
    for row in rows(sink, "ledgers", 1):
        assert row["kind"] == "document" or set(row) <= set(tables.SCHEMAS["ledgers"])


@pytest.mark.parametrize("form", [Form.JSONL, Form.PARQUET])
def test_articles_have_no_markdown_unless_the_run_wants_it(
    source: Path, run: Run, job: Job, tmp_path: Path, form: Form
) -> None:
    sink = sink_for(str(tmp_path / "named"), form)
    sink.prepare()
    run(source, job=replace(job, sink=sink))
    assert not any("markdown" in row for row in rows(sink, "articles", 1))


def test_a_column_of_ledgers_is_of_one_type_in_json_too(source: Path, run: Run, job: Job, tmp_path: Path) -> None:
    from pyarrow import json as typed

    sink = sink_for(str(tmp_path / "typed"), Form.JSONL)
    sink.prepare()
    run(source, job=replace(job, sink=sink))
    path = tmp_path / "typed" / "ledgers" / "00001.jsonl"
    path.write_text(path.read_text().replace('"document_confidence": null', '"document_confidence": 0.42'))
    table = typed.read_json(path)
    assert {name: str(table.schema.field(name).type) for name in ("confidence", "document_confidence")} == {
        "confidence": "string",
        "document_confidence": "double",
    }


@pytest.mark.parametrize(
    ("out", "form", "state", "told"),
    [
        ("s3://bucket/news", Form.FILES, None, "give --to jsonl.zst .*, and --state"),
        ("s3://bucket/news", Form.JSONL, None, "give --state, a folder of this machine"),
        ("out", Form.FILES, "state", "--state is for shards"),
        (__file__, Form.FILES, None, r"test_shards.py is a file, expected a folder for the results"),
    ],
)
def test_what_does_not_go_together_is_told(out: str, form: Form, state: str | None, told: str) -> None:
    with pytest.raises(CouldNotRun, match=told):
        sink_for(out, form, state)


def test_one_output_has_one_form(tmp_path: Path) -> None:
    sink_for(str(tmp_path), Form.JSONL).prepare()
    with pytest.raises(CouldNotRun, match="holds results as jsonl; give --to jsonl"):
        sink_for(str(tmp_path), Form.FILES).prepare()


def test_a_missing_package_is_told_before_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(CouldNotRun, match="parquet needs pyarrow, which is not installed"):
        sink_for(str(tmp_path), Form.PARQUET).prepare()


def test_no_output_of_a_run(tmp_path: Path) -> None:
    with pytest.raises(CouldNotRun, match="is not the output of a run"):
        sink_at(tmp_path)


def test_a_store_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CouldNotRun, match="'nope' is not known"):
        sink_at("nope://bucket/news")

    def refused(*_: object, **__: object) -> None:
        raise PermissionError("Access Denied")

    monkeypatch.setattr("fsspec.implementations.memory.MemoryFileSystem.glob", refused)
    with pytest.raises(CouldNotRun, match="memory://bucket/news cannot be read: Access Denied; see that it is there"):
        sink_at("memory://bucket/news")


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_the_same_documents_give_the_same_bytes(tmp_path: Path, form: Form) -> None:
    def written(place: str) -> bytes:
        sink = Shards(str(tmp_path / place), tmp_path / place / "state", form.value)
        sink.prepare()
        capture = {"kind": "capture", "rule": "R", "field": "f", "value": "v", "start": 1, "end": 2}
        ledger = dumps({"kind": "document", "source": "a"}) + dumps(capture)
        metadata = dumps({"source": "a", "article": 1, "title": None, "authors": ["Jane Doe"], "metadata": {"agency": ["X"]}})
        sink.publish(7, ["b", "a"], {"a": Outputs((("Käse".encode(), metadata),), ledger)})
        return b"".join(Path(sink.out, kind, f"00007.{form}").read_bytes() for kind in ("articles", "ledgers"))

    assert written("one") == written("other")


@pytest.mark.parametrize("form", [Form.FILES, Form.JSONL])
def test_an_address_of_this_machine_is_its_folder(tmp_path: Path, form: Form) -> None:
    sink = sink_for(f"file://{tmp_path}/out", form)
    assert (Path(sink.out), sink.state) == (tmp_path / "out", tmp_path / "out" / ".bodycopy")
