"""What sites repeat is counted by a run itself, and carried from night to night."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import towns

from cleaners import Memory, clean_text
from cleaners.memory.document_record import DocumentRecord, document_record
from cleaners.memory.segments import segment_key
from flows.runner.fingerprint_store import FingerprintStore
from flows.runner.helpers import Helpers
from flows.runner.job import Job
from flows.runner.manifest import Manifest
from flows.runner.memory_files import copy_memory, learn_documents, update_memory
from flows.runner.proofs import find_proofs
from flows.runner.run_summary import RunSummary
from flows.sinks import Files

TOWNS = towns.TOWNS[:8]
SITES = ("www.example.com", "www.example.org")
APPEALS = {SITES[0]: "You can read this on one device at a time.", SITES[1]: "Our letter comes at seven every morning."}
Run = Callable[..., RunSummary]


def story(town: str, site: str) -> str:
    return (
        f"The council of {town} voted on Tuesday to close the old terminal of {site[4:11]} in {len(town)} weeks. "
        f"Nobody in {town} spoke against the plan that evening, and the mayor thanked all {len(town) * 7} who had come. "
        f"The last ferry from {town} is to leave on the first of May, with flags on its mast and a band on its deck."
    )


def write(folder: Path, towns: tuple[str, ...], sites: tuple[str, ...] = SITES) -> Path:
    """Texts of one line, each with its site's appeal glued to its end."""
    for site in sites:
        (folder / site).mkdir(parents=True, exist_ok=True)
        for town in towns:
            (folder / site / f"{town.lower()}.txt").write_text(f"{story(town, site)} {APPEALS[site]}")
    return folder


def ledger(job: Job, name: str) -> list[dict[str, str]]:
    assert isinstance(job.sink, Files)
    rows = [json.loads(line) for line in (job.sink.documents / name / "ledger.jsonl").read_text().splitlines()]
    return [row for row in rows if row["kind"] == "removal"]


def learn(job: Job, path: Path) -> None:
    """What the flow does at a run's end."""
    with Manifest(job.sink.manifest), FingerprintStore(job.sink.traces) as fingerprints:
        for file in sorted((job.sink.state.parent / "documents").rglob("ledger.jsonl")):
            fingerprints.see(str(file.parent.relative_to(job.sink.state.parent / "documents")))
        update_memory(str(path), path, fingerprints.document_records(repeats=True))


def test_one_run_over_texts_of_one_line_cleans_them(tmp_path: Path, run: Run, job: Job) -> None:
    source = write(tmp_path / "source", TOWNS)
    summary = run(source)
    assert (summary.documents, summary.removals["habits"]) == (16, 16)
    for site in SITES:
        (found,) = ledger(job, f"{site}/eastham.txt")
        assert (found["rule"], found["text"]) == ("SM001", f" {APPEALS[site]}")
        assert found["evidence"] == f"on 8 of 8 documents of {site[4:]}, mostly above or below the story"
    assert run(source).documents == 0


def test_the_order_of_documents_and_workers_changes_nothing(tmp_path: Path, run: Run, job: Job) -> None:
    source = write(tmp_path / "source", TOWNS)
    run(source)
    other = replace(job, sink=Files(tmp_path / "other"))
    other.sink.prepare()
    run(source, job=other, workers=2)
    for file in sorted((tmp_path / "out" / "articles").rglob("*.txt")):
        assert file.read_bytes() == (tmp_path / "other" / file.relative_to(tmp_path / "out")).read_bytes()


def test_without_repeats_nothing_is_counted(tmp_path: Path, run: Run, job: Job) -> None:
    assert run(write(tmp_path / "source", TOWNS), job=replace(job, repeats=False)).removals["habits"] == 0


def test_folders_are_sites_where_no_address_tells(tmp_path: Path, run: Run, job: Job) -> None:
    folder = write(tmp_path / "source", TOWNS, SITES[:1])
    (folder / SITES[0]).rename(folder / "letters")
    run(folder)
    (found,) = ledger(job, "letters/ashford.txt")
    assert found["evidence"].startswith("on 8 of 8 documents of letters")


def test_a_column_names_the_site(tmp_path: Path, run: Run, job: Job) -> None:
    rows = [
        {"id": town.lower(), "text": f"{story(town, SITES[0])} {APPEALS[SITES[0]]}", "source": "The Letters"} for town in TOWNS
    ]
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    run(file)
    (found,) = ledger(job, "rows.jsonl/ashford")
    assert found["evidence"].startswith("on 8 of 8 documents of The Letters")


def test_one_new_text_of_a_known_site_is_cleaned_by_what_others_showed(tmp_path: Path, run: Run, job: Job) -> None:
    run(write(tmp_path / "source", TOWNS[:7]))
    learn(job, tmp_path / "memory")
    new = replace(job, sink=Files(tmp_path / "new"), memory=str(tmp_path / "memory"))
    new.sink.prepare()
    assert run(write(tmp_path / "tonight", TOWNS[7:]), job=new).removals["habits"] == 2
    (found,) = ledger(new, f"{SITES[0]}/oakdale.txt")
    assert found["evidence"].startswith("on 8 of 8 documents of example.com")


def test_a_night_redoes_only_what_it_changes(tmp_path: Path, run: Run, job: Job) -> None:
    source = write(tmp_path / "source", TOWNS[:3])
    assert run(source).removals["habits"] == 0  # seen three times, they are not yet the site's
    write(source, TOWNS[3:4], SITES[:1])
    summary = run(source)  # and now those of one site are
    assert (summary.documents, summary.skipped, summary.removals["habits"]) == (4, 3, 4)
    write(source, TOWNS[4:5], SITES[:1])
    assert run(source).documents == 1


