"""Story boundaries: where one story of a page ends and the next begins.

An archive page has the same one to four short lines above or below each of its stories: a byline, a date, labels. A line that
stands once may belong to its story; lines at the same place of two stories belong to the page. These lines are called labels
here, and labels side by side are a run.
"""

from __future__ import annotations

import regex

from cleaners.disk_cache import compiled
from cleaners.document import Document, once_per_document
from cleaners.line import Line, once_per_line
from cleaners.matching.phrases import book
from cleaners.text.characters import ends_with_stop
from cleaners.text.iso_dates import iso_date

MIN_TITLE_WORDS = 3
"""Words of a headline, at least."""
NEAR = 4
"""Lines below a boundary within which the running text of a story begins, or above it within which one ends."""
MAX_TITLE_WORDS = 28
"""Words of a headline, at most."""
MAX_TITLE_CHARS = 200
"""Characters of a headline, at most."""
MAX_LABEL_CHARS = 160
"""Characters of a label, at most."""
MIN_LABEL_CHARS = 4
"""Characters of the words of a label, with the space behind them, at least: `in ` is none."""
MAX_RUN_LINES = 4
"""Labels between two stories, at most."""
MIN_BOUNDARIES = 2
"""Stories of a page that have labels at the same place, at least."""
HEAD_LINES = 2
"""Lines within which the title of the first story stands."""
MIN_PARAGRAPHS = 2
"""Paragraphs that a story has on average, more than these, where only names separate the stories: a list of books has one below
each name."""
MIN_DATED_PARAGRAPHS = 1.5
"""The same where days separate the stories: an agenda has one paragraph below each day."""
MIN_TOLD, MIN_TOLD_WORDS = 3, 100
"""Paragraphs, and words in them, with which enough of a story stands above a line that may be its end."""
MIN_AGENDA_DAYS = 6
"""Days, none earlier than the one above it, from which on a page is an agenda. A page of stories has the latest one first."""

_NO_TITLE = compiled(r"^\s*(?:[-*•·●▪►–—>✳✓✔➤➔◆■□]|\d{1,2}[.)]\s)|[,;:…]$|\.\.\.$")
_CREDIT = compiled(r"(?:\p{Lu}[\w.’'-]* ){1,3}\p{Lu}[\w’'-]+/\p{Lu}[\w.]*(?: \p{Lu}\w*){0,2}")
"""Pattern of a name, a slash and an agency: the credit of the picture above a story."""

_LABELS = (("dates", "DA001"), ("dates", "DA002"), ("footers", "PF002"), ("bylines", "BY001"), ("footers", "PF001"))
"""Family and rule of the phrases that make a short line a label."""
_UNDATED = tuple(entry for entry in _LABELS if entry[1] not in ("DA001", "PF002"))
_DATING = frozenset({"DA001", "DA002", "PF002"})


@once_per_line
def is_title_shaped(line: Line) -> bool:
    """Return whether a line may be a headline: short, no sentence, no list item, no lead-in to what follows.

    Headlines may end with a question or an exclamation mark, but not with a full stop.
    """
    text = line.plain
    return (
        len(line.words) >= MIN_TITLE_WORDS
        and line.length <= MAX_TITLE_WORDS
        and len(text) <= MAX_TITLE_CHARS
        and not ends_with_stop(text)
        and not _NO_TITLE.search(text)
        and not _CREDIT.fullmatch(text)
        and (text[0].isupper() or not text[0].isalpha() or not text[0].islower())
    )


@once_per_document
def boundary_labels(doc: Document) -> frozenset[int]:
    """Return the indexes of the labels above or below the stories of an archive page; none for a page of one story.

    >>> story = "Frost comes early\\nBy Jane Doe\\n" + "The frost came in the night and took the apples in the valley.\\n" * 3
    >>> sorted(boundary_labels(Document.of(story * 2, language="en")))
    [1, 6]
    """
    labelled = doc.fitting(book(doc.language).of(_LABELS))
    labels = {index: rule for index, line in labelled if (rule := label(doc, line))}
    if len(labels) < MIN_BOUNDARIES:
        return frozenset()
    runs = _runs(sorted(labels))
    above, below = _around_stories(doc, runs, labels)
    dated = [
        boundaries
        for boundaries in (above, below)
        if any(_is_dated(run, labels) for run in boundaries) and _has_stories(doc, boundaries, MIN_DATED_PARAGRAPHS)
    ]
    if any(_is_agenda(doc, boundaries) for boundaries in dated):
        return frozenset()
    if not dated:
        return frozenset(
            index for boundaries in (above, below) if _is_headed(doc, boundaries) for run in boundaries for index in run
        )
    found: set[int] = set()
    for boundaries in dated:
        laid_out = {_kinds(run, labels) for run in boundaries if _is_dated(run, labels)}
        # Where dates separate stories, the same labels separate the others, whatever stands around them.
        found.update(index for run in runs if _kinds(run, labels) in laid_out for index in run)
        parts = {kind for kinds in laid_out for kind in kinds}
        found.update(index for run in boundaries if parts.issuperset(_kinds(run, labels)) for index in run)
    return frozenset(found)


