"""Embeds: what players, embedded posts and scripts leave when they become text.

Goes: `View this post on Instagram`, `0:00 / 0:00`, `pic.twitter.com/…` after a post's words, `Click to tweet` after a
paragraph, a picture in Markdown, `window.x = {};`. Stays: the words of an embedded post, and by default who posted it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache

import regex

from cleaners.document import Document, once_per_document
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
    is_code=True,
)  # fmt: skip
SCRIPT_PART = Rule(
    "EM007", "script-part", FAMILY, "The line continues code of the page.", "likely",
    goes="cache: true", stays="Cache: a hole in the ice",
    why="The line is part of a script or a style of several lines.",
    wrong="A list of values right below a script.",
    is_code=True,
)  # fmt: skip
RULES = (RESIDUE, BEHIND, POSTER, WORD, PICTURE, SCRIPT, SCRIPT_PART)

MAX_LINE_CHARS = 200
"""Characters of a line, and of the end of a line in which addresses are looked for."""
MAX_SCRIPT_CHARS = 700
"""Characters of a line of code that a phrase matches; a longer one shows what it is by its signs."""
MIN_PROGRAM_LINES = 30
"""Lines of code that are a whole program: then lines with signs of code belong to it also where others part them."""
MIN_PARAGRAPHS = 2
"""Paragraphs beside a whole program; a document with fewer may be the program."""
MIN_CODE_SIGNS = 3
"""Signs of code in a line that no phrase matches."""
MIN_SIGN_SHARE = 0.06
"""Their share of the line's characters; a sentence with a quotation in brackets has about half of it."""
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
    scripts = {w.index: w.phrase.key for w in wordings(doc, FAMILY, (SCRIPT,), MAX_SCRIPT_CHARS)}
    if not scripts or _is_about_code(doc, scripts):
        return
    parts = _parts(doc)
    reached, ahead = set(scripts), list(scripts)
    while ahead:
        index = ahead.pop()
        beside = {index - 1, index + 1} & parts.keys() - reached
        reached |= beside
        ahead += beside
    if len(reached) >= MIN_PROGRAM_LINES:
        reached |= {index for index in parts if _CODE_SIGN.search(doc.lines[index].plain)}
        if sum(line.is_prose for index, line in enumerate(doc.lines) if index not in reached) < MIN_PARAGRAPHS:
            return
    for index in sorted(reached):
        rule = SCRIPT if index in scripts else SCRIPT_PART
        yield doc.lines[index].remove(rule, scripts.get(index) or parts[index])
        if index and index - 1 not in reached:
            yield from _code_at_end(doc.lines[index - 1])


def _code_at_end(line: Line) -> Iterator[Finding]:
    """Yield the beginning of code that is glued to the last sentence of the line above it."""
    code = _CODE_AT_END.search(line.plain)
    if code and line.plain[: code.start()].rstrip().endswith(_ENDS):
        yield line.remove(SCRIPT_PART, "code behind a sentence", start=code.start())


@once_per_document
def _parts(doc: Document) -> dict[int, str]:
    """Find the lines that may continue code, with their evidence: by a phrase, or by their signs."""
    parts = {index: "signs of code" for index, line in enumerate(doc.lines) if _has_code_shape(line.plain)}
    for index, line in doc.candidates(FAMILY):
        if len(line.text) <= MAX_SCRIPT_CHARS and (found := line.match(FAMILY, SCRIPT_PART.code, doc.language)):
            parts[index] = found[0].key
    return parts


def _has_code_shape(text: str) -> bool:
    """Return whether a line has the signs of code: brackets, operators and quotes, as no sentence has so many.

    A line that begins with words of a sentence has code behind them at most.

    >>> [_has_code_shape(text) for text in ("if (image != null)", "e.push(t), s()", "The ferry (“Jane”) sails; nobody waits.")]
    [True, True, False]
    >>> _has_code_shape("The ferry left the quay at nine.if (!a('b')) {c = 'd';")
    False
    """
    signs = len(_CODE_SIGN.findall(text))
    is_dense = signs >= max(MIN_CODE_SIGNS, MIN_SIGN_SHARE * len(text))
    return is_dense and _CODE.search(text) is not None and _SENTENCE_START.match(text) is None


_CODE_SIGN = regex.compile(r"""[{}()\[\];=<>$\\|&*+"'_]""")
_SENTENCE_START = regex.compile(r"(?:[\p{L}\p{M}'’-]+,? ){5}|[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}，、]{10}")
"""Pattern of words as no code begins: five with single blanks, or ten signs of a script without blanks."""
_CODE = regex.compile(r"[{}=<>\\]|\w\(|\);?$")
"""One of the signs that sentences lack: a brace, an operator, or a bracket right behind a name."""


_CODE_AT_END = regex.compile(
    r"(?<!\w)(?:(?:if|for|while|try|!?function)\b[^{}]{0,200}\{|(?:var|let|const) [\w$]{1,40}\s?=[^;]{1,200};"
    r"|(?:window|document)\.[^;{}]{1,200}[;{])$"
)
"""Pattern of code at the end of a line: the beginning of what the lines below continue."""


def _is_about_code(doc: Document, scripts: Collection[int]) -> bool:
    """Return whether a paragraph names a language of the web, or a line announces code.

    Lines of code name such languages as well, and are no paragraphs.
    """
    code = {*scripts, *_parts(doc)}
    for index, line in enumerate(doc.lines):
        if index in code or not line.is_prose:
            continue
        if not CODE_SUBJECTS.isdisjoint(line.words) or (index + 1 in code and line.text.rstrip().endswith((":", "："))):
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
    buttons, longest = _buttons(language)
    if not text[-longest:].lower().endswith(buttons):
        return ()  # as of most lines
    for button in buttons:
        start = len(text) - len(button)
        if start > 1 and text[start:].lower() == button and text[:start].rstrip().endswith(_ENDS):
            return (line.remove(BEHIND, button, start=start),)
    return ()


@cache
def _buttons(language: str | None) -> tuple[tuple[str, ...], int]:
    """Return the words of buttons, and the characters of the longest one."""
    found = tuple(words("button", language))
    return found, max(map(len, found), default=1)


_ENDS = tuple(STOPS + ELLIPSES + QUOTES)
