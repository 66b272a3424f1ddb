"""Walls and notices: subscriptions, log-ins, cookies, browsers, errors, and the words of a page's controls.

Goes: `Subscribe to continue reading`, `We use cookies …`, `Loading...`, `Please enable JavaScript`.
Stays: a sentence about cookies, subscribers or a person's error.
"""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.document import Document
from cleaners.ledger import Finding
from cleaners.matching.stock_lines import apart, wordings
from cleaners.rule import Rule

FAMILY = "paywalls"

WALL = Rule(
    "PW001", "paywall-notice", FAMILY, "The line only says that the story is for subscribers, or how to become one.", "sure",
    goes="Subscribe to continue reading", stays="Subscribers to the theatre pay less.",
    why="The notice is about access to the page. It often marks where a story is cut.",
    wrong="A story on paywalls that quotes one on a line of its own.",
    line_kind="prompt",
    in_lines=True,
)  # fmt: skip
COOKIES = Rule(
    "PW002", "cookie-notice", FAMILY, "The line belongs to a notice about cookies or to their list.", "likely",
    goes="We use cookies to improve your experience.", stays="We bake cookies in December.",
    why="The notice is about the page's storage, in the same words on each page of a site.",
    wrong="A guide to consent banners that quotes one.",
    line_kind="prompt",
    in_lines=True,
)  # fmt: skip
NOTICE = Rule(
    "PW003", "interface-notice", FAMILY, "The line is a message of the page or the browser: an error, a log-in.", "sure",
    goes="Please enable JavaScript in your browser.", stays="An error occurred in the count, the mayor said.",
    why="The message is about the browser or the page, not about the world.",
    wrong="A story on computer errors that lists messages.",
    line_kind="prompt",
)  # fmt: skip
WORD = Rule(
    "PW004", "control-word", FAMILY, "A control's one word, apart from the running text.", "likely",
    goes="Log in", stays="Log in the fire",
    why="The word is a button or a field of the page.",
    wrong="A subhead of this one word beside other noise.",
    line_kind="prompt",
)  # fmt: skip
RULES = (WALL, COOKIES, NOTICE, WORD)

MAX_LINE_CHARS = 900
"""Characters; notices about cookies are long."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield notices anywhere, single words at the ends of the text and beside notices.

    >>> doc = Document.of("Dieser Artikel ist nur für Abonnenten.\\nDer Zug hielt.", language="de")
    >>> [(f.rule, f.text) for f in find(doc)]
    [('PW001', 'Dieser Artikel ist nur für Abonnenten.')]
    """
    for wording in apart(doc, tuple(wordings(doc, FAMILY, RULES, MAX_LINE_CHARS)), {WORD}):
        yield wording.line.remove(wording.rule, wording.phrase.key)
