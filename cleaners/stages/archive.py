"""Archive pages: one document with several complete stories, each with its title and footer.

Nothing goes. The document is split where a story ends (at its footer, or at a link to the rest of it) and a title follows. A
story that ends in "Read more" is marked as truncated. Stays whole: a long article with subheads.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from operator import attrgetter
from statistics import median

import regex

from cleaners.document import Document
from cleaners.ledger import Capture, Finding, Removal, Split
from cleaners.line import PROSE_WORDS, Line
from cleaners.rule import Rule
from cleaners.stages import bylines, comments, dates, footers, glued, teasers
from cleaners.story_boundaries import MAX_TITLE_WORDS, NEAR, is_title_shaped, label, prose_near

FAMILY = "archive"

STORY = Rule(
    "AR001", "story-start", FAMILY, "Another story begins: the one before has ended, and a title stands here.", "likely",
    goes="(splits) a title below a post's footer", stays="a subhead in one long article",
    why=(
        "An archive page holds several stories. Each becomes an article of its own, with its own title, because a text "
        "that jumps between stories teaches false connections."
    ),
    wrong="A long article whose parts have titles and bylines of their own. Pass `ignore` to keep it in one piece.",
)  # fmt: skip
CUT = Rule(
    "AR002", "story-cut", FAMILY, "The story goes on behind a link.", "sure",
    goes="(marks) … going to war. Read more of this post", stays="a story with a link between its paragraphs",
    why=(
        "The link shows that the story goes on elsewhere. Nothing is removed: the article is marked as truncated, so that "
        "a user can leave it out."
    ),
    wrong="A link to background, at the end of a complete story, that reads like the rest of the story.",
)  # fmt: skip
SEPARATOR = Rule(
    "AR003", "story-separator", FAMILY, "A row of signs parts two stories.", "likely",
    goes="(between stories) * * *", stays="a row of stars between the parts of one story",
    why="The row of signs parts two stories that are articles of their own now.",
    wrong="A row of stars that belongs to the story below it.",
)  # fmt: skip
RULES = (STORY, CUT, SEPARATOR)

MIN_STORY_ENDS = 2
"""Ends of stories from which a document is an archive page; a single footer belongs to a single article."""
MIN_TITLE_SHARE = 0.6
"""The least length of a title inside a run of prose, as a share of the other titles' median length. Subheads are shorter."""
MAX_SEPARATOR_CHARS = 60
"""Characters of a row of signs between two stories."""

_start = attrgetter("start")
_NO_LETTERS = regex.compile(r"[^\p{L}\p{N}]+")
_HEADERS = frozenset(rule.code for rule in (*footers.RULES, bylines.BYLINE, dates.DATE))
_MORE = frozenset({teasers.CONTINUED.code, teasers.CUT_MARK.code})
_FOOTERS = frozenset({footers.PARTED.code, footers.WORDED.code})
_ENDS = _HEADERS | _MORE | {comments.NOTICE.code}


def find(doc: Document) -> Iterator[Finding]:
    """Yield where stories start, and a mark for each story that is cut.

    >>> doc = Document.of("They did not go to war. Read more of this post", language="en")
    >>> link = next(f for f in teasers.find(doc))
    >>> [(f.field, f.value) for f in find(doc.without([link]))]
    [('truncated', 'Read more of this post')]
    """
    signs = [len(line.text) <= MAX_SEPARATOR_CHARS and _NO_LETTERS.fullmatch(line.plain) is not None for line in doc.lines]
    separators = [line for line, parts in zip(doc.lines, signs, strict=True) if parts]
    if separators:
        doc = replace(doc, lines=tuple(line for line, parts in zip(doc.lines, signs, strict=True) if not parts))
    if not doc.lines:
        return
    gaps = _gaps(doc)
    starts = _starts(doc, gaps)
    yield from (Split(STORY.code, doc.lines[index].start) for index in starts)
    if starts:
        yield from (line.remove(SEPARATOR) for line in separators if _parts_stories(doc, line, starts))
    for last in (*(index - 1 for index in starts), len(doc.lines) - 1):
        for removal in gaps[last]:
            if removal.rule in _MORE:
                yield Capture(CUT.code, "truncated", removal.text, removal.start, removal.end)


def _parts_stories(doc: Document, separator: Line, starts: list[int]) -> bool:
    """Whether a row of signs stands directly above a story, or below the last one."""
    below = bisect_right(doc.lines, separator.start, key=_start)
    at = bisect_left(starts, below)
    return below == len(doc.lines) or (at < len(starts) and starts[at] == below)


def _gaps(doc: Document) -> list[list[Removal]]:
    """For each line, the removals between its last standing character and the next line."""
    if not doc.removals:
        return [[] for _ in doc.lines]
    ends = [line.start for line in doc.lines[1:]] + [len(doc.text)]
    return [doc.removed_between(line.end, end) for line, end in zip(doc.lines, ends, strict=True)]


