"""Undo puts back what a rule took, as the next run makes it; redo gives the bytes that were there before."""

import json
import os
import signal
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.command import bodycopy
from helpers.killed import Killed

from flows.commands.undo import PutBack
from flows.commands.undo_work import Taken, batches
from flows.commands.undone_outputs import Result
from flows.runner.decision_files import existing_decisions, pin_decisions
from flows.runner.job import Job
from flows.runner.manifest import Manifest
from flows.runner.manifest_values import ManifestEntry
from flows.runner.outcome import Outcome
from flows.runner.run_summary import RunSummary
from flows.runner.worker import clean_one
from flows.sinks import Files, Form, sink_for
from flows.sources import Found

Run = Callable[..., RunSummary]
Contents = Callable[[Path], dict[str, bytes]]
STORY = "The minister said on Monday that the talks would go on for a week in the old town hall by the river."
LATER = "Nobody at the harbour had doubted it, and the boats of the island came in one after the other that evening."
ONE, TWO, THREE = "www.one.example.com/1.txt", "www.one.example.com/2.txt", "www.two.example/3.txt"
TEXTS = {
    ONE: f"By Jane Doe\n\nPhoto: Reuters\n\n{STORY}\n\nALSO READ: Six things to know\n\n{LATER}",
    TWO: f"Photo: The ferry at the quay (Jane Doe)\n\n{LATER}\n\nPhoto: Reuters\n\n{STORY}",
    THREE: f"Photo: Reuters\n\n{STORY}\n\nShare this article\n\n{LATER}",
    "www.two.example/4.txt": f"{STORY}\n\n{LATER}",
}


