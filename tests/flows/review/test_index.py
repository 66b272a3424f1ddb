"""The index of a review: what it takes from runs, and what it says where it cannot."""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.reviewed import SITE, STORY, number, read

from cleaners.memory.sqlite_file import reading
from flows.errors import CouldNotRun
from flows.review.document_values import MAX_COUNT, values_of_rows
from flows.review.filling import BUSY, UNKNOWN, LedgerReader, take_manifest
from flows.review.index import ORDER, ReviewIndex
from flows.review.index_tables import Filters
from flows.review.output import ReviewedOutput
from flows.runner.job import Job
from flows.runner.manifest import Manifest
from flows.runner.run_summary import RunSummary
from flows.sinks import Shards
from flows.sinks.records import dumps

Run = Callable[..., RunSummary]


def names(output: ReviewedOutput, **filters: str) -> list[str]:
    found, total = output.index.queue(Filters(**filters))
    assert len(found) == total
    return sorted(each.name.rpartition("/")[2] for each in found)


def test_rows_are_parted_at_their_ends_and_not_within_a_title() -> None:
    title = "Ferry\u2028late\x85again"
    rows = dumps({"title": title, "words": 3, "rules": {}})
    assert values_of_rows(b"one.txt", 1, rows)[7] == title


def test_values_of_any_rows() -> None:
    one = {"title": "A", "words": 3, "lost_words": 2, "date": "2026-11-30", "confidence": 0.5, "site": "a.example", "rules": {}}
    found = values_of_rows(b"one", 1, dumps(one))
    assert found[2:] == ("a.example", "", "2026-11", 0.5, "", "A", 3, 2, 1, None, None)
    assert values_of_rows(b"two", 2, dumps(one) + dumps({**one, "title": "B"}))[7:9] == ("A", 6)
    assert values_of_rows(b"none", 0, b"")[6] == "no article"
    assert values_of_rows(b"odd", 1, b'{"title": [1], "confidence": "x", "words": "y"}')[5:9] == (0.0, "", "[1]", 0)
    for damaged in (b"{", b"\xff", b"[[[", b'{"words": 1}\n{"words": "x"}'):
        assert "the manifest is damaged" in values_of_rows(b"damaged", 1, damaged)[6]


def test_what_the_manifest_knows_may_be_no_text(output: ReviewedOutput) -> None:
    rows = dumps({"title": "A \udcff line", "words": 1, "rules": {"PC001": 5}})
    with closing(sqlite3.connect(output.sink.manifest, isolation_level=None)) as manifest:
        manifest.execute("UPDATE document SET rows = ?, version = 'new' WHERE name = (SELECT min(name) FROM document)", (rows,))
    assert take_manifest(output.index, output.sink) == ""
    LedgerReader(output.index, output.sink).count()
    assert any("\ufffd" in each.title for each in output.index.queue(Filters())[0])


NO_JSON = b'{"title": "A", "words": 1, "confidence": NaN}'
HUGE = dumps({"words": 2**63 - 1, "lost_words": -5, "rules": {"\udcff": [2**70, 2**70], "PC001": [2**63 - 1, -1]}})


@pytest.mark.parametrize(("rows", "damaged"), [(NO_JSON, 4), (HUGE, 0)])
def test_values_that_sqlite_cannot_hold_spoil_nothing(output: ReviewedOutput, rows: bytes, damaged: int) -> None:
    with closing(sqlite3.connect(output.sink.manifest, isolation_level=None)) as manifest:
        manifest.execute("UPDATE document SET rows = ?, version = 'new'", (rows,))
    assert take_manifest(output.index, output.sink) == ""
    LedgerReader(output.index, output.sink).count()
    total = "SELECT sum(words + taken), (SELECT sum(removals + words) FROM taken) FROM document"
    assert output.index.connection.execute(total).fetchone()[0] == (0 if damaged else 4 * MAX_COUNT)
    assert sum("the manifest is damaged" in each.review for each in output.index.queue(Filters())[0]) == damaged


