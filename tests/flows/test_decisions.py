"""Runs obey decisions: only the documents that they touch are cleaned again, and what is undone is as it was."""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers.command import bodycopy
from rich.console import Console

from cleaners import Decision
from flows.cli.progress_bar import ProgressBar
from flows.errors import CouldNotRun
from flows.monitoring.progress import ProgressReporter
from flows.options import RunOptions
from flows.runner.decision_files import existing_decisions, pin_decisions
from flows.runner.job import Job, job_for
from flows.runner.run_summary import RunSummary
from flows.sinks import Files, Form, Shards, sink_for

Run = Callable[..., RunSummary]
SITES = [f"www.site{number}.example.com" for number in range(3)]
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def story(number: str, site: str) -> str:
    return (
        f"The harbour of berth {number} at {site} was closed on Monday, and the ferries went on to the next island instead. "
        f"Nobody at berth {number} had been asked before, said the keeper of the light, who has lived there all her life."
    )


@pytest.fixture
def source(tmp_path: Path) -> Path:
    for site in SITES:
        folder = tmp_path / "source" / site
        folder.mkdir(parents=True)
        for number in NUMBERS:
            text = f"Photo: agency {number}\n\n{story(number, site)}\n\nThe letter of berth {number}\n"
            (folder / f"{number}.txt").write_text(text)
    return tmp_path / "source"


def decisions(job: Job, *entries: Decision) -> Job:
    """The job, with decisions added to its file."""
    path = job.sink.decisions
    with path.open("a") as file:
        file.writelines(json.dumps(each.as_row()) + "\n" for each in entries)
    return replace(job, decisions=pin_decisions(existing_decisions(None, job.sink), job.sink.state))


def files(job: Job) -> Mapping[str, bytes]:
    assert isinstance(job.sink, Files)
    return {str(path): path.read_bytes() for path in sorted(job.sink.documents.rglob("*")) if path.is_file()}


def ten(kind: Any, site: int, words: str) -> list[Decision]:
    """Ten decisions about a line of ten documents of a site."""
    return [
        Decision(f"{kind}{number}", kind, "example.com", f"{words} {number}", who="jane", at="2026-11-30T09:00:00Z")
        for number in NUMBERS[:10]
    ]


def body(job: Job, name: str) -> str:
    return str(files(job)[str(Path(job.sink.out, "documents", name, "article-01.txt"))].decode())


def test_thirty_decisions_are_carried_undone_and_redone(source: Path, run: Run, job: Job) -> None:
    run(source)
    before = files(job)
    made = ten("keep", 0, "Photo: agency") + ten("remove", 1, "The letter of berth")
    for number in NUMBERS[:10]:
        about = {"document": f"{SITES[0]}/{number}.txt", "text": f"Berth {number}"}
        made.append(Decision(f"title{number}", "title", "example.com", **about, who="jane", at="2026-11-30T09:00:00Z"))
    assert len(made) == 30
    decided = decisions(job, *made)
    assert run(source, job=decided).documents == 30  # ten numbers at each of three hosts of one site; two numbers nowhere
    with_all = files(job)
    assert body(job, f"{SITES[0]}/one.txt") == f"Photo: agency one\n\n{story('one', SITES[0])}"
    assert "RV002" in with_all[str(Path(job.sink.out, "documents", SITES[0], "one.txt", "ledger.jsonl"))].decode()
    assert run(source, job=decided).documents == 0

    undone = decisions(job, *(Decision(f"undo {each.id}", "undo", of=each.id) for each in made))
    assert undone.decisions is None
    assert run(source, job=undone).documents == 30
    assert files(job) == before

    redone = decisions(job, *(Decision(f"redo {each.id}", "undo", of=f"undo {each.id}") for each in made))
    assert run(source, job=redone).documents == 30
    assert files(job) == with_all


def test_only_touched_documents_are_done_again_and_decisions_about_lost_texts_are_named(
    source: Path, run: Run, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(source)
    bar = ProgressBar(Console(file=io.StringIO()))
    monkeypatch.setitem(run.__globals__, "Observer", lambda: ProgressReporter(bar, 0, lambda _: None))  # type: ignore[attr-defined]
    first = Decision("1", "remove", "example.com", "The letter of berth seven")
    decided = decisions(job, first, Decision("2", "keep", "example.com", "A line that is gone for good"))
    warnings: list[str] = []
    assert run(source, job=decided, warnings=warnings).documents == 3
    expected = "1 of 2 decisions are without effect, their texts are gone: keep 'A line that is gone for good' at example.com"
    assert warnings == [expected]
    assert bar.notices == [expected]  # the terminal prints them below the numbers
    summary = json.loads((Path(job.sink.out) / "summary.json").read_bytes())
    assert decided.decisions
    assert summary["decisions"] == decided.decisions.version


def test_a_rule_that_is_off_touches_its_site(source: Path, run: Run, job: Job) -> None:
    (source / "other.org").mkdir()
    (source / "other.org" / "one.txt").write_text(f"Photo: Reuters\n\n{story('one', 'other')}")
    run(source)
    off = [Decision(code, "off", "example.com", rule=code) for code in ("PC001", "SM004")]  # the site repeats the label
    decided = decisions(job, *off)
    assert run(source, job=decided).documents == len(SITES) * len(NUMBERS)
    assert body(job, f"{SITES[2]}/two.txt").startswith("Photo: agency two")
    assert not body(job, "other.org/one.txt").startswith("Photo")


def test_the_ledger_names_the_decisions_and_the_index_the_rules(source: Path, run: Run, job: Job) -> None:
    decided = decisions(job, Decision("1", "remove", "example.com", "The letter of berth seven", who="jane"))
    run(source, job=decided)
    headers = {path: json.loads(data.splitlines()[0]) for path, data in files(job).items() if path.endswith("ledger.jsonl")}
    assert {header["site"] for header in headers.values()} == {"example.com"}
    assert [Path(path).parent.name for path, header in headers.items() if header["decisions"]] == ["seven.txt"] * 3
    rows = [json.loads(line) for line in (Path(job.sink.out) / "index.jsonl").read_bytes().splitlines()]
    row = next(row for row in rows if row["source"] == f"{SITES[0]}/seven.txt")
    assert (row["site"], row["format"]) == ("example.com", "text")
    assert row["rules"]["RV002"] == [1, 5]


def test_where_decisions_are_looked_for(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert sink_for(str(out)).decisions == out / "decisions.jsonl"
    assert sink_for(str(out), Form.JSONL).decisions == out / "decisions.jsonl"
    assert Shards("memory://out", tmp_path / "state", "jsonl").decisions == tmp_path / "state" / "decisions.jsonl"
    with pytest.raises(CouldNotRun, match="does not exist, expected a file of decisions"):
        job_for(sink_for(str(out)), RunOptions(decisions=str(tmp_path / "none.jsonl")))


def test_a_damaged_file_ends_a_run_before_it_begins_with_one_line(tmp_path: Path, job: Job) -> None:
    job.sink.decisions.write_text('{"kind": "keep"}\n')
    with pytest.raises(CouldNotRun) as raised:
        job_for(job.sink, RunOptions())
    assert str(raised.value).endswith("decisions.jsonl, line 1: it has no id; mend or delete the line, then do the same again")


def test_a_run_that_has_nothing_to_do_names_them_too(source: Path, run: Run, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.runner.job.rules_version", lambda: "rules-1")
    run(source)
    decisions(job, Decision("1", "keep", "example.com", "A line that is gone for good"))
    code, _, said = bodycopy("run", source, "--out", job.sink.out)
    assert (code, "1 of 1 decisions are without effect" in said) == (0, True)