@pytest.fixture(autouse=True)
def _in_this_process(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clean without worker processes, which take longer to start than these few documents."""

    def clean(documents: Iterable[Found], job: Job, _workers: int) -> Iterator[Outcome]:
        yield from (clean_one(document, job) for document in list(documents))

    monkeypatch.setitem(run.__globals__, "clean_all", clean)  # type: ignore[attr-defined]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    for name, text in TEXTS.items():
        file = tmp_path / "source" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path / "source"


@pytest.fixture(params=["files", "jsonl", "parquet"])
def shaped(request: pytest.FixtureRequest, job: Job, tmp_path: Path) -> Job:
    sink = sink_for(str(tmp_path / "shaped"), Form(request.param))
    sink.prepare()
    return replace(job, sink=sink)


def obeying(job: Job) -> Job:
    """The job with the decisions that have been made."""
    return replace(job, decisions=pin_decisions(existing_decisions(None, job.sink), job.sink.state))


def bodies(job: Job) -> dict[str, str]:
    return {
        json.loads(s.outputs.ledger.splitlines()[0])["source"]: s.outputs.articles[0][0].decode()
        for s in job.sink.stored()
        if s.outputs
    }


def undone(job: Job, *more: object, verb: str = "undo", rule: str = "PC001") -> tuple[int, str, str]:
    return bodycopy(verb, job.sink.out, "--rule", rule, "--who", "jane", *more)


def test_near_duplicates_stay_also_where_the_index_is_of_others(source: Path, run: Run, job: Job) -> None:
    (source / "copy.txt").write_text(
        "\n\n".join(["Photo: Reuters", STORY, LATER, *(f"{LATER} {word}" for word in STORY.split())])
    )
    (source / "also.txt").write_text((source / "copy.txt").read_text())
    run(source, job=job)
    index = Path(job.sink.out, "index.jsonl")
    as_run = index.read_bytes()
    found = {}
    for kept in (
        as_run,
        None,
        as_run[: as_run.index(b"\n") + 1],
        as_run.replace(b'"copy.txt", "article"', b'"x.txt", "article"'),
        as_run.replace(b"\n", b"\r\n"),
        as_run.removesuffix(b"\n"),
        as_run.replace(b'"cluster": "also.txt"', b'"cluster": 5'),
    ):
        index.write_bytes(kept) if kept is not None else index.unlink()
        assert undone(job)[0] == 0
        rows = [json.loads(line) for line in index.read_bytes().splitlines()]
        found[kept] = {row["source"]: row["cluster"] for row in rows}
        assert undone(job, verb="redo")[0] == 0
        assert index.read_bytes() == as_run
    assert all(each == found[as_run] for each in found.values())
    assert found[as_run]["copy.txt"] == "also.txt"


def test_near_duplicates_are_those_of_what_a_killed_run_has_cleaned(
    source: Path, run: Run, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = "\n\n".join(["Photo: Reuters", STORY, LATER, *(f"{LATER} {word}" for word in STORY.split())])
    for name in ("also.txt", "copy.txt"):
        (source / name).write_text(both)
    run(source, job=job)
    other = " ".join(f"Dorothy had {number} green kites." for number in range(90))
    (source / "copy.txt").write_text(f"Photo: Reuters\n\n{other}\n\n{other}")

    def killed(*_: object) -> Iterator[bytes]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("flows.runner.coordinator.index_rows", killed)
        with pytest.raises(KeyboardInterrupt):
            run(source, job=job)
    assert undone(job)[0] == 0
    undone_index = Path(job.sink.out, "index.jsonl").read_bytes()
    clusters = {row["source"]: row["cluster"] for row in map(json.loads, undone_index.splitlines())}
    assert clusters["copy.txt"] is None


def test_undone_is_as_the_next_run_makes_it_and_redone_is_as_it_was(
    source: Path, run: Run, shaped: Job, contents: Contents
) -> None:
    out = Path(shaped.sink.out)
    run(source, job=shaped)
    before = contents(out)
    code, said, _ = undone(shaped)
    assert code == 0
    assert "words put back into 3 documents" in said
    assert "2 decisions in" in said
    put_back = bodies(shaped)
    assert put_back[THREE] == f"Photo: Reuters\n\n{STORY}\n\n{LATER}"
    assert put_back[TWO] == TEXTS[TWO]
    assert bodycopy("restore", out, "--into", out.parent / "restored")[0] == 0
    assert (out.parent / "restored" / ONE).read_text() == TEXTS[ONE]

    code, said, _ = undone(shaped, verb="redo")
    assert code == 0
    assert "taken away again from 3 documents; 2 decisions taken back" in said
    after = contents(out)
    del after["decisions.jsonl"]
    assert after == before
    assert run(source, job=obeying(shaped)).skipped == len(TEXTS)

    undone(shaped)
    assert run(source, job=obeying(shaped)).documents == len(TEXTS)
    assert bodies(shaped) == put_back
    code, said, _ = undone(shaped, verb="redo")
    assert code == 0
    assert "2 decisions taken back" in said
    assert "the next run takes it away again" in said
    run(source, job=obeying(shaped))
    after = contents(out)
    del after["decisions.jsonl"]
    assert after == before


def test_results_with_metadata_in_files_of_their_own_are_undone(source: Path, run: Run, job: Job, contents: Contents) -> None:
    run(source)
    before = contents(Path(job.sink.out))
    for ledger in Path(job.sink.out, "documents").rglob("ledger.jsonl"):
        header, row, *entries = ledger.read_text().splitlines(keepends=True)
        ledger.with_name("article-01.json").write_text(row.replace('"kind": "article", ', ""))
        ledger.write_text("".join([header, *entries]))
    assert undone(job)[0] == 0
    assert bodies(job)[TWO] == TEXTS[TWO]
    assert bodycopy("restore", job.sink.out, "--into", source.parent / "restored")[0] == 0
    assert undone(job, verb="redo")[0] == 0
    after = contents(Path(job.sink.out))
    assert {path for path in after if path.endswith(".json") and "article" in path} == {
        "documents/www.two.example/4.txt/article-01.json"  # which no rule was undone in
    }
    assert {path: data for path, data in after.items() if "4.txt" not in path and path != "decisions.jsonl"} == {
        path: data for path, data in before.items() if "4.txt" not in path
    }


def test_a_ledger_without_its_last_line_end_stays_whole(source: Path, run: Run, job: Job, contents: Contents) -> None:
    run(source)
    before = contents(Path(job.sink.out))
    for ledger in Path(job.sink.out, "documents").rglob("ledger.jsonl"):
        ledger.write_bytes(ledger.read_bytes().removesuffix(b"\n"))
    assert undone(job)[0] == 0
    assert bodycopy("restore", job.sink.out, "--into", source.parent / "restored")[0] == 0
    assert undone(job, verb="redo")[0] == 0
    after = contents(Path(job.sink.out))
    assert {path: data.strip() for path, data in after.items() if path != "decisions.jsonl"} == {
        path: data.strip() for path, data in before.items()
    }


def test_who_undid_what_is_in_ledger_index_and_decisions(source: Path, run: Run, job: Job) -> None:
    run(source)
    undone(job, "--site", "example.com")
    (decision,) = map(json.loads, job.sink.decisions.read_text().splitlines())
    assert (decision["kind"], decision["site"], decision["rule"], decision["who"]) == ("spare", "example.com", "PC001", "jane")
    header, *rows = map(json.loads, job.sink.read([ONE], None)[ONE].ledger.splitlines())
    note = header["undone"][0]
    assert (note["rule"], note["who"], note["at"], note["decision"]) == ("PC001", "jane", decision["at"], decision["id"])
    (line,) = [row for row in rows if row["rule"] == "PC001"]
    assert line["kind"] == "suggestion"
    assert line["evidence"].endswith(f"; put back by jane on {decision['at'][:10]}")
    index = {row["source"]: row for row in map(json.loads, (Path(job.sink.out) / "index.jsonl").read_text().splitlines())}
    assert index[ONE]["undone"] == {"PC001": [1, 2]}
    assert "PC001" not in index[ONE]["rules"]
    assert "undone" not in index[THREE]


def test_metadata_of_a_rule_go_with_it(source: Path, run: Run, job: Job) -> None:
    run(source)
    undone(job, rule="BY001")
    assert json.loads(job.sink.read([ONE], None)[ONE].articles[0][1])["authors"] == []
    undone(job, rule="BY001", verb="redo")
    assert json.loads(job.sink.read([ONE], None)[ONE].articles[0][1])["authors"] == ["Jane Doe"]


def test_two_rules_are_redone_in_any_order(source: Path, run: Run, job: Job, contents: Contents) -> None:
    run(source)
    before = contents(Path(job.sink.out))
    for verb, rule in (("undo", "PC001"), ("undo", "BY001"), ("redo", "PC001"), ("redo", "BY001")):
        assert undone(job, rule=rule, verb=verb)[0] == 0
    assert contents(Path(job.sink.out)) == before | {"decisions.jsonl": job.sink.decisions.read_bytes()}


def test_only_what_is_meant_is_undone(source: Path, run: Run, job: Job) -> None:
    run(source)
    before = bodies(job)
    undone(job, "--document", TWO)
    assert {name for name, body in bodies(job).items() if body != before[name]} == {TWO}
    run(source, job=obeying(job))
    assert {name for name, body in bodies(job).items() if body != before[name]} == {TWO}
    (source / THREE).write_text(TEXTS[THREE] + " ")
    run(source, job=obeying(job))
    code, said, _ = undone(job, "--since", "last", "--dry-run")
    assert code == 0
    assert "two.example" in said
    assert "example.com" not in said
    assert "Nothing was written." in said
    assert "expected a run from 1 to 3, or last" in undone(job, "--since", "9")[2]


def test_a_dry_run_writes_nothing(source: Path, run: Run, shaped: Job, contents: Contents) -> None:
    run(source, job=shaped)
    before = contents(Path(shaped.sink.out))
    assert "all" in undone(shaped, "--dry-run")[1]
    assert contents(Path(shaped.sink.out)) == before


def test_an_edited_body_is_named_and_left(source: Path, run: Run, job: Job) -> None:
    run(source)
    assert isinstance(job.sink, Files)
    body = job.sink.folder(ONE) / "article-01.txt"
    body.write_text("Mine.")
    code, said, _ = undone(job)
    assert code == 3
    assert f"{ONE} stays as it is: it was edited" in said
    assert "into 2 documents" in said
    assert body.read_text() == "Mine."
    assert run(source, job=obeying(job)).edited == 1


def test_an_edited_shard_is_named_and_left(source: Path, run: Run, job: Job, tmp_path: Path) -> None:
    sink = sink_for(str(tmp_path / "shards"), Form.JSONL)
    sink.prepare()
    run(source, job=replace(job, sink=sink))
    shard = tmp_path / "shards" / "articles" / "00001.jsonl"
    shard.write_text(shard.read_text().replace("river", "lake"))
    code, said, _ = undone(replace(job, sink=sink))
    assert code == 3
    assert "articles/00001.jsonl stays as it is: it was edited" in said
    assert "lake" in shard.read_text()


def test_damaged_and_lost_documents_are_named(source: Path, run: Run, job: Job) -> None:
    run(source)
    assert isinstance(job.sink, Files)
    (job.sink.folder(ONE) / "ledger.jsonl").write_text("{")
    (job.sink.folder(TWO) / "ledger.jsonl").unlink()
    code, said, _ = undone(job)
    assert code == 3
    assert f"{ONE} stays as it is: its ledger is damaged" in said
    assert f"{TWO} stays as it is: its files are gone" in said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--rule", "PC01"), "no rule 'PC01'; did you mean PC001? All rules: bodycopy rules"),
        (("--rule", "RV002"), "RV002 (decided-to-go) removes no noise of its own, so it cannot be undone"),
    ],
)
def test_rules_that_cannot_be_undone(source: Path, run: Run, job: Job, given: tuple[str, str], said: str) -> None:
    run(source)
    code, _, complaint = bodycopy("undo", job.sink.out, *given)
    assert code == 1
    assert said in complaint


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--rule", "PC002"), "PC002 took nothing; nothing was changed"),
        (("--rule", "pc001", "--site", "www.example.com"), "PC001 took nothing at www.example.com; did you mean example.com?"),
        (("--rule", "PC001", "--document", ONE + "x"), f"PC001 took nothing in {ONE}x; did you mean {ONE}?"),
    ],
)
def test_where_a_rule_took_nothing_nothing_is_decided(
    source: Path, run: Run, job: Job, given: tuple[str, ...], said: str
) -> None:
    run(source)
    code, answer, _ = bodycopy("undo", job.sink.out, *given)
    assert code == 0
    assert answer.strip() == said
    assert not job.sink.decisions.exists()


def test_results_that_a_run_writes_to_are_refused(source: Path, run: Run, job: Job) -> None:
    run(source)
    with Manifest(job.sink.manifest):
        code, _, complaint = undone(job)
    assert code == 1
    assert "another run is writing to" in complaint
    assert "wait until it has ended, then do the same" in complaint


def test_results_of_an_earlier_version_are_refused_and_stay(source: Path, run: Run, job: Job) -> None:
    run(source)
    with closing(sqlite3.connect(job.sink.manifest, isolation_level=None)) as connection:
        connection.execute("PRAGMA user_version=2")
    code, _, complaint = undone(job)
    assert code == 1
    assert "was written by an earlier version of bodycopy; run once more" in complaint
    with closing(sqlite3.connect(job.sink.manifest)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)


def test_results_without_a_manifest_are_refused(source: Path, run: Run, job: Job) -> None:
    run(source)
    job.sink.manifest.unlink()
    code, _, complaint = undone(job)
    assert code == 1
    assert "manifest.sqlite is not there" in complaint
    assert "give --state" in complaint


def test_an_object_store_with_its_state(source: Path, run: Run, job: Job, tmp_path: Path) -> None:
    state = str(tmp_path / "state")
    sink = sink_for("memory://undo/out", Form.JSONL_GZ, state)
    sink.prepare()
    run(source, job=replace(job, sink=sink))
    code, _, complaint = bodycopy("undo", "memory://undo/out", "--rule", "PC001")
    assert code == 1
    assert "give --state" in complaint
    code, said, _ = bodycopy("undo", "memory://undo/out", "--rule", "PC001", "--state", state)
    assert code == 0
    assert "into 3 documents" in said
    assert f"--state {state}" in said
    assert bodies(replace(job, sink=sink))[THREE].startswith("Photo: Reuters")


@pytest.mark.parametrize("form", [Form.FILES, Form.JSONL])
def test_many_documents_are_changed_in_processes(
    form: Form, source: Path, run: Run, job: Job, contents: Contents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = sink_for(str(tmp_path / "many"), form)
    sink.prepare()
    shaped = replace(job, sink=sink)
    run(source, job=shaped)
    before = contents(tmp_path / "many")
    monkeypatch.setattr("flows.commands.undo_work.MIN_DOCUMENTS_FOR_PROCESSES", 0)
    monkeypatch.setattr("flows.commands.undo_work.BATCH_DOCUMENTS", 1)
    assert "into 3 documents" in undone(shaped)[1]
    assert bodies(shaped)[THREE].startswith("Photo: Reuters")
    undone(shaped, verb="redo")
    assert contents(tmp_path / "many") == before | {"decisions.jsonl": sink.decisions.read_bytes()}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_command_behind_what_is_under_way(
    number: signal.Signals, source: Path, run: Run, job: Job, contents: Contents, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(source)
    before = contents(Path(job.sink.out))
    monkeypatch.setattr("flows.commands.undo_work.BATCH_DOCUMENTS", 2)
    put_back = PutBack.__call__

    def interrupted(self: PutBack, taken: Taken, result: Result) -> Result:
        if taken.name == ONE:
            os.kill(os.getpid(), number)
        return put_back(self, taken, result)

    with monkeypatch.context() as patched:
        patched.setattr(PutBack, "__call__", interrupted)
        code, _, complaint = undone(job)
    assert code == 128 + number
    assert "the same command does the rest" in complaint
    assert "into 1 document " in undone(job)[1]  # the two of the batch are done, and the manifest knows them
    assert undone(job, verb="redo")[0] == 0
    assert contents(Path(job.sink.out)) == before | {"decisions.jsonl": job.sink.decisions.read_bytes()}


def test_a_worker_that_is_killed_ends_the_command(
    source: Path, run: Run, job: Job, contents: Contents, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(source)
    monkeypatch.setattr("flows.commands.undo_work.MIN_DOCUMENTS_FOR_PROCESSES", 0)
    with monkeypatch.context() as patched:
        patched.setattr("flows.commands.undo.PutBack", lambda *_: Killed())
        code, _, complaint = undone(job)
    assert code == 1
    assert "a worker process was killed" in complaint
    assert "the same command does the rest" in complaint
    assert "into 3 documents" in undone(job)[1]


def test_a_batch_ends_with_its_documents_or_with_their_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.commands.undo_work.BATCH_DOCUMENTS", 3)
    monkeypatch.setattr("flows.commands.undo_work.BATCH_BYTES", 10)
    sizes = [1, 1, 1, 9, 1, 20, 1]
    documents = [
        (Taken(f"{number}", None, "", 1, 1), ManifestEntry("", "", size, "", 1, b"")) for number, size in enumerate(sizes)
    ]
    assert [[entry.size for _, entry in batch] for batch in batches(documents)] == [[1, 1, 1], [9, 1], [20], [1]]
    assert list(batches([])) == []


@pytest.mark.parametrize("stopped", ["sync_all", "in_threads", "_with_parents"])
def test_what_is_killed_between_two_files_is_done_by_the_same_command(
    stopped: str, source: Path, run: Run, job: Job, contents: Contents, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(source)
    before = contents(Path(job.sink.out))

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(f"flows.sinks.folders.{stopped}", die)
        assert undone(job)[0] == 130
    code, said, _ = undone(job)
    assert code == 0, said
    assert bodies(job)[THREE].startswith("Photo: Reuters")
    assert undone(job, verb="redo")[0] == 0
    assert contents(Path(job.sink.out)) == before | {"decisions.jsonl": job.sink.decisions.read_bytes()}


def test_what_is_killed_between_two_shards_is_made_by_the_next_run(
    source: Path, run: Run, job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = sink_for(str(tmp_path / "shards"), Form.JSONL)
    sink.prepare()
    shards = replace(job, sink=sink, shard_bytes=1)
    run(source, job=shards)

    def die(self: PutBack, taken: object, result: object) -> object:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(PutBack, "__call__", die)
        code, _, complaint = undone(shards)
    assert code == 130
    assert "what was decided is kept" in complaint
    assert run(source, job=obeying(shards)).documents == len(TEXTS)
    assert bodies(shards)[THREE].startswith("Photo: Reuters")