@pytest.mark.parametrize("name", ["a text", 99_999_999_999, -1, 1.5, b"\xff"])
def test_a_manifest_with_a_name_that_no_run_writes_is_not_read(output: ReviewedOutput, name: object) -> None:
    with closing(sqlite3.connect(output.sink.manifest, isolation_level=None)) as manifest:
        manifest.execute("UPDATE document SET name = ? WHERE name = (SELECT min(name) FROM document)", (name,))
    for _ in range(2):  # an index that is there, and then one that is not
        assert "all ledgers were read instead" in read(output)
        assert len(names(output)) == 4
        output.index.connection.execute("DELETE FROM document")


def test_a_document_that_comes_back_to_another_shard_is_found_there(output: ReviewedOutput) -> None:
    with closing(sqlite3.connect(output.sink.manifest, isolation_level=None)) as manifest:
        for shard in (1, 2):
            manifest.execute("INSERT OR REPLACE INTO place SELECT name, ?, 1 FROM document", (shard,))
            assert take_manifest(output.index, output.sink) == ""
            assert {each.shard for each in output.index.queue(Filters())[0]} == {shard}


def test_two_reviews_may_fill_one_index_at_once(output: ReviewedOutput, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both begin with an empty index; the second is let in where the first is about to fill it."""
    output.index.connection.execute("DELETE FROM document")
    counts = type(output.index).counts
    problems: list[str] = []
    second = threading.Thread(target=lambda: problems.append(take_manifest(output.index, output.sink)))

    def counted(index: ReviewIndex) -> tuple[int, int]:
        found = counts(index)
        if second.ident is None:
            second.start()
            second.join(timeout=0.5)
        return found

    monkeypatch.setattr(ReviewIndex, "counts", counted)
    problems.append(take_manifest(output.index, output.sink))
    second.join()
    assert problems == ["", ""]
    assert output.index.counts()[0] == 4


def test_a_manifest_that_goes_after_it_was_checked_is_not_made(output: ReviewedOutput, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def checked_and_gone(path: Path) -> Iterator[sqlite3.Connection]:
        with reading(path) as connection:
            yield connection
        path.unlink()

    monkeypatch.setattr("flows.review.filling.reading", checked_and_gone)
    assert "all ledgers were read instead" in take_manifest(output.index, output.sink)
    assert not output.sink.manifest.exists()
    assert len(names(output)) == 4


@pytest.mark.parametrize(
    ("header", "removal"),
    [({"site": "\udcff"}, {}), ({"document_confidence": [1]}, {}), ({}, {"rule": "\udcff"}), ({}, {"text": 5})],
)
def test_an_odd_ledger_does_not_end_the_reading(
    output: ReviewedOutput, header: dict[str, object], removal: dict[str, object]
) -> None:
    ledger = Path(output.sink.out) / "documents" / SITE / "one.txt" / "ledger.jsonl"
    rows = [json.loads(line) for line in ledger.read_bytes().splitlines()]
    more = {"document": header, "removal": removal}
    ledger.write_text("".join(f"{json.dumps({**row, **more.get(row['kind'], {})})}\n" for row in rows))
    output.index.connection.execute("UPDATE document SET text = NULL")
    LedgerReader(output.index, output.sink).read()
    assert output.index.counts() == (4, 4)


def test_documents_for_review_come_first_however_sure_they_are(output: ReviewedOutput) -> None:
    index = output.index
    change = "UPDATE document SET confidence = ?, review = ? WHERE id = ?"
    for name, confidence, review in (("two.txt", 0.999, "an error page"), ("arabic.txt", None, ""), ("hostile.txt", 0.1, "")):
        index.connection.execute(change, (confidence, review, number(output, name)))
    queue, _ = index.queue(Filters())
    assert [each.name.rpartition("/")[2] for each in queue[:3]] == ["two.txt", "arabic.txt", "hostile.txt"]
    steps = [index.neighbours(each, Filters()) for each in queue]
    ids = [each.id for each in queue]
    assert steps == list(zip([None, *ids[:-1]], [*ids[1:], None], strict=True))
    plan = index.connection.execute(f"EXPLAIN QUERY PLAN SELECT id FROM document ORDER BY {ORDER} LIMIT 50").fetchall()
    assert "by_doubt" in str(plan)
    assert "TEMP B-TREE" not in str(plan)


def test_only_what_changed_is_read_again(output: ReviewedOutput, source: Path, run: Run) -> None:
    assert output.index.counts() == (4, 4)
    (source / SITE / "two.txt").write_text(f"{STORY}\n\nBy Max Muster\n")
    (source / SITE / "new.txt").write_text(STORY)
    before = number(output, "one.txt"), number(output, "two.txt")
    run(source)
    take_manifest(output.index, output.sink)
    unread = {
        bytes(name).decode() for (name,) in output.index.connection.execute("SELECT name FROM document WHERE text IS NULL")
    }
    assert {f"{SITE}/new.txt", f"{SITE}/two.txt"} <= unread
    assert f"{SITE}/arabic.txt" not in unread
    assert before == (number(output, "one.txt"), number(output, "two.txt"))
    read(output)
    assert names(output, rule="PC001") == ["hostile.txt", "one.txt"]
    assert names(output, search="muster") == ["two.txt"]
    assert names(output, search="boats island") == ["hostile.txt", "one.txt"]


def test_documents_that_a_manifest_no_longer_knows_go(output: ReviewedOutput) -> None:
    with closing(sqlite3.connect(output.sink.manifest)) as connection, connection:
        connection.execute("DELETE FROM document WHERE name = ?", (f"{SITE}/two.txt".encode(),))
    read(output)
    assert names(output) == ["arabic.txt", "hostile.txt", "one.txt"]
    assert output.index.connection.execute("SELECT count(*) FROM excerpt").fetchone()[0] > 0
    assert names(output, rule="PC001") == ["hostile.txt", "one.txt"]


def test_while_a_run_writes_the_queue_is_as_it_was(output: ReviewedOutput) -> None:
    with Manifest(output.sink.manifest):
        assert take_manifest(output.index, output.sink) == BUSY
    assert output.index.counts()[0] == 4
    assert take_manifest(output.index, output.sink) == ""


def test_results_without_a_manifest_are_read_from_their_ledgers(output: ReviewedOutput) -> None:
    output.sink.manifest.unlink()
    assert read(output) == UNKNOWN
    assert names(output, rule="PC001") == ["hostile.txt", "one.txt", "two.txt"]
    assert {each.site for each in output.index.queue(Filters())[0]} == {"example.com"}


def test_results_of_an_earlier_version_are_read_from_their_ledgers(output: ReviewedOutput) -> None:
    with closing(sqlite3.connect(output.sink.manifest)) as connection:
        connection.execute("PRAGMA user_version=2")
    assert "it is of format 2" in take_manifest(output.index, output.sink)
    assert names(output, rule="PC001") == ["hostile.txt", "one.txt", "two.txt"]


def test_a_damaged_manifest_is_named_and_the_ledgers_are_read(output: ReviewedOutput) -> None:
    for file in output.sink.state.glob("manifest.sqlite*"):
        file.write_bytes(b"no database, but long enough to be taken for one by its length alone" * 9)
    assert "cannot be read" in read(output)
    assert len(names(output)) == 4


def test_damaged_results_are_for_review(output: ReviewedOutput) -> None:
    folder = Path(output.sink.out) / "documents" / SITE
    (folder / "one.txt" / "ledger.jsonl").write_text("{}\n")
    (folder / "two.txt" / "ledger.jsonl").unlink()
    output.index.connection.execute("UPDATE document SET text = NULL")
    LedgerReader(output.index, output.sink).read()
    for name in ("one.txt", "two.txt"):
        listed = output.index.document(number(output, name))
        assert listed
        assert listed.review.startswith("its results cannot be read")
        with pytest.raises(ValueError, match=r"damaged|gone"):
            output.view(listed)
    assert names(output, review="yes") == ["hostile.txt", "one.txt", "two.txt"]  # the first looks like HTML


ALTERED = ("PRAGMA user_version=99", "CREATE TRIGGER t AFTER DELETE ON document BEGIN DELETE FROM taken; END")


@pytest.mark.parametrize("damage", [b"no database at all", *ALTERED])
def test_a_damaged_older_or_hostile_index_is_made_anew(output: ReviewedOutput, damage: bytes | str) -> None:
    path = output.index.path
    output.close()
    if isinstance(damage, bytes):
        path.write_bytes(damage * 99)
    else:
        with sqlite3.connect(path) as connection:
            connection.execute(damage)
    again = ReviewedOutput(str(output.sink.out))
    read(again)
    assert again.index.counts() == (4, 4)
    assert not again.index.connection.execute("SELECT 1 FROM sqlite_schema WHERE type = 'trigger'").fetchone()
    again.close()


def test_an_index_with_a_damaged_page_is_made_anew(output: ReviewedOutput) -> None:
    path = output.index.path
    output.index.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    output.close()
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * 4096 + data[8192:])
    again = ReviewedOutput(str(output.sink.out))
    read(again)
    assert again.index.counts() == (4, 4)
    again.close()


def test_no_link_inside_of_results_is_followed(output: ReviewedOutput, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.write_bytes(b"")
    output.close()
    output.index.path.unlink()
    output.index.path.symlink_to(target)
    ReviewedOutput(str(output.sink.out)).close()
    assert target.read_bytes() == b""
    assert not output.index.path.is_symlink()
    output.sink.decisions.symlink_to(target)
    with pytest.raises(CouldNotRun, match="give its target with --decisions"):
        ReviewedOutput(str(output.sink.out))


@pytest.mark.parametrize("form", ["jsonl", "jsonl.gz", "parquet"])
def test_shards_are_reviewed_too(tmp_path: Path, source: Path, run: Run, job: Job, form: str) -> None:
    if form == "parquet":
        pytest.importorskip("pyarrow")
    out = tmp_path / "shards"
    sink = Shards(str(out), out / ".bodycopy", form)
    sink.prepare()
    run(source, job=replace(job, sink=sink))
    output = ReviewedOutput(str(out))
    assert take_manifest(output.index, output.sink) == ""
    listed = output.index.document(number(output, "one.txt"))
    assert listed
    assert output.view(listed).text.startswith("By Jane Doe")  # before its shard is in the index
    read(output)
    assert output.index.output(listed.id)
    assert names(output, rule="PC001") == ["hostile.txt", "one.txt", "two.txt"]
    assert [each.text for each in output.lines_of_rule("example.com", "PC001")] == ["Photo: Reuters"]
    output.close()


def test_what_cannot_be_reviewed_is_said(tmp_path: Path) -> None:
    with pytest.raises(CouldNotRun, match="object store"):
        ReviewedOutput("s3://bucket/clean")
    with pytest.raises(CouldNotRun, match="is not the output of a run"):
        ReviewedOutput(str(tmp_path))


def test_facets_count_what_they_would_leave(output: ReviewedOutput) -> None:
    facets = output.index.facets(Filters(rule="PC001"))
    assert dict(facets["review"]) == {"no": 2, "yes": 1}
    assert dict(facets["rule"])["PC001"] == 3
    assert dict(facets["family"]) == {"bylines": 1, "credits": 3, "embeds": 1, "teasers": 1}
    assert dict(facets["language"]) == {"en": 3}
    assert dict(output.index.facets(Filters())["language"])["ar"] == 1
    assert [value for value, _ in facets["run"]] == ["1"]


def test_the_next_document_is_the_next_of_the_queue(output: ReviewedOutput) -> None:
    found, _ = output.index.queue(Filters())
    for place, listed in enumerate(found):
        before, behind = output.index.neighbours(listed, Filters())
        assert before == (found[place - 1].id if place else None)
        assert behind == (found[place + 1].id if place + 1 < len(found) else None)


def test_reading_goes_on_in_the_background(output: ReviewedOutput) -> None:
    output.index.connection.execute("UPDATE document SET text = NULL")
    output.refresh()
    (reader,) = [thread for thread in threading.enumerate() if thread.name == "ledgers"]
    reader.join(60)
    assert output.index.counts() == (4, 4)
