"""Boxes of other purposes: readers' comments, offers of newsletters, notices on consent and authors' notes.

The model weighs each paragraph of such a box by its wording, and a comment reads like a story. What the element around it is
called says more, unless most of the body stands in elements of that name: a commentary is no comment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import regex

from cleaners.markup.block_sums import Bools, running
from cleaners.markup.blocks import HEADINGS, Scope
from cleaners.markup.features import Evidence
from cleaners.markup.segmenter import Page

_COMMENTS = "readers' comments"
_AUTHOR = "a note on an author"
_PURPOSES = (
    (_COMMENTS, r"(?:user |reader )?comments?(?: \w+)?|comment ?(?:list|body|text|content|thread)|disqus(?: thread)?"),
    ("an offer of a newsletter", r"news ?letters?(?: \w+)?|mailing list(?: \w+)?|news ?letter ?(?:form|sign ?up|box|widget)"),
    (
        "a notice on consent",
        r"(?:cookies?|privacy|consent|gdpr|ccpa) (?:banner|bar|notice|modal|pop ?up|overlay|box|dialog|layer|settings|consent)"
        r"|onetrust|cookiebot|didomi",
    ),
    (
        _AUTHOR,
        r"(?:post |article )?(?:author|writer|contributor) ?(?:bio|biography|box|info|card|details?|description|profile)",
    ),
)
"""What boxes are for, in the words of a reason, and what they are called: words of a class or id, in lower case. The marks of
elements (marks.py) know more words, and some of these name sections of stories: discussion, subscribers, cookies, profile."""
_NAMED = tuple((purpose, regex.compile(rf"\b(?:{names})\b")) for purpose, names in _PURPOSES)
_BREAKS = regex.compile(r"(?<=[a-z])(?=[A-Z])|[^A-Za-z]+")
_TEXT_TAGS = frozenset(["p", "a", "span", *HEADINGS])
"""Elements whose names often come from their text."""
_MAX_SHARE = 0.6
"""Share of the body's words in one box, or in all boxes of one purpose, from which on they are what the page is about."""
_MAX_NOTE_SHARE = 0.35
"""The same for notes on authors, which are short; a portrait of a writer is longer."""
_STORY_WORDS = 100
"""Words of running text above the first comment that make a story by themselves, however long the comments are."""
_MAX_NAME_CHARS = 300
_VOTED = 0.5
"""Share of a block's characters from which on trafilatura took it."""


def outside(page: Page, evidence: Evidence, keep: Bools) -> Iterator[tuple[int, str]]:
    """Yield the kept blocks that stand in boxes beside the story, and what these boxes are for.

    Args:
        page: The page.
        evidence: The features of its blocks.
        keep: Which blocks are kept.
    """
    sizes = evidence.row("words")
    words, story = running(sizes * keep), running(sizes * evidence.prose * (evidence.votes > _VOTED))
    kept = words.tolist()  # an element without a kept block decides nothing
    named = [(scope, names) for scope in page.scopes if kept[scope.end] > kept[scope.start] and (names := _purposes(scope))]
    for purpose, _ in _PURPOSES:
        below = int(np.searchsorted(story, _STORY_WORDS)) if purpose == _COMMENTS else len(keep)
        inside = _inside([scope for scope, purposes in named if purpose in purposes], words, below) & keep
        if not inside.any():
            continue
        share = _MAX_NOTE_SHARE if purpose == _AUTHOR else _MAX_SHARE
        is_part = float(sizes[inside].sum()) < share * words[-1]
        if np.argmax(inside) >= below or (is_part and (purpose != _AUTHOR or _is_outermost(keep, inside))):
            yield from ((at, purpose) for at in np.flatnonzero(inside).tolist())


def _purposes(scope: Scope) -> frozenset[str]:
    """Tell what an element is for by its name."""
    return frozenset() if not scope.name or scope.tag in _TEXT_TAGS else _purposes_of(scope.name)


@lru_cache(maxsize=8192)
def _purposes_of(name: str) -> frozenset[str]:
    words = _BREAKS.sub(" ", name[:_MAX_NAME_CHARS]).lower()
    return frozenset(purpose for purpose, pattern in _NAMED if pattern.search(words))


def _inside(boxes: Sequence[Scope], words: npt.NDArray[np.float64], below: int) -> Bools:
    """Select the blocks in boxes that each hold a part of the body's words or stand below a block."""
    inside = np.zeros(len(words) - 1, np.bool_)
    for scope in boxes:
        if scope.start >= below or words[scope.end] - words[scope.start] < _MAX_SHARE * words[-1]:
            inside[scope.start : scope.end] = True
    return inside


def _is_outermost(keep: Bools, inside: Bools) -> bool:
    """Tell whether boxes stand above or below all else that is kept."""
    boxes, others = np.flatnonzero(inside), np.flatnonzero(keep & ~inside)
    return bool(boxes[0] > others[-1] or boxes[-1] < others[0])
