"""Glued text: a picture's alt text, or a widget's label, joined to the first word after it.

Goes: `Qasem Soleimani` of `Qasem SoleimaniIn an act …`, `Q Quote` of `Q QuoteSoleimani’s killing`.
Stays: `YouTube`, `McDonald`, and each other word that occurs again in the text.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

from cleaners.disk_cache import compiled
from cleaners.document import Document
from cleaners.ledger import Finding
from cleaners.line import Line, once_per_line
from cleaners.rule import Rule

FAMILY = "glued"

ALT_TEXT = Rule(
    "GL001", "glued-alt-text", FAMILY, "A name is run into the paragraph's first word, as a picture's alt text is.", "likely",
    goes="Qasem SoleimaniIn an act whose implications …", stays="YouTube took the film down.",
    why="An extractor joined a picture's alt text and the paragraph below it. The name is no part of the sentence.",
    wrong="A product name with a capital inside that occurs once in the text.",
)  # fmt: skip
WIDGET = Rule(
    "GL002", "glued-widget-label", FAMILY, "A widget's initial and label are run into the next word.", "likely",
    goes="Q QuoteSoleimani’s killing", stays="A Quote from the speech",
    why="A widget's letter and label run into the next word.",
    wrong="A text on typography that shows such letters.",
)  # fmt: skip
RULES = (ALT_TEXT, WIDGET)
NEVER_SURER = True

MAX_ALT_CHARS = 80
"""Characters of an alt text; longer ones are sentences."""
MIN_REST_WORDS = 8
"""Words that follow an alt text, which is glued to paragraphs."""
MIN_CELLS, MAX_CELL_WORDS = 5, 10
"""Seams in a line, and words from one to the next on average, by which the line is a row of a table."""
MIN_SEAMS = 3
"""Seams in a text from which they prove each other: the alt texts of all its pictures are glued."""

_PARTICLE = r"(?:of|the|and|de|la|le|du|des|del|van|von|der|den|und|bin|ibn|al|el|y|e|in|for)"
_CAPITALISED = r"(?:(?:[ae]l-|[dl]['’])?[\p{Lu}\d]\S*)"
_NAME = compiled(rf"{_CAPITALISED}(?: (?:{_PARTICLE} )?{_CAPITALISED}){{0,7}}")
_SEAM = regex.compile(r"(?<=[\p{Ll}\p{Lu})\d])(?=\p{Lu}(?:\p{Ll}|\s|['’]))")
_WIDGET = regex.compile(r"(?<!\w)(\p{Lu}) (\1\p{Ll}{2,})(?=(\p{Lu}\p{Ll}\w*))")


def find(doc: Document) -> Iterator[Finding]:
    """Yield alt texts at the beginnings of lines and widget labels inside them.

    >>> text = "Jane DoeThe minister met her critics on Monday in the capital.\\nLater the critics of Jane Doe left the palace."
    >>> [f.text for f in find(Document.of(text))]
    ['Jane Doe']
    """
    seams = [(line, place, proof) for line in doc.lines if _places(line) for place, proof in _seams(doc, line)]
    for line, place, proof in seams:
        if proof or len(seams) >= MIN_SEAMS:
            yield line.remove(ALT_TEXT, proof or f"one of {len(seams)} such seams in this text", end=place)
    for line in doc.lines:
        for hit in _widgets(line):
            if doc.vocabulary[hit[3].lower()]:
                yield line.remove(WIDGET, hit[0], start=hit.start(), end=hit.end())


def _seams(doc: Document, line: Line) -> Iterator[tuple[int, str]]:
    """Yield the seam at which an alt text ends and a paragraph begins, and what proves it; empty if it is not proven alone.

    The seam is inside a word that stands nowhere else in the text, while its second half does. An item's number is no name.
    """
    for place in _places(line):
        alt = line.text[:place]
        whole, left, right = _around(line.text, place)
        if whole.isupper() or len(left) < 2 or (left.isupper() and right == right[0] + "s"):  # GSMA, APIs
            continue
        if line.is_item or not _NAME.fullmatch(alt):
            continue
        # A word that stands in copies of one line alone stands nowhere else.
        if doc.vocabulary[whole.lower()] > doc.copies[line.words] or len(line.words_from(place)) < MIN_REST_WORDS:
            continue
        if _is_row(line):
            return
        if (proof := _proof(doc, alt, whole, left, right)) is not None:
            yield place, proof
            return


@once_per_line
def _places(line: Line) -> tuple[int, ...]:
    """Find the places in the first words of a line at which a small letter, a digit or a bracket meets a capital."""
    return tuple(seam.start() for seam in _SEAM.finditer(line.text, 1, min(MAX_ALT_CHARS, len(line.text))))


@once_per_line
def _widgets(line: Line) -> tuple[regex.Match[str], ...]:
    """Find what looks like the label of a widget."""
    return tuple(_WIDGET.finditer(line.text))


def _proof(doc: Document, alt: str, whole: str, left: str, right: str) -> str | None:
    """What proves a seam: the alt text and the halves of its last word stand elsewhere in the text.

    Returns:
        The proof in words; empty if the seam counts only beside others; None if nothing supports it.
    """
    if " " in alt and doc.has_phrase(alt):
        return f"{alt!r} stands elsewhere in the text, {whole!r} does not"
    if not doc.vocabulary[right.lower()]:
        return None
    if " " not in alt:
        common = doc.names[left] > 1 and len(right) <= 3 and doc.vocabulary[right.lower()] > 4
        return f"{left!r} is a name in the text, {right!r} a common word of it" if common else None
    words = _WORD.findall(alt)
    if all(word in doc.names or len(word) < 3 for word in words):
        return f"each word of {alt!r} is a name in the text, {whole!r} is no word of it"
    return "" if any(doc.vocabulary[word.lower()] for word in words if len(word) > 3) else None


def _is_row(line: Line) -> bool:
    """Whether the line is a row of a table with glued cells."""
    seams = len(_SEAM.findall(line.text))
    return seams >= MIN_CELLS and seams * MAX_CELL_WORDS > line.length


_WORD = regex.compile(r"[\w\p{M}]+")


def _around(text: str, place: int) -> tuple[str, str, str]:
    """The word around a place, and its two halves."""
    start = place
    while start and _WORD.fullmatch(text[start - 1]):
        start -= 1
    behind = _WORD.match(text, place)
    end = behind.end() if behind else place
    return text[start:end], text[start:place], text[place:end]
