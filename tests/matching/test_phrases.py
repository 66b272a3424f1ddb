"""The words of `phrases/`: each phrase is asked by its stage and has a rule of its family. The lint proves the rest."""

from __future__ import annotations

import tomllib
from collections import Counter
from importlib.resources import files
from itertools import chain
from types import ModuleType

import pytest
import regex

from cleaners import Removal, rules
from cleaners.document import Document
from cleaners.matching import phrase_files
from cleaners.matching import phrases as phrasebook
from cleaners.matching.lint import plain_words, unbounded
from cleaners.matching.phrases import Phrase, phrases
from cleaners.registry import STAGES
from cleaners.stages import agency, appeals, bylines, embeds, tickers

FAMILIES = phrase_files.families()


def own_phrases(family: str) -> list[Phrase]:
    """The phrases of a family in all languages, each once."""
    tables = [(language, None if language == phrasebook.ANY else language) for language in phrase_files.languages(family)]
    return [phrase for language, known in tables for phrase in phrases(family, known) if phrase.language == language]


each_family = pytest.mark.parametrize(("family", "table"), [(family, own_phrases(family)) for family in FAMILIES], ids=FAMILIES)
"""What the lint does not prove of phrases. A case for each phrase would take the runner minutes."""


PROSE = (
    "A mild wind came up from the harbour on Monday, and the ferries to the islands left the quay without a delay.",
    "The captain of the last boat said that she had never seen the water so calm in all her years on the bay.",
)

BELOW_STORY = {bylines.BIO.code, agency.END_MARK.code, appeals.CONTACT.code}
"""Rules whose phrases count below the story only."""


@each_family
def test_hits_are_taken_by_their_stage(family: str, table: list[Phrase]) -> None:
    """A pattern that its stage never asks, or asks too late, is dead."""
    (stage,) = (stage for stage in STAGES if stage.__name__.endswith(f".{family}"))
    stay = [f"{phrase.key}: {hit!r}" for phrase in table for hit in examples(phrase) if not is_taken(stage, phrase, hit)]
    assert not stay


def examples(phrase: Phrase) -> tuple[str, ...]:
    """The lines that a phrase finds: its hits, and the alternatives that are lines themselves."""
    plain = filter(None, map(plain_words, phrase.any_of))
    return (*phrase.hit, *(line for line in plain if phrase.pattern.fullmatch(line)))


def is_taken(stage: ModuleType, phrase: Phrase, hit: str) -> bool:
    """Whether the stage takes a line that the phrase finds, from a text in which the rule may act."""
    language = "en" if phrase.language == phrasebook.ANY else phrase.language
    if phrase.rule == "PF001":  # parts of a footer, which needs two
        hit += " | 2020-07-14"
    lines = (*PROSE * 3, hit) if phrase.rule in BELOW_STORY else (hit, *PROSE)
    if phrase.rule == embeds.SCRIPT_PART.code:
        lines = ("window.x = {};", *lines)
    doc = Document.of("\n".join(lines), language=language)
    if phrase.rule == tickers.ENTRY.code:  # which takes nothing, and needs several
        return tickers.entry(doc, doc.lines[0]) is not None
    return any(isinstance(found, Removal) and found.text == hit for found in stage.find(doc))


@pytest.mark.parametrize("family", FAMILIES)
def test_every_language_shows_what_it_leaves(family: str) -> None:
    """A rule without a miss in some language was never asked what looks alike there."""
    for language in set(phrase_files.languages(family)) - {phrasebook.ANY}:
        own = [phrase for phrase in phrases(family, language) if phrase.key.startswith(f"{language}.")]
        assert any(phrase.miss for phrase in own), f"{family}.toml: no miss in [{language}]"


@each_family
def test_rules_belong_to_the_family(family: str, table: list[Phrase]) -> None:
    assert not [phrase.key for phrase in table if phrase.rule not in rules() or rules()[phrase.rule].family != family]


def test_keys_are_unique_and_well_formed() -> None:
    keys = Counter((phrase.rule, phrase.key) for family in FAMILIES for phrase in own_phrases(family))
    assert set(keys.values()) == {1}
    assert all(regex.fullmatch(r"(?:any|[a-z]{2,3})\.[a-z]{1,20}(?:-[a-z]{1,20}){0,4}", key) for _, key in keys)


KNOWN_GROUPS = {
    "author",
    "date",
    "tags",
    "credit",
    "hour",
    "minute",
    "half",
    "headline",
    "lasting",
    "link",
    "pager",
    "signature",
}


@each_family
def test_groups_are_known(family: str, table: list[Phrase]) -> None:
    groups = {name: phrase.key for phrase in table for name in phrase.pattern.groupindex if not name.endswith("_")}
    assert groups.keys() <= KNOWN_GROUPS, groups  # names that end with _ are parts, defined once


@pytest.mark.parametrize("family", FAMILIES)
def test_entries_hold_nothing_else(family: str) -> None:
    table = tomllib.loads(files("cleaners").joinpath("phrases", f"{family}.toml").read_text("utf-8"))
    for entry in chain.from_iterable(language.values() for language in table.values()):
        assert set(entry) <= {"rule", "pattern", "any_of", "hit", "miss", "everywhere"}


def test_english_wordings_of_platforms_hold_in_texts_of_all_languages() -> None:
    for language in ("ro", "fi", "ar", None):
        found = phrasebook.match("comments", "CO001", language, "Your email address will not be published.")
        assert found is not None
        assert found[0].key == "en.leave"
    assert phrasebook.match("comments", "CO001", "en", "Leave a Reply")
    assert not phrasebook.match("bylines", "BY001", "ro", "By Jane Doe")


def test_only_english_tables_hold_everywhere() -> None:
    for family in FAMILIES:
        read = tomllib.loads(files("cleaners").joinpath("phrases", f"{family}.toml").read_text("utf-8"))
        marked = {language for language, table in read.items() for entry in table.values() if "everywhere" in entry}
        assert marked <= {"en"}
        assert {phrase.key for phrase in phrases(family, "xx") if phrase.language == "en"} == {
            f"en.{name}" for name, entry in read.get("en", {}).items() if entry.get("everywhere")
        }


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


@pytest.mark.parametrize("family", FAMILIES)
def test_the_entries_of_a_language_are_those_of_the_whole_file(family: str) -> None:
    for language, table in phrase_files.tables(family).items():
        assert list(phrase_files.entries(family, language).items()) == list(table.items())
    assert phrase_files.entries(family, "xx") == {}


def test_a_string_that_looks_like_the_head_of_a_table_costs_no_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    source = "[en.one]\nrule = 'XX001'\npattern = '''\n[de.two]\n'''\n[en.three]\nrule = 'XX001'\n"
    monkeypatch.setattr(phrase_files, "source_of", lambda _: source)
    for read in (phrase_files._by_language, phrase_files.tables):
        monkeypatch.setattr(phrase_files, read.__name__, read.__wrapped__)
    assert list(phrase_files.entries("made-up", "en")) == ["one", "three"]
