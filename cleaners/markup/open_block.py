"""The block that the walk over a page is reading, and the inline marks that a rendering of it needs."""

from __future__ import annotations

from typing import NamedTuple

RENDERED = {"a": "link", "b": "**", "strong": "**", "em": "*", "i": "*"}
"""Inline elements that a rendering shows, each with its signs in Markdown; a link has none."""


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
