"""The block that the walk over a page is reading, and the inline marks that a rendering of it needs."""

from __future__ import annotations

import re
from typing import NamedTuple

from cleaners.markup.block_text import split_at_breaks

RENDERED = {"a": "link", "b": "**", "strong": "**", "em": "*", "i": "*"}
"""Inline elements that a rendering shows, each with its signs in Markdown; a link has none."""

BOLD = frozenset(["b", "strong"])
BOX_LIKE = frozenset(["span", "time", "small", "a", "abbr", "font", "data"])
"""Inline elements that designers also use as small boxes: texts that touch across them may stand apart on the screen."""
_ZERO_WIDTH = re.compile("[\u00ad\u200b\u2060\ufeff]")
"""Soft hyphen, zero-width space and the like: the screen does not show them."""


class InlineMark(NamedTuple):
    """An inline element in a block.

    Attributes:
        sign: Its value in `RENDERED`.
        start: Number of the first piece of text in it.
        end: Number behind the last one.
        address: The address of a link; empty for others.
    """

    sign: str
    start: int
    end: int
    address: str


class OpenBlock:
    """The block that the walk is reading."""

    __slots__ = (
        "bold_chars", "boundaries", "broken", "inline", "link_chars", "links", "pieces", "plain", "timed", "wrapper_marks",
    )  # fmt: skip

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.boundaries = 0  # starts and ends of box-like inline elements since the last text
        self.links = 0  # links that begin in the block
        self.link_chars = 0
        self.bold_chars = 0
        self.plain = False  # whether it holds text outside inline elements
        self.wrapper_marks = 0  # marks that all inline elements around its text share
        self.timed = False  # whether it holds a <time>
        self.broken = False  # whether it holds a <br>
        self.inline: list[InlineMark] = []  # the elements that ended in it

    def texts(self, *, preformatted: bool) -> tuple[list[str], int]:
        """Cut the text at its line breaks.

        Args:
            preformatted: Whether it stands in a `<pre>`, whose line ends count as breaks.

        Returns:
            The texts, without runs of white space; and the characters of all of them, with those runs.
        """
        raw = "".join(self.pieces)
        if not raw.isascii():
            raw = _ZERO_WIDTH.sub("", raw)
        if self.broken or "\n\n" in raw:
            return split_at_breaks(raw, preformatted), len(raw)
        return [" ".join(raw.split())], len(raw)
