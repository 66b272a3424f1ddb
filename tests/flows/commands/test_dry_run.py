"""A dry run shows what a run would change, and writes nothing."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from cleaners import Profile
from flows.cli import tables
from flows.cli.app import app
from flows.commands.dry_run import DryRun, dry_run
from flows.errors import CouldNotRun
from flows.runner.job import Job
from flows.runner.manifest import Manifest
from flows.runner.run_summary import RunSummary
from flows.sinks import Form, leave_out, sink_for
from flows.sources import scan

Run = Callable[..., RunSummary]


@pytest.fixture(params=[Form.FILES, Form.JSONL], ids=str)
def dry_job(request: pytest.FixtureRequest, job: Job, tmp_path: Path) -> Job:
    return replace(job, sink=sink_for(str(tmp_path / "results"), request.param))


def of(source: Path, job: Job, **options: object) -> DryRun:
    return dry_run(scan(str(source), leave_out(job.sink)), job, 1, **options)  # type: ignore[arg-type]


def everything(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.rglob("*") if path.is_file()}


def test_before_the_first_run_all_is_new_and_nothing_is_made(source: Path, dry_job: Job) -> None:
    found = of(source, dry_job)
    assert (found.new, found.changed, found.same) == (3, 0, 0)
    assert found.examples == [("one.txt", ["-Photo: Reuters"])]
    assert not Path(dry_job.sink.out).exists()


def test_white_space_at_the_ends_of_lines_is_no_change(tmp_path: Path, dry_job: Job) -> None:
    (tmp_path / "a.txt").write_text(
        "Photo: Reuters\xa0\n\nThe ferry left the quay on Monday, and nobody was late for work. \xa0\n"
    )
    assert of(tmp_path / "a.txt", dry_job).examples == [("a.txt", ["-Photo: Reuters"])]


def test_after_a_run_nothing_is_left(source: Path, run: Run, dry_job: Job) -> None:
    dry_job.sink.prepare()
    run(source, job=dry_job)
    before = everything(Path(dry_job.sink.out))
    found = of(source, dry_job)
    assert (found.new, found.changed, found.same, found.summary.skipped) == (0, 0, 0, 3)
    assert {path: data for path, (_, data) in everything(Path(dry_job.sink.out)).items()} == {
        path: data for path, (_, data) in before.items()
    }


def test_other_settings_show_what_they_would_change(source: Path, run: Run, dry_job: Job) -> None:
    dry_job.sink.prepare()
    run(source, job=dry_job)
    ignoring = replace(dry_job, settings=replace(dry_job.settings, ignore=frozenset({"PC"})))
    found = of(source, ignoring)
    assert (found.new, found.changed, found.same) == (0, 1, 2)
    assert found.examples == [("one.txt", ["+Photo: Reuters"])]
    careful = replace(dry_job, settings=replace(dry_job.settings, profile=Profile.CAREFUL), rules="rules-2")
    assert of(source, careful, limit=2).summary.left == 1


def test_what_is_thought_of_an_article_is_no_change_of_it(
    source: Path, run: Run, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(source)
    ledger = job.sink.folder("one.txt") / "ledger.jsonl"
    header, row, *entries = ledger.read_text().splitlines(keepends=True)
    row = json.dumps(json.loads(row) | {"confidence": 0.123, "review": "much would go"}) + "\n"
    ledger.write_text("".join([header, row, *entries]))
    found = of(source, replace(job, rules="rules-2"))
    assert (found.new, found.changed, found.same) == (0, 0, 3)


def test_what_would_be_in_quarantine_is_named(source: Path, dry_job: Job) -> None:
    (source / "empty.txt").write_bytes(b"")
    assert of(source, dry_job).quarantined == [("empty.txt", "it is empty")]


def test_verify_finds_what_size_and_time_hide(source: Path, run: Run, job: Job) -> None:
    run(source)
    ledger = job.sink.folder("one.txt") / "ledger.jsonl"
    before = ledger.stat()
    ledger.write_bytes(ledger.read_bytes().replace(b'"truncated": false', b'"truncated": null '))
    os.utime(ledger, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert of(source, job).summary.skipped == 3
    assert (of(source, job, verify=True).summary.skipped, of(source, job, verify=True).changed) == (2, 1)


def test_a_shard_that_was_edited_would_be_left(source: Path, run: Run, job: Job, tmp_path: Path) -> None:
    sharded = replace(job, sink=sink_for(str(tmp_path / "shards"), Form.JSONL))
    sharded.sink.prepare()
    run(source, job=sharded)
    path = tmp_path / "shards" / "articles" / "00001.jsonl"
    path.write_bytes(path.read_bytes().replace(b"minister", b"monster"))
    found = of(source, sharded)
    assert (found.edited, found.changed, found.same) == (["articles/00001.jsonl"], 0, 0)
    said = StringIO()
    tables.dry_run(Console(file=said, width=200), found)
    assert "articles/00001.jsonl was edited and would be left as it is" in said.getvalue()
    assert of(source, replace(sharded, force=True)).changed == 3


def test_it_waits_for_no_other_run(source: Path, job: Job) -> None:
    with Manifest(job.sink.manifest), pytest.raises(CouldNotRun, match="if another run is writing to the output, wait"):
        of(source, job)


def test_the_command_shows_it(source: Path, tmp_path: Path) -> None:
    shown = CliRunner().invoke(app, ["run", str(source), "--out", str(tmp_path / "out"), "--dry-run"])
    assert shown.exit_code == 0
    assert "documents, new" in shown.output
    assert "-Photo: Reuters" in shown.output
    assert shown.output.endswith("Nothing was written.\n")
    assert not (tmp_path / "out").exists()


def test_the_network_is_not_tried(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["run", "https://example.com/feed", "--out", str(tmp_path / "out"), "--dry-run"])
    assert result.exit_code == 1
    assert "--dry-run fetches nothing; fetch it (bodycopy fetch https://example.com/feed --into DIR)" in result.stderr
    assert not (tmp_path / "out").exists()
