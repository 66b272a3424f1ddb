"""A step of datatrove: with the library where it is installed, otherwise with a stand-in for its base class."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from helpers.stand_ins import adapter

from cleaners import clean_text
from cleaners.ledger import from_row, restore

STORY = "The ferry to the islands left the quay on Monday without a delay, and nobody on board was late for work."
RAW = f"Photo: Reuters\n\n{STORY}\n\nAdvertisement"


class PipelineStep:
    """A stand-in for the base class."""

    def __init__(self) -> None:
        self.stats: dict[str, Any] = defaultdict(lambda: SimpleNamespace(total=0))

    def stat_update(self, *labels: str, value: int = 1) -> None:
        for label in labels:
            self.stats[label].total += value

    def track_time(self) -> Any:
        return nullcontext()


@dataclass
class Document:
    """What a step sees of a document."""

    text: Any
    id: str = "one"
    metadata: dict[str, Any] = field(default_factory=dict)


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return adapter(monkeypatch, "datatrove", "datatrove", datatrove__pipeline__base={"PipelineStep": PipelineStep})


def counted(step: Any) -> Counter[str]:
    names = ("total", "forwarded", "dropped", "for_review", "removed_credits", "removed_ads")
    return Counter({name: step.stats[name].total for name in names if step.stats[name].total})


def test_a_document_is_cleaned_and_its_ledger_gives_the_source_back(module: ModuleType) -> None:
    step, document = module.Clean(), Document(RAW, metadata={"url": "https://example.com/1", "language": "xx"})
    assert list(step.run(iter([document]), rank=0, world_size=1)) == [document]
    outcome = document.metadata["bodycopy"]
    assert document.text == STORY
    assert restore(document.text, map(from_row, json.loads(json.dumps(outcome["ledger"])))) == RAW
    assert (document.metadata["language"], outcome["language"]) == ("xx", "en")
    assert list(outcome) == ["title", "authors", "date", "language", "truncated", "confidence", "review", "ledger"]
    assert counted(step) == {"total": 1, "forwarded": 1, "removed_credits": 1, "removed_ads": 1}


def test_decisions_hold(module: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    path.write_text('{"id": "1", "kind": "keep", "text": "Photo: Reuters"}')
    document = Document(RAW)
    list(module.Clean(decisions=str(path)).run([document]))
    assert document.text == f"Photo: Reuters\n\n{STORY}"


def test_cleaning_again_keeps_the_first_ledger(module: ModuleType) -> None:
    document = Document(RAW)
    for _ in range(2):
        list(module.Clean().run([document]))
    assert document.text == STORY
    assert restore(STORY, map(from_row, document.metadata["bodycopy"]["ledger"])) == RAW
    assert [entry["kind"] for entry in document.metadata["bodycopy_2"]["ledger"]] == []


def test_what_cannot_be_cleaned_stays_and_says_why(module: ModuleType) -> None:
    step, documents = module.Clean(), [Document(None), Document(""), Document(RAW)]
    list(step.run(documents))
    assert [document.text for document in documents] == [None, "", STORY]
    assert documents[0].metadata["bodycopy"]["review"] == "no text: the document's text is None"
    assert counted(step)["for_review"] == 2


def test_pages_and_empty_documents(module: ModuleType) -> None:
    page = f"<html><body><article><h1>Ferry leaves</h1><p>{STORY}</p></article></body></html>"
    empty = "<html><body><nav><a href='/'>Home</a></nav></body></html>"
    step = module.Clean(html=True, drop_empty=True)
    assert [document.text for document in step.run([Document(page), Document(empty)])] == [STORY]
    assert counted(step)["dropped"] == 1
    (kept,) = module.Clean(html=True).run([Document(empty)])
    assert kept.text == ""
    assert kept.metadata["bodycopy"]["review"].startswith("no article")


def test_a_title_in_the_metadata_is_evidence(module: ModuleType) -> None:
    document = Document(f"Ferry leaves the quay\n\n{STORY}", metadata={"headline": "Ferry leaves the quay"})
    list(module.Clean(title="headline").run([document]))
    assert document.text == STORY


def test_it_is_a_step_of_a_local_pipeline(tmp_path: Path) -> None:
    pytest.importorskip("datatrove")
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    from bodycopy.adapters.datatrove import Clean

    (tmp_path / "in").mkdir()
    rows = [{"id": str(number), "text": RAW, "url": "https://example.com/1"} for number in range(3)]
    (tmp_path / "in" / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    steps = [JsonlReader(str(tmp_path / "in")), Clean(), JsonlWriter(str(tmp_path / "out"), compression=None)]
    stats = LocalPipelineExecutor(pipeline=steps, logging_dir=str(tmp_path / "logs")).run()
    (written,) = (tmp_path / "out").glob("*.jsonl")
    out = [json.loads(line) for line in written.read_text().splitlines()]
    assert [(row["id"], row["text"]) for row in out] == [("0", STORY), ("1", STORY), ("2", STORY)]
    assert restore(STORY, map(from_row, out[0]["metadata"]["bodycopy"]["ledger"])) == RAW
    assert stats.stats[1].stats["removed_credits"].total == 3
    assert clean_text(RAW).body == STORY
