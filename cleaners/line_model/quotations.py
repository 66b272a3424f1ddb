"""Lines in which somebody else speaks: quotations on lines of their own, and embedded posts, by their sign or their script.

They differ from the story in all that a model sees, and belong to it nonetheless.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import regex

from cleaners.document import Document
from cleaners.line import Line
from cleaners.text.characters import IDEOGRAPHIC, INDIC, SYLLABIC_SCRIPTS

MAX_QUOTED_LINES = 12
"""Lines of one quotation, at most: a sign that nothing closes must not protect the rest of a text."""

_OPENS = regex.compile(r'^["“”„«»「『]')
_CLOSES = regex.compile(r'["“”»«」』][.,;!?…]{0,3}$')
_SIGNED = regex.compile(r"[—–-]\s?\P{Ll}[^()]{1,60}\(@\w{1,30}\)")
"""How an embedded post is signed: `… — Jane Doe (@janedoe) June 16, 2020`."""
_SCRIPTS = tuple(
    regex.compile(f"[{characters}]")
    for characters in (
        r"\p{Latin}", r"\p{Cyrillic}", r"\p{Greek}", r"\p{Arabic}", r"\p{Hebrew}", r"\p{Hangul}", r"\p{Georgian}",
        r"\p{Armenian}", r"\p{Ethiopic}", IDEOGRAPHIC, SYLLABIC_SCRIPTS, INDIC,
    )
)  # fmt: skip
_LATIN = 0
_NOT_LATIN = re.compile("[^\0-\u036f\u2000-\u20ff]")
"""Pattern of all characters of the other scripts, and of some signs and rare Latin letters. Most lines have none of them."""
_SAMPLE_CHARS = 2000
"""Characters of running text that show the script of a text."""


def quotations(doc: Document) -> set[int]:
    """Find the lines in which somebody else speaks, by index.

    >>> text = "He wrote on Monday:\\n\\"The ferry is late\\nand nobody knows why\\"\\nThe quay was empty."
    >>> sorted(quotations(Document.of(text)))
    [1, 2]
    """
    signed = (index for index, line in enumerate(doc.lines) if "(@" in line.text and _SIGNED.search(line.text))
    return {*_quoted(doc.lines), *_foreign(doc.lines), *signed}


def _quoted(lines: Sequence[Line]) -> list[int]:
    """Find the lines from one that a quotation mark opens to the one that it closes."""
    found: list[int] = []
    start = None
    for index, line in enumerate(lines):
        if _OPENS.search(line.text):
            start = index
        if start is not None and _CLOSES.search(line.text, 1):
            found += range(start, index + 1)
            start = None
        elif start is not None and index - start >= MAX_QUOTED_LINES - 1:
            start = None
    return found


def _foreign(lines: Sequence[Line]) -> list[int]:
    """Find the lines in another script than the running text has. Latin is everybody's: names, addresses, labels of a site."""
    others = [index for index, line in enumerate(lines) if not line.text.isascii() and _NOT_LATIN.search(line.text)]
    if not others:
        return []
    own = _script("\n".join(line.text for line in lines if line.is_prose)[:_SAMPLE_CHARS])
    return [index for index in others if _script(lines[index].text) not in (own, _LATIN, None)]


def _script(text: str) -> int | None:
    """Return the number of the script that most letters of a text have; None for a text without letters."""
    if text.isascii():
        return _LATIN
    counts = Counter({number: len(script.findall(text)) for number, script in enumerate(_SCRIPTS)})
    number, count = counts.most_common(1)[0]
    return number if count else None