def _around_stories(doc: Document, runs: list[range], labels: dict[int, str]) -> tuple[list[range], list[range]]:
    """Return the runs of labels that stand above stories, and those that stand below."""
    above: list[range] = []
    below: list[range] = []
    for number, run in enumerate(runs):
        before, after = run.start - 1, run.stop
        if len(run) > MAX_RUN_LINES:
            continue
        following = runs[number + 1].start if number + 1 < len(runs) else len(doc.lines)
        if before < 0:
            if _is_dated(run, labels) and after < len(doc.lines) and _begins_story(doc, after, labels):
                below.append(run)  # the day above the first story is at the place of those below the others
        elif is_title_shaped(doc.lines[before]) and prose_near(doc, after, following):
            above.append(run)
        elif prose_near(doc, max(0, before - NEAR + 1)) and (after == len(doc.lines) or _begins_story(doc, after, labels)):
            below.append(run)
    return above, below


def _has_stories(doc: Document, boundaries: list[range], least: float) -> bool:
    """Return whether there are several stories with more than `least` paragraphs on average."""
    return len(boundaries) >= MIN_BOUNDARIES and sum(line.is_prose for line in doc.lines) > least * len(boundaries)


def _is_agenda(doc: Document, boundaries: list[range]) -> bool:
    """Return whether the days of the labels go forward, as they do in an agenda."""
    lines = [doc.lines[index] for run in boundaries for index in run]
    hits = [(line, found[1]) for line in lines if line.has_digit and (found := line.match("dates", "DA001", doc.language))]
    if len(hits) < MIN_AGENDA_DAYS:
        return False
    days = [day for line, hit in hits if (day := iso_date(line.plain[slice(*hit.span("date"))], doc.language))]
    return len(set(days)) >= MIN_AGENDA_DAYS and days == sorted(days)


def _is_headed(doc: Document, boundaries: list[range]) -> bool:
    """Return whether there are stories below undated labels; a list of books or games has no title in its first lines."""
    return _has_stories(doc, boundaries, MIN_PARAGRAPHS) and any(is_title_shaped(line) for line in doc.lines[:HEAD_LINES])


def _is_dated(run: range, labels: dict[int, str]) -> bool:
    """Return whether a run holds a day."""
    return not _DATING.isdisjoint(_kinds(run, labels))


def _kinds(run: range, labels: dict[int, str]) -> tuple[str, ...]:
    """Return the rules of the labels in a run."""
    return tuple(labels[index] for index in run)


def label(doc: Document, line: Line) -> str | None:
    """Return the code of the rule whose phrases make the line a label; None for a line that is no label."""
    known, possible = book(doc.language), line.possible(doc.language)
    if not possible or len(line.text) > MAX_LABEL_CHARS or not possible & known.of(_LABELS):
        return None
    for family, rule in _LABELS if line.has_digit else _UNDATED:
        if possible & known.of(((family, rule),)) and (found := line.match(family, rule, doc.language)):
            return None if _is_weak(found[1], line.plain) else rule
    return None


def _is_weak(hit: regex.Match[str], text: str) -> bool:
    """Return whether only a short word without a colon makes the line a label: it may as well be a subhead."""
    return bool(hit.groupdict().get("tags")) and hit.start("tags") < MIN_LABEL_CHARS and ":" not in text


def _runs(indexes: list[int]) -> list[range]:
    """Return ranges of neighbouring indexes."""
    runs: list[range] = []
    for index in indexes:
        if runs and runs[-1].stop == index:
            runs[-1] = range(runs[-1].start, index + 1)
        else:
            runs.append(range(index, index + 1))
    return runs


def _begins_story(doc: Document, index: int, labels: dict[int, str]) -> bool:
    """Return whether a title stands at `index`, with running text below it and its labels."""
    below = next((i for i in range(index + 1, len(doc.lines)) if i not in labels), len(doc.lines))
    return is_title_shaped(doc.lines[index]) and prose_near(doc, below)


def prose_near(doc: Document, index: int, end: int | None = None) -> bool:
    """Return whether running text stands within `NEAR` lines from `index` on: a standfirst, a subhead or a list may precede it.

    Lines at `end` and below belong to the next story.
    """
    return any(line.is_prose for line in doc.lines[index : min(index + NEAR, end or len(doc.lines))])


def is_below_story(doc: Document, index: int) -> bool:
    """Return whether a line stands below the last paragraph. Where no line is running text, no line stands below it."""
    return index > doc.last_prose >= 0


def is_last(doc: Document, index: int) -> bool:
    """Return whether a line is the last one that stands, below the last paragraph."""
    return index == len(doc.lines) - 1 and is_below_story(doc, index)


def enough_told(doc: Document) -> int:
    """Return the offset of the paragraph with which enough of a story stands above to look for its end below.

    A count of comments, an agency or an editor may stand above a story as well as below it.

    Returns:
        The paragraph's first offset; the length of the text where so much of a story never stands.
    """
    words = 0
    for number, line in enumerate((line for line in doc.lines if line.is_prose), 1):
        words += line.length
        if number >= MIN_TOLD and words >= MIN_TOLD_WORDS:
            return line.start
    return len(doc.text)
