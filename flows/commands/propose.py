"""Proposals: segments that several sites repeat and no phrase matches, written as phrases for a rule file.

A text that a memory has seen on many sites of a language is stock wording, and probably new boilerplate. A person reads the
proposals, deletes those that are no noise, and adds the others to `bodycopy.toml` or to a family of phrases.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter

import regex

from cleaners import Memory, UnusableMemory
from cleaners.matching import phrase_files, phrases
from cleaners.matching.phrases import ANY
from cleaners.memory.site_lines import Grade, grade
from cleaners.memory.text_form import HEADLINE_FORM
from flows.errors import CouldNotRun
from flows.paths import counted
from flows.runner.memory_files import memory_file

MAX_NEAR_MISSES = 2
"""Near misses that are listed with each proposal."""
HEADLINE = "Harbour gets a new crane"
"""The headline after a label in an example."""
MIN_LETTERS = 8
"""Letters that a segment needs, in words of two or more, to be worth a phrase."""
_WORDS = regex.compile(r"\p{L}{2,}")
_FIGURES = regex.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A segment that several sites repeat.

    Attributes:
        text: One occurrence of it; a label ends with a colon.
        language: Language of most of the sites.
        sites: Number of sites that repeat it.
        documents: Number of their documents that have it.
        near: Segments with the same first words that fewer sites repeat; the pattern should probably not match them.
    """

    text: str
    language: str
    sites: int
    documents: int
    near: tuple[str, ...] = ()

    @property
    def pattern(self) -> str:
        """A regular expression that matches the segment, with any numbers in it, and with any text after a label."""
        words = r"\d{1,9}".join(map(regex.escape, _FIGURES.split(self.text)))
        return words.replace(r"\ ", " ") + (" .{2,120}" if self.text.endswith(":") else "")

    @property
    def hit(self) -> str:
        """An example that the pattern matches."""
        return f"{self.text} {HEADLINE}" if self.text.endswith(":") else self.text


def proposals(where: str, sites: int) -> list[Proposal]:
    """Find proposals in a memory.

    Args:
        where: The memory's file, or the output folder of a run, which has a memory of its own.
        sites: Number of sites that must repeat a segment.

    Returns:
        The proposals, those on most sites first.

    Raises:
        CouldNotRun: There is no memory.
    """
    try:
        with closing(Memory(memory_file(where))) as memory:
            found = list(_repeated(memory))
    except UnusableMemory as error:
        raise CouldNotRun(error.reason, error.remedy) from None
    shared = [each for each in found if each.sites >= sites and _has_words(each.text) and not _is_known(each)]
    starts: dict[tuple[str, ...], list[str]] = {}
    for each in found:
        if each.sites < sites:
            starts.setdefault(_start(each.text), []).append(each.text)
    near = (sorted(starts.get(_start(each.text), ()))[:MAX_NEAR_MISSES] for each in shared)
    complete = [replace(each, near=tuple(texts)) for each, texts in zip(shared, near, strict=True)]
    return sorted(complete, key=lambda each: (-each.sites, -each.documents, each.text))


def _repeated(memory: Memory) -> Iterator[Proposal]:
    """Yield the segments that at least one site repeats."""
    for key, rows in groupby(memory.segments(), key=itemgetter(0)):
        if key == HEADLINE_FORM:
            continue
        own = [(language, frequency) for _, _, language, frequency in rows if grade(frequency) >= Grade.SHORT]
        if own:
            languages = Counter(language for language, _ in own if language)
            language = languages.most_common(1)[0][0] if languages else ANY
            yield Proposal(own[0][1].example, language, len(own), sum(frequency.documents for _, frequency in own))


def _has_words(text: str) -> bool:
    """Return whether a segment has several words, so that it is more than a place, a day or a number."""
    return sum(len(word) for word in _WORDS.findall(text)) >= MIN_LETTERS and len(_WORDS.findall(text)) > 1


def _is_known(found: Proposal) -> bool:
    """Return whether a phrase matches a proposal already."""
    language = None if found.language == ANY else found.language
    families = (family for family in phrase_files.families() if phrases.may_match(family, language, found.hit))
    known = (phrase for family in families for phrase in phrases.phrases(family, language))
    return any(phrase.pattern.fullmatch(text) for phrase in known for text in (found.hit, found.text))


def _start(text: str) -> tuple[str, ...]:
    return tuple(text.casefold().split()[:2])


def as_toml(found: Sequence[Proposal]) -> str:
    """Return proposals as phrases of a rule file, each with its counts in a comment. `bodycopy rules --lint` checks them."""
    return "\n".join(_entry(number, each) for number, each in enumerate(found, 1))


def _entry(number: int, proposal: Proposal) -> str:
    near = [text for text in proposal.near if not regex.fullmatch(proposal.pattern, text, regex.IGNORECASE)]
    lines = [
        f"# on {counted(proposal.documents, 'document')} of {counted(proposal.sites, 'site')}",
        f"[phrases.{proposal.language}.proposed-{number}]",
        f"pattern = {_quoted(proposal.pattern)}",
        f"hit = [{_quoted(proposal.hit)}]",
        f"miss = [{', '.join(map(_quoted, near))}]",
    ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Return a TOML string. TOML escapes the same characters as JSON, and DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
