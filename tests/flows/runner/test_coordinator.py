import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from cleaners import Profile
from flows.errors import CouldNotRun, Problem
from flows.runner.coordinator import Coordinator
from flows.runner.fingerprint_store import FingerprintStore
from flows.runner.job import Job
from flows.runner.manifest import Manifest
from flows.runner.observer import Observer
from flows.runner.outcome import Outcome
from flows.runner.run_summary import RunSummary
from flows.runner.work_queue import WorkQueue
from flows.sinks import Files
from flows.sources import Found, scan

Run = Callable[..., RunSummary]
STORY = "The minister said on Monday that the talks would go on for a week in the old town hall by the river."


def index(job: Job) -> list[str]:
    return [json.loads(line)["source"] for line in (job.sink.out / "index.jsonl").read_bytes().splitlines()]


def test_the_index_says_where_each_body_is(source: Path, run: Run, job: Job) -> None:
    run(source)
    rows = [json.loads(line) for line in (job.sink.out / "index.jsonl").read_bytes().splitlines()]
    assert all(STORY.split()[0] in (job.sink.out / row["body"]).read_text() for row in rows)


def test_a_limit_leaves_documents_for_another_run(source: Path, run: Run) -> None:
    tallies = [run(source, limit=2) for _ in range(3)]
    assert [(summary.documents, summary.skipped, summary.left) for summary in tallies] == [(2, 0, 1), (1, 2, 0), (0, 3, 0)]
    assert ("left for another run", "1") in tallies[0].table()


def test_a_second_run_does_nothing(source: Path, run: Run, job: Job, contents: Callable[[Path], dict[str, bytes]]) -> None:
    first = run(source)
    before = contents(job.sink.out)
    second = run(source, workers=2)
    assert (first.documents, first.skipped) == (3, 0)
    assert (second.documents, second.skipped) == (0, 3)
    assert contents(job.sink.out) == before


def test_a_changed_document_alone_is_done_again(source: Path, run: Run, job: Job) -> None:
    run(source)
    (source / "one.txt").write_text((source / "one.txt").read_text().replace("week", "year"))
    assert run(source).documents == 1
    assert "year" in (job.sink.folder("one.txt") / "article-01.txt").read_text()


def test_other_rules_or_settings_do_everything_again(source: Path, run: Run, job: Job) -> None:
    run(source)
    assert run(source, job=replace(job, rules="rules-2")).documents == 3
    assert run(source, job=replace(job, settings=replace(job.settings, profile=Profile.CAREFUL))).documents == 3


def test_force_does_everything_again(source: Path, run: Run) -> None:
    run(source)
    assert run(source, force=True).documents == 3


def test_a_lost_output_is_made_again(source: Path, run: Run, job: Job) -> None:
    run(source)
    (job.sink.folder("two.txt") / "article-01.txt").unlink()
    assert run(source).documents == 1


def test_a_moved_source_is_the_same_source(source: Path, run: Run) -> None:
    run(source)
    assert run(source.rename(source.with_name("moved"))).skipped == 3


def test_what_vanished_keeps_its_outputs_and_is_counted(source: Path, run: Run, job: Job) -> None:
    run(source)
    (source / "one.txt").unlink()
    summary = run(source)
    assert (summary.skipped, summary.unseen) == (2, 1)
    assert index(job) == ["deep/three.TXT", "one.txt", "two.txt"]
    assert ("kept, not in this source", "1") in summary.table()


def test_quarantine_is_tried_again_and_counted_each_time(source: Path, run: Run, job: Job) -> None:
    (source / "bad.txt").write_bytes(b"")
    assert [run(source).quarantined, run(source).quarantined] == [1, 1]
    (source / "bad.txt").write_text(STORY)
    summary = run(source)
    assert (summary.documents, summary.quarantined) == (1, 0)
    assert (job.sink.out / "quarantine.jsonl").read_bytes() == b""


