"""Decisions: what people have decided about texts of a site, in a file that is only ever appended to.

A decision names its site and the content of a segment, never an offset, so it holds on every document of the site, today's and
tomorrow's. A line of the file is one decision, with who made it and when; a line of the kind `undo` takes back an earlier one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Literal
from zlib import crc32

import regex

from cleaners.text.segments import segments
from cleaners.text.tokens import find_words

Kind = Literal["keep", "remove", "phrase", "off", "spare", "title", "authors", "date", "whole", "cut", "undo"]
"""`keep`: the segment stays. `remove`: it is noise. `phrase`: it is noise in any case, with any figures and punctuation.
`off`: a rule never acts at the site. `spare`: what a rule takes at the site, or in one document, stays, whatever else would
take it. `title`, `authors`, `date`: the metadata of an article. `whole`, `cut`: its body is complete, or breaks off.
`undo`: an earlier decision no longer holds."""
OF_SEGMENTS: tuple[Kind, ...] = ("keep", "remove", "phrase")
"""The kinds that are about a segment of text."""
OF_ARTICLES: tuple[Kind, ...] = ("title", "authors", "date", "whole", "cut")
"""The kinds that are about one article of one document."""
OF_RULES: tuple[Kind, ...] = ("off", "spare")
"""The kinds that are about everything that a rule does."""
KINDS: tuple[Kind, ...] = (*OF_SEGMENTS, *OF_RULES, *OF_ARTICLES, "undo")

HASH_BITS = 16
"""Bits of a word's hash in a vocabulary. A wrong match only has a document cleaned once more than needed."""
BODY_HASH_CHARS = 16
"""Hexadecimal digits of the hash of a body."""

_FIGURES = regex.compile(r"\d+(?:[.,:/-]\d+)*")
_SIGNS = regex.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision.

    Attributes:
        id: its name, by which it can be undone.
        kind: what was decided.
        site: the site for whose documents it holds; of decisions about an article, the site of its document.
        text: the segment; of `title` and `date`, the value; of `whole` and `cut`, the hash of the body.
        rule: the rule that is `off`, or whose removals are spared; otherwise the rule that took the segment, if one did.
        document: the document in which it was made; decisions about an article, and `spare` with a document, hold for it alone.
        article: the number of the article, from 1.
        values: the names of the authors.
        part: whether the segment is a part of a sentence, so that it is to be looked for inside of segments too.
        of: the decision that is undone.
        who: who decided.
        at: when, in ISO 8601.
    """

    id: str
    kind: Kind
    site: str = ""
    text: str = ""
    rule: str = ""
    document: str = ""
    article: int = 1
    values: tuple[str, ...] = ()
    part: bool = False
    of: str = ""
    who: str = ""
    at: str = ""

    @property
    def evidence(self) -> str:
        """Who decided, and on which day."""
        return f"decided by {self.who or 'somebody'} on {self.at[:10]}"

    @property
    def is_of_document(self) -> bool:
        """Whether it holds for one document alone."""
        return self.kind in OF_ARTICLES or (self.kind == "spare" and bool(self.document))

    @property
    def subject(self) -> tuple[str, ...]:
        """What it is about: of two decisions about the same, the later one holds."""
        if self.kind in OF_ARTICLES:
            aspect = "end" if self.kind in ("whole", "cut") else self.kind
            return ("article", aspect, self.site, self.document, str(self.article))
        if self.kind in OF_RULES:
            return ("rule", self.site, self.rule, self.document if self.is_of_document else "")
        return ("segment", self.site, plain(self.text))

    def as_row(self) -> dict[str, object]:
        """Return the decision as a row for JSON, without values that are not set."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        usual = {each.name: each.default for each in fields(self)}
        return {
            name: list(value) if name == "values" else value
            for name, value in values.items()
            if name in ("id", "kind") or value != usual[name]
        }


def plain(text: str) -> str:
    """Return a segment with one space for all white space."""
    return " ".join(text.split())


def folded(text: str) -> str:
    """Return a segment without case, figures and punctuation: phrases that are equal then are the same phrase.

    >>> folded("3 min. read") == folded("5 MIN READ")
    True
    """
    return str(_SIGNS.sub(" ", _FIGURES.sub("0", text.casefold()))).strip()


def body_hash(body: str) -> str:
    """Return the hash of a body, by which a decision knows the body that somebody has looked at."""
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()[:BODY_HASH_CHARS]


