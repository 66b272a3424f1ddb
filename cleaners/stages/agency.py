"""Agencies: sign-offs of reporters and editors, and the agencies and sources named below a story.

Goes to metadata: `(Reporting by Jane Doe; Editing by John Davison)`, `mit dpa`, `(AFP)` alone on a line.
Goes as the last line: `***`, `Ends`, `(abc)`.
Captured, and left in the text by default: `(AFP)` at the end of the last paragraph.
Stays: the dateline, a sentence about an agency.
"""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.document import Document
from cleaners.ledger import Capture, Finding
from cleaners.line import PROSE_WORDS, Line
from cleaners.matching.entry_lists import is_in_list
from cleaners.matching.phrases import match
from cleaners.rule import Rule
from cleaners.story_boundaries import is_last
from cleaners.text.characters import ELLIPSES, QUOTES, STOPS

FAMILY = "agency"

SIGN_OFF = Rule(
    "AG001", "sign-off", FAMILY, "The line only names who reported, wrote, translated or edited the story.", "sure",
    goes="(Reporting by Jane Doe; Editing by John Davison)", stays="Editing by hand takes a day.",
    why=(
        "Agencies sign a story off with its reporters and editors. The names are metadata, kept as `editors`, and would "
        "teach a model to end stories with names."
    ),
    wrong="A list of contributors that is itself the content, as in the imprint of a magazine.",
    line_kind="signature",
    in_lines=True,
)  # fmt: skip
AGENCY = Rule(
    "AG002", "agency-line", FAMILY, "The line only names the agency that the story, or a part of it, came from.", "likely",
    goes="With files from The Associated Press", stays="With friends from Reuters he went fishing.",
    why="A line that only names a source is metadata, kept as `agency`.",
    wrong="A list of agencies, or a quiz about them, with one name on each line.",
    line_kind="signature",
)  # fmt: skip
TRAILING = Rule(
    "AG003", "trailing-agency", FAMILY, "An agency's name in brackets stands behind the last paragraph.", "unsure",
    goes="The ferry will sail again on Monday if the wind allows it, the harbour master said. (AFP)",
    stays="The ferry will sail again on Monday, said Agence France-Presse (AFP).",
    why=(
        "The agency at the end of the last paragraph is metadata, kept as `agency`. It is part of a paragraph, so it only "
        "goes on request."
    ),
    wrong=(
        "An abbreviation in brackets that belongs to the last sentence. The policy `trailing-agencies` decides for all "
        "documents."
    ),
    line_kind="signature",
)  # fmt: skip
END_MARK = Rule(
    "AG004", "end-mark", FAMILY, "The last line only marks the end of the text, by signs, a word or initials.", "likely",
    goes="-ends-", stays="Ends meet at last.",
    why="Newsrooms close a text with a row of signs, a word or the initials of its writers. It is no part of the story.",
    wrong="A poem or a chat whose last line is such a sign or word.",
    confirms=False,
    line_kind="signature",
)  # fmt: skip
RULES = (SIGN_OFF, AGENCY, TRAILING, END_MARK)

MAX_LINE_CHARS = 300
"""Characters; the longest sign-offs name a dozen people."""
MAX_TRAIL_CHARS = 60
"""Characters of an agency's name in brackets at the end of a paragraph."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield sign-offs anywhere, agencies alone on a line, and what stands at the end: a mark, or an agency in brackets.

    >>> doc = Document.of("Der Zug hielt.\\n(mit dpa)", language="de")
    >>> [(f.rule, f.text) for f in find(doc) if hasattr(f, "text")]
    [('AG002', '(mit dpa)')]
    """
    known = {index for index, _ in doc.candidates(FAMILY)}
    for index, line in enumerate(doc.lines):
        short = index in known and len(line.text) <= MAX_LINE_CHARS and index not in doc.halves
        if short and (found := line.match(FAMILY, SIGN_OFF.code, doc.language)) and not is_in_list(doc, index, 1):
            yield line.remove(SIGN_OFF, found[0].key)
            yield signature(line)
        elif short and (found := line.match(FAMILY, AGENCY.code, doc.language)):
            yield line.remove(AGENCY, found[0].key)
            yield line.capture(AGENCY, "agency", line.text.strip(_BRACKETS))
        elif is_last(doc, index) and (found := line.match(FAMILY, END_MARK.code, doc.language)):
            yield line.remove(END_MARK, found[0].key)
        elif index >= doc.last_prose:
            yield from _behind(doc, line)


def signature(line: Line, start: int = 0, end: int | None = None) -> Capture:
    """Return the capture of who signed a story off, in a line or in `text[start:end]` of it."""
    return line.capture(SIGN_OFF, "editors", line.text[start:end].strip(_BRACKETS), start=start, end=end)


def _behind(doc: Document, line: Line) -> Iterator[Finding]:
    """Yield the agency in brackets after a paragraph's last sentence."""
    text = line.plain
    place = max(text.rfind(" ("), text.rfind(" [")) + 1
    if len(text) - place > MAX_TRAIL_CHARS or line.length < PROSE_WORDS or text[:place].rstrip()[-1:] not in _ENDS:
        return
    if found := match(FAMILY, AGENCY.code, doc.language, text, place):
        yield line.remove(TRAILING, found[0].key, start=place)
        yield line.capture(TRAILING, "agency", line.text[place:].strip(_BRACKETS), start=place)


_BRACKETS = "()[] "
_ENDS = tuple(STOPS + ELLIPSES + QUOTES)
