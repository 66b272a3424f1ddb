"""Pages without an article: home pages, search results, error and consent pages, bare shells of scripts.

The model always finds a best body; whether it is one at all is asked here, with few and cautious questions.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from cleaners.markup.features import Evidence
from cleaners.markup.segmenter import Page

_FEW = 25  # words: a body this short needs proof that the page is an article
_SHORT = 120  # words: an error page's apology is no longer
_ERROR = re.compile(
    r"\b(?:40[134]|50[0234])\b|not found|nicht gefunden|introuvable|no encontrad|non trovat|access denied|forbidden"
    r"|are you (?:a )?(?:human|robot)|captcha|just a moment|attention required|enable javascript"
    r"|javascript is (?:disabled|required)"
    r"|page unavailable|something went wrong|before you continue|cookie[- ](?:consent|settings|policy)|subscribe to continue",
    re.IGNORECASE,
)
LISTED = "this looks like a list of stories, not a story"
_TEASERS = 5  # linked headings with a line or two under each make a list of stories
_TEASER_SHARE = 0.6


def reason(page: Page, proof: Evidence, keep: npt.NDArray[np.bool_]) -> str | None:
    """Why there is no article here, or None."""
    kept = [block for block, kept in zip(page.blocks, keep.tolist(), strict=True) if kept]
    words = sum(max(block.text.count(" ") + 1, len(block.text) // 8) for block in kept)
    prose = int((proof.prose & keep).sum())
    said = page.meta.article or any(block.scope.articles for block in kept)
    if not kept:
        return "no block of this page reads like a story"
    if words < _FEW and not prose and not said:
        return "what could be a body is too short to be one"
    title = " ".join(page.meta.titles[:2])[:200] + " " + " ".join(b.text[:100] for b in page.blocks if b.heading == 1)[:200]
    if words < _SHORT and _ERROR.search(title) and not page.meta.article:
        return "this looks like an error or consent page"
    if not page.meta.article and _teasers(page, proof, keep):
        return LISTED
    return None


def _teasers(page: Page, proof: Evidence, keep: npt.NDArray[np.bool_]) -> bool:
    """Is most of the would-be body a line or two under each of many linked headings?"""
    under = headings = total = 0
    since = 99
    for block, kept, prose in zip(page.blocks, keep.tolist(), proof.prose.tolist(), strict=True):
        if block.heading:
            linked = block.link_chars > 0.8 * len(block.text)
            since = 0 if linked else 99
            headings += linked
        elif kept or prose:
            size = len(block.text)
            total += size
            since += 1
            if since <= 2:
                under += size
    return headings >= _TEASERS and total > 0 and under > _TEASER_SHARE * total
