"""Sources that are no good evidence of what a site repeats: the stories stay whole."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from helpers.towns import TOWNS

from cleaners import Memory
from cleaners.memory.segments import segment_key
from flows.commands.learn import learn
from flows.runner.job import Job
from flows.runner.run_summary import RunSummary
from flows.sinks import Files

NOTICE, LATER = "You can read this on one device at a time.", "Our letter comes at seven every morning."
STANDFIRST = "What moves the towns of the coast this week, told by those who live in them and by our reporters who went there."
Run = Callable[..., RunSummary]


def story(town: str) -> str:
    return (
        f"The council of {town} voted on Tuesday to close the old terminal in {len(town)} weeks, against the will of many.\n\n"
        f"Nobody in {town} spoke against the plan that evening, and the mayor thanked all {len(town) * 7} who had come.\n\n"
        f"The last ferry from {town} is to leave on the first of May, with flags on its mast and a band on its deck.\n\n"
        f"A builder from {town} has bought the land, and he has not said what he means to do with the {len(town)} sheds on it."
    )


def rows(path: Path, texts: list[tuple[str, str]]) -> str:
    """Rows of address and text."""
    lines = [json.dumps({"id": str(at), "url": url, "text": text}) for at, (url, text) in enumerate(texts)]
    path.write_text("\n".join(lines))
    return str(path)


def bodies(job: Job) -> list[str]:
    assert isinstance(job.sink, Files)
    found = job.sink.documents.rglob("article-01.txt")
    return [path.read_text() for path in sorted(found, key=lambda path: int(path.parent.name))]


def test_one_document_equal_documents_and_sites_of_one_document(tmp_path: Path, run: Run, job: Job) -> None:
    whole = f"{story('Northport')}\n\n{NOTICE}"
    for name, texts in {
        "one": [("https://a.example.com/1", whole)],
        "equal": [(f"https://a.example.com/{number}", whole) for number in range(30)],
        "sites": [(f"https://site-{number}.com/", f"{story(town)}\n\n{NOTICE}") for number, town in enumerate(TOWNS)],
    }.items():
        own = replace(job, sink=Files(tmp_path / name))
        own.sink.prepare()
        assert run(rows(tmp_path / f"{name}.jsonl", texts), job=own).removals["habits"] == 0
        assert bodies(own) == [text for _, text in texts]


def test_a_standfirst_on_every_text_goes_and_the_stories_stay(tmp_path: Path, run: Run, job: Job) -> None:
    texts = [(f"https://www.example.com/{town}", f"{STANDFIRST}\n\n{story(town)}") for town in TOWNS]
    run(rows(tmp_path / "rows.jsonl", texts))
    assert bodies(job) == [story(town) for town in TOWNS]


def test_addresses_that_lie_cost_no_story_its_words(tmp_path: Path, run: Run, job: Job) -> None:
    texts = [(f"https://www.example.com/{number}", f"{story(town)}\n\n{NOTICE}") for number, town in enumerate(TOWNS)]
    texts += [(f"https://www.example.com/{name}", story(name[::-1].title())) for name in TOWNS]
    run(rows(tmp_path / "rows.jsonl", texts))
    assert bodies(job) == [*map(story, TOWNS), *(story(name[::-1].title()) for name in TOWNS)]


def test_a_site_that_changes_its_notice_tonight(tmp_path: Path, run: Run, job: Job) -> None:
    old = [(f"https://www.example.com/old-{town}", f"{story(town)}\n\n{NOTICE}") for town in TOWNS[:5]]
    memory = tmp_path / "memory.sqlite"
    learn(rows(tmp_path / "old.jsonl", old), memory, workers=1)
    assert Memory(memory).frequency("example.com", segment_key(NOTICE))
    new = [(f"https://www.example.com/{number}", f"{story(town)}\n\n{LATER}") for number, town in enumerate(TOWNS[5:])]
    run(rows(tmp_path / "new.jsonl", new), job=replace(job, memory=str(memory)))
    assert bodies(job) == [story(town) for town in TOWNS[5:]]
