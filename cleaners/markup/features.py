"""The features of a page's blocks, from which the model judges: text, markup, structure, vote, metadata."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cleaners.markup import wording
from cleaners.markup.block_sums import Bools, Floats, Ints
from cleaners.markup.block_vectors import BlockVectors, Rows
from cleaners.markup.blocks import HEADINGS
from cleaners.markup.content_features import add_metadata_rows, add_picture_rows, add_repeat_rows
from cleaners.markup.marks import Mark
from cleaners.markup.segmenter import Page
from cleaners.markup.structure_features import (
    add_container_rows,
    add_neighbour_rows,
    add_path_rows,
    add_section_rows,
    add_span_rows,
)

_TAGS = ("p", "div", "li", "td", "section", "article", "blockquote", "span", "h1", "h2", "h3", "h4", "h5", "h6")
_TAG_CODES = {tag: code for code, tag in enumerate(_TAGS, 1)}
"""The numbers by which the model knows tags; 0 stands for all others."""
_MARK_NAMES = tuple((mark.name or "").lower() for mark in Mark)
_HEADING = "heading"
"""The mark that elements do not inherit."""


@dataclass(slots=True)
class Evidence:
    """The features of the blocks of a page.

    Attributes:
        names: The names of the features.
        numbers: The row of each feature.
        rows: Shape (features, blocks).
        keys: The letters and digits of each block.
        votes: The share of each block's characters that trafilatura took.
        prose: Whether each block looks like running text.
        marks: The marks around each block at any distance, as bits.
        near: The marks of each block's own element and of the two around it, as bits.
    """

    names: tuple[str, ...]
    numbers: dict[str, int]
    rows: Floats
    keys: list[str]
    votes: Floats
    prose: Bools
    marks: Ints
    near: Ints

    def row(self, name: str) -> Floats:
        """Give one feature of all blocks."""
        row: Floats = self.rows[self.numbers[name]]
        return row


def gather(page: Page, lines: Sequence[str]) -> Evidence:
    """Compute all features of a page's blocks.

    Args:
        page: The page.
        lines: The lines of trafilatura's extraction; none where it did not vote.

    Returns:
        The features. The order of the names is part of a trained model: a new feature goes where its group is.
    """
    vectors = BlockVectors(page, lines)
    rows: Rows = {}
    if vectors.count:
        _add_text_rows(rows, vectors)
        _add_place_rows(rows, vectors)
        add_path_rows(rows, vectors)
        add_container_rows(rows, vectors)
        add_neighbour_rows(rows, vectors)
        add_span_rows(rows, vectors)
        add_section_rows(rows, vectors)
        add_metadata_rows(rows, vectors)
        add_picture_rows(rows, vectors)
        add_repeat_rows(rows, vectors)
        _add_page_rows(rows, vectors)
    table = np.empty((len(rows), vectors.count), np.float32)
    for at, row in enumerate(rows.values()):
        table[at] = row
    names = tuple(rows)
    numbers = {name: number for number, name in enumerate(names)}
    return Evidence(names, numbers, table, vectors.keys, vectors.votes, vectors.prose, vectors.marks, vectors.near)


def _add_text_rows(rows: Rows, vectors: BlockVectors) -> None:
    """Describe the block's own text."""
    rows |= {
        "chars": vectors.chars,
        "words": vectors.words,
        "word_length": vectors.chars / vectors.words,
        "links": vectors.links,
        "link_count": vectors.each("links"),
        "bold": vectors.each("bold_chars") / vectors.chars,
        "sentence_end": vectors.ends,
        "timed": vectors.each("timed"),
        "broken": vectors.each("broken"),
        **wording.signs(vectors.texts),
    }


def _add_place_rows(rows: Rows, vectors: BlockVectors) -> None:
    """Describe the marks around the block, near (three levels) and at any distance, and its position."""
    bits = np.arange(len(_MARK_NAMES))[:, None]
    near, around = (vectors.near >> bits) & 1, (vectors.marks >> bits) & 1
    for bit, name in enumerate(_MARK_NAMES):
        rows["near_" + name] = near[bit]
        if name != _HEADING:
            rows["in_" + name] = around[bit]
    tags = [block.scope.tag for block in vectors.blocks]
    rows |= {
        "heading": np.array([HEADINGS.get(tag, 0) for tag in tags], np.float32),
        "tag": np.array([_TAG_CODES.get(tag, 0) for tag in tags], np.float32),
        "depth": vectors.each("scope.depth"),
        "articles": vectors.each("scope.articles"),
        "position": vectors.index / vectors.count,
        "char_position": vectors.sums["chars"][:-1] / max(1.0, vectors.sums["chars"][-1]),
        "from_start": vectors.index,
        "from_end": vectors.count - vectors.index,
    }


def _add_page_rows(rows: Rows, vectors: BlockVectors) -> None:
    """Describe the page as a whole; each row has the same value for all blocks. The vote itself comes last."""
    chars = max(1.0, vectors.total("chars"))
    voted, voted_chars, prose_chars = (vectors.total(name) for name in ("voted", "voted_chars", "prose_chars"))
    voted_links = float((vectors.chars * vectors.links * vectors.votes).sum())
    voted_prose = float((vectors.chars * vectors.prose * vectors.votes).sum())
    values = {
        "page_blocks": vectors.count,
        "page_chars": chars,
        "page_links": vectors.total("links") / chars,
        "page_voted": voted,
        "page_voted_share": voted_chars / chars,
        "page_voted_chars": voted_chars,
        "page_voted_links": voted_links / max(1.0, voted_chars),
        "page_prose": prose_chars / chars,
        "page_prose_voted": voted_prose / max(1.0, prose_chars),
        "page_article": vectors.page.declared.article,
        "page_news": vectors.page.declared.news,
        "page_lists": float((np.asarray(rows["in_list"]) * vectors.voted).sum()) / max(1.0, voted),
    }
    for name, value in values.items():
        rows[name] = np.full(vectors.count, value, np.float32)
    rows["vote"] = vectors.votes
