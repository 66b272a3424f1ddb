"""Where one story of a page ends and the next begins: titles, and the short lines that stand between stories.

Above or below each of its stories, an archive page has the same one to four short lines: a byline, a date, labels. Once,
such a line may belong to the story; at two stories in the same place, it belongs to the page.
"""

from __future__ import annotations

import regex

from cleaners.document import Document, once_per_document
from cleaners.line import Line
from cleaners.matching.phrases import match
from cleaners.text.characters import ends_with_stop
from cleaners.text.iso_dates import iso_date

LEAST_WORDS = 3
NEAR = 4
"""Lines among which a story's running text begins, or has just ended."""
MOST_WORDS = 28
LONGEST = 200
"""Characters."""

LONGEST_LABEL = 160
"""Characters."""
LEAST_LABEL = 4
"""Characters of a label's words, the blank behind them too: "in " is none."""
MOST_LABELS = 4
"""Short lines between two stories."""
LEAST_SEAMS = 2
"""The same place at so many stories."""
HEAD = 2
"""Lines within which the first story's title stands."""
LEAST_STORY = 2
"""More paragraphs than so a story has on average, where only names part the stories: a list of books has one below each."""

LEAST_DATED = 1.5
"""The same where days part the stories: an agenda has one paragraph below each day."""

AGENDA = 6
"""Days, each no earlier than the one above: a page puts its latest story first, an agenda what comes first."""

_NO_TITLE = regex.compile(r"^\s*(?:[-*•·●▪►–—>✳✓✔➤➔◆■□]|\d{1,2}[.)]\s)|[,;:…]$|\.\.\.$")
_CREDIT = regex.compile(r"(?:\p{Lu}[\w.’'-]* ){1,3}\p{Lu}[\w’'-]+/\p{Lu}[\w.]*(?: \p{Lu}\w*){0,2}")
"""Somebody's name, a slash, an agency: who took the picture above the story."""

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
        and not ends_with_stop(text)
        and not _NO_TITLE.search(text)
        and not _CREDIT.fullmatch(text)
        and (text[0].isupper() or not text[0].isalpha() or not text[0].islower())
    )


@once_per_document
def story_seams(doc: Document) -> frozenset[int]:
    """Indexes of the labels above or below the stories of an archive page; empty for a page of one story.

    >>> story = "Frost comes early\\nBy Jane Doe\\n" + "The frost came in the night and took the apples in the valley.\\n" * 3
    >>> sorted(story_seams(Document.of(story * 2, language="en")))
    [1, 6]
    """
    labels = {index: rule for index, line in enumerate(doc.lines) if (rule := label(doc, line))}
    if len(labels) < LEAST_SEAMS:
        return frozenset()
    runs = _runs(sorted(labels))
    above, below = _around_stories(doc, runs, labels)
    dated = [
        seams
        for seams in (above, below)
        if any(_is_dated(run, labels) for run in seams) and _has_stories(doc, seams, LEAST_DATED)
    ]
    if any(_is_agenda(doc, seams) for seams in dated):
        return frozenset()
    if not dated:
        return frozenset(index for seams in (above, below) if _is_headed(doc, seams) for run in seams for index in run)
    found: set[int] = set()
    for seams in dated:
        laid_out = {_kinds(run, labels) for run in seams if _is_dated(run, labels)}
        # Where dates part stories, the same labels part the others, whatever stands around them.
        found.update(index for run in runs if _kinds(run, labels) in laid_out for index in run)
        parts = {kind for kinds in laid_out for kind in kinds}
        found.update(index for run in seams if parts.issuperset(_kinds(run, labels)) for index in run)
    return frozenset(found)


def _around_stories(doc: Document, runs: list[range], labels: dict[int, str]) -> tuple[list[range], list[range]]:
    """The runs of labels that stand above stories, and those that stand below."""
    above: list[range] = []
    below: list[range] = []
    for number, run in enumerate(runs):
        before, after = run.start - 1, run.stop
        if len(run) > MOST_LABELS:
            continue
        following = runs[number + 1].start if number + 1 < len(runs) else len(doc.lines)
        if before < 0:
            if _is_dated(run, labels) and after < len(doc.lines) and _begins_story(doc, after, labels):
                below.append(run)  # the day above the first story stands where those below the others do
        elif is_title_shaped(doc.lines[before]) and prose_near(doc, after, following):
            above.append(run)
        elif prose_near(doc, max(0, before - NEAR + 1)) and (after == len(doc.lines) or _begins_story(doc, after, labels)):
            below.append(run)
    return above, below


def _has_stories(doc: Document, seams: list[range], least: float) -> bool:
    """Whether there are stories enough to part, and text enough in them: an agenda has a line below each day."""
    return len(seams) >= LEAST_SEAMS and sum(line.is_prose for line in doc.lines) > least * len(seams)


def _is_agenda(doc: Document, seams: list[range]) -> bool:
    """Whether the days of the labels go forward."""
    lines = [doc.lines[index] for run in seams for index in run]
    hits = [
        (line, found[1]) for line in lines if line.has_digit and (found := match("dates", "DA001", doc.language, line.plain))
    ]
    if len(hits) < AGENDA:
        return False
    days = [day for line, hit in hits if (day := iso_date(line.plain[slice(*hit.span("date"))], doc.language))]
    return len(set(days)) >= AGENDA and days == sorted(days)


def _is_headed(doc: Document, seams: list[range]) -> bool:
    """The same where nothing is dated: a list of books or games has an introduction above its first title."""
    return _has_stories(doc, seams, LEAST_STORY) and any(is_title_shaped(line) for line in doc.lines[:HEAD])


def _is_dated(run: range, labels: dict[int, str]) -> bool:
    return not _DATING.isdisjoint(_kinds(run, labels))


def _kinds(run: range, labels: dict[int, str]) -> tuple[str, ...]:
    """Which labels stand in a run."""
    return tuple(labels[index] for index in run)


def label(doc: Document, line: Line) -> str | None:
    """The rule whose phrases make the line a label; None for a line that is none."""
    if len(line.text) > LONGEST_LABEL:
        return None
    for family, rule in _LABELS if line.has_digit else _UNDATED:
        if found := match(family, rule, doc.language, line.plain):
            return None if _is_weak(found[1], line.plain) else rule
    return None


def _is_weak(hit: regex.Match[str], text: str) -> bool:
    """Whether no more than a short word without a colon makes the line a label: beside others it may, alone it is a subhead."""
    return bool(hit.groupdict().get("tags")) and hit.start("tags") < LEAST_LABEL and ":" not in text


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


def prose_near(doc: Document, index: int, end: int | None = None) -> bool:
    """Whether running text stands at `index` or soon below: a standfirst, a subhead or a list may stand before it.

    What stands at `end` or below it belongs to the next story.
    """
    return any(line.is_prose for line in doc.lines[index : min(index + NEAR, end or len(doc.lines))])