def vocabulary(*texts: str) -> bytes:
    """Return the hashes of the words of texts, sorted and packed: enough to see which decisions cannot concern them."""
    words = {word for text in texts for word in _words(text)}
    return b"".join(number.to_bytes(HASH_BITS // 8, "big") for number in sorted(set(map(_word_hash, words))))


def _words(text: str) -> list[str]:
    """Return the words of a text, folded as far as `folded` does it, so that a phrase has the words of its text."""
    return find_words(text.casefold().replace("_", " "))


def _word_hash(word: str) -> int:
    return crc32(word.encode("utf-8", "surrogatepass")) % (1 << HASH_BITS)


def unpacked(packed: bytes) -> frozenset[int]:
    """Return the hashes of a vocabulary."""
    size = HASH_BITS // 8
    return frozenset(int.from_bytes(packed[place : place + size], "big") for place in range(0, len(packed), size))


@dataclass(frozen=True)
class SiteDecisions:
    """The decisions that hold for one site and, if it has any, for one document.

    Attributes:
        segments: decisions about segments.
        off: codes of rules that never act.
        spared: by the code of a rule, the decision that what it takes stays.
        of_document: decisions about articles of the document.
    """

    segments: tuple[Decision, ...] = ()
    off: frozenset[str] = frozenset()
    spared: Mapping[str, Decision] = field(default_factory=dict)
    of_document: tuple[Decision, ...] = ()

    @cached_property
    def exact(self) -> Mapping[str, Decision]:
        """Decisions to keep or to remove a segment, by the segment."""
        return {plain(each.text): each for each in self.segments if each.kind != "phrase"}

    @cached_property
    def phrases(self) -> Mapping[str, Decision]:
        """Phrases, by what `folded` gives for them."""
        return {folded(each.text): each for each in self.segments if each.kind == "phrase"}

    @cached_property
    def lengths(self) -> tuple[int, ...]:
        """The numbers of segments that decisions span."""
        return tuple(sorted({max(1, len(segments(each.text))) for each in self.segments}))

    @cached_property
    def parts(self) -> tuple[tuple[regex.Pattern[str], Decision], ...]:
        """Decisions to keep a part of a sentence, each with a pattern that finds it."""
        kept = (each for each in self.segments if each.part and each.kind == "keep")
        return tuple((regex.compile(r"\s+".join(map(regex.escape, each.text.split()))), each) for each in kept)


class Decisions:
    """All decisions that hold, of one file.

    Args:
        entries: the entries of the file, in order.

    Attributes:
        active: the decisions that hold, in the order in which they were made.
    """

    def __init__(self, entries: Iterable[Decision] = ()) -> None:
        self.active = tuple(_active(list(entries)))
        self._by_site: dict[str, list[Decision]] = {}
        self._by_document: dict[str, list[Decision]] = {}
        for each in self.active:
            if each.is_of_document:
                self._by_document.setdefault(each.document, []).append(each)
            else:
                self._by_site.setdefault(each.site, []).append(each)
        self._of_sites: dict[str, SiteDecisions] = {}

    @cached_property
    def version(self) -> str:
        """A hash of all decisions that hold."""
        return digest(self.active)

    def for_document(self, site: str | None, name: str | None) -> SiteDecisions | None:
        """Return the decisions that may concern a document; None where there are none.

        Args:
            site: the document's site.
            name: the document's name.
        """
        own = self._by_document.get(name or "", ())
        of_site = self._of_site(site or "")
        if not own:
            return of_site
        known = of_site or SiteDecisions()
        spared = {each.rule: each for each in own if each.kind == "spare"}
        of_articles = tuple(each for each in own if each.kind != "spare")
        return replace(known, spared={**known.spared, **spared}, of_document=of_articles)

    def _of_site(self, site: str) -> SiteDecisions | None:
        if site not in self._by_site:
            return None
        if site not in self._of_sites:
            found = self._by_site[site]
            segments_of_site = tuple(each for each in found if each.kind in OF_SEGMENTS)
            off = frozenset(each.rule for each in found if each.kind == "off")
            self._of_sites[site] = SiteDecisions(segments_of_site, off, {e.rule: e for e in found if e.kind == "spare"})
        return self._of_sites[site]

    def concerns(self, site: str | None, name: str) -> bool:
        """Return whether any decision may concern a document of this name and site, whatever its text is."""
        return (site or "") in self._by_site or name in self._by_document

    def touching(self, site: str | None, name: str, words: Collection[int]) -> tuple[Decision, ...]:
        """Return the decisions that may change the result of a document.

        Args:
            site: the document's site.
            name: its name.
            words: the hashes of its vocabulary. A segment whose words are not all among them is not in the document.
        """
        of_site = (each for each in self._by_site.get(site or "", ()) if each.kind in OF_RULES or _may_hold(words, each))
        return (*of_site, *self._by_document.get(name, ()))


def digest(decisions: Iterable[Decision]) -> str:
    """Return a hash of decisions; empty where there are none."""
    rows = [json.dumps(each.as_row(), sort_keys=True) for each in decisions]
    return hashlib.sha256("\n".join(sorted(rows)).encode()).hexdigest()[:12] if rows else ""


def _may_hold(words: Collection[int], decision: Decision) -> bool:
    """Return whether a vocabulary has the words of a segment.

    Figures do not count for a phrase, which ignores them. Of a part of a sentence the first and the last word do not count,
    which may be parts of longer ones.
    """
    wanted = _words(decision.text)
    if decision.part:
        wanted = wanted[1:-1]
    if decision.kind == "phrase":
        wanted = [word for word in wanted if not any(map(str.isdigit, word))]
    return all(_word_hash(word) in words for word in wanted)


def _active(entries: list[Decision]) -> Iterator[Decision]:
    """Yield the decisions that hold: not undone, and the last about their subject."""
    undone: set[str] = set()
    seen: set[tuple[str, ...]] = set()
    found = []
    for each in reversed(entries):
        if each.id in undone:
            continue
        if each.kind == "undo":
            undone.add(each.of)
        elif each.subject not in seen:
            seen.add(each.subject)
            found.append(each)
    return reversed(found)
