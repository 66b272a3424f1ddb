import json
import sqlite3
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from flows.commands.export_dolma import export_dolma
from flows.commands.lost_results import GONE, stored_and_lost
from flows.commands.restore import restore_all
from flows.errors import CouldNotRun
from flows.runner.job import Job
from flows.runner.run_summary import RunSummary
from flows.sinks import Form, Outputs, Sink, Stored, sink_for
from flows.sinks.records import Row, dumps
from flows.sinks.tables import SCHEMAS

NAMES = ["deep/three.TXT", "one.txt", "two.txt"]
LATER = {"confidence", "review"}
"""Columns of articles that the first results lacked."""
STORY = "The minister said on Monday that the talks would go on for a week in the café by the river."
TEXT = f"Photo: Reuters\n\n\n{STORY}  \n\n{STORY.replace('week', 'month')}\n\nComments are closed.\n"
SOURCES = {
    "lf": TEXT.encode(),
    "crlf": TEXT.replace("\n", "\r\n").encode(),
    "cr": TEXT.replace("\n", "\r").encode(),
    "bom": b"\xef\xbb\xbf" + TEXT.encode(),
    "utf16": TEXT.encode("utf-16"),
    "latin1": TEXT.encode("latin-1"),
    "damaged": TEXT.encode() + b"caf\xe9 \xff",
    "nul": TEXT.replace("river", "riv\0er").encode(),
    "separators": TEXT.replace("\n", "\u2028").encode(),
    "entities": TEXT.replace("river", "&amp; river &quot;").encode(),
    "noise only": b"Photo: Reuters\n",
}


@pytest.mark.parametrize("name", SOURCES)
def test_a_text_comes_back_byte_for_byte(name: str, run: Callable[..., RunSummary], job: Job, tmp_path: Path) -> None:
    source = tmp_path / "in"
    (source / "Deep").mkdir(parents=True)
    (source / "Deep" / f"{name}.txt").write_bytes(SOURCES[name])
    assert run(source).documents == 1
    (restored,) = restore_all(job.sink.out, tmp_path / "back")
    assert (restored.name, restored.problem) == (f"Deep/{name}.txt", "")
    assert (tmp_path / "back" / "Deep" / f"{name}.txt").read_bytes() == SOURCES[name]


