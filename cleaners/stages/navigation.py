"""Navigation: skip links, breadcrumbs, tags, section names, tables of contents.

Goes: `Skip to main content`, `Home > News > Politics`, `Filed under: Politics`, the lines under `Table of contents` that
stand again below, a run of tags in small letters below a sign-off. Goes apart from the running text: `Politics`. Stays: a
subhead, a sentence about tags, a list that ends the story.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

from cleaners.document import Document, once_per_document
from cleaners.ledger import Finding, Removal
from cleaners.line import Line
from cleaners.matching.phrases import words
from cleaners.matching.stock_lines import Wording, apart, wordings
from cleaners.rule import Rule, rule_of
from cleaners.text.characters import LEAD_INS, ends_with_stop

FAMILY = "navigation"

LINK = Rule(
    "NV001", "navigation-link", FAMILY, "The line only moves about the page or the site.", "sure",
    goes="Skip to main content", stays="Skip the main course, she said.",
    why="The link moves to another place on the page or the site, and leads nowhere in a text.",
    wrong="A manual of a website that lists its links.",
    line_kind="navigation",
)  # fmt: skip
TRAIL = Rule(
    "NV002", "breadcrumb", FAMILY, "The line is the path from the front page to this one.", "sure",
    goes="Home > News > Politics", stays="Home is where the harbour is.",
    why="The path is the same for all stories of a section.",
    wrong="A path of menus in instructions for a program.",
    line_kind="navigation",
)  # fmt: skip
TAGS = Rule(
    "NV003", "tags", FAMILY, "The line only files the story under its subjects.", "likely",
    goes="Filed under: Politics, Harbours", stays="Filed under protest, the suit failed.",
    why="Subjects are metadata, kept as `tags`. As text they teach a model to end stories with lists.",
    wrong="A line of a glossary or an index that begins like a list of tags.",
    line_kind="navigation",
)  # fmt: skip
SECTION = Rule(
    "NV004", "section-word", FAMILY, "A section's name, apart from the running text.", "likely",
    goes="Politics", stays="Politics is a trade, she said.",
    why="The name of a section is the same on all pages of the section.",
    wrong="A subhead of this one word at an end of the text or beside other noise.",
    line_kind="navigation",
)  # fmt: skip
CONTENTS = Rule(
    "NV005", "table-of-contents", FAMILY, "The line names a subhead that stands again below.", "likely",
    goes="(below “Table of contents”) What the islanders say", stays="What the islanders say",
    why="The line repeats a subhead that the text has as well.",
    wrong="A list that announces topics on purpose. Its entries stand again as subheads, so little is lost.",
    line_kind="navigation",
)  # fmt: skip
TAG_RUN = Rule(
    "NV006", "run-of-tags", FAMILY,
    "The last lines are tags: a few words each, all in small letters, below the sign-off.", "likely",
    goes="(below the sign-off of a story) harbour ferries", stays="harbour ferries",
    why="Extractors put each link to a subject on a line of its own, below the sign-off.",
    wrong="A list in small letters that an author has put below the sign-off.",
    confirms=False,
    line_kind="navigation",
)  # fmt: skip
RULES = (LINK, TRAIL, TAGS, SECTION, CONTENTS, TAG_RUN)

MAX_LINE_CHARS = 200
"""Characters; a list of tags is long."""
MAX_ENTRY_CHARS = 140
"""Characters of an entry in a table of contents."""
MIN_ENTRIES = 2
"""Entries that stand again below; a single one may be chance."""
MIN_TAGS = 2
"""Tags of a run; a single line may be the rest of a sentence."""
MAX_TAG_WORDS = 6
"""Words of a tag."""

_NUMBER = regex.compile(r"^(?:[-–•*·]|\d{1,2}(?:\.\d{1,2}){0,3}[.)]?)\s{1,4}")


def find(doc: Document) -> Iterator[Finding]:
    """Yield links and paths anywhere, tags and section names apart from the running text, and tables of contents.

    >>> doc = Document.of("Tags: harbour, ferry\\nThe train stopped.", language="en")
    >>> [f.value for f in find(doc) if hasattr(f, "value")]
    ['harbour, ferry']
    """
    for wording in apart(doc, tuple(wordings(doc, FAMILY, (LINK, TRAIL, TAGS, SECTION), MAX_LINE_CHARS)), {TAGS, SECTION}):
        yield wording.line.remove(wording.rule, wording.phrase.key)
        yield from _tags(wording)
    heads = words("contents", doc.language)
    for index, line in enumerate(doc.lines):
        if len(line.text) <= MAX_ENTRY_CHARS and _title(line) in heads:
            entries = _entries(doc, index + 1)
            if len(entries) >= MIN_ENTRIES:
                yield line.remove(CONTENTS, "head")
                yield from (entry.remove(CONTENTS, f"under {line.text}") for entry in entries)
    run = _run_of_tags(doc)
    for line in run:
        yield line.remove(TAG_RUN, f"{len(run)} lines below a sign-off")
        yield line.capture(TAG_RUN, "tags", line.text)


def _run_of_tags(doc: Document) -> list[Line]:
    """Return the last lines of a document if they are tags, right below a sign-off that went already.

    Other noise shows nothing: a credit or an advertisement also stands inside a story, above its own list.
    """
    start = len(doc.lines)
    while start > doc.last_prose + 1 and _is_tag(doc.lines[start - 1]):
        start -= 1
    run = list(doc.lines[start:])
    if not 0 < start <= len(doc.lines) - MIN_TAGS or sum(line.has_digit for line in run) * 2 > len(run):
        return []
    above = doc.lines[start - 1]
    if above.plain.endswith(tuple(LEAD_INS)):  # the story announces a list
        return []
    return run if any(_is_signature(removal) for removal in doc.removed_between(above.end, run[0].start)) else []


def _is_signature(removal: Removal) -> bool:
    rule = rule_of(removal.rule)
    return rule is not None and rule.line_kind == "signature"


def _is_tag(line: Line) -> bool:
    text = line.text
    return text.islower() and text[0].isalpha() and len(line.words) <= MAX_TAG_WORDS and not line.is_item and text[-1].isalnum()


def _tags(wording: Wording) -> Iterator[Finding]:
    if wording.hit.groupdict().get("tags"):
        start, end = wording.hit.span("tags")
        yield wording.line.capture(wording.rule, "tags", wording.line.text[start:end], start=start, end=end)


def _entries(doc: Document, start: int) -> list[Line]:
    """The lines from `start` on that stand again further below as subheads, without number and bullet."""
    again, lines = _last_places(doc), doc.lines
    end, last_copy = start, 0
    while end < len(lines):
        line = lines[end]
        place = again.get(_title(line), 0)
        if (line.is_prose and ends_with_stop(line.plain)) or len(line.text) > MAX_ENTRY_CHARS or place <= end:
            break
        end, last_copy = end + 1, max(last_copy, place)
    # Between subheads stands the story; between the lines of a song or a recipe that repeat, nothing does.
    return list(lines[start:end]) if any(lines[at].is_prose for at in range(end, last_copy)) else []


@once_per_document
def _last_places(doc: Document) -> dict[str, int]:
    """Give the last index of each line that may be an entry, by what `_title` leaves of it."""
    return {_title(line): index for index, line in enumerate(doc.lines) if len(line.text) <= MAX_ENTRY_CHARS}


def _title(line: Line) -> str:
    return str(_NUMBER.sub("", line.plain)).strip(" .:").lower()
