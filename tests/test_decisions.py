"""Decisions of people: they hold against every rule, at their site alone, and a file of them may come from anybody."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners import Cleaned, Decision, Decisions, Settings, UnusableDecisions, clean_html, clean_text, read_decisions
from cleaners.decisions import body_hash, digest, folded, unpacked, vocabulary

STORY = "The minister said on Monday that the talks would go on for a week in the old town hall by the river."
LATER = "Nobody at the harbour had doubted it, and the boats of the island came in one after the other that evening."
URL = "https://www.example.com/1"


def made(*rows: dict[str, Any]) -> Decisions:
    usual = {"site": "example.com", "who": "jane", "at": "2026-11-30T09:00:00Z"}
    return Decisions(Decision(str(number), **{**usual, **row}) for number, row in enumerate(rows))


def cleaned(text: str, *rows: dict[str, Any], url: str = URL, settings: Settings | None = None) -> Cleaned:
    decisions = made(*rows)
    found = clean_text(text, url=url, decisions=decisions, settings=settings)
    assert found.restore() == text
    assert clean_text(found.body, url=url, decisions=decisions, settings=settings).body == found.body
    return found


def codes(found: Cleaned) -> list[str]:
    return [removal.rule for removal in found.removals]


def test_without_decisions_nothing_changes() -> None:
    text = f"Photo: Reuters\n\n{STORY}"
    assert clean_text(text, url=URL, decisions=Decisions()) == clean_text(text, url=URL)


def test_what_is_kept_stays_and_the_finding_is_reported() -> None:
    found = cleaned(f"Photo: Reuters\n\n{STORY}\n\nPhoto: AFP", {"kind": "keep", "text": "Photo:  Reuters"})
    assert found.body == f"Photo: Reuters\n\n{STORY}"
    assert [(each.rule, each.evidence) for each in found.suggestions] == [("PC001", "en.label; it stays, by a decision")]
    (kept,) = [capture for capture in found.captures if capture.rule == "RV001"]
    assert kept.value == "decided by jane on 2026-11-30"
    assert "kept" not in found.articles[0].metadata


def test_keeping_does_not_lower_the_confidence() -> None:
    text = f"Photo: Reuters\n\n{STORY}\n\n{LATER}"
    assert cleaned(text, {"kind": "keep", "text": "Photo: Reuters"}).confidence == clean_text(STORY + "\n\n" + LATER).confidence


def test_what_a_spared_rule_takes_stays_whatever_else_would_take_it() -> None:
    text = f"{STORY}\n\nPhoto: Reuters\n\nShare this article\n\n{LATER}"
    off = {"kind": "off", "rule": "PC001"}
    spared = cleaned(text, {"kind": "spare", "rule": "PC001"})
    assert spared.body == cleaned(text, {"kind": "keep", "text": "Photo: Reuters"}).body
    assert codes(spared) == ["SH001"]
    assert [capture.value for capture in spared.captures if capture.rule == "RV001"] == ["decided by jane on 2026-11-30"]
    assert cleaned(text, off, {"kind": "spare", "rule": "SH001"}).body == text
    assert cleaned(text, {"kind": "spare", "rule": "UX999"}).body == clean_text(text).body


def test_a_rule_is_spared_in_one_document_alone() -> None:
    text = f"Photo: Reuters\n\n{STORY}"
    decisions = made({"kind": "spare", "rule": "PC001", "document": "one.txt"}, {"kind": "off", "rule": "SH001"})
    assert clean_text(text, url=URL, name="one.txt", decisions=decisions).body == text
    assert clean_text(text, url=URL, name="two.txt", decisions=decisions).body == STORY
    assert [each.rule for each in decisions.touching("example.com", "one.txt", frozenset())] == ["SH001", "PC001"]
    assert [each.rule for each in decisions.touching("example.com", "two.txt", frozenset())] == ["SH001"]


def test_a_part_of_a_line_is_kept_where_the_rest_goes() -> None:
    found = cleaned(f"{STORY} Sign up for our newsletter. Read more: A crane", {"kind": "keep", "text": "Read more: A crane"})
    assert found.body.endswith("Read more: A crane")


def test_noise_goes_as_a_whole_segment_only() -> None:
    row = {"kind": "remove", "text": "Our door is open."}
    assert cleaned(f"{STORY} Our door is open.\n\n{LATER}", row).body == f"{STORY}\n\n{LATER}"
    inside = f"{STORY}\n\nShe said: Our door is open. {LATER}"
    assert cleaned(inside, row).body == inside


def test_a_phrase_ignores_case_figures_and_signs_and_a_decision_about_the_very_words_precedes_it() -> None:
    rows = [{"kind": "phrase", "text": "Read for 3 min."}, {"kind": "keep", "text": "READ FOR 5 MIN"}]
    found = cleaned(f"read for 12 min\n\n{STORY}\n\nREAD FOR 5 MIN\n\n{LATER}", *rows)
    assert found.body == f"{STORY}\n\nREAD FOR 5 MIN\n\n{LATER}"


def test_decisions_hold_at_their_site_alone() -> None:
    text = f"Photo: Reuters\n\n{STORY}"
    assert cleaned(text, {"kind": "keep", "text": "Photo: Reuters", "site": "example.org"}).body == STORY
    assert cleaned(text, {"kind": "off", "rule": "PC001"}).body == text
    assert cleaned(text, {"kind": "off", "rule": "PC001"}, url="https://example.org/1").body == STORY


def test_a_rule_that_no_longer_exists_can_be_off() -> None:
    assert cleaned(f"Photo: Reuters\n\n{STORY}", {"kind": "off", "rule": "UX999"}).body == STORY


def test_markdown_is_decided_about_by_what_a_reader_sees() -> None:
    credit, items = "**Photo:** [Reuters](https://example.org/a)", "- Our *door* is open.\n- Another item of it."
    text = f"# A crane\n\n{credit}\n\n{STORY}\n\n{items}\n\n{LATER}\n"
    rows = [
        {"kind": "keep", "text": "Photo: Reuters"},
        {"kind": "remove", "text": "- Our door is open."},
        {"kind": "date", "text": "2026-11-30", "document": URL},
    ]
    found = clean_text(text, url=URL, markdown=True, decisions=made(*rows))
    assert found.restore() == text
    assert found.body.startswith(credit)
    assert "door" not in found.body
    assert found.articles[0].date == "2026-11-30"
    assert clean_text(found.body, url=URL, markdown=True, decisions=made(*rows)).body == found.body


def test_a_person_may_take_more_than_the_loss_budget_and_the_review_says_so() -> None:
    text = f"{STORY}\n\n{LATER}\n\nA short end."
    found = cleaned(text, {"kind": "remove", "text": STORY}, {"kind": "remove", "text": LATER})
    assert found.body == "A short end."
    assert found.review
    assert "the user's own rules (RV002) take 43 of 46 words, past the loss budget" in found.review


def test_noise_of_a_person_is_no_company_for_doubtful_rules() -> None:
    text = f"{STORY}\n\n{LATER}\n\nOur door is open.\n\nALSO READ: Six things to know"
    assert codes(cleaned(text, {"kind": "remove", "text": "Our door is open."})) == ["RV002"]


def test_decisions_act_whatever_is_selected_unless_they_are_ignored() -> None:
    text, row = f"{STORY}\n\nOur door is open.", {"kind": "remove", "text": "Our door is open."}
    assert codes(cleaned(text, row, settings=Settings(select=frozenset({"PC"})))) == ["RV002"]
    assert codes(cleaned(text, row, settings=Settings(ignore=frozenset({"RV"})))) == []


def test_a_block_of_a_page_comes_back() -> None:
    paragraphs = "".join(f"<p>{STORY} {LATER}</p>" for _ in range(3))
    page = f"<html><body><nav><a href='/a'>Sport and more of it</a></nav><article>{paragraphs}</article></body></html>"
    assert "Sport" not in clean_html(page, url=URL).body
    found = clean_html(page, url=URL, decisions=made({"kind": "keep", "text": "Sport and more of it"}))
    assert found.body.startswith("Sport and more of it")
    assert clean_html(page, url=URL).restore() == found.restore()


def test_metadata_is_as_a_person_says() -> None:
    about = {"document": URL}
    rows = [
        {"kind": "title", "text": "A title", **about},
        {"kind": "authors", "values": ("Jane Doe", "Max Muster"), **about},
        {"kind": "date", "text": "2026-11-30", **about},
        {"kind": "cut", "text": body_hash(STORY), **about},
        {"kind": "title", "text": "Another", "document": "https://www.example.com/2"},
    ]
    (article,) = cleaned(f"By John Smith\n\n{STORY}", *rows).articles
    assert (article.title, article.authors, article.date) == ("A title", ("Jane Doe", "Max Muster"), "2026-11-30")
    assert article.truncated


def test_a_story_that_somebody_found_whole_is_for_review_no_more_until_its_body_changes() -> None:
    settings = Settings(review_below=1.0)
    text = f"Photo: Reuters\n\n{STORY}"
    row = {"kind": "whole", "text": body_hash(STORY), "document": URL}
    assert clean_text(text, url=URL, settings=settings).review
    assert cleaned(text, row, settings=settings).review is None
    assert cleaned(f"{text}\n\n{LATER}", row, settings=settings).review


def test_the_last_decision_about_a_segment_holds_and_what_is_undone_does_not() -> None:
    keep = Decision("a", "keep", "s", "Some words")
    remove = Decision("b", "remove", "s", "Some  words")
    assert Decisions([keep, remove]).active == (remove,)
    undone = [keep, remove, Decision("c", "undo", of="b")]
    assert Decisions(undone).active == (keep,)
    assert Decisions([*undone, Decision("d", "undo", of="c")]).active == (remove,)
    assert Decisions([keep]).version == digest([keep]) != Decisions([remove]).version


def test_only_documents_that_hold_the_words_are_touched() -> None:
    decisions = made(
        {"kind": "remove", "text": "Our old door is open."}, {"kind": "off", "rule": "PC001", "site": "example.org"}
    )

    def touched(text: str, site: str = "example.com") -> list[str]:
        return [each.kind for each in decisions.touching(site, "1", unpacked(vocabulary(text)))]

    assert touched("He said: (our OLD door is open.)") == ["remove"]
    assert touched("Our new door is open") == []
    assert touched("Our old door is open.", "example.org") == ["off"]
    assert decisions.concerns("example.org", "1")
    assert not decisions.concerns("example.net", "1")


def test_folding() -> None:
    assert folded("Read for 3.5 min.") == folded("  READ for 12 MIN")
    assert folded("映画 3") != folded("映画館 3")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 2"),
        ("[1]", "no JSON object"),
        ('{"id": "1", "kind": "burn"}', "expected one of keep, remove"),
        ('{"id": "1", "kind": "keep", "text": 7}', "text is '7', expected a text"),
        ('{"id": "1", "kind": "keep", "site": "s"}', "needs 'text'"),
        ('{"kind": "keep", "site": "s", "text": "t"}', "it has no id"),
        ('{"id": "1", "kind": "date", "document": "d", "text": "yesterday"}', "expected a day such as"),
        ('{"id": "1", "kind": "phrase", "text": "1 - 2"}', "has no letters"),
        ('{"id": "1", "kind": "keep", "text": "t", "article": 99999999}', "1000000 at most"),
        (json.dumps({"id": "1", "kind": "keep", "text": "t" * 30_000}), "longer than 20,000"),
        ('{"id": "1", "kind": "authors", "document": "d", "values": [1]}', "expected a text"),
        ("[" * 100_000, "line 2"),
        ("\xff\xfe", "line 2"),
    ],
)
def test_a_hostile_line_is_named(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "decisions.jsonl"
    path.write_bytes(b'{"id": "0", "kind": "keep", "site": "s", "text": "t", "new": 1}\n' + line.encode("latin-1") + b"\n")
    with pytest.raises(UnusableDecisions) as raised:
        read_decisions(path)
    assert said in str(raised.value)
    assert "decisions.jsonl, line 2" in raised.value.reason
    assert "\n" not in str(raised.value)


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableDecisions, match="cannot be read"):
        read_decisions(tmp_path)


def test_a_decision_is_the_same_when_it_is_read_again(tmp_path: Path) -> None:
    decision = Decision(
        "1", "authors", "s", document="d", values=("Jane Doe",), article=2, who="jane", at="2026-11-30T09:00:00Z"
    )
    path = tmp_path / "decisions.jsonl"
    path.write_text(json.dumps(decision.as_row()) + "\n")
    assert read_decisions(path).active == (decision,)


POOL = (
    STORY, LATER, "Photo: Reuters", "By Jane Doe", "ADVERTISEMENT", "ALSO READ: Six things to know", "Our door is open.",
    "Read for 3 min", "Subscribe to our newsletter", "Foto: dpa/Max Muster", "Straße 7 – Straßen_bau", "Read more",
    "映画館は開いています。", "Share this story | Print | 12 comments", "© 2026 The Example Times",
    "İstanbul’da deniz sakindi, dedi kaptan Pazartesi günü.",
)  # fmt: skip
JOINS = ("\n\n", "\n", " ", "  ", " | ")


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Texts of lines and sentences from the pool, some of them in one line."""
    parts = draw(st.lists(st.tuples(st.sampled_from(POOL), st.sampled_from(JOINS)), min_size=1, max_size=9))
    return f"{STORY}\n\n" + "".join(text + join for text, join in parts) + f"\n\n{LATER}"


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    """Decisions about what is in the pool."""
    kind = draw(st.sampled_from(["keep", "remove", "phrase"]))
    texts = draw(st.lists(st.sampled_from(POOL), min_size=1, max_size=2))
    change = draw(st.sampled_from([str, str.upper, str.lower, lambda text: text[2:], lambda text: text.replace("3", "17")]))
    text = change(draw(st.sampled_from([" ", "\n"])).join(texts))
    return {"kind": kind, "text": text, "part": draw(st.booleans()) and kind == "keep"}


@settings(max_examples=150, deadline=None)
@given(documents(), st.lists(rows(), max_size=4))
def test_decisions_keep_every_promise(text: str, chosen: list[dict[str, Any]]) -> None:
    """The source comes back, a body stays as it is, and a decision that changes anything touches the document."""
    decisions = made(*chosen)
    plain, found = clean_text(text, url=URL), clean_text(text, url=URL, decisions=decisions)
    assert found.restore() == text
    assert clean_text(found.body, url=URL, decisions=decisions).body == found.body
    if found != plain:
        assert decisions.touching("example.com", URL, unpacked(vocabulary(text)))
