"""Fragments: the content of an article as content systems and feeds give it, without a page around it.

Nothing around the story has to be told from it, so what the markup does not mark as something else is the story.
"""

from __future__ import annotations

import html
import re

import numpy as np

from cleaners.markup.block_sums import Bools
from cleaners.markup.blocks import Block
from cleaners.markup.marks import Mark
from cleaners.markup.segmenter import Page

_OF_PAGES = re.compile(r"<(?:!doctype|head|title|meta|link|base|frameset|nav|main|header|footer)\b", re.IGNORECASE)
"""What a page has and a fragment has not."""
_TAG = re.compile(r"<[a-z!/]", re.IGNORECASE)
_ESCAPED_TAG = re.compile(r"&lt;(?:p|div|br|h[1-6]|ul|ol|li|a|b|strong|em|i|span|figure|img|blockquote|table)\b", re.IGNORECASE)
_BLOCK_TAG = re.compile(
    r"<(?:p|div|br|h[1-6]|ul|ol|li|dl|table|blockquote|article|section|figure|pre|html|body)\b", re.IGNORECASE
)
_CDATA = re.compile(r"\A\s*<!\[CDATA\[(.*)\]\]>\s*\Z", re.DOTALL)
_BLANK_LINES = re.compile(r"\n[ \t\r]*\n\s*")
_MAX_LINKED_SHARE = 0.5
"""Share of the characters in links above which a source is a list of links, and judged like a page."""
_LINKED_SHARE = 0.8
"""Share of a block's characters in links above which it may lead to another story."""
_OTHER = (
    Mark.HIDDEN | Mark.FALLBACK | Mark.NAV | Mark.MENU | Mark.FORM | Mark.BUTTON | Mark.FOOTER | Mark.FIGCAPTION | Mark.CAPTION
    | Mark.RELATED | Mark.SHARE | Mark.NEWSLETTER | Mark.PAYWALL | Mark.COMMENT | Mark.AUTHOR | Mark.ADVERT | Mark.CONSENT
    | Mark.MODAL | Mark.DIALOG | Mark.SIDE | Mark.TAGS | Mark.DATE | Mark.PRODUCT | Mark.EMBED | Mark.CONTENTS
)  # fmt: skip
"""Places of which the model decides whether they are the story."""


def prepared(source: str) -> str:
    """Return a source as markup: without a frame of CDATA, and with tags that were escaped or that blank lines stand for.

    >>> prepared("&lt;p&gt;The ferry left.&lt;/p&gt;")
    '<p>The ferry left.</p>'
    >>> prepared("The <b>ferry</b> left.\\n\\nIt came back.")
    'The <b>ferry</b> left.<br><br>It came back.'
    """
    if framed := _CDATA.match(source):
        source = framed[1]
    if not _TAG.search(source) and _ESCAPED_TAG.search(source):
        source = html.unescape(source)
    if "\n" in source and not _BLOCK_TAG.search(source):
        source = _BLANK_LINES.sub("<br><br>", source.strip())
    return source


def is_fragment(source: str, page: Page) -> bool:
    """Return whether a source is the content of an article: it has tags, but none of a page, and is no list of links."""
    if _OF_PAGES.search(source) or not _TAG.search(source):
        return False
    chars = sum(len(block.text) for block in page.blocks)
    return sum(block.link_chars for block in page.blocks) <= _MAX_LINKED_SHARE * chars


def story(page: Page) -> Bools:
    """Return which blocks of a fragment are the story, whatever the model says."""
    return np.fromiter(map(_is_story, page.blocks), np.bool_, len(page.blocks))


def _is_story(block: Block) -> bool:
    return not block.inside(_OTHER) and block.link_chars <= _LINKED_SHARE * len(block.text)
