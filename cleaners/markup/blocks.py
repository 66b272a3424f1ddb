"""The blocks of a page, and the elements that hold them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from cleaners.markup.marks import Mark, kind
from cleaners.markup.open_block import InlineMark, OpenBlock

_INHERITED = ~int(Mark.HEADING)
_HIDDEN = int(Mark.HIDDEN)
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
"""The levels of headings by their tags."""


CELLS = frozenset(["td", "th"])
"""Elements that count in their row even where they are empty."""


class Scope:
    """An element that holds blocks.

    Attributes:
        tag: Its tag.
        parent: The scope around it; None for the root.
        marks: Its own marks, as bits (see `Mark`).
        name: Its class or id, as the page writes them.
        key: Tag and name without numbers: equal for elements that a template repeats.
        start: Number of its first block.
        end: Number behind its last block.
        chars_before: Characters of the blocks before it.
        link_chars_before: Characters of links before it.
        link_blocks_before: Blocks before it that are links.
        depth: Scopes around it.
        inherited: Its marks and those of all scopes around it.
        articles: `<article>` elements from the root down to it.
        cells: Of a table's row, the cells that have begun in it.
        column: Of a table's cell, its number in the row, counted from 1; 0 for other elements.
    """

    __slots__ = (
        "articles", "cells", "chars_before", "column", "depth", "end", "inherited", "key", "link_blocks_before",
        "link_chars_before", "marks", "name", "parent", "start", "tag",
    )  # fmt: skip

    def __init__(
        self, tag: str, parent: Scope | None, marks: int, name: str, start: int, before: tuple[int, int, int] = (0, 0, 0)
    ) -> None:
        self.tag = tag
        self.parent = parent
        self.marks = marks
        self.name = name
        self.key = _key(tag, name) if name else tag
        self.start = start
        self.end = start
        self.chars_before, self.link_chars_before, self.link_blocks_before = before
        self.cells = self.column = 0
        self.depth, self.inherited, self.articles = 0, marks & _INHERITED, int(tag == "article")
        if parent:
            self.depth = parent.depth + 1
            self.inherited |= parent.inherited
            self.articles += parent.articles
            if tag in CELLS:
                parent.cells += 1
                self.column = parent.cells


@lru_cache(maxsize=8192)
def _key(tag: str, name: str) -> str:
    return f"{tag} {kind(name)}"


@dataclass(slots=True)
class Block:
    """One piece of text that stands on its own, and what the markup says about it.

    Attributes:
        text: The text, without runs of white space.
        scope: The element that holds it.
        links: Links that begin in it.
        link_chars: Its characters in links.
        bold_chars: Its characters in bold.
        marks: Marks of the inline element that holds all of it, if there is one.
        pictures: Pictures between the previous block and this one.
        picture_scope: The scope of the last of these pictures.
        broken: Whether it is one of several pieces into which `<br>` splits an element.
        timed: Whether it holds a `<time>`.
        pieces: The texts that it was joined from, if it has inline marks.
        inline: The links in it, and what is emphasised, inner ones first.
    """

    text: str
    scope: Scope
    links: int = 0
    link_chars: int = 0
    bold_chars: int = 0
    marks: int = 0
    pictures: int = 0
    picture_scope: Scope | None = None
    broken: bool = False
    timed: bool = False
    pieces: Sequence[str] = ()
    inline: Sequence[InlineMark] = ()

    @classmethod
    def of(cls, read: OpenBlock, text: str, scope: Scope, pieces: int, share: float) -> Block:
        """Make one of the `pieces` into which a block was split that was read; `share` is its part of the characters."""
        return cls(
            text,
            scope,
            links=read.links if pieces == 1 else round(read.links * share),
            link_chars=min(len(text), round(read.link_chars * share)) if read.link_chars else 0,
            bold_chars=min(len(text), round(read.bold_chars * share)) if read.bold_chars else 0,
            marks=0 if read.plain else read.wrapper_marks,
            broken=pieces > 1,
            timed=read.timed,
            pieces=read.pieces if read.inline else (),
            inline=read.inline or (),
        )

    @property
    def tag(self) -> str:
        """The tag of the element that holds the block."""
        return self.scope.tag

    @property
    def ancestors(self) -> list[str]:
        """Tags of the elements around the block, from the inside out."""
        tags: list[str] = []
        scope: Scope | None = self.scope
        while scope:
            tags.append(scope.tag)
            scope = scope.parent
        return tags

    @property
    def heading(self) -> int:
        """The level of a heading, 1 to 6; 0 for any other block."""
        return HEADINGS.get(self.scope.tag, 0)

    def inside(self, mark: Mark) -> bool:
        """Tell whether the block stands in such a place of the page, at any distance."""
        return bool((self.scope.inherited | self.marks) & mark.value)  # arithmetic with flags calls Python

    @property
    def hidden(self) -> bool:
        """Whether the block is in the source but not on the screen."""
        return bool((self.scope.inherited | self.marks) & _HIDDEN)
