"""The fuzzer finds what it looks for, gives the same inputs each time, and finds nothing in some hundred of them."""

from __future__ import annotations

import importlib
import random
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from cleaners import Cleaned, Settings, clean_text
from cleaners.ledger import Capture, Removal

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture(scope="module")
def fuzz() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCHMARKS)
        yield importlib.import_module("fuzz")


@pytest.fixture(scope="module")
def checks(fuzz: ModuleType) -> ModuleType:
    return sys.modules["fuzz_checks"]


@pytest.mark.parametrize(("kind", "inputs"), [("text", 80), ("markdown", 60), ("page", 40)])
def test_nothing_is_found(fuzz: ModuleType, kind: str, inputs: int) -> None:
    report = fuzz.run(kind, 5, lambda number: number >= inputs)
    assert report.inputs == inputs
    assert not report.shown
    assert len(report.reached) > inputs / 3


@pytest.mark.parametrize("kind", ["text", "markdown", "page"])
def test_the_same_seed_gives_the_same_inputs(fuzz: ModuleType, kind: str) -> None:
    made = getattr(fuzz, kind)
    first, second, other = ([made(dice) for _ in range(20)] for dice in map(random.Random, ("1", "1", "2")))
    assert first == second != other


def broken(cleaned: Cleaned, how: str) -> Cleaned:
    """A result that keeps a promise less."""
    if how == "restore":
        return replace(cleaned, repairs=())
    if how == "spans":
        return replace(cleaned, captures=(Capture("TI001", "title", "x", 0, 10_000),))
    if how == "fields":
        return replace(cleaned, articles=tuple(replace(each, title="a\u202eb") for each in cleaned.articles))
    return cleaned


@pytest.mark.parametrize("how", ["restore", "spans", "fields"])
def test_a_broken_promise_is_found(checks: ModuleType, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    monkeypatch.setattr(checks, "clean_text", lambda text, **named: broken(clean_text(text, **named), how))
    source = "Photo: Reuters\n\nprofit &amp; loss of the ferry to the islands, the captain said on Monday."
    assert how in {fault.partition(":")[0] for fault in checks.faults("text", source, Settings())}


def test_a_body_that_changes_is_found(checks: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def once(text: str, **_: object) -> Cleaned:
        gone = Removal("PC001", 0, 1, text[:1], "", "sure", "")
        cleaned = clean_text(text)
        return replace(cleaned, removals=(gone,), articles=(replace(cleaned.articles[0], body=text[1:]),))

    monkeypatch.setattr(checks, "clean_text", once)
    assert "again" in {fault.partition(":")[0] for fault in checks.faults("text", "The ferry left.", Settings())}


def test_an_exception_is_found_and_shortened(fuzz: ModuleType, checks: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(text: str, **named: object) -> Cleaned:
        if "q" in text:
            raise KeyError(text)
        return clean_text(text)

    monkeypatch.setattr(checks, "clean_text", fails)
    (fault,) = checks.faults("text", "a q b", Settings())
    assert fault.startswith("exception: KeyError: 'a q b'")
    assert fuzz.shortened("text", "The ferry q left.\n" * 5, Settings(), "exception") == "q"


def test_what_is_new_is_known_by_rules_and_not_by_numbers(checks: ModuleType) -> None:
    one, two, other = (
        set(checks.reached(clean_text(text))) for text in ("Photo: Reuters\n\nOne.", "Photo: Reuters\n\nTwo.", "By Jane Doe")
    )
    assert one == two != other
