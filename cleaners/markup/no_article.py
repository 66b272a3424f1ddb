"""Recognise pages without an article: home pages, search results, error and consent pages, empty shells of scripts; and with
a part of one.

The model always finds a best body. Here few and cautious checks decide whether it is a body at all.
"""

from __future__ import annotations

import re

import numpy as np

from cleaners.markup.block_sums import Bools
from cleaners.markup.features import Evidence
from cleaners.markup.segmenter import Page

_SHORT_BODY_WORDS = 25
"""Words; a shorter body needs other evidence that the page is an article."""
_ERROR_PAGE_WORDS = 120
"""Words; the apology of an error page is shorter."""
_ERROR = re.compile(
    r"\b(?:40[134]|50[0234])\b|not found|nicht gefunden|introuvable|no encontrad|non trovat|access denied|forbidden"
    r"|are you (?:a )?(?:human|robot)|captcha|just a moment|attention required|enable javascript"
    r"|javascript is (?:disabled|required)"
    r"|page unavailable|something went wrong|before you continue|cookie[- ](?:consent|settings|policy)|subscribe to continue",
    re.IGNORECASE,
)
ERROR = "this looks like an error or consent page"
LISTED = "this looks like a list of stories, not a story"
SEVERAL = "the page calls itself one of several, so the story may go on elsewhere"
_PAGES = re.compile(
    r"\W*(?:page|seite|página|pagina|pàgina|strona|stránka|strana|stranica|страница|сторінка|sayfa|trang|sida|side|sivu|oldal"
    r"|halaman|σελίδα|صفحة|صفحه)\s+\d{1,2}\s*(?:/|of|von|van|de|di|sur|z|ze|av|af|od|от|из|з|від|dari|από|من|از)\s*\d{1,2}\W*"
    r"|\W*第\s*\d{1,2}\s*[页頁ページ]+\W*[共全]\s*\d{1,2}\s*[页頁ページ]+\W*",
    re.IGNORECASE,
)
_MAX_PAGES_CHARS = 30
_PAGES_NEAR = 4
"""Blocks above and below the body among which its page's number stands."""
_MIN_TEASERS = 5
"""Linked headings with a line or two under each that make a list of stories."""
_TEASER_SHARE = 0.6
"""Share of the running text in these lines above which the page is such a list."""
_LINES_OF_TEASER = 2
_LINKED_HEADING_SHARE = 0.8
"""Share of a heading's characters in links above which it leads to another page."""
_NO_HEADING = 99
"""Lines since a linked heading, where there was none."""
_MAX_TITLE_CHARS = 200


def reason(page: Page, evidence: Evidence, keep: Bools) -> str | None:
    """Say why a page has no article.

    Args:
        page: The page.
        evidence: The features of its blocks.
        keep: Which blocks the model keeps.

    Returns:
        A clause; None if the page has an article.
    """
    kept = [block for block, kept in zip(page.blocks, keep.tolist(), strict=True) if kept]
    words = sum(max(block.text.count(" ") + 1, len(block.text) // 8) for block in kept)
    prose = int((evidence.prose & keep).sum())
    declared = page.declared.article or any(block.scope.articles for block in kept)
    if not kept:
        return "no block of this page reads like a story"
    if words < _SHORT_BODY_WORDS and not prose and not declared:
        return "what could be a body is too short to be one"
    if is_error(page, words):
        return ERROR
    if not page.declared.article and _is_teaser_list(page, evidence, keep):
        return LISTED
    return None


def is_one_of_several(page: Page, keep: Bools) -> bool:
    """Tell whether a page says beside its body that it is one of several (`Page 1 of 8`)."""
    kept = np.flatnonzero(keep)
    if not len(kept):
        return False
    near = page.blocks[max(0, kept[0] - _PAGES_NEAR) : kept[-1] + 1 + _PAGES_NEAR]
    return any(len(block.text) <= _MAX_PAGES_CHARS and _PAGES.fullmatch(block.text) for block in near)


def is_error(page: Page, words: int) -> bool:
    """Return whether the title of a page with so many words in its body apologises, or asks for consent."""
    headings = " ".join(block.text[:100] for block in page.blocks if block.heading == 1)
    title = " ".join(page.declared.titles[:2])[:_MAX_TITLE_CHARS] + " " + headings[:_MAX_TITLE_CHARS]
    return words < _ERROR_PAGE_WORDS and _ERROR.search(title) is not None and not page.declared.article


def _is_teaser_list(page: Page, evidence: Evidence, keep: Bools) -> bool:
    """Tell whether most of the body is a line or two under each of many linked headings."""
    under = headings = total = 0
    since = _NO_HEADING
    for block, kept, prose in zip(page.blocks, keep.tolist(), evidence.prose.tolist(), strict=True):
        if block.heading:
            linked = block.link_chars > _LINKED_HEADING_SHARE * len(block.text)
            since = 0 if linked else _NO_HEADING
            headings += linked
        elif kept or prose:
            size = len(block.text)
            total += size
            since += 1
            if since <= _LINES_OF_TEASER:
                under += size
    return headings >= _MIN_TEASERS and total > 0 and under > _TEASER_SHARE * total
