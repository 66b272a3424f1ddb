"""Duplicates: a paragraph that stands twice, a quote pulled out of a paragraph, captions that stand once more behind the text.

Goes: the later copy of a long paragraph, never both, if the first one is a standfirst or close by. This is how extractors take
a paragraph twice. Captions that an extractor of whole articles on one line has gathered behind the last sentence go as well.
Stays: short lines that recur (labels, refrains, rows of lists), what a guide repeats where it applies again,
and all copies in a text that repeats itself by design. Pulled quotes are only reported, because half of them are subheads in
the story's own words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

import regex

from cleaners.document import Document
from cleaners.ledger import Finding
from cleaners.line import ARTICLE_WORDS, Line, once_per_line
from cleaners.rule import Confidence, Rule
from cleaners.text.characters import LEAD_INS, STOPS, UNSPACED_STOPS, ends_whole
from cleaners.text.tokens import Span

FAMILY = "duplicates"

COPY = Rule(
    "DU001", "repeated-paragraph", FAMILY, "The same paragraph stands above, word for word.", "likely",
    goes="(again) The ferry left the quay on Monday, and the islanders stood on the pier and waved until it was gone.",
    stays="a line of a refrain", needs_company=True, weighs=True,
    why="Extractors take a standfirst or a box twice. Repeated paragraphs are what models learn by heart first.",
    wrong="A refrain, a form letter or an exercise that repeats itself on purpose.",
)  # fmt: skip
QUOTE = Rule(
    "DU002", "pull-quote", FAMILY, "A quote that stands in a paragraph as well.", "unsure",
    goes="(beside its paragraph) “We waited for years”", stays="a quote that stands once",
    why=(
        "A quote that is pulled out of its paragraph says the same twice. Texts often use a quote as a subhead, so it "
        "only reports."
    ),
    wrong="A subhead in the words of a speaker.",
)  # fmt: skip
GATHERED = Rule(
    "DU003", "gathered-captions", FAMILY, "What follows the last sentence stands above, piece by piece.", "likely",
    goes="The tired crew of the ferry (again, behind the last sentence of a text of one line)",
    stays="a last sentence that stands above",
    why="Some extractors write captions where the pictures are, and all of them once more behind the text.",
    wrong="A text that is cut off in a sentence which begins as an earlier one does.",
)  # fmt: skip
RULES = (COPY, QUOTE, GATHERED)
NEVER_SURER = True

MIN_COPY_WORDS = 15
"""Words; shorter paragraphs recur on purpose."""
MAX_COPIED = 1
"""Paragraphs that recur. A text with more of them repeats itself by design: questions and answers, terms, instructions."""
HEAD_LINES = 5
"""Lines at the beginning that may hold a standfirst, or what a page shows of the story above it."""
NEAR_LINES = 4
"""Lines from a paragraph to its copy: a caption or a box stands between them."""
QUOTE_WORDS = range(5, 41)
"""Words of a pulled quote."""
MIN_GATHERED_WORDS = 4
"""Words of what follows the last sentence."""
PIECE_WORDS = range(3, 61)
"""Words of a piece that is looked for above."""
MAX_PIECES = 30
MAX_PLACES = 20
"""Places above at which a piece is compared; words in a row that recur more often are no caption."""
_STOPS = tuple(STOPS)
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_ITEM = regex.compile(r"[-–—•*·●▪■►▶]|\d{1,2}[.)]")
Words = tuple[str, ...]
_MARKS = "\"'“”„«»‘’「」『』‹›"
_OPENING = " \"'“„«»‘「『‹›([•–—-"
_OPENED = regex.compile(rf"\s[{regex.escape(_OPENING)}]{{1,4}}$")
"""Pattern of the signs that may stand in front of a piece."""
_BEGINNING = regex.compile(
    r"(?P<signs>[^\p{L}\p{N}\s,;:]{0,4}(?:\s?/\s?\p{L}{2,20})?)\s{1,4}(?=[^\p{L}\p{N}\s]{0,3}[\p{Lu}\p{Lo}\p{N}])"
)
"""Pattern of what stands between a piece and a sentence: a credit may have gone from the other copy alone."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield later copies of paragraphs, and quotes that a paragraph holds.

    >>> line = "The ferry left the quay on Monday, and the islanders stood on the pier and waved until it was gone.\\n"
    >>> [(f.rule, f.start) for f in find(Document.of(line * 2))]
    [('DU001', 100)]
    """
    sure: Confidence | None = "unsure" if doc.is_page else None  # the verdicts on a page's blocks cover copies too
    times = doc.copies
    copied = {line.words for line in doc.lines if times[line.words] > 1 and _is_paragraph(line)}
    quotes = {line.words for line in doc.lines if _is_quote(line) and times[line.words] == 1}
    pulled = _held(quotes, doc.lines) if quotes else set()
    yield from (found for line in doc.lines if line.length >= ARTICLE_WORDS for found in _gathered(line))
    if not copied and not pulled:
        return
    first: dict[Words, int] = {}
    for index, line in enumerate(doc.lines):
        words = line.words
        if words in first and len(copied) <= MAX_COPIED and times[words] == 2 and _set_twice(first[words], index):
            yield line.remove(COPY, "as above", confidence=sure)
        elif words in pulled and _is_quote(line):
            yield line.remove(QUOTE, "in a paragraph")
        if words in copied:
            first.setdefault(words, index)


def _held(quotes: Collection[Words], lines: Iterable[Line]) -> set[Words]:
    """Find the quotes whose words stand in a row in a longer line."""
    tree: dict[str, Any] = {}  # from word to word; where a quote ends, the empty word leads to it
    for quote in quotes:
        node = tree
        for word in quote:
            node = node.setdefault(word, {})
        node[""] = quote
    found: set[Words] = set()
    for words in {line.words for line in lines}:
        for start in [place for place, word in enumerate(words) if word in tree]:
            node = tree
            for index in range(start, len(words)):
                if (following := node.get(words[index])) is None:
                    break
                node = following
                if (quote := node.get("")) and len(quote) < len(words):
                    found.add(quote)
    return found


@once_per_line
def _gathered(line: Line) -> tuple[Finding, ...]:
    """Find what follows the last sentence of a line, if it is no sentence and stands above in the line, piece by piece.

    One of the pieces at least stands above by itself, between two sentences or before the first one: it is a caption there too.
    """
    if ends_whole(line.text):
        return ()
    words = list(_WORD.finditer(line.text))
    pieces = _repeated([word[0].lower() for word in words])
    for place in range(pieces[-1].start if pieces else len(words), len(words) - MIN_GATHERED_WORDS + 1):
        if place and (end := _sentence_end(line, words[place].start())):
            again = line.remove(GATHERED, "as above", start=end)
            above = ((*piece.above(place), words[piece.end - 1].end()) for piece in pieces if piece.end > place)
            spans = {
                (words[first].start(), words[last - 1].end())
                for first, last, below in above
                if last - first >= MIN_GATHERED_WORDS and _end_alike(line.text, words[last - 1].end(), below)
            }
            captions = tuple(_captions(line, sorted(spans)))
            return (*captions, again) if captions else ()
    return ()


class _Piece(NamedTuple):
    """Words at the end of a line that stand above as well.

    Attributes:
        start: the index of the first word.
        end: the index behind the last word.
        shift: how many words above they stand as well.
    """

    start: int
    end: int
    shift: int

    def above(self, place: int) -> Span:
        """Return where the words stand above, without those before the word `place`."""
        return max(self.start, place) - self.shift, self.end - self.shift


def _repeated(words: list[str]) -> list[_Piece]:
    """Return the pieces of several words, from the last word upwards, that stand above in a row."""
    size = PIECE_WORDS.start
    places: dict[Words, list[int]] = {}  # some words in a row, and the indexes behind them
    for end in range(size, len(words) + 1):
        places.setdefault(tuple(words[end - size : end]), []).append(end)
    pieces: list[_Piece] = []
    start = len(words)
    while len(pieces) < MAX_PIECES:
        above = (end for end in places.get(tuple(words[start - size : start]), [])[:MAX_PLACES] if end < start)
        longest, end = max(((_shared(words, end, start), -end) for end in above), default=(0, 0))
        if longest not in PIECE_WORDS:
            break
        pieces.append(_Piece(start - longest, start, start + end))
        start -= longest
    return pieces


def _shared(words: list[str], above: int, end: int) -> int:
    """Return how many words before `end` stand before `above` as well, without those that the two would share."""
    most = min(PIECE_WORDS.stop, above, end - above)
    return next((count for count in range(most) if words[above - 1 - count] != words[end - 1 - count]), most)


def _captions(line: Line, spans: Iterable[Span]) -> Iterator[Finding]:
    """Yield those spans of a line that stand by themselves: behind a sentence or nothing, and before what begins one."""
    for start, end in spans:
        before = _sentence_end(line, start)
        if (before or not line.text[:start].strip(_OPENING)) and (after := _BEGINNING.match(line.text, end)):
            yield line.remove(GATHERED, "as behind the text", start=before, end=after.end("signs") if before else after.end())


def _end_alike(text: str, above: int, below: int) -> bool:
    """Return whether words that end at two places are set with a stop behind them at both or at neither, as a copy is.

    A refrain ends in a stop, and where the text is cut off or ends without one, its last line does not.
    """
    return text.startswith(_STOPS, above) == text.startswith(_STOPS, below)


def _sentence_end(line: Line, place: int) -> int:
    """Return where the sentence ends that ends right before a place; 0 if none does. A colon announces what follows it."""
    before = line.text[:place].rstrip()
    if not ends_whole(before):
        before = _OPENED.sub("", before)
    is_whole = ends_whole(before) and before[-1] not in LEAD_INS
    is_end = is_whole and (len(before) < place or before[-1] in UNSPACED_STOPS)  # not within a number
    return len(before) if is_end else 0


def _set_twice(first: int, again: int) -> bool:
    return first < HEAD_LINES or again - first <= NEAR_LINES


def _is_paragraph(line: Line) -> bool:
    return line.is_sentence and line.length >= MIN_COPY_WORDS and not _ITEM.match(line.plain)


def _is_quote(line: Line) -> bool:
    return line.text[0] in _MARKS and line.length in QUOTE_WORDS
