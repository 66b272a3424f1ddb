"""Near misses: stock wordings that a standing line holds, and why they took nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from cleaners.document import Document
from cleaners.line import Line
from cleaners.matching.phrases import MAX_LINE_CHARS, all_matches
from cleaners.text.segments import segments

MIN_LETTERS = 6
"""Letters of a part of a line that is looked up by itself; shorter ones fit too many wordings."""
LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl")
"""The languages in which a line is looked up besides that of its text: those with the most phrases."""


class NearMiss(NamedTuple):
    """A stock wording in a line that stands.

    Attributes:
        rule: the code of the rule that the wording proves.
        phrase: the key of the phrase.
        text: the words that it matches.
        missing: why the rule did not take them.
    """

    rule: str
    phrase: str
    text: str
    missing: str


def near_misses(document: Document, line: Line, found: Collection[str], known: Collection[str]) -> list[NearMiss]:
    """Return the stock wordings that a standing line consists of or holds, and that no rule acted on.

    Args:
        document: the document, with its language.
        line: the line.
        found: the codes of the rules that found something in the line: these are no misses.
        known: the codes of all rules; other tables hold words that several stages share.
    """
    if len(line.plain) > MAX_LINE_CHARS:
        missing = f"the line is longer than {MAX_LINE_CHARS:,} characters, and no phrase is looked for in so long a line"
        return [NearMiss("", "", line.text[:80], missing)]
    misses: dict[tuple[str, str], NearMiss] = {}
    for miss in (*_whole(document, line), *_parts(document, line), *_elsewhere(document, line)):
        if miss.rule in known and miss.rule not in found:
            misses.setdefault((miss.rule, miss.text), miss)
    return list(misses.values())


def _whole(document: Document, line: Line) -> Iterator[NearMiss]:
    """Yield wordings of the text's language that are the whole line: the rule has its words, and wants something else."""
    for _, phrase in all_matches(document.language, line.plain):
        missing = "these are its words; it asks for another place, or for other noise beside them"
        yield NearMiss(phrase.rule, phrase.key, line.text, missing)


def _parts(document: Document, line: Line) -> Iterator[NearMiss]:
    """Yield wordings that are a part of the line: on a line of their own they might go."""
    spans = segments(line.plain)
    for start, end in spans if len(spans) > 1 else ():
        text = line.plain[start:end]
        if sum(map(str.isalpha, text)) < MIN_LETTERS:
            continue
        for _, phrase in all_matches(document.language, text):
            missing = "these are its words; they are not a line of their own"
            yield NearMiss(phrase.rule, phrase.key, text, missing)


def _elsewhere(document: Document, line: Line) -> Iterator[NearMiss]:
    """Yield wordings of other languages."""
    language = document.language or ""
    for other in (each for each in LANGUAGES if each != language):
        for _, phrase in all_matches(other, line.plain):
            if phrase.language == other:
                taken = f"the text is taken for {language}" if language else "the text's language is not known"
                yield NearMiss(phrase.rule, phrase.key, line.text, f"these are its words in {other}; {taken}")
