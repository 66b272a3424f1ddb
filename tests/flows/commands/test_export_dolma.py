"""Dolma's documents and attributes: texts whole, removals as spans, both line by line."""

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.commands import export_dolma as exports
from flows.commands.export_dolma import ExportResult, export_dolma
from flows.errors import CouldNotRun
from flows.runner.job import Job
from flows.runner.run_summary import RunSummary
from flows.sinks import Form, sink_for

Run = Callable[..., RunSummary]
ODD = "Photo: Reuters\r\n\r\n{story} &amp; more 😀 of it, she said.\r\n\r\nComments are closed.\r\n"


def rows(into: Path, kind: str, shard: int = 0) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress((into / kind / f"{shard:05}.jsonl.gz").read_bytes()).splitlines()]


def exported(job: Job, into: Path) -> ExportResult:
    return export_dolma(job.sink.out, into, "news", lambda problem: pytest.fail(problem))


@pytest.fixture
def odd(source: Path) -> Path:
    """With entities, characters beyond the first plane, a byte that is none, a name that is none."""
    story = (source / "deep" / "three.TXT").read_text()
    (source / "odd.txt").write_bytes(ODD.format(story=story).encode() + b"caf\xe9 \xff")
    (source / "n\udcff.txt").write_text(story)
    return source


@pytest.mark.parametrize("form", [Form.FILES, Form.JSONL_ZST, Form.PARQUET], ids=str)
def test_a_text_without_its_spans_is_the_body(odd: Path, run: Run, job: Job, tmp_path: Path, form: Form) -> None:
    sink = sink_for(str(tmp_path / "results"), form)
    sink.prepare()
    job = replace(job, sink=sink)
    run(odd, job=job)
    done = exported(job, tmp_path / "dolma")
    documents, attributes = rows(tmp_path / "dolma", "documents"), rows(tmp_path / "dolma", "attributes/bodycopy")
    assert [(row["id"], row["source"]) for row in documents] == [(row["id"], row["source"]) for row in attributes]
    assert len(documents) == done.documents == 5
    bodies = {
        name: [body.decode() for body, _ in outputs.articles]
        for name, outputs in sink.read([d["id"] for d in documents], 1).items()
    }
    for document, found in zip(documents, attributes, strict=True):
        left = list(document["text"])
        for start, end, score in found["attributes"]["bodycopy__removed"]:
            assert score == 1.0
            left[start:end] = [""] * (end - start)
        if document["id"] in bodies:
            assert "".join(left).split() == " ".join(bodies[document["id"]]).split()
    (odd_one,) = (found["attributes"] for found in attributes if found["id"] == "odd.txt")
    (text,) = (document["text"] for document in documents if document["id"] == "odd.txt")
    ((start, end, _),) = odd_one["bodycopy__CO001"]
    assert text[start:end] == "Comments are closed."
    assert sorted(span for name, spans in odd_one.items() if name != exports.ALL for span in spans) == odd_one[exports.ALL]


def test_the_same_output_gives_the_same_bytes_and_old_shards_go(
    odd: Path, run: Run, job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, contents: Callable[[Path], dict[str, bytes]]
) -> None:
    run(odd)
    exported(job, tmp_path / "one")
    with monkeypatch.context() as patched:
        patched.setattr(exports, "SHARD_CHARS", 120)
        assert exported(job, tmp_path / "two").shards == 3
    ids = [row["id"] for shard in range(3) for row in rows(tmp_path / "two", "documents", shard)]
    assert ids == [row["id"] for row in rows(tmp_path / "one", "documents")]
    assert exported(job, tmp_path / "two").shards == 1
    assert contents(tmp_path / "two") == contents(tmp_path / "one")
    assert sorted(contents(tmp_path / "one")) == ["attributes/bodycopy/00000.jsonl.gz", "documents/00000.jsonl.gz"]


def test_what_was_edited_is_told_and_left_out(source: Path, run: Run, job: Job, tmp_path: Path) -> None:
    run(source)
    body = job.sink.folder("one.txt") / "article-01.txt"  # type: ignore[attr-defined]
    body.write_text("another story")
    result = CliRunner().invoke(app, ["export", str(job.sink.out), "--dolma", str(tmp_path / "dolma"), "--source", "news"])
    assert result.exit_code == 3
    assert result.stdout.startswith("2 documents, ")
    assert "one.txt: " in result.stderr
    assert [row["id"] for row in rows(tmp_path / "dolma", "documents")] == ["deep/three.TXT", "two.txt"]


def test_what_cannot_be_is_told(source: Path, run: Run, job: Job, tmp_path: Path) -> None:
    with pytest.raises(CouldNotRun, match="is not the output of a run"):
        export_dolma(source, tmp_path / "dolma", "news", print)
    run(source)
    for inside in (job.sink.out, Path(job.sink.out) / "dolma"):
        with pytest.raises(CouldNotRun, match=r"is inside of .*; give another with --dolma"):
            export_dolma(job.sink.out, Path(inside), "news", print)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CouldNotRun, match=r"cannot write to .*; give another folder with --dolma"):
        exported(job, tmp_path / "file")


@pytest.mark.parametrize(
    ("verb", "option"),
    [(["export", "out"], "--dolma"), (["restore", "out"], "--into"), (["fetch", "https://example.com"], "--into")],
)
def test_an_address_where_a_folder_should_be_is_told(verb: list[str], option: str) -> None:
    result = CliRunner().invoke(app, [*verb, option, "s3://bucket/folder"])
    assert result.exit_code == 1
    assert f"s3://bucket/folder is not a folder of this machine; give one with {option}" in result.stderr
