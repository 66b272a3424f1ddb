"""Sharing: buttons around a story, and prompts to follow the site on social networks.

Goes: `Share this article`, `Facebook Twitter LinkedIn`, `Follow us on Twitter`. Goes apart from the running text: `Share`.
Stays: a sentence about what people share or whom they follow, a subhead of one word.
"""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.document import Document
from cleaners.ledger import Finding
from cleaners.matching.phrases import match
from cleaners.matching.stock_lines import apart, wordings
from cleaners.rule import Rule

FAMILY = "share"

BUTTON = Rule(
    "SH001", "share-button", FAMILY, "The line only asks to share, send, save or print the story.", "sure",
    goes="Share this article", stays="They share this house with two friends.",
    why="The button shares or saves the page, and does nothing in a text.",
    wrong="A story on social networks that lists buttons.",
    line_kind="prompt",
    in_lines=True,
)  # fmt: skip
FOLLOW = Rule(
    "SH002", "follow-prompt", FAMILY, "The line only asks to follow someone on a social network.", "likely",
    goes="Follow us on Twitter", stays="Follow the river to its mouth.",
    why="The prompt is about the site's accounts, in the same words on each page.",
    wrong="A story that recommends an account on a line of its own.",
    line_kind="prompt",
    in_lines=True,
)  # fmt: skip
WORD = Rule(
    "SH003", "share-word", FAMILY, "A button's one word, apart from the running text.", "likely",
    goes="WhatsApp", stays="WhatsApp was down for an hour.",
    why="The word is a button.",
    wrong="A list of services that is the content, beside other noise.",
    line_kind="prompt",
)  # fmt: skip
RULES = (BUTTON, FOLLOW, WORD)

MAX_LINE_CHARS = 200
"""Characters; a prompt names a few networks and a reason at most."""
MAX_LINK_WORDS, MAX_JOINT_CHARS = 2, 4
"""Words of a link on a line of its own, and characters of `and` between two of them."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield buttons and prompts anywhere, single words at the ends of the text and beside other buttons.

    >>> doc = Document.of("Diesen Artikel teilen\\nDer Zug hielt.", language="de")
    >>> [(f.rule, f.text) for f in find(doc)]
    [('SH001', 'Diesen Artikel teilen')]
    """
    split = dict(_split(doc))
    for index, key in split.items():
        yield doc.lines[index].remove(FOLLOW, key)
    for wording in apart(doc, tuple(wordings(doc, FAMILY, RULES, MAX_LINE_CHARS)), {WORD}):
        if wording.index not in split:
            yield wording.line.remove(wording.rule, wording.phrase.key)


def _split(doc: Document) -> Iterator[tuple[int, str]]:
    """Yield the lines of prompts whose links stand on lines of their own, each as its index and the phrase's key.

    Behind `Follow The Example on` stand the names of services, and at most a short word between them.
    """
    lines = doc.lines
    short = (index for index, line in doc.candidates(FAMILY) if line.length <= MAX_LINK_WORDS)
    links = {index for index in short if lines[index].match(FAMILY, WORD.code, doc.language)}
    for start in sorted(index - 1 for index in links if index and index - 1 not in links):
        end = start + 1
        for index in range(start + 1, len(lines)):
            if index in links:
                end = index + 1
            elif len(lines[index].plain) > MAX_JOINT_CHARS:
                break
        prompt = " ".join(line.plain for line in lines[start:end])
        if len(prompt) <= MAX_LINE_CHARS and (found := match(FAMILY, FOLLOW.code, doc.language, prompt)):
            yield from ((index, found[0].key) for index in range(start, end))
