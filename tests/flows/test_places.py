"""Places in the markup of a site's pages are counted by a run, and carried from night to night."""

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from helpers.towns import TOWNS

from cleaners import Memory
from flows.commands.learn import learn
from flows.runner.fingerprint_store import FingerprintStore
from flows.runner.job import Job
from flows.runner.run_summary import RunSummary
from flows.sinks import Files

BUILDINGS = (
    "ferry terminal",
    "old bath",
    "library",
    "railway museum",
    "fish market",
    "bell tower",
    "zoo",
    "theatre",
    "mill",
    "pier",
)
BOX = "Our newsroom works for you every day of the week, and if you want us to go on you can support it with a small sum."
Run = Callable[..., RunSummary]


def page(number: int) -> str:
    """A page with a box between the paragraphs, which nothing on the page itself shows to be none of the story."""
    town, what = TOWNS[number], BUILDINGS[number]
    paragraphs = (
        f"The council of {town} voted on Tuesday to close the {what} in the spring, and to sell the land to a builder.",
        f"Nobody spoke against the plan for the {what}, said the mayor, who has lived in {town} for {40 + number} years.",
        f"In {town}, the builder is known for his towers along the river; he did not answer questions about the {what}.",
        f"The council of {town} will speak about the {what} again in {number + 3} weeks, when the money is given out.",
    )
    above, below = ("".join(f"<p>{text}</p>" for text in half) for half in (paragraphs[:2], paragraphs[2:]))
    return (
        f"<html><head><title>{town} closes its {what}</title><link rel='canonical' href='https://www.example.com/{number}'></head>"
        f"<body><nav><a href='/'>Home</a></nav><article><h1>{town} closes its {what}</h1><div class='text'>{above}</div>"
        f"<div class='inset-text'><p>{BOX}</p></div><div class='text'>{below}</div></article></body></html>"
    )


def write(folder: Path, numbers: range) -> Path:
    folder.mkdir(exist_ok=True)
    for number in numbers:
        (folder / f"{number}.html").write_text(page(number))
    return folder


def fixed(job: Job) -> dict[str, str]:
    """What the rule of places took, by document, with its evidence."""
    assert isinstance(job.sink, Files)
    found = {}
    for ledger in job.sink.documents.rglob("ledger.jsonl"):
        for row in map(json.loads, ledger.read_text().splitlines()):
            if row.get("rule") == "SM005":
                assert row["text"] == BOX
                found[ledger.parent.name] = row["evidence"]
    return found


def test_a_run_takes_what_all_pages_show_at_one_place(tmp_path: Path, run: Run, job: Job) -> None:
    source = write(tmp_path / "source", range(10))
    assert run(source).removals["places"] == 10
    evidence = "article > div.inset-text > p holds the same words on 10 of 10 pages of example.com that have it"
    assert fixed(job) == {f"{number}.html": evidence for number in range(10)}
    assert run(source).documents == 0
    other = replace(job, sink=Files(tmp_path / "other"))
    other.sink.prepare()
    run(source, job=other, workers=2)
    for file in (tmp_path / "out" / "documents").rglob("*.*"):
        if file.is_file():
            assert file.read_bytes() == (tmp_path / "other" / file.relative_to(tmp_path / "out")).read_bytes()


def test_one_new_page_is_cleaned_by_what_a_memory_has_of_its_site(tmp_path: Path, run: Run, job: Job) -> None:
    memory = tmp_path / "memory.sqlite"
    learn(str(write(tmp_path / "archive", range(9))), memory, workers=1)
    with closing(Memory(memory)) as known:
        (path, text, counts), *_ = [each for each in known.fixed_places("example.com") if each[1] == BOX]
    assert (path, text, counts.same, counts.documents) == ("article > div.inset-text > p", BOX, 9, 9)
    new = write(tmp_path / "new", range(9, 10))
    assert run(new).removals["places"] == 0
    assert run(new, job=replace(job, memory=str(memory), rules="rules-2")).removals["places"] == 1


def test_a_run_s_store_gives_places_to_the_memory(tmp_path: Path, run: Run, job: Job) -> None:
    run(write(tmp_path / "source", range(4)))
    with FingerprintStore(job.sink.traces) as store:
        for number in range(4):
            store.see(f"{number}.html")
        records = list(store.document_records(repeats=True))
        assert [any(place.example == BOX and place.in_story for place in record.places) for record in records] == [True] * 4
        assert not any(record.places for record in store.document_records(repeats=False))
