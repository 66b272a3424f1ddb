"""Proposals: segments that several sites repeat and no phrase of ours knows, as phrases for a rule file.

That is how next year's noise gets in: what a memory has seen on many sites of a language is a stock wording. A person reads
the proposals, throws out what is no noise, and puts the rest into `bodycopy.toml`, or into a family of phrases.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import regex

from cleaners import Memory, UnusableMemory
from cleaners.matching import phrases
from cleaners.matching.phrases import ANY
from cleaners.stages.habits import Grade, grade
from flows.commands.learn import memory_file
from flows.errors import CouldNotRun

NEAR = 2
"""Near misses that are told of each proposal."""
ANNOUNCED = "Harbour gets a new crane"
"""What a label announces in an example."""
LEAST_LETTERS = 8
"""Letters of a segment, in words of two or more, that is worth a phrase."""
_WORDS = regex.compile(r"\p{L}{2,}")
_FIGURES = regex.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A segment that several sites repeat.

    Attributes:
        text: as it stood once; a label ends with a colon.
        language: of most of these sites.
        sites: how many repeat it.
        documents: on how many documents it stood in all.
        near: segments that begin alike and are repeated by fewer sites: a pattern should not take them unread.
    """

    text: str
    language: str
    sites: int
    documents: int
    near: tuple[str, ...] = ()

    @property
    def pattern(self) -> str:
        """What matches it, with other figures as well, and whatever a label announces."""
        words = r"\d{1,9}".join(map(regex.escape, _FIGURES.split(self.text)))
        return words.replace(r"\ ", " ") + (" .{2,120}" if self.text.endswith(":") else "")

    @property
    def hit(self) -> str:
        """A line that the pattern matches."""
        return f"{self.text} {ANNOUNCED}" if self.text.endswith(":") else self.text


def proposals(where: str, sites: int) -> list[Proposal]:
    """What is to be proposed from a memory, that on most sites first.

    Args:
        where: the memory's file, or the folder of a run's results, whose memory is asked.
        sites: on how many sites a segment has to be the site's own.

    Raises:
        CouldNotRun: there is no memory.
    """
    try:
        with closing(Memory(memory_file(where))) as memory:
            found = list(_repeated(memory))
    except UnusableMemory as error:
        raise CouldNotRun(str(error)) from None
    shared = [each for each in found if each.sites >= sites and _says_something(each.text) and not _is_known(each)]
    starts: dict[tuple[str, ...], list[str]] = {}
    for each in found:
        if each.sites < sites:
            starts.setdefault(_start(each.text), []).append(each.text)
    near = (sorted(starts.get(_start(each.text), ()))[:NEAR] for each in shared)
    told = [Proposal(p.text, p.language, p.sites, p.documents, tuple(n)) for p, n in zip(shared, near, strict=True)]
    return sorted(told, key=lambda each: (-each.sites, -each.documents, each.text))


def _repeated(memory: Memory) -> Iterator[Proposal]:
    """The segments that at least one site repeats, with how many do."""
    for _, rows in groupby(memory.segments(), key=itemgetter(0)):
        own = [(language, habit) for _, _, language, habit in rows if grade(habit) >= Grade.SHORT]
        if own:
            languages = Counter(language for language, _ in own if language)
            language = languages.most_common(1)[0][0] if languages else ANY
            yield Proposal(own[0][1].example, language, len(own), sum(habit.documents for _, habit in own))


def _says_something(text: str) -> bool:
    """Whether there are words in it, and not a place, a day or a number alone."""
    return sum(len(word) for word in _WORDS.findall(text)) >= LEAST_LETTERS and len(_WORDS.findall(text)) > 1


def _is_known(found: Proposal) -> bool:
    """Whether a phrase of ours matches it already."""
    language = None if found.language == ANY else found.language
    families = (family for family in phrases.families() if phrases.may_match(family, language, found.hit))
    known = (phrase for family in families for phrase in phrases.phrases(family, language))
    return any(phrase.pattern.fullmatch(text) for phrase in known for text in (found.hit, found.text))


def _start(text: str) -> tuple[str, ...]:
    return tuple(text.casefold().split()[:2])


def as_toml(found: Sequence[Proposal]) -> str:
    """The proposals as phrases of a rule file, each with its counts; `bodycopy rules --lint` proves them."""
    return "\n".join(_entry(number, each) for number, each in enumerate(found, 1))


def _entry(number: int, proposal: Proposal) -> str:
    near = [text for text in proposal.near if not regex.fullmatch(proposal.pattern, text, regex.IGNORECASE)]
    lines = [
        f"# on {proposal.documents:,} documents of {proposal.sites:,} sites",
        f"[phrases.{proposal.language}.proposed-{number}]",
        f"pattern = {_quoted(proposal.pattern)}",
        f"hit = [{_quoted(proposal.hit)}]",
        f"miss = [{', '.join(map(_quoted, near))}]",
    ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A string of TOML, which escapes as JSON does, and DEL as well."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
