"""What a row says of its document: its title and day, and what its articles keep."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from helpers.row_files import as_jsonl, as_parquet

from flows.errors import CouldNotRun
from flows.options import RunOptions
from flows.runner.job import Job
from flows.runner.run_summary import RunSummary
from flows.sinks import Shards
from flows.sources import CARRIED, Found, RowSchema, scan
from flows.sources.row_facts import NOTHING, About

STORY = "The minister said on Monday that the talks would go on for a week in the old town hall by the river."
HEADLINE = "Talks about the river go on"
ROW = {
    "id": 7,
    "text": f"{HEADLINE}\n\n{STORY}",
    "url": "https://example.com/1",
    "headline": HEADLINE,
    "day": "1 March 2024",
    "n": [1],
}
NAMED = RowSchema(title_field="headline", date_field="day", carry=("id", "n", "gone"))

Run = Callable[..., RunSummary]


def about(folder: Path, data: bytes, name: str, schema: RowSchema) -> About:
    (folder / name).write_bytes(data)
    (found,) = scan(str(folder / name), reading=schema)
    assert isinstance(found, Found)
    return About.from_json(found.about)


@pytest.mark.parametrize(("name", "write"), [("rows.jsonl", as_jsonl), ("rows.parquet", as_parquet)])
def test_rows_say_what_is_asked_of_them(tmp_path: Path, name: str, write: Callable[[list[dict[str, Any]]], bytes]) -> None:
    schema = replace(NAMED, carry=("id", "n"))
    assert about(tmp_path, write([ROW]), name, schema) == About("7", HEADLINE, "2024-03-01", (("id", "7"), ("n", "[1]")))
    assert about(tmp_path, write([ROW]), name, RowSchema()) == About("7")


def test_nothing_is_carried_that_is_missing(tmp_path: Path) -> None:
    row = {"text": STORY, "n": None, "headline": ["a"], "day": "soon"}
    assert about(tmp_path, as_jsonl([row]), "rows.jsonl", NAMED) == NOTHING


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2024-03-01", "2024-03-01"),
        ("2024-03-01T23:59:00Z", "2024-03-01"),
        ("March 1, 2024", "2024-03-01"),
        (date(2024, 3, 1), "2024-03-01"),
        (datetime(2024, 3, 1, 23, 59), "2024-03-01"),
        ("2024-02-31", None),
        ("Monday", None),
        ("", None),
        (1709251200, None),
        ("2024-03-01 " * 10, None),
    ],
)
def test_days(value: object, day: str | None) -> None:
    assert About.of({"day": value}, "", None, "day", ()).date == day


def test_a_title_that_is_a_text_is_none() -> None:
    assert About.of({"title": "word " * 300}, "", "title", None, ()) == NOTHING


def test_a_table_without_a_named_column_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "rows.parquet").write_bytes(as_parquet([ROW]))
    with pytest.raises(CouldNotRun) as raised:
        list(scan(str(tmp_path / "rows.parquet"), reading=RowSchema(title_field="headlin", carry=CARRIED)))
    assert "it has no field 'headlin', did you mean 'headline'?; its fields: id, text" in raised.value.reason
    assert raised.value.remedy == "name the right one with --title-field, --date-field or --carry"


def test_the_options_say_what_is_read_and_kept() -> None:
    chosen = RunOptions(text_field="story", title_field="headline", date_field="day", carry=("", "n"), markdown=True).reading
    assert chosen == RowSchema(text_field="story", title_field="headline", date_field="day", carry=("n",), markdown=True)
    assert RunOptions().reading.carry == CARRIED


def test_articles_have_what_their_row_says(tmp_path: Path, run: Run, job: Job) -> None:
    (tmp_path / "rows.jsonl").write_bytes(as_jsonl([ROW]))
    run(tmp_path / "rows.jsonl", job=replace(job, reading=NAMED))
    (body,) = job.sink.out.glob("documents/**/article-01.txt")  # type: ignore[attr-defined]
    article = json.loads(body.with_name("ledger.jsonl").read_text().splitlines()[1])
    index = json.loads((job.sink.out / "index.jsonl").read_text())  # type: ignore[operator]
    assert body.read_text() == STORY
    assert {name: article[name] for name in ("id", "url", "title", "date", "lost_words", "carried")} == {
        "id": "7",
        "url": "https://example.com/1",
        "title": HEADLINE,
        "date": "2024-03-01",
        "lost_words": 6,
        "carried": {"id": "7", "n": "[1]"},
    }
    assert "carried" not in index
    assert {name: index[name] for name in ("id", "url", "lost_words")} == {"id": "7", "url": ROW["url"], "lost_words": 6}


def test_a_document_of_which_the_row_says_something_else_is_made_anew(tmp_path: Path, run: Run, job: Job) -> None:
    def summary(row: dict[str, Any], schema: RowSchema = NAMED) -> tuple[int, int]:
        (tmp_path / "rows.jsonl").write_bytes(as_jsonl([row]))
        done = run(tmp_path / "rows.jsonl", job=replace(job, reading=schema))
        return done.documents, done.skipped

    assert summary(ROW) == (1, 0)
    assert summary(ROW) == (0, 1)
    assert summary({**ROW, "other": 1}) == (0, 1)
    assert summary({**ROW, "n": [2]}) == (1, 0)
    assert summary({**ROW, "n": [2], "headline": "Talks end"}) == (1, 0)
    assert summary({**ROW, "n": [2], "headline": "Talks end"}, RowSchema()) == (1, 0)


def test_shards_of_parquet_hold_it_as_well(tmp_path: Path, run: Run, job: Job) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    (tmp_path / "rows.jsonl").write_bytes(as_jsonl([ROW]))
    sink = Shards(str(tmp_path / "shards"), tmp_path / "state", "parquet")
    sink.prepare()
    run(tmp_path / "rows.jsonl", job=replace(job, sink=sink, reading=NAMED))
    (row,) = parquet.read_table(tmp_path / "shards" / "articles" / "00001.parquet").to_pylist()
    assert (row["id"], row["lost_words"], dict(row["carried"])) == ("7", 6, {"id": "7", "n": "[1]"})
