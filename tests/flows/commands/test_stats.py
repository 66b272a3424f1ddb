"""Statistics add up what the index of the review knows."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers.command import bodycopy

from flows.runner.job import Job
from flows.runner.run_summary import RunSummary

STORY = "The minister said on Monday that the talks would go on for a week in the old town hall by the river."
TEXTS = {
    "www.one.example.com/1.txt": f"Photo: Reuters\n\n{STORY}\n\nShare this article",
    "www.one.example.com/2.txt": f"Photo: Reuters\n\n{STORY}",
    "www.two.example/3.txt": STORY,
}
WORDS = 22


@pytest.fixture
def out(tmp_path: Path, run: Callable[..., RunSummary], job: Job) -> Path:
    for name, text in TEXTS.items():
        file = tmp_path / "source" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    run(tmp_path / "source")
    return Path(job.sink.out)


def test_documents_and_removals_are_added_up(out: Path) -> None:
    code, said, _ = bodycopy("stats", out, "--json")
    found = json.loads(said)
    assert code == 0
    assert (found["documents"], found["words_in"], found["words_out"]) == (3, 3 * WORDS + 7, 3 * WORDS)
    assert found["rules"][0] == {"name": "PC001", "about": "photo-credit", "documents": 2, "removals": 2, "words": 4}
    assert {each["name"]: each["words"] for each in found["families"]} == {"credits": 4, "share": 3}
    (first, second) = found["sites"]
    assert (first["name"], first["documents"], first["words_in"]) == ("example.com", 2, 2 * WORDS + 7)
    assert (second["name"], second["lost"]) == ("www.two.example", 0)
    assert [each["name"] for each in found["languages"]] == ["en"]


def test_filters_and_forms(out: Path) -> None:
    assert json.loads(bodycopy("stats", out, "--json", "--site", "www.two.example")[1])["rules"] == []
    assert json.loads(bodycopy("stats", out, "--json", "--since", "last")[1])["documents"] == 3
    said = bodycopy("stats", out, "--markdown")[1]
    assert "| rule " in said
    assert "PC001 photo-credit" in said
    code, _, complaint = bodycopy("stats", out, "--site", "exmple.com")
    assert code == 1
    assert "no documents of the site 'exmple.com'; did you mean example.com?" in complaint
    assert "expected a run from 1 to 1, or last" in bodycopy("stats", out, "--since", "2")[2]
    assert "is on an object store" in bodycopy("stats", "memory://nowhere")[2]


def test_what_was_put_back_is_no_removal(out: Path) -> None:
    bodycopy("undo", out, "--rule", "PC001")
    found = json.loads(bodycopy("stats", out, "--json")[1])
    assert (found["words_out"], [each["name"] for each in found["rules"]]) == (3 * WORDS + 4, ["SH001"])
