"""Questions and answers: where most of such a part of a story stays, all of it does.

Pages hide answers until a reader opens them, and questions are buttons to the markup, so the model and trafilatura tear them.
Comes back: a question or an answer in an element like that of one that stays. Stays out: what stands between the answers, such
as offers, and a part of which little is kept: what a site always asks stands below many stories.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import regex

from cleaners.markup.block_sums import Bools, Floats
from cleaners.markup.blocks import Block
from cleaners.markup.containers import class_path
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


def _groups(blocks: Sequence[Block]) -> Iterator[list[int]]:
    """Yield the numbers of the questions that stand in elements of one kind, each above an answer."""
    groups: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, block in enumerate(blocks[:-1]):
        if _is_question(block) and not _is_question(blocks[at + 1]):
            groups[class_path(block.scope)].append(at)
    yield from (group for group in groups.values() if len(group) >= _MIN_QUESTIONS)


def _is_question(block: Block) -> bool:
    if len(block.text) > _MAX_QUESTION_CHARS or 2 * block.link_chars >= len(block.text):
        return False
    return block.text.endswith(_MARKS) or _GREEK_MARK.search(block.text) is not None
