import errno
import json
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from cleaners import clean_text
from flows.runner import worker
from flows.runner.job import Job
from flows.runner.outcome import Outcome
from flows.runner.worker import clean_one, clean_some
from flows.sinks import Files, records
from flows.sources import Found, RowSchema

STORY = "The minister said on Monday that the talks would go on for a week in the old town hall by the river."


def clean(path: Path, data: bytes | None, job: Job, kind: str = "text") -> Outcome:
    if data is not None:
        path.write_bytes(data)
    return clean_one(Found(path.name, str(path), len(data or b""), kind), job)  # type: ignore[arg-type]


def metadata_of(name: str, job: Job) -> records.Row:
    """The metadata of a document's only article."""
    ((_, row),) = job.sink.read([name], None)[name].articles
    return dict(json.loads(row))


def test_a_clean_document_is_written_and_counted(tmp_path: Path, job: Job) -> None:
    outcome = clean(tmp_path / "a.txt", STORY.encode(), job)
    assert (outcome.reason, outcome.review) == ("", None)
    nothing = {"removals": {}, "words": {}, "rule": None, "like_html": False}
    assert outcome.counts == {"articles": 1, "words_in": 22, "words_out": 22, **nothing, "kind": "text", "site": None}
    assert (job.sink.folder("a.txt") / "article-01.txt").read_text() == STORY


def test_the_ledger_begins_with_the_document(tmp_path: Path, job: Job) -> None:
    outcome = clean(tmp_path / "a.txt", f"Photo: Reuters\n\n{STORY}".encode(), job)
    header, *rows = [json.loads(line) for line in (job.sink.folder("a.txt") / "ledger.jsonl").read_bytes().splitlines()]
    assert header["kind"] == "document"
    assert (header["source"], header["format"], header["encoding"], header["rules"]) == ("a.txt", "text", "utf-8", "rules-1")
    assert (header["sha256"], header["size"]) == (outcome.sha256, outcome.size)
    assert ("removal", "PC001", "Photo: Reuters") in [(row["kind"], row.get("rule"), row.get("text")) for row in rows]


def test_what_did_not_act_is_marked_as_a_suggestion(tmp_path: Path, job: Job) -> None:
    ignoring = replace(job, settings=replace(job.settings, ignore=frozenset({"PC"})))
    clean(tmp_path / "a.txt", f"Photo: Reuters\n\n{STORY}".encode(), ignoring)
    rows = [json.loads(line) for line in (job.sink.folder("a.txt") / "ledger.jsonl").read_bytes().splitlines()]
    assert ("suggestion", "PC001") in [(row["kind"], row.get("rule")) for row in rows]


def test_an_index_row_tells_of_the_article(tmp_path: Path, job: Job) -> None:
    row = json.loads(clean(tmp_path / "a.txt", STORY.encode(), job).index)
    assert (row["source"], row["article"], row["language"], row["words"]) == ("a.txt", 1, "en", 22)


@pytest.mark.parametrize(
    ("name", "chosen", "is_read"),
    [("a.md", None, True), ("a.MARKDOWN", None, True), ("a.txt", None, False), ("a.txt", True, True), ("a.md", False, False)],
)
def test_markdown_is_read_by_the_name_of_its_file_or_by_choice(
    tmp_path: Path, job: Job, name: str, chosen: bool | None, is_read: bool
) -> None:
    outcome = clean(tmp_path / name, b"# Talks go on\n\n" + STORY.encode(), replace(job, reading=RowSchema(markdown=chosen)))
    assert (json.loads(outcome.index)["title"] == "Talks go on") is is_read
    outputs = job.sink.read([name])[name]
    header, *rows = [json.loads(line) for line in outputs.ledger.splitlines()]
    assert records.rebuilt(outputs, header, rows) == (tmp_path / name).read_bytes()


def test_addresses_in_markdown_are_no_words(tmp_path: Path, job: Job) -> None:
    text = STORY.replace("talks", "[talks](https://example.org/a/b/c)") + "\n\n![](https://example.org/d.jpg)"
    outcome = clean(tmp_path / "a.md", text.encode(), job)
    assert (json.loads(outcome.index)["words"], outcome.counts and outcome.counts["words_out"]) == (22, 22)


def test_a_row_is_no_markdown_because_of_its_id(tmp_path: Path, job: Job) -> None:
    found = Found("rows.jsonl/notes.md", str(tmp_path / "rows.jsonl"), 100, "text", row=1)
    assert json.loads(clean_one(found, job, b"# Talks go on\n\n" + STORY.encode()).index)["title"] is None


def test_the_markdown_of_an_article_stands_in_its_metadata_where_it_is_wanted(tmp_path: Path, job: Job) -> None:
    page = f"<p>{STORY}</p><h2>The <b>town</b></h2><p>{STORY.replace('minister', '<a href=/m>mayor</a>')}</p>".encode()
    outcome = clean(tmp_path / "a.html", page, replace(job, markdown_out=True), "html")
    row = metadata_of("a.html", job)
    assert row["markdown"].split("\n\n")[1:] == ["## The **town**", STORY.replace("minister", "[mayor](/m)")]
    assert (job.sink.folder("a.html") / "article-01.txt").read_text().split("\n\n")[1] == "The town"
    assert "markdown" not in json.loads(outcome.index)
    clean(tmp_path / "b.html", page, job, "html")
    assert "markdown" not in metadata_of("b.html", job)


