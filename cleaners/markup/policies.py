"""Policies: kept blocks that go whatever the model says, because no data set may decide about them.

Goes: the repetition of the title, a second copy, the whole story again in one block, another story below its own title,
notices on cookies, boxes of other purposes (boxes.py), words that the page shows several times; without trafilatura's vote
hidden offers and pictures' captions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np

from cleaners.markup import boxes, whole_parts
from cleaners.markup.block_sums import Bools
from cleaners.markup.blocks import Block, Scope
from cleaners.markup.containers import class_path, nearby_marks
from cleaners.markup.features import Evidence
from cleaners.markup.marks import Mark
from cleaners.markup.segmenter import Page
from cleaners.markup.text_key import text_key

_DUMP_LETTERS = 400
"""Letters of a block that can be the story again, in one piece."""
_DUMP_PARTS = 3
"""Other kept blocks that such a block holds."""
_COPY_LETTERS = 40
"""Letters; shorter blocks recur by chance."""
_PLACEHOLDER_LETTERS = 100
"""Letters of a text that belongs to the page if it stands there several times; shorter ones may be a refrain."""
_PLACEHOLDER_COPIES = 3
"""Copies of a text in one body that make it the page's, not the story's."""
_PLACEHOLDER_SHARE = 0.2
_PLACEHOLDER_TEXTS = 5
"""Share of a body's letters, each text counted once, above which so many such texts or more are the story: the page shows all
of it several times, once for each width of screen."""
_EXCERPT_BLOCKS = 6
"""Blocks of a story over which an excerpt above it may run."""
_QUOTE_LETTERS = 30
"""Letters; shorter quotations may be words that the story uses twice."""
_VOTED = 0.5
"""Share of a block's characters from which on trafilatura took it."""
_CONSENT, _BOX = int(Mark.CONSENT), int(Mark.BOX)
_OFFER = int(Mark.DIALOG | Mark.MODAL | Mark.PAYWALL | Mark.CONSENT)
"""Places that a page hides until it asks something of its reader."""


def policies(page: Page, evidence: Evidence, keep: Bools) -> dict[int, tuple[str, str]]:
    """Find kept blocks that must go all the same.

    Args:
        page: The page.
        evidence: The features of its blocks.
        keep: Which blocks the model keeps.

    Returns:
        Rule and reason, by the number of the block.
    """
    kept = [int(at) for at in np.flatnonzero(keep)]
    gone = {at: ("model", f"it stands in {about} beside the story") for at, about in boxes.outside(page, evidence, keep)}
    gone |= whole_parts.torn(page, evidence, keep) | _Policies(page, evidence, kept).gone()
    left = [at for at in kept if at not in gone]
    for at in _dumps(evidence.keys, left):
        gone[at] = "dump", "it holds at least three other blocks of the body: the story again, in one piece"
    return gone


