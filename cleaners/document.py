"""The document that stages look at: a text that never changes, and the lines of it that still stand.

The cached properties are facts about the standing lines. They belong to the document because several stages use them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial, reduce, wraps
from itertools import chain, pairwise, takewhile
from operator import or_
from typing import Any, TypeVar

import regex

from cleaners.cached import cached_property
from cleaners.decisions import SiteDecisions
from cleaners.knowledge import Knowledge
from cleaners.ledger import Capture, Removal, Split
from cleaners.line import Line, split_lines
from cleaners.matching.phrases import Phrase, book
from cleaners.metadata import Facts
from cleaners.rule import Rule
from cleaners.text.addresses import site_of
from cleaners.text.characters import CONTINUES, ends_whole
from cleaners.text.tokens import Span, find_words, is_within

T = TypeVar("T")

_NAME = regex.compile(r"(?<=[\p{Ll}\p{Lu},;:)\d][ \xa0]['\"“‘„«(]?(?:[ae]l-)?)\p{Lu}[\p{L}\p{M}\d]*")
MAX_LINK_WORDS = 6
"""Words of a link that was set on a line of its own, inside a sentence."""
MIN_NEIGHBOUR_WORDS = 4
"""Words of the longer one of the lines around such a link. Where both have fewer, they are tags or a menu."""
_GOES_ON = re.compile(CONTINUES)
_LABELS = re.compile(r"[:|/©@]|www\.")
_SMALL = regex.compile(r"(?!\p{Georgian})\p{Ll}")
"""A small letter at the beginning. Georgian has no capitals in running text, so its small letters say nothing."""


@dataclass(frozen=True)
class Document:
    """The text, the lines that still stand, and what earlier stages found.

    Attributes:
        text: the source after its repairs. It never changes, and all offsets count its code points.
        lines: the lines that still stand, without white space at their ends.
        language: an ISO 639-1 code; None where the text is too short or in no known language.
        url: where the document came from, if known.
        facts: what the page says about its article; None for a text.
        removals: what earlier stages removed.
        captures: what earlier stages noted as metadata.
        splits: where earlier stages saw another article begin.
        memory: what is known of other documents; None where no memory is given.
        name: what a memory calls this document, so that it proves nothing against itself.
        own: the user's phrases for this document, each with its rule.
        given_site: what a memory calls its site, where no address reveals it; empty for the whole source.
        decided: what people have decided about texts of its site; None where they have decided nothing.
        headlines: the spans of the text that Markdown marks as headings of the first level, in order.
        is_part: whether the lines are those of one story of an archive page, or of one entry of a ticker.
        checks: how many texts, each what cleaning leaves of the one before, lie between the source and this one.
        answers: what was computed from the words of lines alone. What stands of a document has the answers of the whole: a
            later pass mostly asks about the same lines.
    """

    text: str
    lines: tuple[Line, ...]
    language: str | None = None
    url: str | None = None
    facts: Facts | None = field(default=None, repr=False)
    removals: tuple[Removal, ...] = field(default=(), repr=False)
    captures: tuple[Capture, ...] = field(default=(), repr=False)
    splits: tuple[Split, ...] = field(default=(), repr=False)
    memory: Knowledge | None = field(default=None, repr=False, compare=False)
    name: str | None = field(default=None, repr=False)
    own: tuple[tuple[Phrase, Rule], ...] = field(default=(), repr=False)
    given_site: str | None = field(default=None, repr=False)
    decided: SiteDecisions | None = field(default=None, repr=False, compare=False)
    headlines: tuple[Span, ...] = field(default=(), repr=False)
    is_part: bool = False
    checks: int = 0
    answers: dict[object, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, text: str, *, language: str | None = None, url: str | None = None) -> Document:
        """Return the document of a text; blank lines are no lines of it.

        >>> [line.text for line in Document.of(" One.\\r\\n\\r\\nTwo. ").lines]
        ['One.', 'Two.']
        """
        return cls(text, tuple(split_lines(text)), language, url)

    @cached_property
    def first_prose(self) -> int:
        """Index of the first line that is running text; the number of lines where none is."""
        return next((i for i, line in enumerate(self.lines) if line.is_prose), len(self.lines))

    @cached_property
    def last_prose(self) -> int:
        """Index of the last line that is running text; -1 where none is."""
        return next((i for i in range(len(self.lines) - 1, -1, -1) if self.lines[i].is_prose), -1)

    @cached_property
    def halves(self) -> frozenset[int]:
        """Indexes of lines that are the middle of a sentence: the text of a link that was set on a line of its own.

        >>> sorted(Document.of("The ferry of captain\\nJane Doe\\n, a sailor, left the quay.").halves)
        [1]
        """
        return frozenset(i for i in range(1, len(self.lines) - 1) if _is_half(*self.lines[i - 1 : i + 2]))

    @cached_property
    def vocabulary(self) -> Counter[str]:
        """How often each word stands in the lines, in lower case."""
        return Counter(chain.from_iterable(line.words for line in self.lines))

    @cached_property
    def copies(self) -> Counter[tuple[str, ...]]:
        """How often each line stands, by its words."""
        return Counter(line.words for line in self.lines)

    @cached_property
    def names(self) -> Counter[str]:
        """How often each capitalised word stands inside a sentence. Most of these are names; in German, nouns as well."""
        return Counter(word for line in self.lines for word in _NAME.findall(line.text))

    def candidates(self, family: str) -> list[tuple[int, Line]]:
        """Return the lines that a phrase of a family may match, each behind its index: few of them in most texts.

        >>> [index for index, line in Document.of("The ferry left.\\nAdvertisement", language="en").candidates("ads")]
        [1]
        """
        return self.fitting(book(self.language).families.get(family, 0))

    def fitting(self, phrases: int) -> list[tuple[int, Line]]:
        """Return the lines that some of these phrases, as the bits of an int, may match, each behind its index."""
        anywhere, possible = self._possible
        return [(index, self.lines[index]) for index, bits in possible if bits & phrases] if anywhere & phrases else []

    @cached_property
    def _possible(self) -> tuple[int, list[tuple[int, int]]]:
        """The phrases that some line does not rule out, and those lines: the index and the phrases of each."""
        found = [(index, bits) for index, line in enumerate(self.lines) if (bits := line.possible(self.language))]
        return reduce(or_, (bits for _, bits in found), 0), found

    @cached_property
    def results(self) -> dict[Callable[[Document], object], Any]:
        """The results of the functions that are `once_per_document`."""
        return {}

    @cached_property
    def stories(self) -> tuple[tuple[int, int], ...]:
        """Of each story of an archive page, the index of its first line and the one behind its last; otherwise of all lines.

        >>> Document.of("One.\\nTwo.").stories
        ((0, 2),)
        """
        starts = sorted({split.start for split in self.splits})
        bounds = [bisect_left(self.lines, start, key=lambda line: line.start) for start in starts]
        return tuple(pairwise([0, *bounds, len(self.lines)]))

    @cached_property
    def site(self) -> str | None:
        """The site that the document belongs to, by its address or as it was given; None where neither is known."""
        address = self.url or (self.facts.url if self.facts else None)
        return (site_of(address) if address else None) or self.given_site

    @property
    def is_page(self) -> bool:
        """Whether the lines are the blocks of a page, which have a verdict of their own."""
        return any(line.markup for line in self.lines)

    def is_headline(self, line: Line) -> bool:
        """Return whether Markdown marks a line as a heading of the first level."""
        return is_within(self.headlines, (line.start, line.end))

    def has_phrase(self, phrase: str) -> bool:
        """Return whether these words stand side by side in any line, separate from other words."""
        if not all(word in self.vocabulary for word in find_words(phrase.lower())):
            return False
        return bool(regex.search(rf"(?<!\w){regex.escape(phrase)}(?!\w)", self._joined))

    @cached_property
    def _joined(self) -> str:
        return "\n".join(line.text for line in self.lines)

    def mentions(self, line: Line) -> bool:
        """Return whether another line has the words of this one side by side: then they are a subject, not boilerplate."""
        if line.words not in self._mentioned:
            needle = f" {' '.join(line.words)} "
            own = f"\n{needle}\n"
            found = self._word_lines.find(needle)
            if self._word_lines.startswith(own, found - 1):  # this line itself
                found = self._word_lines.find(needle, found + len(needle))
            self._mentioned[line.words] = found >= 0
        return self._mentioned[line.words]

    @cached_property
    def _word_lines(self) -> str:
        """The words of all distinct lines, with a space before and behind each word."""
        lines = dict.fromkeys(" ".join(line.words) for line in self.lines)
        return "".join(f"\n {words} \n" for words in lines)

    @cached_property
    def _mentioned(self) -> dict[tuple[str, ...], bool]:
        return {}

    def removed_between(self, start: int, end: int) -> list[Removal]:
        """Return the removals of earlier stages within `text[start:end]`, in order."""
        first = bisect_left(self._by_start, start, key=lambda r: r.start)
        found = []
        for index in range(first, len(self._by_start)):
            if self._by_start[index].end > end:
                break
            found.append(self._by_start[index])
        return found

    @cached_property
    def _by_start(self) -> list[Removal]:
        return sorted(self.removals, key=lambda r: r.start)

    def without(self, removals: Iterable[Removal]) -> Document:
        """Return the document as it stands after these removals."""
        removals = tuple(removals)
        if not removals:
            return self
        lines = tuple(lines_without(self.text, self.lines, removals))
        return replace(self, lines=lines, removals=self.removals + removals)


def lines_without(text: str, lines: Iterable[Line], removals: Iterable[Removal]) -> Iterator[Line]:
    """Yield what stands of the lines of a text after removals."""
    spans = deque(sorted((r.start, r.end) for r in removals))
    for line in lines:
        while spans and spans[0][1] <= line.start:
            spans.popleft()
        if not spans or spans[0][0] >= line.end:
            yield line
        elif left := line.without(text, list(takewhile(partial(_begins_before, line.end), spans))):
            yield left


def once_per_document(function: Callable[[Document], T]) -> Callable[[Document], T]:
    """Decorate a function of a document so that its result is computed once and kept with the document."""

    @wraps(function)
    def remembered(doc: Document) -> T:
        if function not in doc.results:
            doc.results[function] = function(doc)
        result: T = doc.results[function]
        return result

    return remembered


def once_for_lines(function: Callable[[tuple[str, ...]], T]) -> Callable[[Document, Iterable[Line]], T]:
    """Decorate a function of the texts of lines so that its result is kept for all passes over a document.

    The decorated function takes the document and the lines, whose white space is plain.
    """

    @wraps(function)
    def remembered(doc: Document, lines: Iterable[Line]) -> T:
        texts = tuple(line.plain for line in lines)
        key = function, texts
        if key not in doc.answers:
            doc.answers[key] = function(texts)
        result: T = doc.answers[key]
        return result

    return remembered


def _is_half(above: Line, line: Line, below: Line) -> bool:
    """Return whether one sentence runs through all three lines: the first two do not end it, and the third continues it."""
    if len(line.words) > MAX_LINK_WORDS or ends_whole(line.text) or ends_whole(above.text):
        return False
    if _GOES_ON.match(below.text):
        return True
    longer = max(len(above.words), len(below.words)) >= MIN_NEIGHBOUR_WORDS
    begins_small = bool(_SMALL.match(below.text))
    return longer and begins_small and above.text[-1].isalpha() and not _LABELS.search(line.text + below.text)


def _begins_before(place: int, span: Span) -> bool:
    return span[0] < place