def test_documents_are_cleaned_again_where_markdown_is_read_or_written_otherwise(job: Job) -> None:
    other = [replace(job, markdown_out=True), *(replace(job, reading=RowSchema(markdown=chosen)) for chosen in (True, False))]
    assert len({job.version, *(each.version for each in other)}) == 4


def test_the_confidence_stands_in_every_row_and_in_the_outcome(
    tmp_path: Path, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    doubtful = replace(clean_text(STORY), confidence=0.42, review="confidence 0.42 is below 0.5")
    monkeypatch.setattr(worker, "clean_text", lambda *_, **__: doubtful)
    outcome = clean(tmp_path / "a.txt", STORY.encode(), job)
    assert (outcome.brief().confidence, outcome.brief().review) == (0.42, doubtful.review)
    for row in (json.loads(outcome.index), metadata_of("a.txt", job)):
        assert (row["confidence"], row["review"]) == (0.42, doubtful.review)
    header = json.loads((job.sink.folder("a.txt") / "ledger.jsonl").read_bytes().splitlines()[0])
    assert (header["document_confidence"], header["review"]) == (0.42, doubtful.review)


@pytest.mark.parametrize(
    ("data", "reason", "remedy"),
    [
        (b"", "it is empty", "fetch it again"),
        (b" \r\n\t ", "nothing but white space", "fetch it again"),
        ("\u00a0\u2003\n".encode(), "holds no text", "fetch it again"),
        (b"%PDF-1.7 \x00\x01\x02\x03", "binary data (a PDF)", "give the text or the HTML"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "binary data", "give the text or the HTML"),
        (b"x" * 1_000_001, "1.0 MB, over the limit of 1 MB", "raise --max-megabytes"),
        (None, "vanished after the scan", "run again"),
    ],
)
def test_bad_input_is_refused_with_reason_and_remedy(
    tmp_path: Path, job: Job, data: bytes | None, reason: str, remedy: str
) -> None:
    outcome = clean(tmp_path / "a.txt", data, job)
    assert reason in outcome.reason
    assert remedy in outcome.problem.remedy
    assert not job.sink.folder("a.txt").exists()


def test_an_unreadable_file_is_refused(tmp_path: Path, job: Job) -> None:
    (tmp_path / "a.txt").mkdir()  # permissions mean nothing to root
    assert clean(tmp_path / "a.txt", None, job).reason == "cannot be read: Is a directory"


def test_a_text_with_nuls_is_repaired_and_up_for_review(tmp_path: Path, job: Job) -> None:
    outcome = clean(tmp_path / "a.txt", STORY.replace("Monday", "Mon\0day").encode(), job)
    assert outcome.reason == ""
    assert "control characters" in str(outcome.review)


def test_a_page_without_an_article_is_up_for_review(tmp_path: Path, job: Job) -> None:
    outcome = clean(tmp_path / "a.html", b"<!doctype html><html><body></body></html>", job, "html")
    assert (outcome.reason, outcome.counts["articles"]) == ("", 0)
    assert "no article" in str(outcome.review)


def test_a_bug_in_cleaning_is_this_documents_alone(tmp_path: Path, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "clean_text", lambda *_, **__: 1 / 0)
    outcome = clean(tmp_path / "a.txt", STORY.encode(), job)
    assert outcome.reason.startswith("cleaning failed: ZeroDivisionError: division by zero (test_worker.py, line ")
    assert "report it" in outcome.problem.remedy


@pytest.mark.parametrize(("code", "fatal"), [(errno.ENOSPC, True), (errno.EROFS, True), (errno.ENAMETOOLONG, False)])
def test_a_full_disk_is_everybodys_trouble(
    tmp_path: Path, job: Job, monkeypatch: pytest.MonkeyPatch, code: int, fatal: bool
) -> None:
    def fail(*args: object) -> None:
        raise OSError(code, "no", "out")

    monkeypatch.setattr(Files, "deliver", fail)
    assert clean(tmp_path / "a.txt", STORY.encode(), job).fatal is fatal


def test_outputs_of_many_are_written_together_and_only_the_one_that_cannot_be_is_refused(tmp_path: Path, job: Job) -> None:
    found = []
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(STORY)
        found.append(Found(name, str(tmp_path / name), len(STORY), "text"))
    job.sink.folder("b.txt").parent.mkdir(exist_ok=True)
    job.sink.folder("b.txt").write_text("in the way")
    one, other, third = clean_some(tuple((document, None) for document in found), job)
    assert (one.reason, third.reason) == ("", "")
    assert other.reason.startswith("its outputs cannot be written: File exists (")
    assert "writable" in other.problem.remedy
    assert [job.sink.holds(name, 1) for name in ("a.txt", "b.txt", "c.txt")] == [True, False, True]
    assert one.outputs is None


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the clock of POSIX")
def test_a_cleaned_document_leaves_no_clock_running(tmp_path: Path, job: Job) -> None:
    clean(tmp_path / "a.txt", STORY.encode(), job)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
