"""Triggers: what is claimed of a match is true of every match, and rules out what it should."""

from __future__ import annotations

import pytest
import regex

from cleaners.line import Line
from cleaners.matching import phrase_files
from cleaners.matching.claims import ANYTHING, ENDLESS, Claim, claim
from cleaners.matching.phrases import ANY, Phrase, book, match, phrases
from cleaners.matching.prefilter import Index, Tables

PHRASES = [
    phrase
    for family in phrase_files.families()
    for language in phrase_files.languages(family)
    for phrase in phrases(family, None if language == ANY else language)
    if phrase.language == language
]


def read(source: str) -> Claim:
    return claim(source, lambda _name, _at_edge, _at_end: ANYTHING)


def passes(claim: Claim, line: str) -> bool:
    """Whether a claim does not rule a line out by its words."""
    return Index(Tables.of([claim])).candidates(line) == 1


@pytest.mark.parametrize(
    ("source", "opens", "needs"),
    [
        ("read more", {"read "}, [{"read "}, {"more "}]),
        ("(?:also )?read (?:more|on)", {"also ", "read "}, [{"read "}, {"more ", "on "}]),
        ("share|print this", {"share ", "print "}, [{"share ", "print "}]),
        ("please share|print this", {"please ", "print "}, [{"please ", "print "}, {"share ", "this "}]),
        (r"[\[(]?\s?fotos?: .{2,60}", {"foto"}, [{"foto"}, {":"}]),
        (r"\d{1,3} shares", {"0"}, [{"shares "}, {"0"}]),
        (r"meist(?:gelesen|kommentiert)", {"meist"}, [{"meist"}]),  # what stands inside a word begins none
        (r".{2,80}\bvia reuters", None, [{"reuter"}, {"via "}]),
        (r".{2,80}reuters", None, []),  # a word may go on before it
        (r"\w{2,8} reuters", None, [{"reuter"}]),
        (r".{2,80}(?<=[.!])reuters", None, [{"reuter"}]),  # none goes on behind a sign
        (r".{2,80}(?<=x)reuters", None, []),
        (r"(?!photo)image", {"image "}, [{"image "}]),
        (r"(?=.{0,80}\bour\b)please .{2,80}", {"please "}, [{"please "}, {"our "}]),
        (r"(?P<date>\d{4}) (?-i:Jane)", {"0"}, [{"jane "}, {"0"}]),
        (r"é?lire", {"é", "lire "}, []),
        (r"\(reuters\)", {"reuter"}, [{"reuter"}, {"("}, {")"}]),
        (r"[^.]{2,20}: photo", None, [{"photo "}, {":"}]),
        (r".{2,20}[/|]x?", None, [{"/", "|"}]),
        (r".{2,20}[/.]x?", None, []),  # a full stop is in most lines
        ("ads?", {"ad"}, [{"ad"}]),  # a word may go on behind its beginning
        ("ad|ads", {"ad ", "ads "}, [{"ad ", "ads "}]),
        (r"read\s?more", {"read"}, [{"read"}]),
        (r"read\s?:", {"read "}, [{"read "}, {":"}]),
        (r"read(?: more)?", {"read "}, [{"read "}]),
        (r"read(?: more)?s", {"read"}, [{"read"}]),
        (r"read(?:more| on)", {"read"}, [{"read"}]),
        (r"(?:read,? ){1,3}on", {"read "}, [{"read "}, {"on "}]),
        (r"(?:,?read){1,3}", {"read"}, [{"read"}]),  # the group may follow itself without a sign
        (r"(?:(?: |)read|){1,3}", {"read"}, []),
        (r"read\b.{2,80}", {"read "}, [{"read "}]),
        (r"read(?!s) more", {"read "}, [{"read "}, {"more "}]),
        (r"read{{part}}", {"rea"}, [{"rea"}]),
        (r"read {{part}}", {"read "}, [{"read "}]),
    ],
)
def test_what_a_pattern_claims(source: str, opens: set[str] | None, needs: list[set[str]]) -> None:
    found = read(source)
    assert found.opens == opens
    assert list(found.needs) == needs


def test_a_match_without_a_word_claims_nothing() -> None:
    found = read(r"[*•]{1,3}|more")
    assert found.wordless
    assert passes(found, "***")
    assert not passes(found, "any")


