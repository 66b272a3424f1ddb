"""Batches of rows: everything comes back, with the results beside it, and no row ends the others."""

from __future__ import annotations

import json
import pickle
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow
import pytest

import bodycopy.row_cleaner
from bodycopy import BodycopyError, Decision, Decisions, Settings, UnusableDecisions, clean_frame, clean_rows, clean_text
from bodycopy.row_cleaner import RESULTS

STORY = "The ferry to the islands left the quay on Monday without a delay, and nobody on board was late for work."
RAW = f"Photo: Reuters\n\n{STORY}"
PAGE = f"<html><head><title>Ferry</title></head><body><article><h1>Ferry leaves</h1><p>{STORY}</p></article></body></html>"


class NAType:
    """A stand-in for `pandas.NA`, which cannot be compared."""

    def __ne__(self, other: object) -> bool:
        raise TypeError("boolean value of NA is ambiguous")

    def __repr__(self) -> str:
        return "<NA>"


def test_every_column_comes_back_with_the_results_beside_it() -> None:
    key, flags = [1, 2], (object(), object())
    rows = clean_rows({"key": key, "text": [RAW, STORY], "flags": flags})
    assert list(rows) == ["key", "text", "flags", *RESULTS]
    assert (rows["key"], rows["text"], rows["flags"]) == (key, [RAW, STORY], list(flags))
    cleaned = clean_text(RAW)
    assert {name: rows[name][0] for name in RESULTS} == {
        "body": cleaned.body,
        "title": None,
        "authors": [],
        "date": None,
        "language": "en",
        "truncated": False,
        "confidence": cleaned.confidence,
        "review": cleaned.review,
        "removals": [
            {
                "rule": "PC001",
                "start": 0,
                "end": 14,
                "text": "Photo: Reuters",
                "reason": cleaned.removals[0].reason,
                "confidence": "sure",
                "evidence": cleaned.removals[0].evidence,
            }
        ],
    }


def test_a_row_has_the_same_result_in_every_batch() -> None:
    alone = [clean_rows({"text": [text]}) for text in (RAW, STORY, RAW)]
    together = clean_rows({"text": [RAW, STORY, RAW]})
    assert {name: [row[name][0] for row in alone] for name in together} == together


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (None, "is None"),
        (float("nan"), "is NaN"),
        (NAType(), "is <NA>"),
        ("", "is empty"),
        (" \n\u3000", "is empty"),
        (b"", "is empty"),
        ([STORY], "holds a value of the type list; expected a string or bytes"),
        (7, "holds a value of the type int; expected a string or bytes"),
    ],
)
def test_a_missing_text_is_a_missing_body_with_the_reason(value: object, why: str) -> None:
    rows = clean_rows({"text": [STORY, value, STORY]})
    assert rows["body"] == [STORY, None, STORY]
    assert rows["review"][1] == f"no text: column 'text' {why}"
    assert {name: rows[name][1] for name in RESULTS if name not in ("body", "review")} == {
        "title": None,
        "authors": [],
        "date": None,
        "language": None,
        "truncated": False,
        "confidence": None,
        "removals": [],
    }


def test_a_row_that_cannot_be_read_says_so_and_the_others_go_on() -> None:
    rows = clean_rows({"text": [b"%PDF-1.7\x00\x00\x00\x00\x00\x00", STORY.encode()]})
    assert rows["body"] == [None, STORY]
    assert rows["review"][0] == "binary data (a PDF), not text; give the text or the HTML of the page"


def test_a_row_that_meets_a_bug_says_so_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(text: str, **_: object) -> object:
        if text == "bad":
            raise ValueError("no such line")
        return clean_text(text)

    monkeypatch.setattr(bodycopy.row_cleaner, "clean_text", broken)
    rows = clean_rows({"text": ["bad", STORY]})
    assert rows["body"] == [None, STORY]
    assert rows["review"][0].startswith("cleaning failed: ValueError: no such line (test_rows.py, line ")
    assert rows["review"][0].endswith("; this is a bug in bodycopy: please report it with the document")


def test_what_every_row_would_meet_ends_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_library(text: str, **_: object) -> object:
        raise BodycopyError("lxml cannot be loaded", "pip install lxml")

    monkeypatch.setattr(bodycopy.row_cleaner, "clean_text", without_library)
    with pytest.raises(BodycopyError, match="pip install lxml"):
        clean_rows({"text": [STORY]})


def test_a_document_without_an_article_has_no_body() -> None:
    rows = clean_rows({"page": ["<html><body><nav><a href='/'>Home</a></nav></body></html>"]}, html="page")
    assert rows["body"] == [None]
    assert rows["review"][0].startswith("no article: ")


def test_columns_that_are_called_as_results_are_kept_under_another_name() -> None:
    batch = {"body": [RAW], "title": ["Ferry"], "given_title": ["old"], "date": [None]}
    rows = clean_rows(batch, text="body", title="title")
    assert list(rows)[:4] == ["given_body", "given_given_title", "given_title", "given_date"]
    assert (rows["given_body"], rows["given_given_title"], rows["given_title"]) == ([RAW], ["Ferry"], ["old"])
    assert (rows["body"], rows["title"]) == ([STORY], ["Ferry"])


def test_cleaning_results_again_gives_the_same_bodies() -> None:
    once = clean_rows({"text": [RAW, None]})
    again = clean_rows(once, text="body")
    assert again["body"] == once["body"]
    assert again["given_removals"] == once["removals"]


