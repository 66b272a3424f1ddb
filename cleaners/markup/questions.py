"""Questions and answers: where most of such a part of a story stays, all of it does.

Pages hide answers until a reader opens them, and questions are buttons to the markup, so the model and trafilatura tear them.
Comes back: a question or an answer in an element like that of one that stays, and, on a page that is no news, all questions
with their answers right below the story or inside it. Stays out: what stands between the answers of a torn part, such as
offers, and a part further below of which little is kept: what a site always asks stands below many stories.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import regex

from cleaners.markup.block_sums import Bools, Floats
from cleaners.markup.blocks import Block, Scope
from cleaners.markup.containers import class_path
from cleaners.markup.marks import Mark
from cleaners.markup.segmenter import Page

_MIN_QUESTIONS = 3
_MAX_QUESTION_CHARS = 200
_MAX_ANSWER_BLOCKS = 12
"""Blocks from one question to the next, on average; with more they are subheads of a long story."""
_MARKS = ("?", "？", "؟", "\u037e", "՞", "፧")
_GREEK_MARK = regex.compile(r"\p{Greek}{2}[^;]*;$")
"""A Greek question mark, which is mostly written as a semicolon; in other scripts items of laws and lists end in one."""
_MIN_WORDS = 4
"""Words of an answer; shorter blocks are labels."""
_MIN_ANSWER_WORDS = 8
"""Words that each answer right below a story begins with, at least; questions of forms and menus have none such."""
_MAX_ABOVE = 6
"""Blocks from the body to the first question right below it, that question included: a heading, buttons, an offer."""
_NO_ANSWERS = int(
    Mark.NAV | Mark.MENU | Mark.COMMENT | Mark.FORM | Mark.CONSENT | Mark.NEWSLETTER | Mark.DIALOG | Mark.MODAL | Mark.FALLBACK
    | Mark.ASIDE | Mark.SIDE
)  # fmt: skip
"""Places of questions that are none of the story's, or that stand a second time where a reader sees them."""
_KEPT_SHARE = 0.5
"""Share of the words of questions and answers from which on the rest comes back."""


def missing(page: Page, sizes: Floats, keep: Bools) -> Iterator[int]:
    """Yield the blocks that questions with their answers lack.

    Args:
        page: The page.
        sizes: Words of each block.
        keep: Which blocks are kept so far.
    """
    for questions in _groups(page.blocks):
        part = range(questions[0], questions[-1] + 2)
        if len(part) > _MAX_ANSWER_BLOCKS * len(questions) or not any(keep[at] for at in part):
            continue
        kinds = {class_path(page.blocks[at].scope) for each in questions for at in (each, each + 1)}
        own = [at for at in part if class_path(page.blocks[at].scope) in kinds]
        kept = float(sum(sizes[at] for at in own if keep[at]))
        if kept >= _KEPT_SHARE * float(sum(sizes[at] for at in own)):
            yield from (at for at in own if not keep[at] and (sizes[at] >= _MIN_WORDS or at in questions))
            if questions[0] and page.blocks[questions[0] - 1].heading and not _is_link(page.blocks[questions[0] - 1]):
                yield questions[0] - 1


def below(page: Page, sizes: Floats, keep: Bools) -> Iterator[int]:
    """Yield the blocks of questions with their answers right below a body or inside it, none of which is kept.

    Args:
        page: The page. News has none: below it stand questions of the site, as they do outside of the body's `<article>`.
        sizes: Words of each block.
        keep: Which blocks are kept so far.
    """
    if page.declared.news:
        return
    for questions in _groups(page.blocks):
        first, end = questions[0], _end(page, questions)
        above = np.flatnonzero(keep[:first])
        if not len(above) or first - above[-1] > _MAX_ABOVE or keep[first:end].any():
            continue
        answers = [page.blocks[at + 1] for at in questions]
        if min(sizes[at + 1] for at in questions) < _MIN_ANSWER_WORDS or any(b.scope.inherited & _NO_ANSWERS for b in answers):
            continue
        article = page.blocks[above[-1]].scope.inherited & Mark.ARTICLE
        if article and not all(answer.scope.inherited & article for answer in answers):  # the site's own questions
            continue
        headings = [at for at in range(above[-1] + 1, first) if page.blocks[at].heading]
        if any(_is_link(page.blocks[at]) for at in headings):  # of other stories: this one has ended above them
            continue
        yield from (at for at in (*headings[-1:], *range(first, end)) if not _is_link(page.blocks[at]))


def _end(page: Page, questions: Sequence[int]) -> int:
    """Return the end of the last answer: of the largest element around it that holds no question, cut as long as the others."""
    scope: Scope = page.blocks[questions[-1] + 1].scope
    while scope.parent and scope.parent.start > questions[-1]:
        scope = scope.parent
    longest = max(after - before for before, after in pairwise(questions))
    return min(scope.end, questions[-1] + longest)


def _groups(blocks: Sequence[Block]) -> Iterator[list[int]]:
    """Yield the numbers of the questions that stand in elements of one kind, each above an answer."""
    groups: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, block in enumerate(blocks[:-1]):
        if _is_question(block) and not _is_question(blocks[at + 1]):
            groups[class_path(block.scope)].append(at)
    yield from (group for group in groups.values() if len(group) >= _MIN_QUESTIONS)


def _is_question(block: Block) -> bool:
    if len(block.text) > _MAX_QUESTION_CHARS or _is_link(block):
        return False
    return block.text.endswith(_MARKS) or _GREEK_MARK.search(block.text) is not None


def _is_link(block: Block) -> bool:
    return 2 * block.link_chars >= len(block.text)
