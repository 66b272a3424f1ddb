"""Places: where the blocks of a page stand in its markup, as the path of tags and classes from the root.

The pages of a site are made from templates. At most places of a template the text is another one on each page, at some it is
always the same: a box, a prompt, a notice. So what a site's other pages show at a place says what a block is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from cleaners.line import Line
from cleaners.markup.blocks import Scope

MAX_SHOWN_ELEMENTS = 3
"""Elements of a path that are shown, the innermost ones."""
MAX_SHOWN_CHARS = 80
"""Characters of a path that are shown."""


class PlacedBlock(NamedTuple):
    """A block of a page and its place.

    Attributes:
        place: a 64-bit hash of the path, signed.
        path: the innermost elements of the path, for people.
        text: its text.
        keep: whether the verdict on the page keeps it.
        is_prose: whether it is kept and running text.
        may_return: whether nothing but the page's model leaves it out.
    """

    place: int
    path: str
    text: str
    keep: bool
    is_prose: bool
    may_return: bool


def placed_blocks(lines: Iterable[Line]) -> Iterator[PlacedBlock]:
    """Yield the blocks among the lines of a document, each with its place; lines of a text have none."""
    hashes: dict[int, int] = {}
    shown: dict[int, str] = {}
    for line in lines:
        if line.markup is None:
            continue
        scope, verdict = line.markup.block.scope, line.markup.verdict
        place = hashes.get(id(scope))
        if place is None:
            place = place_of(scope, hashes)
        if place not in shown:
            shown[place] = shown_path(scope)
        keep = verdict.keep
        yield PlacedBlock(place, shown[place], line.text, keep, keep and line.is_prose, not keep and verdict.rule == "model")


def place_of(scope: Scope, known: dict[int, int]) -> int:
    """Return the hash of the path of an element.

    Args:
        scope: the element.
        known: the hashes of elements of the same page by their identity, which are added to.
    """
    path, element = [], scope
    while id(element) not in known:
        path.append(element)
        if element.parent is None:
            break
        element = element.parent
    for element in reversed(path):
        known[id(element)] = _hash(known[id(element.parent)] if element.parent else 0, element.key)
    return known[id(scope)]


@lru_cache(maxsize=8192)
def _hash(above: int, key: str) -> int:
    """Return the hash of a path from that of the path above it; cached, because a template repeats its elements."""
    name = f"{above} {key}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(name, digest_size=8).digest(), "big", signed=True)


def shown_path(scope: Scope) -> str:
    """Return the innermost elements of a path as a CSS selector has them, without numbers."""
    names: list[str] = []
    element: Scope | None = scope
    while element and len(names) < MAX_SHOWN_ELEMENTS:
        names.insert(0, ".".join(element.key.split()))
        element = element.parent
    return " > ".join(names)[-MAX_SHOWN_CHARS:]