def test_documents_of_many_nights_ago_stay_as_they_are(tmp_path: Path, run: Run, job: Job) -> None:
    source = write(tmp_path / "source", TOWNS[:3], SITES[:1])
    job = replace(job, redo_nights=1)
    run(source, job=job)
    (source / "other.txt").write_text(story("Elsewhere", SITES[1]))
    run(source, job=job)
    write(source, TOWNS[3:4], SITES[:1])
    assert run(source, job=job).documents == 1
    assert run(source, job=replace(job, redo_nights=0)).documents == 3


def test_teaching_twice_counts_once(tmp_path: Path, run: Run, job: Job) -> None:
    from cleaners import Memory

    run(write(tmp_path / "source", TOWNS))
    learn(job, tmp_path / "memory")
    version = Memory(tmp_path / "memory").version
    learn(job, tmp_path / "memory")
    assert Memory(tmp_path / "memory").version == version
    assert Memory(tmp_path / "memory").sites() == [("example.com", 8), ("example.org", 8)]


@pytest.mark.usefixtures("prefect_server")
def test_the_flow_keeps_a_memory_in_its_state_folder(tmp_path: Path) -> None:
    from cleaners import Memory
    from flows.clean_articles import clean_articles

    out = tmp_path / "out"
    clean_articles(str(write(tmp_path / "source", TOWNS)), str(out), workers=1)
    assert Memory(out / ".bodycopy" / "memory.sqlite").sites() == [("example.com", 8), ("example.org", 8)]
    summary = clean_articles(str(write(tmp_path / "tonight", ("Hillview",))), str(out), workers=1)
    assert isinstance(summary, RunSummary)
    assert (summary.documents, summary.removals["habits"]) == (2, 2)
    summary = clean_articles(str(tmp_path / "source"), str(tmp_path / "without"), workers=1, repeats=False)
    assert isinstance(summary, RunSummary)
    assert summary.removals["habits"] == 0
    assert not (tmp_path / "without" / ".bodycopy" / "memory.sqlite").exists()


def test_nothing_is_counted_again_where_nothing_has_changed(
    tmp_path: Path, run: Run, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write(tmp_path / "source", TOWNS)
    run(source)
    with monkeypatch.context() as patched:
        patched.setattr("flows.runner.coordinator.find_proofs", lambda *_, **__: pytest.fail("it is settled"))
        assert run(source).documents == 0
    assert run(source, force=True).removals["habits"] == 16
    (source / SITES[0] / "oakdale.txt").unlink()
    assert run(source).documents == 0
    assert run(source, job=replace(job, repeats=False)).documents == 15


@pytest.mark.usefixtures("prefect_server")
def test_a_memory_that_cannot_be_kept_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.clean_articles import clean_articles
    from flows.errors import CouldNotRun

    def refuse(*_: object) -> None:
        raise CouldNotRun("the disk is full")

    monkeypatch.setattr("flows.clean_articles.copy_memory", refuse)
    summary = clean_articles(str(write(tmp_path / "source", TOWNS)), str(tmp_path / "out"), workers=1)
    assert isinstance(summary, RunSummary)
    assert summary.removals["habits"] == 16
    assert (tmp_path / "out" / "summary.json").exists()


def test_a_first_run_copies_the_memory_that_it_would_write(tmp_path: Path, run: Run, job: Job) -> None:
    run(write(tmp_path / "source", TOWNS))
    with FingerprintStore(job.sink.traces) as fingerprints, Helpers() as helpers:
        for path in sorted((tmp_path / "source").rglob("*.txt")):
            fingerprints.see(path.relative_to(tmp_path / "source").as_posix())
        find_proofs(fingerprints, tmp_path / "made", None, helpers, repeats=True)
        assert fingerprints.made == tmp_path / "made"
        copy_memory(fingerprints.made, tmp_path / "copied")
        learn_documents(str(tmp_path / "written"), tmp_path / "unused", fingerprints.shared())
        fingerprints.drop("unknown")
        assert fingerprints.made is None
    assert (tmp_path / "copied").read_bytes() == (tmp_path / "written").read_bytes()


def test_two_runs_that_end_at_once_lose_no_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, begun, refused, site = tmp_path / "memory.sqlite", threading.Event(), threading.Event(), SITES[0]
    pause = time.sleep
    monkeypatch.setattr("flows.runner.memory_files.time.sleep", lambda _: (refused.set(), pause(0.01)))

    def records(towns: tuple[str, ...]) -> Iterator[DocumentRecord]:
        for town in towns:
            cleaned = clean_text(f"{story(town, site)} {APPEALS[site]}")
            yield document_record(cleaned, town, town, None, site)

    def slowly() -> Iterator[DocumentRecord]:
        begun.set()
        assert refused.wait(60)
        yield from records(TOWNS[:4])

    first = threading.Thread(target=update_memory, args=(str(path), path, slowly()))
    first.start()
    assert begun.wait(60)
    monkeypatch.setattr("flows.runner.memory_files.BUSY_PAUSES_SECONDS", (1,) * 1000)
    update_memory(str(path), path, records(TOWNS[4:]))
    first.join()
    with closing(Memory(path)) as memory:
        frequency = memory.frequency(site, segment_key(APPEALS[site]))
    assert frequency is not None
    assert frequency.documents == len(TOWNS)
