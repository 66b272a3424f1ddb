"""Features of a block's words beside other words of the page: its declared metadata, its pictures, its repetitions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from cleaners.markup.block_sums import UNKNOWN, Floats, Group, codes_of
from cleaners.markup.block_vectors import BlockVectors, Rows
from cleaners.markup.containers import blocks_sharing_container
from cleaners.markup.quotations import quoted
from cleaners.markup.text_key import text_key

_MIN_DESCRIPTION_KEY = 20
"""Letters that a description has more than; shorter ones are the site's name or a label."""
_DESCRIPTION_OPENING = 30
"""Letters by which a block is known as the beginning of a description."""
_MIN_SCHEMA_BODY_CHARS = 200
"""Characters that an `articleBody` has more than; shorter ones are teasers."""
_MIN_SCHEMA_KEY = 7
"""Letters that a block has more than to be looked for in `articleBody`; shorter ones are found by chance."""
_MAX_AUTHORS = 20
_MIN_AUTHOR_KEY = 4
"""Letters that an author's name has more than; shorter ones are found by chance."""
_MAX_BYLINE_KEY = 90
"""Letters that a line with the author's name has less than; longer ones are sentences about the author."""
_MIN_TITLE_KEY = 15
"""Letters that a title has more than to be compared by its beginning."""
_MIN_CAPTION_KEY = 11
"""Letters that a picture's text has more than; shorter ones are labels."""
_MAX_CAPTIONS = 2000
_STORY_BEGUN = 0.02
"""Share of the voted text above a block from which on the block is no standfirst."""


def add_metadata_rows(rows: Rows, vectors: BlockVectors) -> None:
    """Compare the block with what the page declares: titles, descriptions, tags, authors, the article's body."""
    declared = vectors.page.declared
    is_title = _title_test([text for text in map(text_key, declared.titles) if text])
    title = vectors.each_key(is_title)
    first = int(np.argmax(title)) if title.any() else -1
    descriptions = [key for key in map(text_key, declared.descriptions) if len(key) > _MIN_DESCRIPTION_KEY]
    openings = {key[:_DESCRIPTION_OPENING] for key in descriptions}
    all_descriptions = "\0".join(descriptions)
    bodies = "\0".join(text_key(body) for body in declared.bodies if len(body) > _MIN_SCHEMA_BODY_CHARS)
    tags = {text_key(word) for word in declared.keywords}
    authors = [key for key in map(text_key, declared.authors[:_MAX_AUTHORS]) if len(key) > _MIN_AUTHOR_KEY]

    def describes(key: str) -> bool:
        return len(key) > _MIN_DESCRIPTION_KEY and (key[:_DESCRIPTION_OPENING] in openings or key in all_descriptions)

    def names_author(key: str) -> bool:
        return len(key) < _MAX_BYLINE_KEY and any(map(key.__contains__, authors))

    rows |= {
        "title": title,
        "since_title": np.clip(vectors.index - first, -50, 200) if first >= 0 else np.full(vectors.count, -60),
        "description": vectors.each_key(describes),
        "schema_body": _in_schema_body(vectors, bodies),
        "keyword": vectors.each_key(tags.__contains__),
        "author": vectors.each_key(names_author) if authors else np.zeros(vectors.count, np.float32),
    }
    before_story = rows["story_behind"] < _STORY_BEGUN
    lead = (rows["description"] > 0) | (rows["near_lead"] > 0)
    rows["standfirst"] = lead & before_story & (title == 0) & (vectors.words >= 5) & (vectors.links < 0.5)
    held = float((vectors.chars * (rows["schema_body"] > 0)).sum())
    rows["schema_share"] = np.full(vectors.count, held / max(1, len(bodies)) if bodies else UNKNOWN)


def add_picture_rows(rows: Rows, vectors: BlockVectors) -> None:
    """Describe the pictures right before and after a block, and how few blocks share an element with them."""
    texts = map(text_key, (text for text in vectors.page.declared.captions if len(text) > _MIN_CAPTION_KEY))
    captions = "\0".join(list(texts)[:_MAX_CAPTIONS])
    before, after = (np.full(vectors.count, UNKNOWN, np.float32) for _ in range(2))
    for at, block in enumerate(vectors.blocks):
        if block.picture_scope:
            before[at] = blocks_sharing_container(block.picture_scope, at)
            if at:
                after[at - 1] = blocks_sharing_container(block.picture_scope, at - 1)
    rows |= {
        "pictures": vectors.each("pictures"),
        "picture_before": before,
        "picture_after": after,
        "alt_text": (
            vectors.each_key(lambda key: len(key) > _MIN_CAPTION_KEY and key in captions)
            if captions
            else np.zeros(vectors.count, np.float32)
        ),
    }


def add_repeat_rows(rows: Rows, vectors: BlockVectors) -> None:
    """Describe the copies of a block, and whether its words stand inside another block."""
    group = Group(codes_of(vectors.keys))
    rows |= {
        "copies": group.size,
        "copy_before": group.earlier(),
        "copies_voted": group.share_of_others(vectors.voted),
        "quoted": quoted(vectors.keys),
    }


def _title_test(titles: Sequence[str]) -> Callable[[str], bool]:
    """Return a function that tells whether a key is that of a title, of its beginning, or begins with one."""
    same, longest = frozenset(titles), max(map(len, titles), default=0)
    long = tuple(title for title in titles if len(title) > _MIN_TITLE_KEY)

    def is_title(key: str) -> bool:
        if key in same:
            return True
        if len(key) <= _MIN_TITLE_KEY:
            return False
        return key.startswith(long) or (len(key) < longest and any(title.startswith(key) for title in titles))

    return is_title


def _in_schema_body(vectors: BlockVectors, bodies: str) -> Floats:
    """Tell of each block whether `articleBody` holds it; UNKNOWN where there is none."""
    if not bodies:
        return np.full(vectors.count, UNKNOWN, np.float32)
    return vectors.each_key(lambda key: len(key) > _MIN_SCHEMA_KEY and key in bodies)
