"""`bodycopy why`: of a document of an output and of a file, why a line went or stayed."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers.command import bodycopy

from cleaners import Profile, Settings, rules_version
from flows.commands import why
from flows.commands.stored_document import find_document
from flows.errors import CouldNotRun
from flows.runner.job import Job
from flows.runner.run_summary import RunSummary
from flows.sinks import Form, sink_for

Run = Callable[..., RunSummary]
STORY = "The minister said on Monday that the talks would go on for a week in the old town hall by the river."
LATER = "Nobody at the harbour had doubted it, and the boats of the island came in one after the other that evening."
LAST = "A teacher of the school told the newspaper that the storm had taken the roof of the gym, and asked for money."
TEXTS = {
    "one.txt": f"Talks go on\n\nBy Jane Doe\n\nPhoto: Reuters\n\n{STORY}\n\nHarbour gets a new crane\n\n{LATER}\n\n{LAST}",
    "two.txt": f"{STORY}\n\nALSO READ: Six things to know\n\n{LATER} profit &amp; loss",
    "deep/two.txt": f"{LATER}\n\n{LAST}",
    "page.html": f"<html><body><nav><a href='/'>Home of news</a></nav><article><p>{STORY}</p><p>{LATER}</p><p>{LAST}</p>"
    "</article></body></html>",
    "notes.md": f"# Talks *go on*\n\n{STORY}\n\n- [an item](https://example.com/here)\n- another **item**\n\n{LATER}",
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    for name, text in TEXTS.items():
        path = tmp_path / "source" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "source"


MADE: dict[str, Path] = {}
"""The results of the one run that most tests ask about, each in a copy of its own."""


@pytest.fixture
def out(source: Path, run: Run, job: Job, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The results of a run under today's rules."""
    if not MADE:
        run(source, job=replace(job, rules=rules_version()))
        MADE["out"] = tmp_path_factory.mktemp("made") / "out"
        shutil.copytree(job.sink.out, MADE["out"])
    return str(shutil.copytree(MADE["out"], tmp_path / "copy"))


def asked(*arguments: object) -> dict[str, Any]:
    code, printed, _ = bodycopy("why", *arguments, "--json")
    assert code == 0
    found: dict[str, Any] = json.loads(printed)
    return found


def test_a_document_s_account_says_what_went_and_what_is_doubtful(out: str) -> None:
    code, printed, _ = bodycopy("why", out, "one.txt")
    assert code == 0
    assert "What went: 3 spans, 8 words" in printed
    assert all(code in printed for code in ("TI001", "BY001", "PC001"))
    assert "Confidence that the story is whole: 0.9" in printed
    assert "note:" not in printed


