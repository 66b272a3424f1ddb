"""What a run's documents prove about each other: the same, in whatever order and with however many workers."""

import json
import runpy
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from cleaners import clean_text
from cleaners.memory.document_record import document_record
from cleaners.memory.writer import write_memory
from flows.errors import CouldNotRun
from flows.runner.document_sites import site_address
from flows.runner.fingerprint_store import FingerprintStore
from flows.runner.fingerprints import fingerprints_of
from flows.runner.job import Job
from flows.runner.run_summary import RunSummary

TOWNS = ["Northport", "Southfield", "Eastwood", "Westbrook", "Millbridge", "Stonehaven", "Ashford", "Redcliff"]
WHAT = ["ferry terminal", "old swimming bath", "town library", "railway museum", "fish market", "bell tower", "zoo", "theatre"]
BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
Run = Callable[..., RunSummary]
Contents = Callable[[Path], dict[str, bytes]]


def story(number: int) -> list[str]:
    town, what = TOWNS[number], WHAT[number]
    return [
        f"The council of {town} voted on Tuesday to close the {what} in the spring, and to sell the land to a builder.",
        f"Nobody spoke against the plan for the {what}, said the mayor, who has lived in {town} for {40 + number} years.",
        f"In {town}, the builder is known for his towers in the north; he did not answer questions about the {what}.",
    ]


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """Stories of which each has the leads of the next two below it."""
    folder = tmp_path / "news"
    folder.mkdir()
    for number in range(len(TOWNS)):
        leads = [story((number + step) % len(TOWNS))[0] for step in (1, 2)]
        (folder / f"{number}.txt").write_text("\n\n".join([*story(number), *leads]))
    return folder


def header(out: Path, name: str) -> dict[str, object]:
    return json.loads((out / "documents" / name / "ledger.jsonl").read_text().splitlines()[0])


def removals(out: Path, name: str) -> list[dict[str, str]]:
    rows = map(json.loads, (out / "documents" / name / "ledger.jsonl").read_text().splitlines())
    return [row for row in rows if row["kind"] == "removal"]


def test_leads_of_other_documents_go_and_the_ledger_names_these(news: Path, job: Job, run: Run) -> None:
    summary = run(news)
    assert (summary.documents, summary.articles, summary.removals["repeats"]) == (8, 8, 16)
    assert summary.words_out == sum(len(" ".join(story(number)).split()) for number in range(8))
    for number in range(8):
        assert (job.sink.documents / f"{number}.txt/article-01.txt").read_text() == "\n\n".join(story(number))
    found = removals(job.sink.out, "0.txt")
    assert [(row["rule"], row["confidence"]) for row in found] == [("SM002", "sure")] * 2
    assert "1.txt" in found[0]["evidence"]
    assert "2.txt" in found[1]["evidence"]
    assert header(job.sink.out, "0.txt")["proofs"]


def test_the_result_does_not_depend_on_workers_or_on_what_came_first(
    news: Path, job: Job, run: Run, tmp_path: Path, contents: Contents
) -> None:
    run(news, workers=1)
    sinks = [replace(job.sink, out=tmp_path / name) for name in ("two", "bit-by-bit")]
    for sink in sinks:
        sink.prepare()
    run(news, workers=2, job=replace(job, sink=sinks[0]))
    hidden = [(path, path.with_name(f".{path.name}")) for path in sorted(news.iterdir())[::2]]
    for path, other in hidden:
        path.rename(other)
    run(news, job=replace(job, sink=sinks[1]))
    for path, other in hidden:
        other.rename(path)
    summary = run(news, job=replace(job, sink=sinks[1]))
    assert summary.documents + summary.skipped == 8
    assert contents(job.sink.out) == contents(sinks[0].out) == contents(sinks[1].out)


def test_nothing_is_done_twice(news: Path, run: Run, job: Job, contents: Contents) -> None:
    run(news)
    before = contents(job.sink.out)
    summary = run(news)
    assert (summary.documents, summary.skipped) == (0, 8)
    assert contents(job.sink.out) == before


def test_a_lead_comes_back_when_its_document_is_gone(news: Path, run: Run, job: Job) -> None:
    run(news)
    (news / "1.txt").unlink()
    summary = run(news)
    assert summary.documents == 2, "those that held its lead"
    body = (job.sink.documents / "0.txt/article-01.txt").read_text()
    assert story(1)[0] in body
    assert story(2)[0] in body, "alone at the end it may be background"


def test_a_document_that_goes_bad_proves_nothing_any_more(news: Path, run: Run, job: Job) -> None:
    run(news)
    (news / "1.txt").write_text("")
    summary = run(news)
    assert (summary.quarantined, summary.documents, summary.skipped) == (1, 2, 5)
    assert story(1)[0] in (job.sink.documents / "0.txt/article-01.txt").read_text()


