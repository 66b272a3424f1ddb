"""The promises, over arbitrary text: nothing lost, nothing invented, same in same out, idempotent."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleaners import Cleaned, Settings, clean_text
from cleaners.document import Document
from cleaners.ledger import text_of
from cleaners.repair import repair
from cleaners.text.tokens import BLANKS

# Lines that stages react to, beside prose and rubbish: arbitrary characters alone would never meet a rule.
NOISE = st.sampled_from(
    [
        "Photo: Reuters", "Advertisement", "Domain Registration", "Comments are closed.", "Read more of this post",
        "By Jane Doe and Max Muster", "• September 28, 2020", "Related News", "Article source:", "© AFP",
        "Author: Jane Doe | Date: 14 July 2020 | Permalink", "Posted by Jane Doe on July 14, 2020", "3 min read",
        "ALSO READ: Minister resigns after vote", "A tree stops the morning train", "0 Comments", "&amp;amp;", "â€™s",
        "18:45 Ferry leaves the quay", "17.30", "12:10 – Boats turn around", "9:05 a.m.", "Source: Example Times",
        "The talks on the border went on for a third day, an official said, but the", "More rain is expected in the…",
    ]
)  # fmt: skip
PROSE = st.sampled_from(
    [
        "The minister said on Monday that the talks about the new railway line would go on for another week.",
        "Jane DoeThe mayor of the town said that the bridge over the river would be closed until the autumn.",
        "BAGHDAD (Reuters) – The army is training a former member of a militia to become an officer, officials said.",
        "The mayor Jane Doe has said that the town would pay for the bridge and for the new road. Read more",
        "Der Bürgermeister sagte am Montag, die Brücke über den Fluss bleibe bis zum Herbst gesperrt.",
        "Le maire a déclaré lundi que le pont sur la rivière resterait fermé jusqu’à l’automne prochain.",
        "El alcalde dijo el lunes que el puente sobre el río seguirá cerrado hasta el otoño, según la radio.",
    ]
)
RUBBISH = st.text(max_size=40)
BREAK = st.sampled_from(["\n", "\n\n", "\r\n", "\r", "\x85", "\u2028", "\n\n\n", " \n\t\n", "\x0b", "\x0c", " "])
TEXT = st.lists(st.one_of(NOISE, PROSE, RUBBISH, BREAK), max_size=24).map("\n".join) | st.lists(
    st.one_of(NOISE, PROSE, RUBBISH, BREAK), max_size=24
).map("".join)

thorough = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


def accounted(text: str, cleaned: Cleaned) -> None:
    """Every character of the text is in the body or in the ledger, once."""
    changes = sorted([*cleaned.removals, *cleaned.breaks], key=lambda e: e.start)
    place, kept = 0, []
    for change in changes:
        assert change.start >= place, "two entries overlap"
        kept.append(text[place : change.start])
        if change in cleaned.removals:
            assert text[change.start : change.end] == change.text
        else:
            assert text[change.start : change.end] == change.before
            assert not change.before.strip(BLANKS)
            kept.append(change.after)
        place = change.end
    kept.append(text[place:])
    assert "".join(kept) == cleaned.body


@thorough
@given(TEXT)
def test_nothing_is_lost_and_nothing_invented(source: str) -> None:
    cleaned = clean_text(source)
    accounted(text_of(cleaned.body, cleaned.ledger), cleaned)
    assert cleaned.restore() == source


@thorough
@given(TEXT)
def test_cleaning_a_body_again_changes_nothing(source: str) -> None:
    cleaned = clean_text(source)
    again = clean_text(cleaned.body)
    assert again.body == cleaned.body
    assert not again.removals
    for article in cleaned.articles:
        assert clean_text(article.body).body == article.body


@thorough
@given(TEXT)
def test_a_body_has_no_ragged_edges(source: str) -> None:
    body = clean_text(source).body
    for paragraph in body.split("\n\n") if body else []:
        assert paragraph
        assert paragraph == paragraph.strip()


@thorough
@given(TEXT)
def test_captures_are_places_in_the_text(source: str) -> None:
    cleaned = clean_text(source)
    text = text_of(cleaned.body, cleaned.ledger)
    for capture in cleaned.captures:
        assert 0 <= capture.start < capture.end <= len(text)


@thorough
@given(st.binary(max_size=200))
def test_bytes_come_back_or_are_refused(data: bytes) -> None:
    try:
        cleaned = clean_text(data)
    except ValueError:
        return
    assert cleaned.encoding
    assert cleaned.restore().encode(cleaned.encoding, "surrogateescape") == data


@thorough
@given(TEXT)
def test_line_ends_and_blank_lines_make_no_difference(source: str) -> None:
    lines = [line.text for line in Document.of(repair(source)[0]).lines]
    bodies = {clean_text(end.join(lines)).body for end in ("\n", "\n\n", "\r\n", "\n\n\n", "\u2028")}
    assert len(bodies) == 1


def test_the_result_does_not_depend_on_the_hash_seed() -> None:
    program = (
        "from cleaners import clean_text\n"
        "c = clean_text('Photo: Reuters\\n\\nJane DoeThe minister of the country said that the talks would go on for a week.'\n"
        "               '\\n\\nBy Jane Doe\\n\\nComments are closed.')\n"
        "print(c.body, c.ledger, c.articles)"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(outputs) == 1


def test_a_careful_profile_removes_no_more_than_a_thorough_one() -> None:
    source = "Domain Registration\nPhoto: Reuters\nThe minister said on Monday that the talks would go on for another week."
    careful, thorough_ = (clean_text(source, settings=Settings(profile=name)) for name in ("careful", "thorough"))
    assert {r.text for r in careful.removals} < {r.text for r in thorough_.removals}
    assert {r.text for r in careful.suggestions} == {"Domain Registration"}


MISREAD = [
    "0 C\u00e2\u20ac\u00a9\u00d0\u0153\u00d0\u00b5\u00d1\u20ac\u00d1\u2021\u00d0\u00b5\u00d1\u20ac\u00d0 "
    "\u00d1\u20ac\u00d1\u2013\u00d1\u2021\u00d0",
    "&acirc;\u20ac\u2122s army",  # an entity that is part of a misread character
    "caf&Atilde;&copy; and the country&acirc;&euro;&trade;s army",
]


@pytest.mark.parametrize("source", MISREAD)
def test_what_is_left_of_a_line_is_repaired_once(source: str) -> None:
    cleaned = clean_text(source)
    again = clean_text(cleaned.body)
    assert again.body == cleaned.body
    assert not again.repairs
    assert cleaned.restore() == source


def test_repairs_of_what_is_left_stand_in_the_ledger() -> None:
    cleaned = clean_text(f"A line above.\n\n{MISREAD[0]}\n\nA line below.")
    assert [(each.rule, cleaned.body.count(each.after)) for each in cleaned.repairs if each.after] != []
    accounted(text_of(cleaned.body, cleaned.ledger), cleaned)
    assert cleaned.restore() == f"A line above.\n\n{MISREAD[0]}\n\nA line below."
