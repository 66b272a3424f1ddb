"""The words of `phrases/`: each phrase finds what it must, leaves what it must, and is fast on hostile lines."""

from __future__ import annotations

import time
import tomllib
from collections import Counter
from importlib.resources import files
from itertools import chain

import pytest
import regex

from cleaners import Removal, rules
from cleaners.document import Document
from cleaners.matching import phrase_files
from cleaners.matching import phrases as phrasebook
from cleaners.matching.lint import HOSTILE, plain_words, unbounded
from cleaners.matching.phrases import Phrase, phrases
from cleaners.registry import STAGES
from cleaners.stages import agency, appeals, bylines, embeds, tickers

FAMILIES = phrase_files.families()
EVERY = {
    f"{family}/{phrase.key}": (family, phrase)
    for family in FAMILIES
    for language in phrase_files.languages(family)
    for phrase in phrases(family, None if language == phrasebook.ANY else language)
}


def each_phrase(test):
    return pytest.mark.parametrize(("family", "phrase"), EVERY.values(), ids=EVERY)(test)


@each_phrase
def test_hits_match(family: str, phrase: Phrase) -> None:
    assert phrase.hit, "a phrase without an example"
    for line in phrase.hit:
        assert phrase.pattern.fullmatch(line), f"{phrase.key} must match {line!r}"


PROSE = (
    "A mild wind came up from the harbour on Monday, and the ferries to the islands left the quay without a delay.",
    "The captain of the last boat said that she had never seen the water so calm in all her years on the bay.",
)

BELOW_STORY = {bylines.BIO.code, agency.END_MARK.code, appeals.CONTACT.code}
"""Rules whose phrases count below the story only."""


@each_phrase
def test_hits_are_taken_by_their_stage(family: str, phrase: Phrase) -> None:
    """A pattern that its stage never asks, or asks too late, is dead."""
    (stage,) = (stage for stage in STAGES if stage.__name__.endswith(f".{family}"))
    language = "en" if phrase.key.startswith("any.") else phrase.key.partition(".")[0]
    examples = [line for line in map(plain_words, phrase.any_of) if line and phrase.pattern.fullmatch(line)]
    for hit in (*phrase.hit, *examples):
        if phrase.rule == "PF001":  # parts of a footer, which needs two
            hit += " | 2020-07-14"
        lines = (*PROSE * 3, hit) if phrase.rule in BELOW_STORY else (hit, *PROSE)
        if phrase.rule == embeds.SCRIPT_PART.code:
            lines = ("window.x = {};", *lines)
        doc = Document.of("\n".join(lines), language=language)
        if phrase.rule == tickers.ENTRY.code:  # which takes nothing, and needs several
            assert tickers.entry(doc, doc.lines[0]), f"{phrase.key}: {hit!r} is no entry"
            continue
        taken = [f for f in stage.find(doc) if isinstance(f, Removal) and f.text == hit]
        assert taken, f"{phrase.key}: {hit!r} stays"


@each_phrase
def test_misses_do_not_match(family: str, phrase: Phrase) -> None:
    for line in phrase.miss:
        assert not phrase.pattern.fullmatch(line), f"{phrase.key} must not match {line!r}"


@pytest.mark.parametrize("family", FAMILIES)
def test_every_language_shows_what_it_leaves(family: str) -> None:
    """A rule without a miss in some language was never asked what looks alike there."""
    for language in set(phrase_files.languages(family)) - {phrasebook.ANY}:
        own = [phrase for phrase in phrases(family, language) if phrase.key.startswith(f"{language}.")]
        assert any(phrase.miss for phrase in own), f"{family}.toml: no miss in [{language}]"


@each_phrase
def test_rule_belongs_to_the_family(family: str, phrase: Phrase) -> None:
    assert phrase.rule in rules(), f"{phrase.key}: no rule {phrase.rule}"
    assert rules()[phrase.rule].family == family


def test_keys_are_unique_and_well_formed() -> None:
    keys = Counter((phrase.rule, phrase.key) for _, phrase in EVERY.values())
    assert set(keys.values()) == {1}
    assert all(regex.fullmatch(r"(?:any|[a-z]{2,3})\.[a-z]{1,20}(?:-[a-z]{1,20}){0,4}", key) for _, key in keys)


@each_phrase
def test_groups_are_known(family: str, phrase: Phrase) -> None:
    own = {name for name in phrase.pattern.groupindex if not name.endswith("_")}  # the rest are parts, defined once
    assert own <= {"author", "date", "tags", "credit", "hour", "minute", "half", "headline"}


@pytest.mark.parametrize("family", FAMILIES)
def test_entries_hold_nothing_else(family: str) -> None:
    table = tomllib.loads(files("cleaners").joinpath("phrases", f"{family}.toml").read_text("utf-8"))
    for entry in chain.from_iterable(language.values() for language in table.values()):
        assert set(entry) <= {"rule", "pattern", "any_of", "hit", "miss"}


@pytest.mark.parametrize(
    ("pattern", "repeats"),
    [
        (r"a{1,3}\S+", {r"\S+"}),
        (r"(?:ab)*", {"(…)*"}),
        (r"[+*]{2}", set()),
        (r"\+\*", set()),
        ("a{2,}", {"a{2,}"}),
        (r"a\s*b *", set()),
        (r"(?:a? *){2}", {" *"}),
    ],
)
def test_unbounded_repeats_are_seen(pattern: str, repeats: set[str]) -> None:
    assert unbounded(pattern) == repeats


@each_phrase
def test_repeats_are_bounded(family: str, phrase: Phrase) -> None:
    assert not unbounded(phrase.pattern.pattern), f"{phrase.key}: bound each repeat, as in .{{2,80}}"


SHORT, LONG = 2_500, 10_000


def seconds(pattern: regex.Pattern[str], text: str) -> float:
    """The least of three runs; a pattern that needs a second for one line has failed by then."""
    times = []
    for _ in range(3):
        begin = time.perf_counter()
        pattern.fullmatch(text, timeout=1)
        times.append(time.perf_counter() - begin)
    return min(times)


@each_phrase
def test_hostile_lines_are_refused_fast(family: str, phrase: Phrase) -> None:
    """Time grows with a line's length at most as its square does, behind any beginning that the phrase knows."""
    for kind, unit in HOSTILE.items():
        for head in ("", *(hit + " " for hit in phrase.hit[:2])):
            short, long = ((head + unit * size)[:size] for size in (SHORT, LONG))
            took = seconds(phrase.pattern, long)
            if took > 0.002:  # below this, clocks measure noise
                assert took <= 24 * seconds(phrase.pattern, short), f"{phrase.key} on {kind} behind {head!r}"