def test_copies_of_a_story_are_a_cluster_and_keep_their_text(tmp_path: Path, run: Run, job: Job) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    (folder / "b.txt").write_text("\n\n".join(story(0)))
    (folder / "a.txt").write_text("\n\n".join([story(0)[0].replace("Tuesday", "Tuesday evening"), *story(0)[1:]]))
    (folder / "c.txt").write_text("\n\n".join(story(1)[::-1]).replace("builder", "painter").replace("council", "king"))
    (folder / "d.txt").write_text("Too short to be compared with anything.")
    run(folder)
    rows = [json.loads(line) for line in (job.sink.out / "index.jsonl").read_text().splitlines()]
    assert [(row["source"], row["cluster"]) for row in rows][:2] == [("a.txt", "a.txt"), ("b.txt", "a.txt")]
    assert rows[3]["cluster"] is None
    assert not removals(job.sink.out, "a.txt")
    assert not removals(job.sink.out, "b.txt")


def test_a_memory_proves_and_another_state_of_it_redoes_only_what_it_concerns(
    tmp_path: Path, source: Path, run: Run, job: Job
) -> None:
    path = tmp_path / "memory.sqlite"
    with write_memory(path) as writer:
        writer.add(document_record(clean_text("\n\n".join(story(0))), "yesterday.txt"))
    (source / "one.txt").write_text("\n\n".join([*story(1), story(0)[0][:70]]))
    job = replace(job, memory=str(path))
    run(source, job=job)
    assert header(job.sink.out, "one.txt")["proofs"]
    (removal,) = removals(job.sink.out, "one.txt")
    assert "yesterday.txt" in removal["evidence"]
    assert run(source, job=job).skipped == 3
    with write_memory(path) as writer:
        writer.add(document_record(clean_text("\n\n".join(story(3))), "later.txt"))
    assert run(source, job=job).documents == 0
    with write_memory(path) as writer:
        writer.add(document_record(clean_text("\n\n".join(story(0))), "again.txt"))
    assert run(source, job=job).documents == 1


def test_traces_of_another_format_are_made_anew(tmp_path: Path) -> None:
    found = fingerprints_of(clean_text("\n\n".join(story(0))), "a")
    with FingerprintStore(tmp_path / "t") as fingerprints:
        fingerprints.record("a", "1", "v", found)
        fingerprints._connection.execute("PRAGMA user_version=99")
    with FingerprintStore(tmp_path / "t") as fingerprints:
        assert not fingerprints.has("a")


def test_damaged_traces_are_made_anew(news: Path, run: Run, job: Job, contents: Contents) -> None:
    run(news)
    before = contents(job.sink.out)
    job.sink.traces.write_bytes(b"no database at all, whatever its name says")
    assert run(news).documents == 8
    assert contents(job.sink.out) == before


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("example.com/a.txt", "https://example.com/"),
        ("mirror/news.example.co.uk/x/a.txt", "https://news.example.co.uk/"),
        ("a.txt", None),
        ("2020.01/a.txt", None),
        ("folder/a.com.txt", None),
    ],
)
def test_texts_in_a_folder_named_after_their_site(name: str, address: str | None) -> None:
    assert site_address(name) == address


@pytest.mark.parametrize("kind", ["forecasts", "earnings", "matches", "versions"])
def test_texts_of_one_template_and_versions_of_one_story_lose_nothing(kind: str, tmp_path: Path, run: Run, job: Job) -> None:
    texts = runpy.run_path(str(BENCHMARKS / "templates.py"))["collection"](kind, 120)
    folder = tmp_path / "texts"
    folder.mkdir()
    for number, text in enumerate(texts):
        (folder / f"{number}.txt").write_text(text)
    summary = run(folder, workers=2)
    assert summary.proven == 0
    bodies = [(job.sink.documents / f"{number}.txt/article-01.txt").read_text() for number in range(len(texts))]
    assert bodies == [clean_text(text).body for text in texts]


@pytest.mark.parametrize("damage", ["bytes", "view", "folder"])
def test_traces_that_are_damaged_or_hostile_are_made_anew_or_told(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "traces.sqlite"
    if damage == "bytes":
        path.write_bytes(b"no database" * 1000)
    elif damage == "view":
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("CREATE VIEW trace AS SELECT 1")
    else:
        path.mkdir()
        with pytest.raises(CouldNotRun, match=r"traces.sqlite cannot be made anew .*; move it away, then run again"):
            FingerprintStore(path)
        return
    with FingerprintStore(path) as fingerprints:
        assert not fingerprints.has("a.txt")
