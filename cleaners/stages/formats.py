"""Headlines of texts whose site always begins with one, as a run or a memory has seen on its other documents.

A short first line that ends in no full stop may be the headline, a kicker or a standfirst, and nothing around it says which.
A scraper treats all texts of a site alike. So where nearly all of them begin with such a line, it is the headline.

Goes to metadata: the first line of such a text. Stays: a longer line, which may be a standfirst, a line above another short
one, the first line of texts of which only some begin so, a place and a day, and what the site's texts share.
"""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.document import Document
from cleaners.knowledge import Knowledge
from cleaners.ledger import Finding
from cleaners.line import Line
from cleaners.matching.phrases import book, pattern
from cleaners.memory.segments import segment_frequency
from cleaners.memory.site_lines import Grade, grade, shown_site
from cleaners.memory.text_form import HEADLINE_FORM, begins_with_headline, is_form_of_site
from cleaners.rule import Rule
from cleaners.stages.habits import is_name

FAMILY = "formats"

HEADLINE = Rule(
    "SM006", "headline-of-the-format", FAMILY, "Nearly all texts of the site begin with a headline; it is metadata.", "likely",
    goes="Trains stop for a tree (195 of 210 texts of the site begin with such a line)", stays="a standfirst of twenty words",
    weighs=True,
    why="The headline is metadata, kept as `title`. One text does not show that its first line is one, its site's texts do.",
    wrong="A site all of whose texts begin with a short standfirst without a full stop. Ignore the rule for this site.",
    needs="memory",
    line_kind="byline",
)  # fmt: skip
RULES = (HEADLINE,)


def find(doc: Document) -> Iterator[Finding]:
    """Yield the first line where it is shaped as a headline and the texts of its site begin so.

    >>> list(find(Document.of("Without a memory, nothing is known of a site.")))
    []
    """
    if doc.memory is None or doc.site is None or doc.is_page or doc.is_part or not begins_with_headline(doc.lines[:2]):
        return
    frequency = doc.memory.frequency(doc.site, HEADLINE_FORM)
    if frequency is None or not is_form_of_site(frequency):
        return
    line = doc.lines[0]
    if book(doc.language).first(line.possible(doc.language), line.plain):
        return  # a credit, a byline or a label, about which its own rule decides
    if _is_dateline(line, doc.language) or _is_section(line, doc.memory, doc.site):
        return
    yield line.remove(
        HEADLINE, f"{frequency.documents} of {frequency.of} texts of {shown_site(doc.site)} begin with a headline"
    )
    if not any(capture.field == "title" for capture in doc.captures):
        yield line.capture(HEADLINE, "title", line.text)


def _is_dateline(line: Line, language: str | None) -> bool:
    """Return whether a line is a day and nothing else but names, as a dateline is."""
    day = pattern(r"(?:{{date}})", language).search(line.plain) if line.has_digit else None
    return day is not None and is_name(f"{line.plain[: day.start()]} {line.plain[day.end() :]}")


def _is_section(line: Line, memory: Knowledge, site: str) -> bool:
    """Return whether other texts of the site have the same line: a section or a series, which the stage `habits` judges."""
    frequency = segment_frequency(memory, site, line.plain)
    return frequency is not None and grade(frequency) >= Grade.SHORT
