"""Embeds: what players, embedded posts and scripts leave when they become text.

Goes: `View this post on Instagram`, `0:00 / 0:00`, `pic.twitter.com/…` after a post's words, `Click to tweet` after a
paragraph, a picture in Markdown, `window.x = {};`. Stays: the words of an embedded post, and by default who posted it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import regex

from cleaners.document import Document
from cleaners.ledger import Finding
from cleaners.line import Line, once_per_line
from cleaners.markdown.inline import is_picture
from cleaners.matching.phrases import words
from cleaners.matching.stock_lines import apart, wordings
from cleaners.rule import Rule
from cleaners.text.characters import ELLIPSES, QUOTES, STOPS

FAMILY = "embeds"

RESIDUE = Rule(
    "EM001", "embed-residue", FAMILY, "The line is what an embedded post or a player leaves behind.", "sure",
    goes="View this post on Instagram", stays="View this post as a warning, the judge wrote.",
    why="The post or the player is lost, and its label and controls remain.",
    wrong="A story on social networks that quotes a label on a line of its own.",
    in_lines=True,
)  # fmt: skip
BEHIND = Rule(
    "EM002", "embed-link", FAMILY, "A picture's address, or a button, stands behind a text.", "sure",
    goes="The ferry sails again. pic.twitter.com/abcDEF1234", stays="The address pic.twitter.com/abcDEF1234 was shared widely.",
    why="The address of a picture says nothing without the picture.",
    wrong="A sentence that ends in the address on purpose.",
)  # fmt: skip
POSTER = Rule(
    "EM003", "post-signature", FAMILY, "The line only says who posted what stands above it, and when.", "likely",
    goes="— Jane Doe (@janedoe) May 6, 2025", stays="— Jane Doe, harbour master",
    why="The signature belongs to an embedded post, and names an account and a day.",
    wrong="A quote with an account as its source. The post's own words always stay.",
    in_lines=True,
)  # fmt: skip
WORD = Rule(
    "EM004", "player-word", FAMILY, "A player's one word, apart from the running text.", "likely",
    goes="Embed", stays="Embed the posts in concrete.",
    why="The word is a button of a player.",
    wrong="A subhead or a poem's line of this one word among other noise.",
)  # fmt: skip
PICTURE = Rule(
    "EM005", "markdown-picture", FAMILY, "The line is a picture in Markdown: its address, and words that describe it.", "sure",
    goes="![The harbour at night](https://example.org/a.jpg)", stays="The signs ![ begin a picture in Markdown.",
    why="Without the picture its address and its description are no part of the story, as on a page.",
    wrong="A text on Markdown that shows a picture on a line of its own.",
)  # fmt: skip
SCRIPT = Rule(
    "EM006", "script-residue", FAMILY, "The line is code of the page: a script, a style, a comment or a shortcode.", "likely",
    goes="googletag.cmd.push(function() {", stays="window shopping",
    why="The code loads a widget or an ad, and stands in the text because a tool took it for words.",
    wrong="A text with code in it that never names a language of the web. Where a paragraph names one, all code stays.",
)  # fmt: skip
SCRIPT_PART = Rule(
    "EM007", "script-part", FAMILY, "The line continues code of the page.", "likely",
    goes="cache: true", stays="Cache: a hole in the ice",
    why="The line is part of a script or a style of several lines.",
    wrong="A list of values right below a script.",
)  # fmt: skip
RULES = (RESIDUE, BEHIND, POSTER, WORD, PICTURE, SCRIPT, SCRIPT_PART)

MAX_LINE_CHARS = 200
"""Characters of a line, and of the end of a line in which addresses are looked for."""
MAX_SCRIPT_CHARS = 700
"""Characters of a line of code; a longer one is a whole program."""
CODE_SUBJECTS = frozenset(
    ("javascript", "css", "html", "jquery", "php", "json", "wordpress", "plugin", "snippet", "typescript", "frontend")
)
"""Words by which a paragraph says that the text is about code, so that code belongs to it."""

_ADDRESSES = regex.compile(r"(?:\s?(?:pic\.twitter\.com/\w{6,14}|https?://t\.co/\w{6,14})){1,4}$")


def find(doc: Document) -> Iterator[Finding]:
    """Yield residue anywhere, addresses and buttons after a text, and single words at the ends of the text.

    >>> doc = Document.of("The ferry sails again. pic.twitter.com/abcDEF1234", language="en")
    >>> [(f.rule, f.text) for f in find(doc)]
    [('EM002', 'pic.twitter.com/abcDEF1234')]
    """
    yield from _scripts(doc)
    found = {w.index: w for w in apart(doc, tuple(wordings(doc, FAMILY, (RESIDUE, POSTER, WORD), MAX_LINE_CHARS)), {WORD})}
    for index, line in enumerate(doc.lines):
        if "](" in line.text and is_picture(line.text):
            yield line.remove(PICTURE, "picture")
        elif index in found:
            yield line.remove(found[index].rule, found[index].phrase.key)
        else:
            yield from _behind(line, doc.language)


def _scripts(doc: Document) -> Iterator[Finding]:
    """Yield lines of code that belong to the page, and the lines beside them that continue it."""
    scripts = {w.index: w for w in wordings(doc, FAMILY, (SCRIPT,), MAX_SCRIPT_CHARS)}
    if not scripts or _is_about_code(doc, scripts):
        return
    parts = {w.index: w for w in wordings(doc, FAMILY, (SCRIPT_PART,), MAX_SCRIPT_CHARS)}
    reached, ahead = set(scripts), list(scripts)
    while ahead:
        index = ahead.pop()
        beside = {index - 1, index + 1} & parts.keys() - reached
        reached |= beside
        ahead += beside
    for index in sorted(reached):
        wording = scripts.get(index) or parts[index]
        yield wording.line.remove(wording.rule, wording.phrase.key)


def _is_about_code(doc: Document, scripts: Collection[int]) -> bool:
    """Return whether a paragraph names a language of the web, or a line announces code."""
    for index, line in enumerate(doc.lines):
        if index in scripts or not line.is_prose:
            continue
        if not CODE_SUBJECTS.isdisjoint(line.words) or (index + 1 in scripts and line.text.rstrip().endswith(":")):
            return True
    return False


@once_per_line
def _behind(line: Line, language: str | None) -> tuple[Finding, ...]:
    """Find what follows a line's last sentence and belongs to an embed."""
    text = line.plain
    posted = "t.co/" in text or "twitter.com/" in text
    if posted and (addresses := _ADDRESSES.search(text, max(0, len(text) - MAX_LINE_CHARS))):
        start = addresses.end() - len(addresses[0].lstrip())
        if start and "twitter.com" in addresses[0]:
            return (line.remove(BEHIND, "picture-address", start=start),)
        return ()
    for button in words("button", language):
        start = len(text) - len(button)
        if start > 1 and text[start:].lower() == button and text[:start].rstrip().endswith(_ENDS):
            return (line.remove(BEHIND, button, start=start),)
    return ()


_ENDS = tuple(STOPS + ELLIPSES + QUOTES)
