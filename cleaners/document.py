"""The document that stages look at: a text that never changes, and the lines of it that still stand."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

import regex

from cleaners.ledger import Capture, Removal, Split
from cleaners.rule import Confidence, Rule
from cleaners.text.characters import DENSE, SYLLABIC, ends_unsigned, ends_whole, words_of

if TYPE_CHECKING:
    from cleaners.matching.phrases import Phrase
    from cleaners.memory.store import Knowledge
    from cleaners.page import Markup

Span = tuple[int, int]

# White space as str.strip knows it, and the marks that take no room: zero-width space, word joiner, byte order mark.
BLANKS = "".join(chr(c) for c in range(0x3001) if chr(c).isspace()) + "\u200b\u2060\ufeff"
_WORD = regex.compile(DENSE.pattern + r"|[\w\p{M}]+")
_WORD_OF_LETTERS = re.compile(r"\w+")
_OTHER = re.compile("[¹²³¼-¾\u0300-\u036f\u0483-\u0489\u0530-\u1dff\u200c\u200d\u203f\u2040\u2054\u2070-\U0010ffff]")
"""Without one of these the two patterns find the same words, and that for letters is several times as fast."""
_NAME = regex.compile(r"(?<=[\p{Ll}\p{Lu},;:)\d][ \xa0]['\"“‘„«(]?(?:[ae]l-)?)\p{Lu}[\p{L}\p{M}\d]*")
_FIGURE = re.compile("[0-9]")
_ITEM = regex.compile(r"^(?:[-–—•*·●▪►]|\d{1,2}[.)])\s|\s[|•·]\s")
_ZERO = "\u200b"
_PLAIN = {ord(c): " " for c in BLANKS if c not in "\n\r"}


@dataclass(frozen=True)
class Line:
    """One line of a text, or one block of a page, as far as it still stands.

    Attributes:
        pieces: the spans of the document's text that still stand, in order; more than one where a stage trimmed the middle.
        text: these spans, joined.
        markup: what the page knows of the block, and the verdict on it; None for a text.
    """

    pieces: tuple[Span, ...]
    text: str
    markup: Markup | None = field(default=None, repr=False, compare=False)

    @property
    def start(self) -> int:
        """Offset of the first standing character in the document's text."""
        return self.pieces[0][0]

    @property
    def end(self) -> int:
        """Offset behind the last standing character in the document's text."""
        return self.pieces[-1][1]

    @cached_property
    def plain(self) -> str:
        """The text with every kind of blank as a plain one, for patterns; places in it are places in `text`."""
        return self.text.translate(_PLAIN)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words, lower case; a character each in scripts without spaces."""
        return tuple(find_words(self.text.lower()))

    @cached_property
    def length(self) -> int:
        """How many words a reader would count: in scripts without spaces, two or four characters are about one."""
        dense = "".join(DENSE.findall(self.text)) if _is_other(self.text) else ""
        return len(self.words) - len(dense) + math.ceil(words_of(dense))

    def words_from(self, place: int) -> tuple[str, ...]:
        """The words of `text[place:]`, lower case."""
        return tuple(find_words(self.text[place:].lower()))

    @cached_property
    def has_digit(self) -> bool:
        """Whether a figure stands in it; without one a line is no date, and need not be asked for dates at length."""
        return bool(_FIGURE.search(self.text)) or (not self.text.isascii() and any(map(str.isdigit, self.text)))

    @cached_property
    def is_sentence(self) -> bool:
        """Whether the line ends as a sentence does; where the script has no sign for that, whether it is as long as several."""
        return ends_whole(self.text) or (self.length >= UNSIGNED_WORDS and ends_unsigned(self.text))

    @cached_property
    def is_prose(self) -> bool:
        """Whether the line reads as a paragraph of running text: a sentence, and not a short one."""
        return self.is_sentence and self.length >= PROSE_WORDS

    @cached_property
    def is_item(self) -> bool:
        """Whether the line is an item of a list or a row of a table, by its own characters."""
        return "\t" in self.text or _ITEM.search(self.plain) is not None

    def place(self, index: int) -> int:
        """The offset in the document's text of the character at `index` of this line's text."""
        for start, end in self.pieces:
            if index < end - start:
                return start + index
            index -= end - start
        return self.end

    def remove(
        self, rule: Rule, evidence: str = "", *, start: int = 0, end: int | None = None, confidence: Confidence | None = None
    ) -> Removal:
        """The removal of this line, or of `text[start:end]` of it."""
        end = len(self.text) if end is None else end
        return Removal(
            rule.code,
            self.place(start),
            self.place(end - 1) + 1,
            self.text[start:end],
            rule.summary,
            confidence or rule.confidence,
            evidence,
        )

    def capture(self, rule: Rule, field: str, value: str, *, start: int = 0, end: int | None = None) -> Capture:
        """The capture of this line, or of `text[start:end]` of it, as `field` of the metadata."""
        end = len(self.text) if end is None else end
        return Capture(rule.code, field, value, self.place(start), self.place(end - 1) + 1)

    def without(self, text: str, spans: Sequence[Span]) -> Line | None:
        """What is left of the line without these spans of `text`, in their order; None if nothing is."""
        if len(spans) == 1 and spans[0][0] <= self.start and self.end <= spans[0][1]:
            return None  # the common case, without arithmetic
        pieces = list(self.pieces)
        for start, end in spans:
            pieces = [part for a, b in pieces for part in ((a, min(b, start)), (max(a, end), b)) if part[0] < part[1]]
        pieces = trimmed(text, pieces)
        if not pieces:
            return None
        return Line(tuple(pieces), "".join(text[a:b] for a, b in pieces), self.markup)


PROSE_WORDS = 12
"""A sentence of so many words is running text; captions, labels and headlines are mostly shorter."""
UNSIGNED_WORDS = 22
"""The same of a line in a script that marks no sentence's end: headlines have fewer."""


