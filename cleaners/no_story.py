"""Texts that are probably no story: a missing value, an error page, a consent page, HTML.

Nothing is removed from them, because a text may be all that there is of a story. The review says why a person should look.
"""

from __future__ import annotations

import html
from functools import cache

import regex

from cleaners.disk_cache import compiled
from cleaners.matching.phrases import words_everywhere

HTML = "this text looks like HTML"
"""How the review of such a text begins; runs count these."""
_REMEDY = "clean it as a page (clean_html, or bodycopy run --html-field FIELD)"

_MAX_WORDS = 120
"""Words of an error page or a consent page, at most."""
_MAX_LINE_WORDS = 12
"""Words of the line that shows it, at most; running text may be about such a page."""
_MAX_CHARS = 2_000
"""Characters of `_MAX_WORDS` words, at most; the words of a longer text are not counted."""
_TAG = compiled(
    r"<(/?)(a|article|b|blockquote|body|center|div|em|figure|font|footer|form|h[1-6]|head|header|html|i|iframe|li|main|nav|ol|p|pre"
    r"|script|section|small|span|strong|style|sub|sup|table|tbody|td|th|title|tr|u|ul)\b[^<>]{0,2000}>",
    regex.IGNORECASE,
)
_START = regex.compile(r"\s{0,1000}(?:<!doctype html\b|<\?xml\b|<html\b)", regex.IGNORECASE)
_BREAK = regex.compile(r"<(?:br|img|hr)\b[^<>]{0,2000}>", regex.IGNORECASE)
_MIN_BREAKS = 2
"""Void elements from which on a text is HTML; a single line break may have been left by mistake."""


def doubt(text: str) -> str | None:
    """Return why a text is probably no story; None where nothing shows it.

    >>> doubt("NaN")
    "this text is a placeholder for a missing one ('NaN'): leave such rows out"
    >>> doubt("<p>The ferry left.</p>")
    'this text looks like HTML: clean it as a page (clean_html, or bodycopy run --html-field FIELD)'
    >>> doubt("The ferry left the quay.") is None
    True
    """
    if _looks_like_html(text):
        return f"{HTML}: {_REMEDY}"
    if len(text) > _MAX_CHARS:
        return None
    plain = text.strip()
    if plain.lower() in words_everywhere("missing") or (plain and not regex.search(r"[\p{L}\p{N}\p{So}]", plain)):
        return f"this text is a placeholder for a missing one ({plain[:20]!r}): leave such rows out"
    if found := _wall(plain):
        return f"this text looks like an error or consent page, not a story ({found!r}): fetch the page again"
    return None


def _looks_like_html(text: str) -> bool:
    """Return whether a text has an element that opens and closes, escaped or not, or begins as a page does."""
    if "&lt;" in text:
        text = html.unescape(text)
    if "<" not in text:
        return False
    if _START.match(text) or sum(1 for _ in _BREAK.finditer(text)) >= _MIN_BREAKS:
        return True
    tags = {(name.lower(), bool(end)) for end, name in _TAG.findall(text)}
    return any((name, True) in tags for name, end in tags if not end)


def _wall(text: str) -> str | None:
    """Return the words that show a short text to be an error page or a consent page; None without any."""
    lines = text.splitlines()
    if sum(len(line.split()) for line in lines) > _MAX_WORDS:
        return None
    found = (_walls().search(line) for line in lines if len(line.split()) <= _MAX_LINE_WORDS)
    return next((match[0] for match in found if match), None)


@cache
def _walls() -> regex.Pattern[str]:
    """Return a pattern for the wordings of error pages and consent pages in all languages."""
    wordings = sorted(words_everywhere("walls"), key=lambda wording: (-len(wording), wording))
    return regex.compile(rf"(?<!\w)(?:{'|'.join(map(regex.escape, wordings))})(?!\w)", regex.IGNORECASE)