def _starts(doc: Document, gaps: list[list[Removal]]) -> list[int]:
    """The indexes of the lines that begin a story, without the first story's."""
    headed = {i for i in range(len(doc.lines) - 1) if _is_headed(doc, i, gaps[i])}
    listed = len(headed) < MIN_STORY_ENDS  # if footers stand above the stories, a short line before a footer is a title
    ends = [i for i in range(len(doc.lines)) if _ends_story(doc, i, gaps[i], listed=listed)]
    ended = [i + 1 for i in ends if i not in headed and _may_head_story(doc, i + 1)]
    closed = len(ends)
    proven = {*ended, *(headed if len(headed) >= MIN_STORY_ENDS else ())} - {0}
    if not proven or max(closed, len(headed)) < MIN_STORY_ENDS:
        return []
    usual = median(len(doc.lines[i].words) for i in proven)
    alt_texts = {r.start for r in doc.removals if r.rule == glued.ALT_TEXT.code}
    widows = any(_without_widow(doc.lines[i]) for i in proven)
    titles = (i for i in range(1, len(doc.lines) - 1) if _heads_story(doc, i))
    alike = [i for i in titles if i in proven or _looks_alike(doc, i, usual, alt_texts, widows=widows)]
    return sorted({*alike, *_as_laid_out(doc, gaps, proven)})


def _is_headed(doc: Document, index: int, gap: list[Removal]) -> bool:
    """Whether a title stands here, with its byline or date between it and the story."""
    return any(r.rule in _HEADERS for r in gap) and _may_head_story(doc, index)


def _as_laid_out(doc: Document, gaps: list[list[Removal]], proven: set[int]) -> list[int]:
    """Find titles by the page's layout: the same labels stand above or below them as at most of the proven titles.

    A standfirst or a list may follow such a title, and a list may end the story before it.
    """

    def labels(gap: list[Removal], codes: frozenset[str]) -> frozenset[str]:
        return frozenset(removal.rule for removal in gap) & codes

    above = Counter(labels(gaps[i - 1], _ENDS) for i in proven)
    below = Counter(labels(gaps[i], _HEADERS) for i in proven)
    found = []
    for index in range(1, len(doc.lines) - 1):
        if doc.lines[index].is_prose or doc.lines[index].length > MAX_TITLE_WORDS:
            continue  # two words or an exclamation may be a title here, unlike elsewhere
        ends, heads = labels(gaps[index - 1], _ENDS), labels(gaps[index], _HEADERS)
        if not prose_near(doc, index + 1) and (ends | heads).isdisjoint(_FOOTERS):
            continue  # a post may begin with a schedule, and a list of links with a date
        usual = 2 * above[ends] > len(proven) and 2 * below[heads] > len(proven)
        if usual and (ends or heads):
            found.append(index)
    return found


def _ends_story(doc: Document, index: int, gap: list[Removal], *, listed: bool) -> bool:
    """Whether what follows a line stands below stories. With `listed`, a list above a post's footer may end a story."""
    if not gap:
        return False  # as of most lines
    rules = {removal.rule for removal in gap} & _ENDS
    if doc.lines[index].length >= PROSE_WORDS:
        return bool(rules)
    return listed and not rules.isdisjoint(_FOOTERS) and prose_near(doc, max(0, index - NEAR + 1))


def _may_head_story(doc: Document, index: int) -> bool:
    """Whether a title stands here, with no more than a standfirst or a list between it and the running text."""
    if index >= len(doc.lines) - 1 or not is_title_shaped(doc.lines[index]) or not prose_near(doc, index + 1):
        return False
    return label(doc, doc.lines[index]) is None  # a day above a title is no title


def _heads_story(doc: Document, index: int) -> bool:
    return is_title_shaped(doc.lines[index]) and doc.lines[index + 1].is_prose


def _looks_alike(doc: Document, index: int, usual: float, alt_texts: set[int], *, widows: bool) -> bool:
    """Whether a title-shaped line inside a run of prose is a title like the proven ones, and no subhead.

    Two of three signs are enough: it is about as long as they are; a picture stood at its first paragraph, as at theirs; it
    has the no-break space before its last word that blog software puts into titles, as proven ones have (`widows`).
    """
    line, following = doc.lines[index], doc.lines[index + 1]
    signs = (
        len(line.words) >= MIN_TITLE_SHARE * usual,
        any(place in alt_texts for place in range(following.start - 60, following.start)),
        widows and _without_widow(line),
    )
    return sum(signs) >= 2


def _without_widow(line: Line) -> bool:
    """Whether a no-break space joins the last two words."""
    *_, last = line.text.replace(" ", "\n").split("\n")
    return "\xa0" in last