MOST_HALF = 6
"""Words of a link that was set on a line of its own."""
LEAST_AROUND = 4
"""Words of the longer one of the lines around it; where both are shorter, they are tags or a menu."""
_GOES_ON = re.compile(r"[,;.!?)](?![\w.])|[、，。；؛،]|['’]s\b")
_LABELS = re.compile(r"[:|/©@]|www\.")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page tells of its article apart from the text.

    `origins` says which source told each field, `signals` how far the opinions on its body agree, in numbers; `review`
    why there is no article, `doubt` what a person should look at in one.
    """

    title: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None
    site: str | None = None
    url: str | None = None
    language: str | None = None
    origins: Mapping[str, str] = field(default_factory=dict)
    review: str | None = None
    doubt: str | None = None
    signals: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Document:
    """What a stage sees: the text, the lines that still stand, and what earlier stages found.

    Attributes:
        text: the source after its repairs; it never changes, and all offsets are places in it.
        lines: the lines still standing, without white space at their ends.
        language: an ISO 639-1 code, or None where the text is too short or in no known language.
        url: where the document came from, if known.
        facts: what the page tells of its article; None for a text.
        removals: what earlier stages took out of this document.
        captures: what earlier stages noted.
        splits: where earlier stages saw another article begin.
        memory: what is known of other documents; None where there is no memory to ask.
        name: what this document is called in a memory: it proves nothing against itself.
        own: the user's phrases for this document, each with its rule.
        given_site: what its site is called in a memory, where its address does not tell; empty for the whole source.
        is_part: whether the lines are those of one story of an archive page, or of one entry of a ticker.
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
    is_part: bool = False

    @classmethod
    def of(cls, text: str, *, language: str | None = None, url: str | None = None) -> Document:
        """The document of a text: its lines, without blank ones.

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
        """Indexes of lines inside a sentence that was set on several: what a link said, between what stands around it.

        >>> sorted(Document.of("The ferry of captain\\nJane Doe\\n, a sailor, left the quay.").halves)
        [1]
        """
        return frozenset(i for i in range(1, len(self.lines) - 1) if _is_half(*self.lines[i - 1 : i + 2]))

    @cached_property
    def vocabulary(self) -> Counter[str]:
        """How often each word stands in the lines, lower case."""
        return Counter(word for line in self.lines for word in line.words)

    @cached_property
    def names(self) -> Counter[str]:
        """How often each capitalised word stands inside a sentence: mostly proper names (in German, nouns too)."""
        return Counter(word for line in self.lines for word in _NAME.findall(line.text))

    @cached_property
    def seams(self) -> frozenset[int]:
        """Indexes of the labels that stand between the stories of an archive page."""
        from cleaners.story_boundaries import story_seams  # which looks at documents itself

        return story_seams(self)

    @cached_property
    def stories(self) -> tuple[tuple[int, int], ...]:
        """Of each story of an archive page the indexes of its first line and of the one behind its last; all lines otherwise.

        >>> Document.of("One.\\nTwo.").stories
        ((0, 2),)
        """
        starts = sorted({split.start for split in self.splits})
        bounds = [bisect_left(self.lines, start, key=lambda line: line.start) for start in starts]
        return tuple(pairwise([0, *bounds, len(self.lines)]))

    @cached_property
    def site(self) -> str | None:
        """The site that the document belongs to: of its address, or as the source tells it; None where nothing does."""
        from cleaners.memory.store import site_of  # which looks at documents itself

        address = self.url or (self.facts.url if self.facts else None)
        return (site_of(address) if address else None) or self.given_site

    @property
    def is_page(self) -> bool:
        """Whether the lines are a page's blocks, which have had a verdict of their own."""
        return any(line.markup for line in self.lines)

    def has_phrase(self, phrase: str) -> bool:
        """Whether these words stand in a row anywhere, parted from the words around them."""
        if not all(word in self.vocabulary for word in find_words(phrase.lower())):
            return False
        return bool(regex.search(rf"(?<!\w){regex.escape(phrase)}(?!\w)", self._joined))

    @cached_property
    def _joined(self) -> str:
        return "\n".join(line.text for line in self.lines)

    def mentions(self, line: Line) -> bool:
        """Whether another line has this one's words in a row: then it is a subject here, not furniture."""
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
        """The words of each line, each kind of line once, and a blank around each word."""
        lines = dict.fromkeys(" ".join(line.words) for line in self.lines)
        return "".join(f"\n {words} \n" for words in lines)

    @cached_property
    def _mentioned(self) -> dict[tuple[str, ...], bool]:
        return {}

    def removed_between(self, start: int, end: int) -> list[Removal]:
        """The removals of earlier stages within `text[start:end]`, in order."""
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
        """The document as it stands after these removals."""
        removals = tuple(removals)
        if not removals:
            return self
        spans = deque(sorted((r.start, r.end) for r in removals))
        lines = []
        for line in self.lines:
            while spans and spans[0][1] <= line.start:
                spans.popleft()
            if not spans or spans[0][0] >= line.end:
                lines.append(line)
            elif left := line.without(self.text, list(takewhile(partial(_begins_before, line.end), spans))):
                lines.append(left)
        return replace(self, lines=tuple(lines), removals=self.removals + removals)


