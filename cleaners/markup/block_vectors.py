"""The measures of a page's blocks from which features are computed, as vectors, with their running sums.

Each vector has one item a block. Scopes are ranges of blocks, so a question about all blocks of an element ("how many of its
characters are links?") is a difference of two running sums, answered for all blocks at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter

import numpy as np
import numpy.typing as npt

from cleaners.markup import trafilatura_vote, wording
from cleaners.markup.block_sums import Bools, Floats, Ints, Numbers, running
from cleaners.markup.containers import Elements
from cleaners.markup.fallback import stand_in
from cleaners.markup.marks import Mark
from cleaners.markup.segmenter import Page
from cleaners.markup.text_key import text_keys

Rows = dict[str, Numbers]
"""Features by name; each row has one item a block."""

PROSE_WORDS = 12
"""Words of a block that can be running text; shorter ones are headlines, labels and items."""
_FAILED_VOTE_SHARE = 0.1
"""Share of the prose that the table of rules takes for the story. A vote for less than that has missed the story: where it
was below a tenth, votes had a mean F1 of .12 and the table .57; between one and three tenths either may be right.
"""
_HIDDEN = int(Mark.HIDDEN)


class BlockVectors:
    """The measures of the blocks of one page.

    Attributes:
        count: How many blocks there are.
        texts: Their texts.
        keys: Their letters and digits, for comparing texts.
        index: Their numbers.
        elements: The elements that hold them.
        chars: Their characters; a character of a script without spaces counts three times.
        links: The share of their characters in links.
        words: Their words; two characters of a script without spaces count as one.
        ends: Whether they end as a sentence does.
        marks: The marks around them at any distance, as bits.
        near: Their own marks and those of the elements that hold them and of the two around those, as bits.
        prose: Whether they look like running text.
        votes: The share of their characters that trafilatura took, or the stand-in for its vote.
        voted: Whether that is more than half.
        story: Whether they are voted running text.
        sums: Running sums by name.
    """

    def __init__(self, page: Page, lines: Sequence[str]) -> None:
        self.page = page
        self.blocks = blocks = page.blocks
        self.count = n = len(blocks)
        self.texts = texts = [block.text for block in blocks]
        self.keys = text_keys(texts)
        self.index = np.arange(n)
        self.elements = Elements(page)
        self.chars = np.fromiter(map(len, texts), np.float32, n)
        self.links = self.each("link_chars") / self.chars
        wide = np.fromiter(map(wording.wide, texts), np.float32, n)
        self.words = np.array([text.count(" ") + 1 for text in texts], np.float32) + wide / 2
        self.chars += 2 * wide  # a character of such a script says as much as three letters
        self.marks = np.array([block.scope.inherited | block.marks for block in blocks], np.int64)
        self.near = np.array([block.marks for block in blocks], np.int64) | self.elements.near[self.elements.of_blocks]
        hidden = (self.marks & _HIDDEN) != 0
        self.ends = np.fromiter(map(wording.ends_sentence, texts), np.bool_, n)
        self.prose = (self.words >= PROSE_WORDS) & (self.links < 0.4) & self.ends & ~hidden
        self.votes = self._votes(lines)
        self.voted = self.votes > 0.5
        self.story = self._running_text(self.voted)
        self.sums = {
            "one": running(np.ones(n)),
            "chars": running(self.chars),
            "links": running(self.chars * self.links),
            "voted": running(self.voted),
            "voted_chars": running(self.chars * self.votes),
            "prose_chars": running(self.chars * self.prose),
            "story_chars": running(self.chars * self.story),
        }

    def _running_text(self, voted: Bools) -> Bools:
        """Select the voted blocks that are running text."""
        return voted & (self.words >= PROSE_WORDS) & (self.links < 0.5)

    def _votes(self, lines: Sequence[str]) -> Floats:
        """Count trafilatura's vote; the table's where it has none, or misses nearly all that the table calls a story."""
        table = np.array(stand_in(self.blocks, self.prose.tolist()), np.float32)
        votes = trafilatura_vote.count(self.keys, lines) if lines else table
        voted = float(self.chars[self._running_text(votes > 0.5)].sum())
        return votes if voted >= _FAILED_VOTE_SHARE * float((self.chars * table).sum()) else table

    def within(self, name: str, start: Ints, end: Ints) -> npt.NDArray[np.float64]:
        """Sum a measure over ranges of blocks, ends excluded."""
        sums = self.sums[name]
        return sums[end] - sums[start]

    def total(self, name: str) -> float:
        """Sum a measure over all blocks."""
        return float(self.sums[name][-1])

    def each(self, attribute: str) -> Floats:
        """Give an attribute of each block, such as `links` or `scope.depth`."""
        return np.fromiter(map(attrgetter(attribute), self.blocks), np.float32, self.count)

    def each_key(self, measure: Callable[[str], float]) -> Floats:
        """Measure the key of each block."""
        return np.fromiter(map(measure, self.keys), np.float32, self.count)