def test_a_document_too_large_is_never_read(source: Path, run: Run, job: Job) -> None:
    with (source / "huge.txt").open("wb") as file:
        file.truncate(10_000_000_000)
    summary = run(source)
    assert (summary.documents, summary.quarantined) == (3, 1)
    assert "10,000.0 MB, over the limit of 1 MB" in (job.sink.out / "quarantine.jsonl").read_text()


def test_two_sources_of_one_name_never_share_an_output(source: Path, run: Run, job: Job, tmp_path: Path) -> None:
    run(source)
    other = tmp_path / "other"
    other.mkdir()
    (other / "one.txt").write_text(STORY.replace("river", "lake"))
    warnings: list[str] = []
    assert run(other, warnings=warnings).quarantined == 1
    assert "the output folder holds another document of this name" in warnings[0]
    assert "river" in (job.sink.folder("one.txt") / "article-01.txt").read_text()


def test_reviews_and_quarantines_are_warnings(source: Path, run: Run) -> None:
    (source / "bad.txt").write_bytes(b"")
    (source / "nul.txt").write_text(STORY.replace("Monday", "Mon\0day"))
    warnings: list[str] = []
    run(source, warnings=warnings)
    assert sorted(warning.split(": ")[:2] for warning in warnings) == [["bad.txt", "in quarantine"], ["nul.txt", "for review"]]


def test_undecodable_names_go_all_the_way(source: Path, run: Run, job: Job) -> None:
    (source / "n\udcff.txt").write_text(STORY)
    (source / "m\udcff.txt").write_bytes(b"")
    (source / "o\udcff").mkdir()
    (source / "o\udcff" / "n.txt").write_text(STORY)
    assert run(source).quarantined == 1
    assert "n\udcff.txt" in index(job)


def test_the_summary_adds_up(source: Path, run: Run, job: Job) -> None:
    run(source)
    summary = json.loads((job.sink.out / "summary.json").read_text())
    assert (summary["documents"], summary["articles"], summary["removals"]) == (3, 3, {"credits": 1})
    assert summary["words_in"] - summary["words_out"] == 2


def test_a_disk_that_is_full_ends_the_run(job: Job) -> None:
    document = Found("a.txt", "a.txt", 1, "text")
    with (
        Manifest(job.sink.manifest) as manifest,
        FingerprintStore(job.sink.traces) as fingerprints,
        WorkQueue() as queue,
        pytest.raises(CouldNotRun, match=r"a.txt: disk full; make room, then run again"),
    ):
        Coordinator(manifest, fingerprints, queue, job, Observer(), print).record(
            Outcome(document, Problem("disk full", "make room"), fatal=True)
        )


def body(job: Job, name: str = "two.txt") -> Path:
    return job.sink.folder(name) / "article-01.txt"


