"""The page on results names exactly what results are made of."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from flows.runner.job import Job
from flows.runner.run_summary import RunSummary
from flows.sinks.records import SCHEMA
from flows.sinks.tables import SCHEMAS

PAGE = (Path(__file__).parents[2] / "docs" / "results.md").read_text("utf-8")


def columns(table: str) -> dict[str, str]:
    """Name and type of the columns that a table of the page describes, without `null`, which any may be."""
    cells = [line.split("|")[1:3] for line in table.splitlines()[2:]]
    return {name: kind.strip().removesuffix(", null") for names, kind in cells for name in re.findall(r"`(\w+)`", names)}


def test_the_page_on_results_names_every_column_of_every_table(source: Path, run: Callable[..., RunSummary], job: Job) -> None:
    (source / "empty.txt").write_bytes(b"")
    run(source)
    out = Path(job.sink.out)
    header, article, entry = map(json.loads, (out / "documents" / "one.txt" / "ledger.jsonl").read_text().splitlines()[:3])
    index, quarantined = (json.loads((out / name).read_text().splitlines()[0]) for name in ("index.jsonl", "quarantine.jsonl"))
    summary = json.loads((out / "summary.json").read_text())
    tables = [table for table in re.findall(r"(?:^\|.*\n)+", PAGE, re.MULTILINE)[1:] if not table.startswith("| kind |")]
    assert [columns(table) for table in tables[:2]] == [SCHEMAS["articles"], SCHEMAS["ledgers"]]
    assert set(article) - {"kind"} <= set(SCHEMAS["articles"])
    assert set(entry) <= set(SCHEMAS["ledgers"])
    described = [[name for name in columns(table) if name != "undone"] for table in tables[2:6]]  # which only `undo` writes
    assert described == [
        list(header),
        list(index),
        list(quarantined),
        ["source", "alarm", *summary],  # the flow adds what it was given, and why it failed
    ]


def test_the_page_on_results_names_the_schema() -> None:
    assert f"schema {SCHEMA} " in PAGE