class _Policies:
    """The policies that look at one block at a time, with what they know of the whole body."""

    def __init__(self, page: Page, evidence: Evidence, kept: Sequence[int]) -> None:
        self.page = page
        self.evidence = evidence
        self.kept = kept
        self.kept_set = frozenset(kept)
        self.titles = {text for text in map(text_key, page.declared.titles) if text}
        self.places: defaultdict[str, list[int]] = defaultdict(list)
        for at in kept:
            self.places[evidence.keys[at]].append(at)
        self.furniture = self._furniture()
        self.quoted = evidence.row("quoted")
        self.first_paragraph = next((at for at in kept if evidence.prose[at] and not page.blocks[at].heading), len(page.blocks))
        self.has_title_above = any(
            block.heading and key in self.titles
            for block, key in zip(page.blocks[: self.first_paragraph], evidence.keys, strict=False)
        )
        self.first_headings = int((evidence.row("heading") == 1).sum())
        self.other_stories = _other_stories(page, evidence) if self.first_headings > 1 else frozenset[int]()

    def gone(self) -> dict[int, tuple[str, str]]:
        found: dict[int, tuple[str, str]] = {}
        for at in self.kept:
            if verdict := self._place_policy(at) or self._text_policy(at):
                found[at] = verdict
        return found

    def _place_policy(self, at: int) -> tuple[str, str] | None:
        """Rule and reason by what a block is and where it stands."""
        block, key = self.page.blocks[at], self.evidence.keys[at]
        if not key:
            return "empty", "it holds no words"
        if block.heading and (self._is_title(at) or self._heads_page(at)):
            return "title", "it repeats the title, which is kept as metadata"
        if at in self.other_stories:
            return "other-story", "it stands below the title of another story, in a container like that of this one"
        if nearby_marks(block) & _CONSENT and not self.evidence.votes[at] > _VOTED:
            return "consent", "it is part of a notice on cookies or privacy"
        if not self.evidence.votes[at] > _VOTED and (reason := _unshown(block)):
            return "model", f"{reason}, and trafilatura did not take it"
        return None

    def _text_policy(self, at: int) -> tuple[str, str] | None:
        """Rule and reason by the same words elsewhere in the body."""
        block, key = self.page.blocks[at], self.evidence.keys[at]
        places = self.places[key]
        if key in self.furniture:
            return "placeholder", f"the page shows the same words {len(places)} times"
        if len(key) >= _COPY_LETTERS and at != places[0] and not self._is_in_another_entry(at, places[0]):
            return "copy", "the body holds the same words already"
        if len(key) >= _COPY_LETTERS and len(places) == 1 and self._is_excerpt(at):
            return "copy", "the story begins with the same words, right below it"
        if self.quoted[at] and len(key) >= _QUOTE_LETTERS and len(places) == 1 and _is_boxed(block) and self._is_repeated(key):
            return "pull-quote", "it repeats words of the story as a quotation in a box"
        return None

    def _is_in_another_entry(self, at: int, first: int) -> bool:
        """Tell whether a copy belongs to another entry of a list than the first one, and trafilatura took it as well.

        Events and products share a line here and there. Their entries look alike, and they stand in one element, or what stands
        around the copies differs; around the copy of a paragraph for small screens stand copies of the same neighbours.
        """
        block, other, keys = self.page.blocks[at], self.page.blocks[first], self.evidence.keys
        if block.heading or nearby_marks(block) & _CONSENT or not self.evidence.votes[at] > _VOTED:
            return False
        if class_path(block.scope) != class_path(other.scope):
            return False
        if block.scope.parent is other.scope.parent and not self.evidence.prose[at]:
            return True
        if first == 0 or at + 1 == len(keys):
            return False
        return keys[at - 1] != keys[first - 1] and keys[at + 1] != keys[first + 1]

    def _is_excerpt(self, at: int) -> bool:
        """Tell whether the first or second kept block repeats the words with which the blocks below it begin."""
        if at not in self.kept[:2]:
            return False
        first = self.kept.index(at) + 1
        below = "".join(self.evidence.keys[other] for other in self.kept[first : first + _EXCERPT_BLOCKS])
        return below.startswith(self.evidence.keys[at])

    def _furniture(self) -> set[str]:
        """Find the texts that belong to the page; none if they are most of a story that the page shows several times."""
        found = {key for key in self.places if self._is_furniture(key)}
        is_story = len(found) >= _PLACEHOLDER_TEXTS and sum(map(len, found)) > _PLACEHOLDER_SHARE * sum(map(len, self.places))
        return set() if is_story else found

    def _is_furniture(self, key: str) -> bool:
        """Tell whether so many blocks have this text that it is the page's, unless most of them belong to other entries."""
        places = self.places[key]
        if len(key) < _PLACEHOLDER_LETTERS or len(places) < _PLACEHOLDER_COPIES:
            return False
        own = sum(self._is_in_another_entry(later, earlier) for earlier, later in pairwise(places))
        return 2 * own < len(places) - 1

    def _is_title(self, at: int) -> bool:
        """Tell whether a heading is a declared title. Pages declare those of their parts too, below the page's own."""
        if self.evidence.keys[at] not in self.titles:
            return False
        return not (self.has_title_above and at > self.first_paragraph and self._heads_text(at))

    def _heads_text(self, at: int) -> bool:
        """Tell whether a heading is no first one, and what stands right below it stays."""
        return self.page.blocks[at].heading > 1 and at + 1 in self.kept_set

    @cached_property
    def body(self) -> str:
        """The words of the body in one row; few pages have a quotation to look for in it."""
        return "".join(self.evidence.keys[at] for at in self.kept)

    def _is_repeated(self, key: str) -> bool:
        """Tell whether the body holds the words of a block a second time, in another block or across several."""
        return self.body.find(key, self.body.find(key) + 1) >= 0

    def _heads_page(self, at: int) -> bool:
        """Tell whether a block is the page's only first heading, above the story: that is its title."""
        return self.page.blocks[at].heading == 1 and self.first_headings == 1 and at == self.kept[0]


def _unshown(block: Block) -> str | None:
    """Give the reason why a block that the page does not show as its story is none of it; None where it may be."""
    if block.hidden and block.scope.inherited & _OFFER:
        return "it is hidden in a dialog or an offer to subscribe"
    return "it is a picture's caption" if block.inside(Mark.FIGCAPTION) else None


def _is_boxed(block: Block) -> bool:
    """Tell whether a block stands in a quotation or a box. Subheads in boxes repeat the entries of tables of contents."""
    return block.inside(Mark.QUOTE) or (not block.heading and bool(nearby_marks(block) & _BOX))


def _other_stories(page: Page, evidence: Evidence) -> frozenset[int]:
    """Find the blocks of other stories that a page shows below its own.

    Each has a first heading, in an element like that of the page's own story: such elements stand side by side, hold one
    first heading each, and have the same tag and class.
    """
    heads = [at for at, block in enumerate(page.blocks) if block.heading == 1]
    is_title = evidence.row("title") > 0
    first = next((number for number, at in enumerate(heads) if is_title[at]), len(heads))
    own = [_outermost_alone(page.blocks[at].scope, heads) for at in heads[first:]]
    return frozenset(
        at
        for head, scope in zip(heads[first + 1 :], own[1:], strict=True)
        if not is_title[head] and scope.parent is own[0].parent and scope.key == own[0].key and scope.end - scope.start > 1
        for at in range(scope.start, scope.end)
    )


def _outermost_alone(scope: Scope, heads: Sequence[int]) -> Scope:
    """Find the outermost element around a heading that holds no other of these headings."""
    while scope.parent and sum(scope.parent.start <= at < scope.parent.end for at in heads) == 1:
        scope = scope.parent
    return scope


def _dumps(keys: Sequence[str], kept: Sequence[int]) -> list[int]:
    """Find long blocks that consist of other kept blocks."""
    found = []
    for at in kept:
        if len(keys[at]) < _DUMP_LETTERS:
            continue
        parts = 0
        for other in kept:
            if _COPY_LETTERS <= len(keys[other]) < len(keys[at]) and keys[other] in keys[at]:
                parts += 1
                if parts == _DUMP_PARTS:
                    found.append(at)
                    break
    return found
