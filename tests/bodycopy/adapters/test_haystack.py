"""A component of Haystack: with the library where it is installed, otherwise with a stand-in for what it uses of it."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from helpers.stand_ins import adapter

from cleaners.ledger import from_row, restore

STORY = "The ferry to the islands left the quay on Monday without a delay, and nobody on board was late for work."
RAW = f"Photo: Reuters\n\n{STORY}\n\nAdvertisement"


@dataclass
class StandIn:
    """A stand-in for a document."""

    content: str | None = None
    id: str = ""
    blob: object = None
    meta: dict[str, Any] = field(default_factory=dict)
    score: float | None = None

    def __post_init__(self) -> None:
        self.id = self.id or f"hash of {self.content}"


class Component:
    """A stand-in for the decorators."""

    def __call__(self, kind: type) -> type:
        return kind

    def output_types(self, documents: type) -> Any:  # noqa: ARG002
        return lambda function: function


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return adapter(monkeypatch, "haystack", "haystack", haystack={"Document": StandIn, "component": Component()})


def test_documents_are_cleaned_and_their_ledgers_give_the_sources_back(module: ModuleType) -> None:
    document = module.Document(content=RAW, meta={"url": "https://example.com/1", "bodycopy": "mine"}, score=0.5)
    before = copy.deepcopy(document)
    (clean,) = module.Clean().run(documents=[document])["documents"]
    assert document == before
    assert (clean.content, clean.score, clean.meta["bodycopy"]) == (STORY, 0.5, "mine")
    assert restore(clean.content, map(from_row, clean.meta["bodycopy_2"]["ledger"])) == RAW
    assert clean.id != document.id
    assert module.Clean(keep_id=True).run(documents=[document])["documents"][0].id == document.id


def test_decisions_hold(module: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    path.write_text('{"id": "1", "kind": "keep", "text": "Photo: Reuters"}')
    (clean,) = module.Clean(decisions=str(path)).run(documents=[module.Document(content=RAW)])["documents"]
    assert clean.content == f"Photo: Reuters\n\n{STORY}"


def test_documents_without_text_stay(module: ModuleType) -> None:
    (clean,) = module.Clean().run(documents=[module.Document(content=None)])["documents"]
    assert clean.content is None
    assert clean.meta["bodycopy"]["review"] == "no text: the document's content is None"


def test_its_choices_are_values_of_a_file(module: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "bodycopy.toml").write_text('ignore = ["PC001"]\n')
    clean = module.Clean(rules=str(tmp_path / "bodycopy.toml"), profile="careful", html=False, title="headline")
    assert clean.cleaner.settings.profile == "careful"
    (document,) = clean.run(documents=[module.Document(content=f"Photo: Reuters\n\n{STORY}")])["documents"]
    assert document.content.startswith("Photo: Reuters")


def test_pages(module: ModuleType) -> None:
    page = f"<html><body><article><h1>Ferry leaves</h1><p>{STORY}</p></article></body></html>"
    (clean,) = module.Clean(html=True).run(documents=[module.Document(content=page)])["documents"]
    assert clean.content == STORY


def test_it_is_a_component_of_a_pipeline_that_can_be_saved() -> None:
    haystack: Any = pytest.importorskip("haystack")

    from bodycopy.adapters.haystack import Clean

    pipeline = haystack.Pipeline()
    pipeline.add_component("clean", Clean(profile="careful"))
    again = haystack.Pipeline.loads(pipeline.dumps(), allowed_modules=["bodycopy.adapters.haystack"])
    (clean,) = again.run({"clean": {"documents": [haystack.Document(content=RAW)]}})["clean"]["documents"]
    assert clean.content == STORY
