"""The blocks of a page, and the elements that hold them."""

from __future__ import annotations

from dataclasses import dataclass

from cleaners.markup.marks import Mark, kind

_INHERITED = ~int(Mark.HEADING)
_HIDDEN = int(Mark.HIDDEN)


class Scope:
    """An element that holds blocks: its place in the tree, its marks, and the range of its blocks."""

    __slots__ = (
        "articles", "chars", "depth", "end", "inherited", "key", "linked", "links", "marks", "name", "parent", "start", "tag",
    )  # fmt: skip

    def __init__(self, tag: str, parent: Scope | None, marks: int, name: str, start: int) -> None:
        self.tag = tag
        self.parent = parent
        self.marks = marks  # its own
        self.name = name  # class, id, role: as the page writes them
        self.key = f"{tag} {kind(name)}" if name else tag
        self.start = start
        self.end = start
        self.chars = self.linked = self.links = 0  # on the page before it: characters, those in links, blocks that are links
        self.depth: int = parent.depth + 1 if parent else 0
        self.inherited: int = (marks & _INHERITED) | (parent.inherited if parent else 0)
        self.articles: int = (parent.articles if parent else 0) + (tag == "article")


@dataclass(slots=True)
class Block:
    """One piece of text that stands on its own, and what is known about it."""

    text: str
    scope: Scope
    links: int = 0  # how many links begin in it
    link_chars: int = 0
    bold_chars: int = 0
    marks: int = 0  # of the inline element that holds all of it, if one does
    pictures: int = 0  # pictures since the block before
    picture_scope: Scope | None = None  # where the last of them stands
    broken: bool = False  # one of several pieces that <br> cuts out of one element
    timed: bool = False  # holds a <time>

    @property
    def tag(self) -> str:
        """The element that holds the block."""
        return self.scope.tag

    @property
    def ancestors(self) -> list[str]:
        """Tags from the holder outwards."""
        tags: list[str] = []
        scope: Scope | None = self.scope
        while scope:
            tags.append(scope.tag)
            scope = scope.parent
        return tags

    @property
    def heading(self) -> int:
        """1 to 6 for a heading, else 0."""
        tag = self.scope.tag
        return int(tag[1]) if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456" else 0

    def inside(self, mark: Mark) -> bool:
        """Does the block stand in such a place, at any distance?"""
        return bool((self.scope.inherited | self.marks) & mark)

    @property
    def hidden(self) -> bool:
        """Is it in the source but not on the screen?"""
        return bool((self.scope.inherited | self.marks) & _HIDDEN)