def test_a_page_comes_back_as_its_visible_text(run: Callable[..., RunSummary], job: Job, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(f"<html><body><article><p>{STORY}</p><p>{STORY}</p></article></body></html>")
    run(tmp_path / "page.html")
    (restored,) = restore_all(job.sink.out, tmp_path / "back")
    assert restored.is_page
    assert STORY in (tmp_path / "back" / "page.html.visible-text").read_text()


@pytest.mark.parametrize("file", ["article-01.txt", "ledger.jsonl"])
def test_what_was_edited_does_not_fit(
    source: Path, run: Callable[..., RunSummary], job: Job, tmp_path: Path, file: str
) -> None:
    run(source)
    path = job.sink.folder("one.txt") / file
    path.write_text(path.read_text().replace("Reuters", "Router").replace("minister", "monster"))
    restored = {one.name: one.problem for one in restore_all(job.sink.out, tmp_path / "back")}
    assert "edited" in restored.pop("one.txt")
    assert restored == {"deep/three.TXT": "", "two.txt": ""}
    assert not (tmp_path / "back" / "one.txt").exists()


@pytest.mark.parametrize("form", [Form.FILES, Form.JSONL, Form.PARQUET], ids=str)
def test_results_of_a_version_without_confidence_are_restored_exported_and_made_anew(
    source: Path, run: Callable[..., RunSummary], job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: Form
) -> None:
    sink = sink_for(str(tmp_path / "results"), form)
    sink.prepare()
    job = replace(job, sink=sink)
    run(source, job=job)
    with monkeypatch.context() as earlier:
        earlier.setitem(SCHEMAS, "articles", {name: kind for name, kind in SCHEMAS["articles"].items() if name not in LATER})
        old = {name: _without_later(outputs) for name, outputs in sink.read(NAMES, 1).items()}
        sink.deliver(old)
        sink.publish(1, NAMES, old)
    assert not any("confidence" in row for row in _articles(sink))
    assert [one.problem for one in restore_all(sink.out, tmp_path / "back")] == ["", "", ""]
    assert (tmp_path / "back" / "one.txt").read_bytes() == (source / "one.txt").read_bytes()
    assert export_dolma(sink.out, tmp_path / "dolma", "news", pytest.fail).documents == 3
    (source / "one.txt").unlink()
    summary = run(source, job=replace(job, rules="rules-2"))
    assert (summary.documents, summary.unseen) == (2, 1)
    assert ["confidence" in row for row in _articles(sink)] == [True, form == Form.PARQUET, True]  # there it is null
    assert [one.problem for one in restore_all(sink.out, tmp_path / "back")] == ["", "", ""]


def _articles(sink: Sink) -> list[Row]:
    found = sink.read(NAMES, 1)
    return [json.loads(metadata) for name in NAMES for _, metadata in found[name].articles]


def _without_later(outputs: Outputs) -> Outputs:
    articles = tuple((body, dumps(_without(json.loads(row), LATER))) for body, row in outputs.articles)
    header, *rows = map(json.loads, outputs.ledger.splitlines())
    return Outputs(articles, b"".join(map(dumps, [_without(header, {"document_confidence"}), *rows])))


def _without(row: Row, columns: Collection[str]) -> Row:
    return {name: value for name, value in row.items() if name not in columns}


@pytest.mark.parametrize("damage", [b"", b"{", b'{"kind": "document"}\n', b"[]\n", b"null\n"])
def test_a_damaged_ledger_is_told(
    source: Path, run: Callable[..., RunSummary], job: Job, tmp_path: Path, damage: bytes
) -> None:
    run(source)
    (job.sink.folder("one.txt") / "ledger.jsonl").write_bytes(damage)
    problems = [one.problem for one in restore_all(job.sink.out, tmp_path / "back")]
    assert [bool(problem) for problem in problems] == [False, True, False]
    assert problems[1].startswith("its ledger is damaged (")


def test_documents_whose_results_are_gone_are_named(
    source: Path, run: Callable[..., RunSummary], job: Job, tmp_path: Path
) -> None:
    (source / "c:o?n.txt").write_text(STORY)  # its folder has another name
    run(source)
    assert not [one for one in restore_all(job.sink.out, tmp_path / "all") if one.problem]
    for name in ("one.txt", "c:o?n.txt"):
        (job.sink.folder(name) / "ledger.jsonl").unlink()
    gone = {one.name: one.problem for one in restore_all(job.sink.out, tmp_path / "back") if one.problem}
    assert gone == dict.fromkeys(["c:o?n.txt", "one.txt"], "its results are gone; run again, and they are made anew")
    warnings: list[str] = []
    assert export_dolma(job.sink.out, tmp_path / "dolma", "news", warnings.append).broken == 2
    assert warnings[1] == "one.txt: its results are gone; run again, and they are made anew"


def test_documents_of_shards_are_named_unless_their_shard_cannot_be_read(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.sqlite"
    with sqlite3.connect(manifest) as connection:
        connection.execute("CREATE TABLE document (name BLOB)")
        connection.executemany("INSERT INTO document VALUES (?)", [(b"1",), (b"2",)])
    there, unreadable = Stored("1", Outputs((), b"")), Stored("ledgers/00001.jsonl", None, "the shard cannot be read")
    sink: Any = SimpleNamespace(form="jsonl", manifest=manifest, stored=lambda: iter([there]))
    assert list(stored_and_lost(sink)) == [there, Stored("2", None, GONE)]
    sink.stored = lambda: iter([there, unreadable])
    assert list(stored_and_lost(sink)) == [there, unreadable]
    sink.manifest = tmp_path / "none.sqlite"
    assert list(stored_and_lost(sink)) == [there, unreadable]


@pytest.mark.parametrize("name", ["../outside.txt", "/tmp/outside.txt", "a/../../outside.txt", ""])
def test_no_ledger_can_write_outside(source: Path, run: Callable[..., RunSummary], job: Job, tmp_path: Path, name: str) -> None:
    run(source)
    path = job.sink.folder("one.txt") / "ledger.jsonl"
    header, *rows = path.read_text().splitlines(keepends=True)
    path.write_text("".join([json.dumps({**json.loads(header), "source": name}) + "\n", *rows]))
    problems = [one.problem for one in restore_all(job.sink.out, tmp_path / "back") if one.problem]
    assert problems == [f"its ledger names the source {name!r}, which would lie outside of {tmp_path / 'back'}"]


def test_a_folder_without_outputs_could_not_run(tmp_path: Path) -> None:
    with pytest.raises(CouldNotRun, match="is not the output of a run"):
        list(restore_all(tmp_path, tmp_path / "back"))


def renamed(job: Job, document: str, name: object) -> None:
    path = job.sink.folder(document) / "ledger.jsonl"
    header, *rows = path.read_text().splitlines(keepends=True)
    path.write_text("".join([json.dumps({**json.loads(header), "source": name}) + "\n", *rows]))


@pytest.mark.parametrize("name", ["two.txt/x", "two.txt/x/y.txt", "a\0b.txt", "x" * 300 + ".txt", "\ud800.txt"])
def test_no_name_ends_the_restoring_of_all(
    source: Path, run: Callable[..., RunSummary], job: Job, tmp_path: Path, name: str
) -> None:
    run(source)
    renamed(job, "one.txt", name)
    restored = list(restore_all(job.sink.out, tmp_path / "back"))
    assert [one.problem for one in restored] == ["", "", ""]
    (odd,) = (one for one in restored if one.name == name)
    if odd.path:
        assert (tmp_path / "back" / odd.path).read_bytes() == (source / "one.txt").read_bytes()
    assert len([path for path in (tmp_path / "back").rglob("*") if path.is_file()]) == 3


def test_restoring_writes_through_no_link(source: Path, run: Callable[..., RunSummary], job: Job, tmp_path: Path) -> None:
    run(source)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (job.sink.out / "restored").symlink_to(elsewhere)
    with pytest.raises(CouldNotRun, match="is a link, and links inside of results are not followed"):
        list(restore_all(job.sink.out, job.sink.out / "restored"))
    back = tmp_path / "back"
    back.mkdir()
    (back / "deep").symlink_to(elsewhere)
    (back / ".one.txt.tmp").symlink_to(elsewhere / "one.txt")
    problems = {one.name: one.problem for one in restore_all(job.sink.out, back)}
    assert "is a link" in problems.pop("deep/three.TXT")
    assert problems == {"one.txt": "", "two.txt": ""}
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize(
    "junk", [b"[" * 100_000, b'{"kind": "document", "source": 7, "format": "text"}', b"[]\n[]", b'{"a": 1}\n7', b"\xff"]
)
def test_a_hostile_ledger_is_told_for_its_document_alone(
    source: Path, run: Callable[..., RunSummary], job: Job, tmp_path: Path, junk: bytes
) -> None:
    run(source)
    (job.sink.folder("one.txt") / "ledger.jsonl").write_bytes(junk)
    assert [bool(one.problem) for one in restore_all(job.sink.out, tmp_path / "back")] == [False, True, False]
    told: list[str] = []
    assert export_dolma(job.sink.out, tmp_path / "dolma", "news", told.append).broken == 1
    assert len(told) == 1
