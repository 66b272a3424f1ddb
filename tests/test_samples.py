"""Every case of samples/: what must go goes, what must stay stays, and the source comes back."""

from __future__ import annotations

import tempfile
import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cleaners import Cleaned, Decision, Decisions, Memory, clean_html, clean_text, decode, rules
from cleaners.markup.segmenter import read_page
from cleaners.memory.document_record import DocumentRecord, document_record
from cleaners.memory.places import PlaceSeen, places_of
from cleaners.memory.segments import SegmentSeen, label_key, segment_key
from cleaners.memory.text_form import HEADLINE_FORM, SHOWN_FORM
from cleaners.memory.writer import write_memory
from cleaners.page import page_text
from cleaners.registry import STAGES
from cleaners.repair import repair
from cleaners.text.addresses import site_of

SAMPLES = Path(__file__).parent.parent / "samples"
CASES = sorted(f"{path.parent.parent.name}/{path.parent.name}" for path in SAMPLES.glob("*/*/raw.*"))
FIELDS = (
    "url",
    "other",
    "habit",
    "place",
    "decision",
    "lang",
    "encoding",
    "known_failure",
    "removed",
    "repaired",
    "metadata",
    "article",
)
ARTICLE_FIELDS = ("title", "authors", "date", "truncated", "lang")
FAMILIES = {rule.family for rule in rules().values()}


@cache
def expected(case: str) -> dict[str, Any]:
    return tomllib.loads((SAMPLES / case / "case.toml").read_text("utf-8"))


@cache
def memory(case: str) -> Memory | None:
    """What the case says of other documents and of its site's lines, learned."""
    others, habits = expected(case).get("other", ()), [*expected(case).get("habit", ()), *expected(case).get("place", ())]
    if not others and not habits:
        return None
    with tempfile.TemporaryDirectory() as folder:
        with write_memory(Path(folder) / "memory.sqlite") as writer:
            for other in others:
                writer.add(document_record(clean_text(other["text"]), other["name"]))
            for number in range(max((habit["of"] for habit in habits), default=0)):
                seen = [habit for habit in habits if number < habit["documents"]]
                segments = tuple(segment(habit) for habit in seen if "place" not in habit)
                places = tuple(place(case, habit) for habit in seen if "place" in habit)
                site = site_of(expected(case)["url"])
                writer.add(DocumentRecord(f"page-{number}", "", site, segments, (), places=places))
        return Memory(Path(folder) / "memory.sqlite")


@cache
def decisions(case: str) -> Decisions | None:
    """What people have decided, as the case says."""
    made = expected(case).get("decision", ())
    usual = {"site": "example.com", "who": "jane", "at": "2026-11-30T09:00:00Z"}
    shaped = [usual | {key: tuple(value) if key == "values" else value for key, value in row.items()} for row in made]
    return Decisions(Decision(str(number), **row) for number, row in enumerate(shaped)) if made else None


def segment(habit: dict[str, Any]) -> SegmentSeen:
    """A line of the site as it is learned, a label of its lines, or the form of its texts."""
    if habit.get("form"):
        return SegmentSeen(HEADLINE_FORM, True, SHOWN_FORM)
    if words := habit.get("label"):
        return SegmentSeen(label_key(words), True, f"{words}:")
    return SegmentSeen(segment_key(habit["line"]), True, habit["line"])


def place(case: str, habit: dict[str, Any]) -> PlaceSeen:
    """A place of the page, named by the first words that stand there, as other pages of the site have it."""
    blocks = clean_html((SAMPLES / case / "raw.html").read_bytes()).places
    (found,) = (each for each in places_of(blocks) if each.example.startswith(habit["place"]))
    return replace(found, in_story=habit.get("story", False), texts=found.texts if habit.get("same", True) else habit["of"])


@cache
def result(case: str) -> tuple[bytes, str, Cleaned]:
    """The raw bytes, the text after repairs (the one that all offsets are places in), and what cleaning gives."""
    encoding = expected(case).get("encoding")
    if is_page(case):
        raw = (SAMPLES / case / "raw.html").read_bytes()
        known = clean_html(raw, encoding=encoding, url=expected(case).get("url"), memory=memory(case))
        return raw, repair(read_page(page_text(raw, encoding)).text)[0], known
    raw = (SAMPLES / case / "raw.txt").read_bytes()
    cleaned = clean_text(raw, encoding=encoding, url=expected(case).get("url"), memory=memory(case), decisions=decisions(case))
    return raw, repair(decode(raw, encoding).text)[0], cleaned


def is_page(case: str) -> bool:
    return (SAMPLES / case / "raw.html").exists()


def articles(wanted: dict[str, Any]) -> list[dict[str, Any]]:
    return wanted.get("article") or [{key: wanted[key] for key in ARTICLE_FIELDS if key in wanted}]


