"""Where one story of a page ends and the next begins: titles, and the short lines that stand between stories.

Above or below each of its stories, an archive page has the same one to four short lines: a byline, a date, labels. Once,
such a line may belong to the story; at two stories in the same place, it belongs to the page.
"""

from __future__ import annotations

import regex

from cleaners.document import Document, Line
from cleaners.phrasebook import match

LEAST_WORDS = 3
NEAR = 4
"""Lines among which a story's running text begins, or has just ended."""
MOST_WORDS = 28
LONGEST = 200
"""Characters."""

LONGEST_LABEL = 160
"""Characters."""
MOST_LABELS = 4
"""Short lines between two stories."""
LEAST_SEAMS = 2
"""The same place at so many stories."""
HEAD = 2
"""Lines within which the first story's title stands."""
LEAST_STORY = 2
"""Paragraphs a story has on average, where only names part the stories: lists of books have one below each author."""

_NO_TITLE = regex.compile(r"^\s*(?:[-*•·●▪►–—>]|\d{1,2}[.)]\s)|[,;:…]$|\.\.\.$")
_STOPS = (".", "。", "।", "۔")

# Family and rule of the phrases that make a short line a label.
_LABELS = (("dates", "DA001"), ("dates", "DA002"), ("footers", "PF002"), ("bylines", "BY001"), ("footers", "PF001"))
_UNDATED = tuple(entry for entry in _LABELS if entry[1] not in ("DA001", "PF002"))
_DATING = frozenset({"DA001", "DA002", "PF002"})


def is_title_shaped(line: Line) -> bool:
    """Whether a line could be a headline: short, no sentence, no list item, no lead-in to what follows.

    A question or an exclamation may be one; a full stop ends a sentence.
    """
    text = line.plain
    return (
        len(line.words) >= LEAST_WORDS
        and line.length <= MOST_WORDS
        and len(text) <= LONGEST
        and not text.rstrip("\"'”’»›)").endswith(_STOPS)
        and not _NO_TITLE.search(text)
        and (text[0].isupper() or not text[0].isalpha() or not text[0].islower())
    )


def story_seams(doc: Document) -> frozenset[int]:
    """Indexes of the labels above or below the stories of an archive page; empty for a page of one story.

    >>> story = "Frost comes early\\nBy Jane Doe\\n" + "The frost came in the night and took the apples in the valley.\\n" * 2
    >>> sorted(story_seams(Document.of(story * 2, language="en")))
    [1, 5]
    """
    labels = {index: rule for index, line in enumerate(doc.lines) if (rule := label(doc, line))}
    if len(labels) < LEAST_SEAMS:
        return frozenset()
    above: list[range] = []
    below: list[range] = []
    runs = _runs(sorted(labels))
    for run in runs:
        before, after = run.start - 1, run.stop
        if len(run) > MOST_LABELS or before < 0:
            continue
        if is_title_shaped(doc.lines[before]) and prose_near(doc, after):
            above.append(run)
        elif prose_near(doc, max(0, before - NEAR + 1)) and (after == len(doc.lines) or _begins_story(doc, after, labels)):
            below.append(run)
    prose = sum(line.is_prose for line in doc.lines)
    headed = any(is_title_shaped(line) for line in doc.lines[:HEAD])  # a list of books or games has an introduction
    found: set[int] = set()
    for seams in (above, below):
        dated = any(labels[index] in _DATING for run in seams for index in run)
        if len(seams) >= LEAST_SEAMS and (dated or (headed and prose >= LEAST_STORY * len(seams))):
            laid_out = {kinds for run in seams if _DATING.intersection(kinds := _kinds(run, labels))}
            # Where dates part stories, the same labels part the others, whatever stands around them.
            found.update(index for run in runs if run in seams or _kinds(run, labels) in laid_out for index in run)
    return frozenset(found)


def _kinds(run: range, labels: dict[int, str]) -> tuple[str, ...]:
    """Which labels stand in a run."""
    return tuple(labels[index] for index in run)


def label(doc: Document, line: Line) -> str | None:
    """The rule whose phrases make the line a label; None for a line that is none."""
    if len(line.text) > LONGEST_LABEL or line.is_settled:
        return None
    rules = _LABELS if line.has_digit else _UNDATED
    return next((rule for family, rule in rules if match(family, rule, doc.language, line.plain)), None)


def _runs(indexes: list[int]) -> list[range]:
    """Neighbouring indexes, together."""
    runs: list[range] = []
    for index in indexes:
        if runs and runs[-1].stop == index:
            runs[-1] = range(runs[-1].start, index + 1)
        else:
            runs.append(range(index, index + 1))
    return runs


def _begins_story(doc: Document, index: int, labels: dict[int, str]) -> bool:
    """Whether a title stands at `index`, and running text below it and its own labels."""
    below = next((i for i in range(index + 1, len(doc.lines)) if i not in labels), len(doc.lines))
    return is_title_shaped(doc.lines[index]) and prose_near(doc, below)


def prose_near(doc: Document, index: int) -> bool:
    """Whether running text stands at `index` or soon below: a standfirst, a subhead or a list may stand before it."""
    return any(line.is_prose for line in doc.lines[index : index + NEAR])