def _is_half(above: Line, line: Line, below: Line) -> bool:
    """Whether a sentence runs through all three lines: none of the first two ends it, and the last goes on with it."""
    if len(line.words) > MOST_HALF or ends_whole(line.text) or ends_whole(above.text):
        return False
    if _GOES_ON.match(below.text):
        return True
    longer = max(len(above.words), len(below.words)) >= LEAST_AROUND
    return longer and below.text[0].islower() and above.text[-1].isalpha() and not _LABELS.search(line.text + below.text)


def _begins_before(place: int, span: Span) -> bool:
    return span[0] < place


def count_words(text: str) -> int:
    """The number of words; each character is one in scripts without spaces."""
    return len(find_words(text))


def find_words(text: str) -> list[str]:
    """The words as they are written; each character is one in scripts without spaces.

    >>> find_words("Zürich’s “2nd” film: 映画")
    ['Zürich', 's', '2nd', 'film', '映', '画']
    """
    return (_WORD if _is_other(text) else _WORD_OF_LETTERS).findall(text)


def _is_other(text: str) -> bool:
    """Whether a text has signs that only the pattern for all scripts knows."""
    return not text.isascii() and _OTHER.search(text) is not None


def split_lines(text: str) -> Iterator[Line]:
    """The lines of a text that are not blank, without white space at their ends.

    Line ends are all that Unicode calls so: LF, CR, CRLF, NEL, U+2028, U+2029, vertical tab and form feed.
    """
    offset = 0
    for raw in text.splitlines(keepends=True):
        pieces = trimmed(text, [(offset, offset + len(raw))])
        if pieces:
            ((start, end),) = pieces
            yield Line(((start, end),), text[start:end])
        offset += len(raw)


def trimmed(text: str, pieces: list[Span]) -> list[Span]:
    """The pieces without white space at the beginning of the first and the end of the last.

    Where a zero-width space parts words, as in Khmer, it is the word's own.

    >>> trimmed(" \\u200b\\u179f", [(0, 3)]), trimmed(" \\u200bA", [(0, 3)])
    ([(1, 3)], [(2, 3)])
    """
    pieces = list(pieces)
    while pieces:
        start, end = pieces[0]
        left = text[start:end].lstrip(BLANKS)
        if left:
            own = text[start : end - len(left)].endswith(_ZERO) and SYLLABIC.match(left) is not None
            start = end - len(left) - own
            pieces[0] = (start, end)
            break
        del pieces[0]
    while pieces:
        start, end = pieces[-1]
        left = text[start:end].rstrip(BLANKS)
        if left:
            own = text.startswith(_ZERO, start + len(left), end) and SYLLABIC.match(left[-1]) is not None
            end = start + len(left) + own
            pieces[-1] = (start, end)
            break
        del pieces[-1]
    return pieces
