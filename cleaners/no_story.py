"""What comes as a text and is none: a missing value, an error page, a wall, HTML. Nothing goes; a person should look.

A page of this kind is no article. A text may be all that there is of a story, so it stays, and the review says why.
"""

from __future__ import annotations

import html
from functools import cache

import regex

from cleaners.matching.phrases import words_everywhere

HTML = "this text looks like HTML"
"""How the review of such a text begins, for whoever counts them."""
_REMEDY = "clean it as a page (clean_html, or bodycopy run --html-field FIELD)"

_FEW = 120
"""Words: an error page's apology is no longer, and neither is a wall's."""
_LINE = 12
"""Words of the line that says so: running text may tell of such a page."""
_LONGEST = 2_000
"""Characters of so many words at most; a longer text is not counted."""
_TAG = regex.compile(
    r"<(/?)(a|article|b|blockquote|body|center|div|em|figure|font|footer|form|h[1-6]|head|header|html|i|iframe|li|main|nav|ol|p|pre"
    r"|script|section|small|span|strong|style|sub|sup|table|tbody|td|th|title|tr|u|ul)\b[^<>]{0,2000}>",
    regex.IGNORECASE,
)
_START = regex.compile(r"\s{0,1000}(?:<!doctype html\b|<\?xml\b|<html\b)", regex.IGNORECASE)
_BREAK = regex.compile(r"<(?:br|img|hr)\b[^<>]{0,2000}>", regex.IGNORECASE)
_BREAKS = 2
"""A line break alone may be a slip of who extracted the text."""


def doubt(text: str) -> str | None:
    """Why a text is probably no story; None where nothing says so.

    >>> doubt("NaN")
    "this text is a placeholder for a missing one ('NaN'): leave such rows out"
    >>> doubt("<p>The ferry left.</p>")
    'this text looks like HTML: clean it as a page (clean_html, or bodycopy run --html-field FIELD)'
    >>> doubt("The ferry left the quay.") is None
    True
    """
    if _looks_like_html(text):
        return f"{HTML}: {_REMEDY}"
    if len(text) > _LONGEST:
        return None
    plain = text.strip()
    if plain.lower() in words_everywhere("missing") or (plain and not regex.search(r"[\p{L}\p{N}\p{So}]", plain)):
        return f"this text is a placeholder for a missing one ({plain[:20]!r}): leave such rows out"
    if found := _wall(plain):
        return f"this text looks like an error or consent page, not a story ({found!r}): fetch the page again"
    return None


def _looks_like_html(text: str) -> bool:
    """Whether an element opens and closes in a text, written as it is or with entities, or a page's first line stands there."""
    if "&lt;" in text:
        text = html.unescape(text)
    if "<" not in text:
        return False
    if _START.match(text) or sum(1 for _ in _BREAK.finditer(text)) >= _BREAKS:
        return True
    tags = {(name.lower(), bool(end)) for end, name in _TAG.findall(text)}
    return any((name, True) in tags for name, end in tags if not end)


def _wall(text: str) -> str | None:
    """The words by which a short text says that it is no story."""
    lines = text.splitlines()
    if sum(len(line.split()) for line in lines) > _FEW:
        return None
    found = (_walls().search(line) for line in lines if len(line.split()) <= _LINE)
    return next((match[0] for match in found if match), None)


@cache
def _walls() -> regex.Pattern[str]:
    wordings = sorted(words_everywhere("walls"), key=lambda wording: (-len(wording), wording))
    return regex.compile(rf"(?<!\w)(?:{'|'.join(map(regex.escape, wordings))})(?!\w)", regex.IGNORECASE)
