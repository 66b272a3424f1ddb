"""Learning a folder, and what a run makes of it."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.command import bodycopy

from cleaners import Memory
from flows.clean_articles import clean_articles
from flows.commands.learn import learn
from flows.errors import CouldNotRun
from flows.learn_sites import learn_sites
from flows.runner.job import Job
from flows.runner.memory_files import existing_memory
from flows.runner.run_summary import RunSummary

TOWNS = ["Northport", "Southfield", "Eastwood", "Westbrook", "Millbridge", "Stonehaven", "Ashford", "Redcliff"]
PROMPT = "We are a paper of the coast, and read in every harbour of it."


def story(number: int) -> list[str]:
    town = TOWNS[number]
    return [
        f"The council of {town} voted on Tuesday to close the old ferry terminal in the spring, and to sell the land.",
        f"Nobody in {town} spoke against the plan, said the mayor, who has lived there for {40 + number} years.",
        f"In {town}, the builder is known for his towers in the north; he did not answer questions on that evening.",
    ]


def removals(out: Path, name: str) -> list[dict[str, str]]:
    rows = map(json.loads, (out / "documents" / name / "ledger.jsonl").read_text().splitlines())
    return [row for row in rows if row["kind"] == "removal"]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Stories of a site, each with its prompt and the lead of the next one, cut off."""
    folder = tmp_path / "site" / "www.example.com"
    folder.mkdir(parents=True)
    for number in range(len(TOWNS)):
        lead = story((number + 1) % len(TOWNS))[0][:80]
        (folder / f"{number}.txt").write_text("\n\n".join([*story(number), lead, PROMPT]))
    return folder.parent


def test_learn_then_run_shows_proofs_and_the_site_s_lines_in_the_ledger(
    site: Path, tmp_path: Path, run: Callable[..., RunSummary], job: Job
) -> None:
    path = tmp_path / "memory.sqlite"
    learned = learn(str(site), path, workers=1)
    assert (learned.documents, learned.known, learned.problems) == (8, 0, [])
    summary = run(site, job=replace(job, memory=existing_memory(str(path), path)))
    assert (summary.removals["repeats"], summary.removals["habits"]) == (8, 8)
    for number in range(8):
        found = removals(job.sink.out, f"www.example.com/{number}.txt")
        assert [row["rule"] for row in found] == ["SM002", "SM001"]
        assert "on 8 of 8 documents of example.com" in found[1]["evidence"]


def test_learning_again_changes_nothing(site: Path, tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite"
    first = learn(str(site), path, workers=1)
    again = learn(str(site), path, workers=1)
    assert (again.documents, again.known, again.version) == (0, 8, first.version)


def test_what_is_learned_does_not_depend_on_workers(site: Path, tmp_path: Path) -> None:
    one = learn(str(site), tmp_path / "one", workers=1)
    two = learn(str(site), tmp_path / "two", workers=2)
    assert one.version == two.version
    assert Memory(tmp_path / "one").frequencies("example.com") == Memory(tmp_path / "two").frequencies("example.com")


def test_what_cannot_be_read_is_said_and_left_out(site: Path, tmp_path: Path) -> None:
    (site / "bad.txt").write_bytes(b"")
    learned = learn(str(site), tmp_path / "memory", workers=1)
    assert learned.documents == 8
    assert learned.problems == ["bad.txt: it is empty"]


def test_the_command_learns_shows_and_forgets(site: Path, tmp_path: Path) -> None:
    memory = ("--memory", tmp_path / "memory.sqlite")
    code, out, _ = bodycopy("learn", site, *memory, "--workers", 1)
    assert code == 0
    assert "8 documents learned" in out
    assert "example.com" in bodycopy("memory", *memory)[1]
    code, out, _ = bodycopy("memory", "example.com", *memory)
    assert code == 0
    assert PROMPT in out
    assert "100%" in out
    code, _, err = bodycopy("memory", "exampel.com", *memory)
    assert code == 1
    assert "did you mean example.com?" in err
    assert bodycopy("forget", "example.com", *memory) == (0, "8 documents of example.com forgotten\n", "")
    assert bodycopy("forget", "example.com", *memory)[0] == 1


def test_one_document_is_cleaned_with_a_memory(site: Path, tmp_path: Path) -> None:
    memory = tmp_path / "memory.sqlite"
    learn(str(site), memory, workers=1)
    file = tmp_path / "other.txt"
    own = [*story(0)[1:], *story(2)[1:]]
    file.write_text("\n\n".join([*own, story(4)[0][:80], PROMPT]))
    code, out, _ = bodycopy("clean", file, "--memory", memory, "--url", "https://example.com/other")
    assert (code, out) == (0, "\n\n".join(own) + "\n")


def test_a_memory_that_will_not_do_is_said_before_anything_starts(site: Path, tmp_path: Path) -> None:
    for verb in (("clean", site / "www.example.com/0.txt"), ("memory",)):
        code, _, err = bodycopy(*verb, "--memory", tmp_path / "gone")
        assert code == 1
        assert "does not exist; expected a memory: bodycopy learn" in err
    code, _, err = bodycopy("run", site, "--out", tmp_path / "out", "--memory", tmp_path / "gone" / "memory")
    assert (code, "is no folder, expected one for the memory memory" in err) == (1, True)
    (tmp_path / "text").write_text("no memory")
    with pytest.raises(CouldNotRun):
        existing_memory(str(tmp_path / "text"), tmp_path / "usual")
    assert existing_memory(None, tmp_path / "text") is None  # our own is made anew


@pytest.mark.usefixtures("prefect_server")
def test_the_flows_learn_and_clean(site: Path, tmp_path: Path) -> None:
    learned = learn_sites(str(site), str(tmp_path / "memory"), workers=1)
    assert learned.documents == 8
    summary = clean_articles(str(site), str(tmp_path / "out"), workers=2, memory=str(tmp_path / "memory"))
    assert isinstance(summary, RunSummary)
    assert (summary.documents, summary.removals["repeats"], summary.removals["habits"]) == (8, 8, 8)