def test_of_a_large_text_only_lines_with_words_are_explained(out: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(why, "MAX_CHARS", 100)
    code, printed, _ = bodycopy("why", out, "one.txt")
    assert code == 0
    assert "above 100 only the lines that hold WORDS are explained" in " ".join(printed.split())
    assert "Close calls" not in printed
    assert asked(out, "one.txt")["lines"] == []
    (crane,) = asked(out, "one.txt", "new crane")["lines"]
    assert crane["line_model"]
    assert crane["profiles"] == {}


def test_words_are_explained_line_by_line(out: str) -> None:
    code, printed, _ = bodycopy("why", out, "one.txt", "new", "CRANE")
    assert code == 0
    assert "Line 5 of 7 · stays in the body" in printed
    assert "Harbour gets a new crane" in printed
    assert "Found by        no rule" in printed
    for profile in ("careful   never", "standard  from 0.9", "thorough  from 0."):
        assert profile in printed
    assert "Looked in vain  front_matter, glued" in printed


def test_a_line_that_went_is_marked_and_names_its_rule(out: str) -> None:
    _, printed, _ = bodycopy("why", out, "one.txt", "Reuters")
    assert "[-Photo: Reuters-]{PC001}" in printed
    assert "PC001 photo-credit · sure · removed" in printed
    assert "evidence: en.label" in printed


def test_json_has_everything(out: str) -> None:
    whole = asked(out, "one.txt")
    assert [row["spans"][0]["rule"] for row in whole["lines"]] == ["TI001", "BY001", "PC001", None, None, None, None]
    (crane,) = asked(out, "one.txt", "crane")["lines"]
    assert crane["line_model"]["limits"].keys() == {"standard", "thorough"}
    assert crane["profiles"].keys() == {"careful", "standard", "thorough"}
    assert crane["output"] == crane["spans"]


def test_words_that_stand_in_no_line_are_found_elsewhere(out: str) -> None:
    _, printed, _ = bodycopy("why", out, "two.txt", "&amp;")
    assert "No line of this document holds “&amp;”." in printed
    assert "made '&' of '&amp;'" in printed
    assert asked(out, "notes.md", "example.com/here")["elsewhere"] == [
        "in the source, where a repair or the marks of Markdown part them; give fewer words"
    ]
    _, printed, _ = bodycopy("why", out, "one.txt", "the talks went on a week")
    assert "The nearest is line 4" in printed
    assert asked(out, "one.txt", "zebra") | {"lines": []} == asked(out, "one.txt", "zebra")


def test_a_page_is_judged_again_from_where_the_run_read_it(source: Path, run: Run, job: Job) -> None:
    run(source)
    out = job.sink.out
    (menu,) = asked(out, "page.html", "Home of news")["lines"]
    assert menu["page_model"]["kept"] is False
    (source / "page.html").unlink()
    without = asked(out, "page.html", "Home of news")
    assert without["lines"][0]["findings"][0]["rule"] == "XT001"
    assert without["lines"][0]["page_model"] is None
    assert "the ledger alone answers" in without["notes"][-1]


def test_a_markdown_text_is_explained_by_its_words(out: str) -> None:
    found = asked(out, "notes.md")
    assert found["lines"][0]["text"] == "Talks go on"
    assert found["lines"][0]["spans"][0]["rule"] == "TI002"


@pytest.mark.parametrize("form", [Form.JSONL, Form.PARQUET])
def test_a_document_of_a_shard_is_found(form: Form, source: Path, run: Run, job: Job, tmp_path: Path) -> None:
    sink = sink_for(str(tmp_path / "shards"), form)
    sink.prepare()
    run(source, job=replace(job, sink=sink))
    assert asked(sink.out, "one.txt", "crane")["lines"][0]["line"] == 5


def test_a_document_in_a_store_is_found(source: Path, run: Run, job: Job, tmp_path: Path) -> None:
    sink = sink_for("memory://why", Form.JSONL, str(tmp_path / "state"))
    sink.prepare()
    run(source, job=replace(job, sink=sink))
    assert find_document("memory://why", "one.txt").name == "one.txt"
    with pytest.raises(CouldNotRun, match=r"did you mean page\.html\?"):
        find_document("memory://why", "pages.html")


def test_the_end_of_a_name_is_enough(out: str) -> None:
    assert asked(out, "deep/two.txt")["document"] == "deep/two.txt"
    code, _, complaint = bodycopy("why", out, "three.txt")
    assert code == 1
    assert "holds no document 'three.txt'; did you mean" in complaint
    code, _, complaint = bodycopy("why", out)
    assert (code, "no document of it is named" in complaint) == (1, True)


def test_the_run_s_profile_is_recognised(source: Path, run: Run, job: Job) -> None:
    run(source, job=replace(job, rules=rules_version(), settings=Settings(profile=Profile.CAREFUL)))
    found = asked(job.sink.out, "one.txt", "Jane Doe")
    assert (found["profile"], found["notes"]) == ("careful", [])
    assert found["lines"][0]["findings"][0]["because"].endswith("standard takes it")


def test_rules_and_settings_that_have_changed_since_are_named(source: Path, run: Run, job: Job) -> None:
    run(source, job=replace(job, settings=Settings(ignore=frozenset({"BY", "TI"}))))
    found = asked(job.sink.out, "one.txt", "Jane Doe")
    rules, settings, body = found["notes"]
    assert "the run had rules-1" in rules
    assert "the run had other settings" in settings
    assert "another body" in body
    assert (found["lines"][0]["spans"][0]["rule"], found["lines"][0]["output"][0]["rule"]) == ("BY001", "CX001")
    _, printed, _ = bodycopy("why", job.sink.out, "one.txt", "Jane Doe")
    assert "In the output it is otherwise: went, by CX001" in printed


def test_results_that_are_damaged_or_being_written_are_named(out: str) -> None:
    ledger = Path(out, "documents", "one.txt", "ledger.jsonl")
    kept = ledger.read_bytes()
    ledger.write_bytes(kept[:40])
    code, _, complaint = bodycopy("why", out, "one.txt")
    assert (code, "its ledger is damaged" in complaint, "--force" in complaint) == (1, True, True)
    ledger.write_bytes(kept)
    body = Path(out, "documents", "one.txt", "article-01.txt")
    body.write_text(body.read_text().replace("harbour", "port"))
    assert "was one of them edited?" in asked(out, "one.txt")["notes"][0]
    manifest = sqlite3.connect(Path(out, ".bodycopy", "manifest.sqlite"), isolation_level=None)
    manifest.execute("PRAGMA locking_mode=EXCLUSIVE")
    manifest.execute("BEGIN EXCLUSIVE")
    assert "a run is writing" in asked(out, "two.txt")["notes"][0]
    manifest.close()


def test_results_without_a_manifest_are_read_all_the_same(out: str) -> None:
    shutil.rmtree(Path(out, ".bodycopy"))
    found = asked(out, "one.txt", "crane")
    assert found["lines"][0]["line"] == 5
    assert "no manifest" in found["notes"][0]


def test_a_file_is_explained_without_a_run(source: Path) -> None:
    assert asked(source / "one.txt", "Reuters")["lines"][0]["findings"][0]["rule"] == "PC001"
    code, printed, _ = bodycopy("why", "-", "crane", stdin=TEXTS["one.txt"].encode())
    assert (code, "Line 5 of 7" in printed) == (0, True)
    code, _, complaint = bodycopy("why", source / "none.txt")
    assert (code, "cannot be read" in complaint) == (1, True)


def test_what_a_site_repeats_is_counted(tmp_path: Path, run: Run, job: Job) -> None:
    folder = tmp_path / "many" / "www.example.com"
    folder.mkdir(parents=True)
    for boat in ("Anna", "Berta", "Clara", "Doris", "Emma", "Frieda"):
        own = " ".join(
            f"{boat} was the {place} of the old boats to come in from the sea, {boat}'s captain said." for place in "abc"
        )
        (folder / f"{boat}.txt").write_text(f"{own}\n\nYour neighbours read us too")
    run(tmp_path / "many", job=replace(job, rules=rules_version()))
    (line,) = asked(job.sink.out, "Clara.txt", "neighbours")["lines"]
    (count,) = line["repeats"]
    assert (count["documents"], count["of"]) == (6, 6)
    assert count["grade"].startswith("goes above and below the story")
    assert line["spans"][0]["rule"] == "SM001"


def test_a_hostile_line_reaches_no_terminal(tmp_path: Path) -> None:
    file = tmp_path / "hostile.txt"
    file.write_text(f"{STORY}\n\n\x1b[31mred \u202eesrever [bold]x[/bold]\n\n{LATER}")
    code, printed, _ = bodycopy("why", file, "esrever")
    assert code == 0
    assert "\x1b" not in printed
    assert "\u202e" not in printed
    assert "[bold]x[/bold]" in printed
