"""Appeals: donations, support, apps, broadcasts, affiliate notes, calls for tips and corrections, addresses of authors.

Goes: `Support independent journalism with a donation.`, `Download our app`, `We may earn a commission from links.`
Stays: a sentence about donors, an app or a commission.
"""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.document import Document
from cleaners.ledger import Finding
from cleaners.matching.stock_lines import Wording, wordings
from cleaners.rule import Rule
from cleaners.story_boundaries import is_below_story, is_last

FAMILY = "appeals"

SUPPORT = Rule(
    "AP001", "support-appeal", FAMILY, "The line only asks to support the site with money or a membership.", "likely",
    goes="Support independent journalism with a donation.", stays="Support for the harbour grew in May.",
    why="Sites ask for money below and between stories. The same sentences stand on each of their pages.",
    wrong="A story that ends in an appeal for donations to those whom it is about.",
    line_kind="prompt",
    in_lines=True,
)  # fmt: skip
APP = Rule(
    "AP002", "app-promotion", FAMILY, "The line only asks to get the site's app.", "sure",
    goes="CLICK HERE TO GET THE EXAMPLE APP", stays="The app tells when the ferry leaves.",
    why="Sites ask their readers to get the app. The link behind the words is lost.",
    wrong="A review of an app that has such a call on a line of its own.",
    line_kind="prompt",
    in_lines=True,
)  # fmt: skip
BROADCAST = Rule(
    "AP003", "broadcast-note", FAMILY, "The line only says where and when the story was on air.", "likely",
    goes="Watch the full interview tonight at 9 p.m. on Example TV.", stays="Watch the harbour tonight, she said.",
    why="Broadcasters announce a programme below a story. The hour has passed and the programme is not part of the text.",
    wrong="A programme guide, in which such lines are the content.",
    line_kind="prompt",
    in_lines=True,
)  # fmt: skip
AFFILIATE = Rule(
    "AP004", "affiliate-note", FAMILY, "The line only says that links may earn the site money.", "likely",
    goes="We may earn a commission from links on this page.", stays="She may earn a commission from each sale.",
    needs_company=True,
    why="The notice is about the site's income, not about the story.",
    wrong="A story on affiliate links that quotes a notice on a line of its own.",
    line_kind="prompt",
)  # fmt: skip
FEEDBACK = Rule(
    "AP005", "feedback-appeal", FAMILY, "The line only asks readers for tips, corrections or an opinion.", "likely",
    goes="Spotted an error? Tell us.", stays="Do you have a story to tell? he asked.",
    needs_company=True,
    why="The line asks for messages to the newsroom and stands on each page of a site.",
    wrong="A column that closes with a question to its readers.",
    line_kind="prompt",
)  # fmt: skip
CONTACT = Rule(
    "AP006", "contact-line", FAMILY, "A line below the story only says how to reach its author or the newsroom.", "likely",
    goes="Contact Jane Doe at jane.doe@example.org", stays="To book a place, write to mail@example.org by Friday.",
    why="The address or the account of an author stands below each of the author's stories, and is a person's data.",
    wrong="A notice of an event that ends in an address alone.",
    confirms=False,
    line_kind="prompt",
)  # fmt: skip
RULES = (SUPPORT, APP, BROADCAST, AFFILIATE, FEEDBACK, CONTACT)
_ANYWHERE = (SUPPORT, APP, BROADCAST, AFFILIATE, FEEDBACK)

MAX_LINE_CHARS = 300
"""Characters; a longer line is an essay on the site's income."""
LAST_LINES = 3
"""Lines at the end among which an address stands by itself, though a note on the author may follow it. As many lines stand
between it and the first paragraph."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield lines that hold only an appeal or a note of the site about itself, and below the story an address alone.

    >>> doc = Document.of("Fehler gefunden? Jetzt melden.\\nDer Zug hielt.", language="de")
    >>> [(f.rule, f.text) for f in find(doc)]
    [('AP005', 'Fehler gefunden? Jetzt melden.')]
    """
    for wording in wordings(doc, FAMILY, (CONTACT,), MAX_LINE_CHARS):
        if _closes(doc, wording):
            yield wording.line.remove(wording.rule, wording.phrase.key)
    for wording in wordings(doc, FAMILY, _ANYWHERE, MAX_LINE_CHARS):
        yield wording.line.remove(wording.rule, wording.phrase.key)


def _closes(doc: Document, wording: Wording) -> bool:
    """Return whether a contact line stands below the story. Above a day, an account alone is that of an embedded post."""
    if wording.line.plain.startswith("@"):
        return is_last(doc, wording.index)
    near_end = doc.first_prose + LAST_LINES < wording.index >= len(doc.lines) - LAST_LINES
    return near_end or is_below_story(doc, wording.index)