def cut_in_a_word(text: bytes) -> bytes:
    return text[: len(text) // 3]


@pytest.mark.parametrize("file", ["article-01.txt", "ledger.jsonl"])
@pytest.mark.parametrize("damage", [lambda _: b"", cut_in_a_word], ids=["emptied", "truncated"])
def test_a_file_that_is_not_as_it_was_left_is_made_anew(
    source: Path, run: Run, job: Job, contents: Callable[[Path], dict[str, bytes]], file: str, damage: Callable[[bytes], bytes]
) -> None:
    run(source)
    before = contents(job.sink.out)
    path = body(job).with_name(file)
    path.write_bytes(damage(path.read_bytes()))
    summary = run(source)
    assert (summary.documents, summary.edited) == (1, 0)
    assert contents(job.sink.out) == before


@pytest.mark.parametrize("edit", [lambda text: text + b"\n\nWell said.", lambda text: text.partition(b"\n")[0]])
@pytest.mark.parametrize("rules", ["rules-1", "rules-2"])
def test_a_body_that_was_edited_is_named_and_stays(
    source: Path, run: Run, job: Job, edit: Callable[[bytes], bytes], rules: str
) -> None:
    run(source)
    edited = edit(body(job).read_bytes())
    body(job).write_bytes(edited)
    warnings: list[str] = []
    summary = run(source, job=replace(job, rules=rules), warnings=warnings)
    assert (summary.edited, summary.quarantined, summary.documents) == (1, 0, 0 if rules == "rules-1" else 2)
    assert ("edited, left as they are", "1") in summary.table()
    assert body(job).read_bytes() == edited
    assert [warning for warning in warnings if "edited, and left as it is: " in warning and str(body(job)) in warning]


def test_force_makes_an_edited_body_anew_and_keeps_the_edited_one(source: Path, run: Run, job: Job) -> None:
    run(source)
    made = body(job).read_bytes()
    for number, edited in enumerate((b"My own words.", b"Others of mine."), 1):
        body(job).write_bytes(edited)
        run(source, force=True)
        assert body(job).read_bytes() == made
        assert body(job).with_name("article-01.txt.edited" + ("" if number == 1 else ".2")).read_bytes() == edited
    assert run(source).skipped == 3


def test_results_that_were_only_copied_are_the_same_results(source: Path, run: Run, job: Job) -> None:
    run(source)
    for path in job.sink.documents.rglob("*.*"):
        if path.is_file():
            os.utime(path, (1, 1))
    assert run(source).skipped == 3


def test_verify_compares_what_files_hold(source: Path, run: Run, job: Job) -> None:
    run(source)
    path = body(job).with_name("ledger.jsonl")
    status, row = path.stat(), path.read_bytes()
    path.write_bytes(row.replace(b"two.txt", b"tow.txt"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert run(source).skipped == 3
    assert run(source, verify=True).documents == 1
    assert path.read_bytes() == row


def test_what_is_not_ours_stays_beside_what_is(source: Path, run: Run, job: Job) -> None:
    run(source)
    for name in ("notes.txt", "article-09.txt"):
        body(job).with_name(name).write_text("mine")
    run(source, job=replace(job, rules="rules-2"))
    assert [body(job).with_name(name).read_text() for name in ("notes.txt", "article-09.txt")] == ["mine", "mine"]


def test_no_link_inside_of_results_is_followed(source: Path, run: Run, job: Job, tmp_path: Path) -> None:
    run(source)
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "thesis.txt").write_text("mine")
    folder = job.sink.folder("two.txt")
    shutil.rmtree(folder)
    folder.symlink_to(precious)
    body(job, "one.txt").unlink()
    body(job, "one.txt").symlink_to(precious / "thesis.txt")
    summary = run(source)
    assert (summary.documents, summary.quarantined) == (1, 1)
    assert {path.name: path.read_text() for path in precious.iterdir()} == {"thesis.txt": "mine"}
    assert not body(job, "one.txt").is_symlink()
    assert "links inside of results are not followed" in (job.sink.out / "quarantine.jsonl").read_text()


@pytest.mark.parametrize("name", ["documents", ".bodycopy", ".bodycopy/manifest.sqlite"])
def test_no_folder_of_ours_may_be_a_link_but_the_output_itself(tmp_path: Path, name: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "elsewhere")
    sink = Files(tmp_path / "out")
    sink.prepare()
    path = tmp_path / "out" / name
    if path.is_dir():
        shutil.rmtree(path)
    path.symlink_to(tmp_path / "source")
    with pytest.raises(CouldNotRun, match="is a link, and links inside of results are not followed: remove it"):
        sink.prepare()


def test_a_run_that_is_to_stop_stops_its_scan(source: Path, job: Job) -> None:
    stopped = Observer()
    stopped.stopping = True
    with Manifest(job.sink.manifest) as manifest, FingerprintStore(job.sink.traces) as fingerprints, WorkQueue() as queue:
        coordinator = Coordinator(manifest, fingerprints, queue, job, stopped, print)
        coordinator.scan(scan(str(source)))
        assert queue.sum()[0] == 0
        assert coordinator.close(seconds=0, stopped=True).unseen == 0
