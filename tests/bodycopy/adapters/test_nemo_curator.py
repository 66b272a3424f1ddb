"""A modifier of NeMo Curator: with the library where it is installed, otherwise with a stand-in for its base class."""

from __future__ import annotations

import pickle
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from helpers.stand_ins import adapter

from bodycopy import BodycopyError, Settings

STORY = "The ferry to the islands left the quay on Monday without a delay, and nobody on board was late for work."
RAW = f"Photo: Reuters\n\n{STORY}\n\nAdvertisement"


class DocumentModifier:
    """A stand-in for the base class."""

    def __init__(self) -> None:
        self._name = type(self).__name__


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    inside: dict[str, object] = {"DocumentModifier": DocumentModifier}
    return adapter(monkeypatch, "nemo_curator", "nemo_curator", nemo_curator__stages__text__modifiers=inside)


def test_one_field(module: ModuleType) -> None:
    clean = module.Clean()
    assert clean.modify_document(RAW) == STORY
    assert clean.modify_document(None) is None
    assert isinstance(clean, module.DocumentModifier)


def test_decisions_hold(module: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    path.write_text('{"id": "1", "kind": "keep", "text": "Photo: Reuters"}')
    assert module.Clean(decisions=str(path)).modify_document(RAW) == f"Photo: Reuters\n\n{STORY}"


def test_several_fields(module: ModuleType) -> None:
    clean = module.Clean(text="story", title="headline")
    raw = f"Ferry leaves the quay\n\n{STORY}"
    assert clean.modify_document(story=raw, headline="Ferry leaves the quay", other=1) == STORY
    assert clean.modify_document(story=raw, headline=None) == raw
    with pytest.raises(BodycopyError, match="no field with the text is among text, url; name it"):
        clean.modify_document(text=raw, url="")


def test_settings_and_pages(module: ModuleType) -> None:
    assert module.Clean(Settings(ignore=frozenset({"PC", "AD"}))).modify_document(RAW) == RAW
    page = f"<html><body><article><h1>Ferry leaves</h1><p>{STORY}</p></article></body></html>"
    assert module.Clean(html=True).modify_document(page) == STORY


def test_it_is_a_modifier_of_a_stage() -> None:
    modifiers: Any = pytest.importorskip("nemo_curator.stages.text.modifiers")
    pandas: Any = pytest.importorskip("pandas")
    from nemo_curator.tasks import DocumentBatch

    from bodycopy.adapters.nemo_curator import Clean

    frame = pandas.DataFrame({"text": [RAW, None, f"Ferry\n\n{STORY}"], "url": ["https://example.com/1"] * 3})
    batch = DocumentBatch(dataset_name="news", data=frame)
    stage = pickle.loads(pickle.dumps(modifiers.Modify(Clean(), input_fields=[["text", "url"]], output_fields="body")))
    assert stage.process(batch).to_pandas().body.tolist()[0] == STORY
    assert modifiers.Modify(Clean(), input_fields="text").process(batch).to_pandas().text[0] == STORY
