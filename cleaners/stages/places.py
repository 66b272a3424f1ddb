"""Blocks at places of a site's pages whose texts never vary, as a run or a memory has seen them on its other pages.

The pages of a site are made from templates. Where the very same words stand at the same place of the markup on all pages that
have it, they belong to the template: prompts, notices, boxes between the paragraphs. So fewer pages prove it than where the
words alone are counted.

Goes: what a page always shows at a place, above, below and beside the story. Stays: subheads that a format repeats, datelines,
and whatever stands at a place that varies, such as the paragraphs of the story.
"""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.document import Document
from cleaners.ledger import Finding
from cleaners.line import Line
from cleaners.memory.places import place_grade
from cleaners.memory.site_lines import Grade, shown_site
from cleaners.places import shown_path
from cleaners.rule import Confidence, Rule
from cleaners.stages.habits import is_name, is_template

FAMILY = "places"

FIXED = Rule(
    "SM005", "fixed-place-of-the-site", FAMILY, "At this place of its pages the site always shows these words.", "likely",
    goes="<aside class='letter'>Our letter comes at seven.</aside> (the same on 38 of 38 pages)",
    stays="<h2>What we know so far</h2> between paragraphs",
    weighs=True,
    why="What stands at one place of all pages, and never varies, is the template's. The paragraphs of a story always vary.",
    wrong="A column that opens or closes with the same words, in an element of its own. Ignore the rule for this site.",
    needs="memory",
    line_kind="lead",
)  # fmt: skip
RULES = (FIXED,)


def find(doc: Document) -> Iterator[Finding]:
    """Yield the standing blocks at places whose texts never vary, where a memory knows the site.

    >>> list(find(Document.of("A text has no places.")))
    []
    """
    if doc.memory is None or doc.site is None:
        return
    fixed = {index: grade for index, line in enumerate(doc.lines) if (grade := _grade(line)) >= Grade.SHORT}
    story = [index for index, line in enumerate(doc.lines) if line.is_prose and index not in fixed] if fixed else []
    if not story or is_template(doc):
        return
    for index, grade in fixed.items():
        line = doc.lines[index]
        is_outside = not story[0] < index < story[-1]
        is_dateline = index + 1 == story[0] and is_name(line.text)
        sign: Confidence = "unsure" if is_dateline else _confidence(line, grade, is_outside=is_outside)
        yield line.remove(FIXED, _evidence(line, doc.site), confidence=sign)


def _grade(line: Line) -> Grade:
    """Return what other pages prove of a block by its place."""
    return place_grade(line.markup.place) if line.markup and line.markup.place else Grade.NONE


def _confidence(line: Line, grade: Grade, *, is_outside: bool) -> Confidence:
    """Return how sure it is that a block belongs to the template. Formats repeat subheads, so these stay in the story."""
    if is_outside:
        return "sure" if grade == Grade.SURE else "likely"
    is_heading = line.markup is not None and line.markup.block.heading > 0
    return "likely" if grade >= Grade.INSIDE and not is_heading else "unsure"


def _evidence(line: Line, site: str) -> str:
    """Return the counts of a place as evidence."""
    if line.markup is None or line.markup.place is None:
        return ""
    counts, path = line.markup.place, shown_path(line.markup.block.scope)
    return f"{path} holds the same words on {counts.same} of {counts.documents} pages of {shown_site(site)} that have it"