def test_pages_precede_texts() -> None:
    batch = {"page": [PAGE, None, " "], "text": ["Another text.", STORY, None]}
    rows = clean_rows(batch, html="page")
    assert rows["body"] == [STORY, STORY, None]
    assert rows["title"][0] == "Ferry leaves"
    assert rows["review"][2] == "no text: column 'page' is empty, column 'text' is None"
    assert clean_rows({"page": [PAGE]}, html="page")["body"] == [STORY]
    assert clean_rows(batch, html="page", text=None)["body"] == [STORY, None, None]


def test_a_title_is_evidence_and_metadata() -> None:
    batch = {"text": [f"Ferry leaves the quay\n\n{STORY}", STORY], "headline": ["Ferry leaves the quay", float("nan")]}
    rows = clean_rows(batch, title="headline")
    assert rows["body"] == [STORY, STORY]
    assert rows["title"] == ["Ferry leaves the quay", None]


def test_an_address_chooses_the_settings_of_its_site() -> None:
    settings = Settings(sites=(("example.com", Settings(ignore=frozenset({"PC001"}))),))
    batch = {"text": [RAW, RAW, RAW], "link": ["https://www.example.com/1", "https://example.org/1", 7]}
    assert clean_rows(batch, url="link", settings=settings)["body"] == [RAW, STORY, STORY]


def test_a_memory_knows_documents_by_their_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    def watched(text: str, *, name: str, memory: object, **_: object) -> object:
        seen.append((name, memory))
        return clean_text(text)

    monkeypatch.setattr(bodycopy.row_cleaner, "clean_text", watched)
    memory: Any = object()
    clean_rows({"text": [STORY, STORY], "key": [7, None]}, id="key", memory=memory)
    assert seen == [("7", memory), (None, memory)]


@pytest.mark.parametrize("part", ["text", "html", "url", "id", "title"])
def test_a_missing_column_is_an_error_that_lists_the_columns(part: str) -> None:
    with pytest.raises(BodycopyError) as raised:
        clean_rows({"text": [STORY], "storey": [STORY]}, **{part: "story"})  # type: ignore[arg-type]
    assert raised.value.reason == "the batch has no column 'story', did you mean 'storey'?; its columns: 'text', 'storey'"
    assert raised.value.remedy == f"name the right one: {part}='…'"


def test_a_list_of_thousands_of_columns_is_cut() -> None:
    with pytest.raises(BodycopyError, match=r"'c19', …; name the right one"):
        clean_rows({f"c{number}": [] for number in range(5000)})


def test_no_column_at_all() -> None:
    with pytest.raises(BodycopyError, match="has no column 'text'; its columns: none"):
        clean_rows({})
    with pytest.raises(BodycopyError, match="neither a column of texts nor one of pages is named"):
        clean_rows({"text": [STORY]}, text=None)


def test_a_single_row_is_no_batch() -> None:
    with pytest.raises(BodycopyError, match=r"column 'text' is one string.*batched=True"):
        clean_rows({"text": STORY})


def test_columns_of_different_lengths() -> None:
    with pytest.raises(BodycopyError, match="differ in length: 'text' has 2, 'key' has 1"):
        clean_rows({"text": [STORY, STORY], "key": [1]})


def test_what_is_no_mapping() -> None:
    with pytest.raises(BodycopyError, match=r"the batch is a list; expected a mapping.*clean_frame"):
        clean_rows([STORY])  # type: ignore[arg-type]


def test_no_rows_and_very_many_missing_ones() -> None:
    assert clean_rows({"text": []}) == {"text": [], **{name: [] for name in RESULTS}}
    missing: Sequence[object] = [None] * 10_000
    assert clean_rows({"text": missing})["body"] == list(missing)


def test_a_worker_can_receive_it() -> None:
    clean = pickle.loads(pickle.dumps(partial(clean_rows, text="story", settings=Settings(profile="careful"))))  # type: ignore[arg-type]
    assert clean({"story": [RAW]})["body"] == [STORY]


def test_columns_may_be_arrays() -> None:
    numpy = pytest.importorskip("numpy")
    rows = clean_rows({"text": numpy.array([RAW, None, numpy.float32("nan")], dtype=object), "n": numpy.arange(3)})
    assert (rows["body"], rows["n"]) == ([STORY, None, None], [0, 1, 2])


def test_decisions_hold_in_rows_frames_and_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    keep = Decision("1", "keep", "example.com", "Photo: Reuters", who="jane", at="2026-11-30T09:00:00Z")
    spare = Decision("2", "spare", "example.com", rule="SH001", document="b", who="jane", at="2026-11-30T09:00:00Z")
    path.write_text("".join(json.dumps(each.as_row()) + "\n" for each in (keep, spare)))
    text = f"Photo: Reuters\n\n{STORY}\n\nShare this article"
    batch = {"text": [text] * 3, "url": ["https://example.com/1"] * 2 + ["https://example.org/"], "key": ["a", "b", "b"]}
    bodies = clean_rows(batch, url="url", id="key", decisions=path)["body"]
    assert bodies == [f"Photo: Reuters\n\n{STORY}", text, f"{STORY}\n\nShare this article"]
    frame = pyarrow.table(batch)
    assert clean_frame(frame, url="url", id="key", decisions=Decisions([keep, spare])).column("body").to_pylist() == bodies
    path.write_text("")
    assert clean_rows(batch, url="url", id="key", decisions=str(path))["body"] == [STORY] * 3
    with pytest.raises(UnusableDecisions, match="cannot be read"):
        clean_rows(batch, decisions=tmp_path / "none.jsonl")
