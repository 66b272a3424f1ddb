"""Newsletters: labels, sign-up prompts and their forms.

Goes: `Sign up for our daily newsletter`, `Thanks for signing up!`, `By signing up, you agree to our terms.`
Stays: a sentence about a newsletter, or about a person who signed up.
"""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.document import Document
from cleaners.ledger import Finding
from cleaners.matching.stock_lines import apart, wordings
from cleaners.rule import Rule

FAMILY = "newsletters"

FORM = Rule(
    "NL001", "newsletter-form", FAMILY, "The line is a label, a field or an answer of a sign-up form.", "sure",
    goes="Thanks for signing up!", stays="Thanks for nothing, she said.",
    why="A sign-up form leaves its labels, fields and answers in the text.",
    wrong="A tutorial on forms that lists these words.",
    line_kind="prompt",
    in_lines=True,
)  # fmt: skip
PROMPT = Rule(
    "NL002", "newsletter-prompt", FAMILY, "The line only asks to sign up for a newsletter, for alerts or for mail.", "likely",
    goes="Sign up for our daily newsletter and never miss a story.", stays="They signed up for the newsletter in May.",
    why="Sites ask for an address below and between stories, in the same words on each page.",
    wrong="A story that recommends a newsletter on a line of its own.",
    line_kind="prompt",
    in_lines=True,
)  # fmt: skip
CONSENT = Rule(
    "NL003", "sign-up-consent", FAMILY, "The line says what a person agrees to by signing up.", "likely",
    goes="By signing up, you agree to our terms and privacy policy.", stays="By signing the treaty, both agreed to a pause.",
    why="The consent belongs to a form that the text has lost.",
    wrong="A story that quotes the terms of a service line by line.",
    line_kind="prompt",
    in_lines=True,
)  # fmt: skip
WORD = Rule(
    "NL004", "newsletter-word", FAMILY, "A sign-up form's one word, apart from the running text.", "likely",
    goes="Newsletters", stays="Newsletters are read in the morning.",
    why="The word is a button or a heading of a form.",
    wrong="A subhead of this one word beside other noise.",
    line_kind="prompt",
)  # fmt: skip
RULES = (FORM, PROMPT, CONSENT, WORD)

MAX_LINE_CHARS = 420
"""Characters; the longest are consents with their clauses."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield forms, prompts and consents anywhere, single words at the ends of the text and beside others of the family.

    >>> doc = Document.of("Jetzt Newsletter abonnieren\\nDer Zug hielt.", language="de")
    >>> [(f.rule, f.text) for f in find(doc)]
    [('NL001', 'Jetzt Newsletter abonnieren')]
    """
    for wording in apart(doc, tuple(wordings(doc, FAMILY, RULES, MAX_LINE_CHARS)), {WORD}):
        yield wording.line.remove(wording.rule, wording.phrase.key)