def test_the_two_small_sigmas_are_one() -> None:
    assert passes(read("περισσότερα"), "ΠΕΡΙΣΣΌΤΕΡΑ")  # in lower case, a sigma at the end of a beginning is a final one


@pytest.mark.parametrize("line", ["İlgili haberler", "ilgili haberler", "ILGILI HABERLER", "ılgılı"])
def test_the_two_turkish_letters_are_one(line: str) -> None:
    if regex.fullmatch("ilgili(?: haberler)?", line, regex.IGNORECASE):
        assert passes(read("ilgili(?: haberler)?"), line)


def test_a_whole_word_is_no_beginning_of_another() -> None:
    assert passes(read("ad.{2,80}"), "adverse winds")
    assert not passes(read("ad .{2,80}"), "adverse winds")
    assert passes(read("ad .{2,80}"), "AD by Jane Doe")


def test_letters_inside_words_are_looked_for_where_nothing_else_is_known() -> None:
    glued = read(r".{0,20}street ?map")
    assert not glued.needs
    assert passes(glued, "OpenStreetMap")
    assert passes(glued, "open ſtreet map")  # a long s is an s without regard to case
    assert not passes(glued, "a map of the harbour")


def test_one_ideograph_rules_out_lines_of_other_scripts() -> None:
    assert not passes(read(".{2,80}最(?:早|先).{2,80}"), "The ferry left the quay.")
    assert passes(read(".{2,80}最(?:早|先).{2,80}"), "渡轮最先离开码头。")


@pytest.mark.parametrize("phrase", [phrase for phrase in PHRASES if phrase.language == ANY], ids=lambda phrase: phrase.key)
def test_running_text_rules_out_the_phrases_of_all_languages(phrase: Phrase) -> None:
    """One that each line might match is tried on each line of each text, and makes of all others that lines are divided."""
    line = "The ferry left the quay on Monday with some sixty people on board. " * 3
    assert not any(passes(claim, line) for claim in phrase.claims)


def test_figures_of_all_scripts_are_one() -> None:
    assert passes(read(r"\d{1,2}.{2,80}"), "٣ دقائق")


def test_no_claim_rules_out_a_hit() -> None:
    hits = [(phrase, line) for phrase in PHRASES for line in phrase.hit]
    possible = [any(passes(claim, line) and len(line) <= claim.most for claim in phrase.claims) for phrase, line in hits]
    assert not [(phrase.key, line) for (phrase, line), may_match in zip(hits, possible, strict=True) if not may_match]


def test_what_a_part_of_a_line_may_match_is_among_what_the_line_meets() -> None:
    known = book("en")
    hits = [line for phrase in PHRASES if phrase.language == "en" for line in phrase.hit]
    lines = [Line(((0, len(text)),), text) for text in (f"The quay was empty. {hit} Nobody was hurt." for hit in hits)]
    missed = [hit for hit, line in zip(hits, lines, strict=True) if known.possible(hit) & ~line.met("en")]
    assert not missed


def test_a_set_of_digits_is_a_figure() -> None:
    clock = read(r"[01]?\d[:.][0-5]\d .{2,80}")
    assert clock.opens == {"0"}
    assert passes(clock, "14:32 The ferry leaves")
    assert not passes(clock, "The ferry leaves at 14:32")


def test_most_lines_need_no_pattern() -> None:
    line = "The harbour was closed for a week after the storm."
    claims = [claim for phrase in PHRASES for claim in phrase.claims]
    assert Index(Tables.of(claims)).candidates(line).bit_count() < len(claims) / 50


@pytest.mark.parametrize(
    ("source", "most"),
    [
        ("read more", 9),
        ("(?:also )?read (?:more|on)", 14),
        (r".{2,80}\bvia (?=r)[a-z]{1,3}", 87),
        (r"(?:\d{1,2}[.:]){2}?\p{Lu}", 7),
        (r"\s*", ENDLESS),
        (r"a{2,}", ENDLESS),
        (r"(?:a+b?|c)", ENDLESS),
        (r"\X", ENDLESS),  # a sign with all its marks
    ],
)
def test_how_long_a_match_is_at_most(source: str, most: float) -> None:
    assert read(source).most == most


def test_a_part_of_a_line_is_asked_by_its_own_words() -> None:
    line = "They did not go. Read more"
    assert match("teasers", "TE001", "en", line, line.index("Read"))
    assert not match("teasers", "TE001", "en", line)
