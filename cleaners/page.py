"""Page input: a page as a document, whose lines are the blocks of its visible text.

The page is parsed once. Each line has its block and the verdict on it, on which the stage `extraction` acts like any other
stage. Nothing is removed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from cleaners.document import Document
from cleaners.ledger import Repair
from cleaners.line import Line
from cleaners.markup import fragments
from cleaners.markup.annotation import Markup, Verdict
from cleaners.markup.blocks import Block
from cleaners.markup.classifier import Judgement, judge, judge_fragment
from cleaners.markup.resolved_metadata import resolve_metadata
from cleaners.markup.segmenter import Page, read_page
from cleaners.metadata import Facts
from cleaners.repair import repair
from cleaners.text.decoding import decode
from cleaners.text.tokens import BLANKS

_DECLARED = re.compile(rb"""(?:charset|encoding)\s{0,9}=\s{0,9}["']?\s{0,9}([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
_MAX_HEAD_BYTES = 4096
"""Bytes at the beginning of a page in which its encoding is declared. Browsers read 1,024, but real pages put scripts first."""

_SUPERSETS = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "tis-620": "cp874",
}
"""Names of encodings that pages use for a larger one; browsers read them as these."""


def page_text(page: str | bytes, declared: str | None = None) -> str:
    """Return the source of a page as a string.

    Args:
        page: the source.
        declared: an encoding that came with the bytes, in an HTTP header. It precedes what the page itself declares.

    Raises:
        UnreadableDocument: the bytes are not a text.
    """
    if isinstance(page, str):
        return page
    found = _DECLARED.search(page[:_MAX_HEAD_BYTES])
    name = declared or (found[1].decode("ascii") if found else None)
    return decode(page, _SUPERSETS.get(name.lower(), name) if name else None).text


def page_document(source: str, *, url: str | None = None) -> tuple[Document, tuple[Repair, ...]]:
    """Return a page, or the content of an article without a page around it, as a document, and the repairs of its visible text.

    >>> document, _ = page_document("<nav><a href='/'>Home</a></nav><p>The train stopped.</p>")
    >>> document.text
    'Home\\nThe train stopped.'
    """
    source = fragments.prepared(source)
    page = read_page(source)
    is_fragment = fragments.is_fragment(source, page)
    # Before the verdict, which removes from the tree what the vote does not read. A day in the words of a story is not its own.
    facts = resolve_metadata(page, url, look_for_date=not is_fragment)
    return judged_document(page, (judge_fragment if is_fragment else judge)(page), facts, url)


def judged_document(page: Page, judgement: Judgement, facts: Facts, url: str | None) -> tuple[Document, tuple[Repair, ...]]:
    """Return the document of a page whose blocks have their verdicts, and the repairs of its text."""
    text, repairs = repair(page.text, wraps=None)
    lines = tuple(_lines(text, page.blocks, judgement.verdicts))
    known = replace(facts, review=judgement.review, doubt=judgement.doubt, signals=judgement.signals)
    return Document(text, lines, url=url, facts=known), repairs


def _lines(text: str, blocks: Iterable[Block], verdicts: Iterable[Verdict]) -> Iterable[Line]:
    """Yield the lines of the text, each with its block. Repairs change no line ends, so every block has its line."""
    if not text:
        return
    start = 0
    for line, block, verdict in zip(text.split("\n"), blocks, verdicts, strict=True):
        if left := line.strip(BLANKS):
            first = start if len(left) == len(line) else start + line.index(left[0])
            yield Line(((first, first + len(left)),), left, Markup(block, verdict, start))
        start += len(line) + 1