def printable(text: str) -> str:
    r"""The text with lone surrogates (undecodable bytes) as `\udce9`: TOML cannot hold them."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def check(case: str) -> None:
    wanted, (raw, text, cleaned) = expected(case), result(case)
    clean = (SAMPLES / case / "clean.txt").read_bytes().decode("utf-8")

    assert cleaned.body == clean
    assert [(r.rule, r.text) for r in cleaned.removals] == [(r["rule"], r["text"]) for r in wanted["removed"]]
    if "repaired" in wanted:
        repaired = [(r["rule"], r["before"], r["after"]) for r in wanted["repaired"]]
        assert [(r.rule, printable(r.before), r.after) for r in cleaned.repairs] == repaired

    assert len(cleaned.articles) == len(articles(wanted))
    for article, want in zip(cleaned.articles, articles(wanted), strict=True):
        assert article.title == want.get("title")
        assert list(article.authors) == want.get("authors", [])
        assert article.date == want.get("date")
        assert article.truncated == want.get("truncated", False)
        assert (article.language or "") == want.get("lang", wanted["lang"])
        for field, values in wanted.get("metadata", {}).items():
            assert list(article.metadata.get(field, ())) == values

    place = 0
    for removal in cleaned.removals:
        assert place <= removal.start < removal.end, "two removals overlap"
        assert text[removal.start : removal.end] == removal.text
        place = removal.end
    if is_page(case):
        assert cleaned.restore() == read_page(page_text(raw, wanted.get("encoding"))).text
    else:
        assert cleaned.encoding
        assert cleaned.restore().encode(cleaned.encoding, "surrogateescape") == raw

    for body in (cleaned.body, *(article.body for article in cleaned.articles)):
        again = clean_text(body, url=wanted.get("url"), memory=memory(case), decisions=decisions(case))
        assert again.body == body
        assert not again.removals


@pytest.mark.parametrize("case", CASES)
def test_sample(case: str, request: pytest.FixtureRequest) -> None:
    if reason := expected(case).get("known_failure"):
        request.node.add_marker(pytest.mark.xfail(reason=reason, strict=True, raises=AssertionError))
    check(case)


@pytest.mark.parametrize("case", CASES)
def test_case_is_well_formed(case: str) -> None:
    wanted = expected(case)
    assert not set(wanted) - {*FIELDS, *ARTICLE_FIELDS}
    assert all(not set(want) - set(ARTICLE_FIELDS) for want in articles(wanted))
    assert {entry["rule"] for entry in (*wanted["removed"], *wanted.get("repaired", ()))} <= set(rules())
    assert {path.name for path in (SAMPLES / case).iterdir()} == {
        "raw.html" if is_page(case) else "raw.txt",
        "clean.txt",
        "case.toml",
    }
    family, name = case.split("/")
    assert family in FAMILIES | {"pages"}
    if name.startswith("keep-"):
        own = {code for code, rule in rules().items() if rule.family == family}
        assert not own & {entry["rule"] for entry in wanted["removed"]}, "a keep case from which its own family takes something"


def test_every_folder_is_a_case() -> None:
    assert sorted(f"{path.parent.name}/{path.name}" for path in SAMPLES.glob("*/*")) == CASES


@cache
def seen() -> frozenset[str]:
    """The codes of all rules that do something in a sample that passes."""
    found = set()
    for case in CASES:
        if "known_failure" not in expected(case):
            cleaned = result(case)[2]
            found |= {entry.rule for entry in (*cleaned.ledger, *cleaned.suggestions)}  # what is unsure only reports
            if len(cleaned.articles) > 1:
                found.add("AR001")  # a split leaves no entry; that there are several articles is its trace
    return frozenset(found)


# The model mostly takes such blocks before these policies are asked; tests/markup/test_verdict.py shows each.
POLICIES = {code for code, rule in rules().items() if rule.family == "extraction"} - {"XT001"}


USERS = {"OW001"}
"""Act with a user's rule file alone; tests/test_userfile.py shows them."""


@pytest.mark.parametrize("code", sorted(set(rules()) - POLICIES - USERS))
def test_every_rule_acts_in_a_sample(code: str) -> None:
    family = rules()[code].family
    assert code in seen(), f"{code} does nothing in samples/; add samples/{family}/<language>-<case>/"


@pytest.mark.parametrize("family", sorted(FAMILIES - {rules()[code].family for code in USERS}))
def test_every_family_has_keep_cases(family: str) -> None:
    keeps = [case for case in CASES if case.startswith(f"{family}/keep-")]
    assert len(keeps) >= 2, f"add samples/{family}/keep-<language>-<case>/: what looks alike and stays"


def test_every_stage_is_in_the_pipeline() -> None:
    import cleaners.stages

    (folder,) = map(Path, cleaners.stages.__path__)
    files = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert files == {stage.__name__.rpartition(".")[2] for stage in STAGES}
