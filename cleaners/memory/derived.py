"""Derived tables of a memory, computed anew from all its stories each time that it is written.

- `common`: paragraphs in so many different stories that they show no two documents to be versions of one story.
- `background`: first paragraphs that stand between the paragraphs of several other stories.
- `sieve`: the prefix filter, which answers most lookups without a query.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from cleaners.memory.schema import EXAMPLE_DOCUMENTS, MIN_FILTER_BITS

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

COMMON_STORIES = 20
"""Stories of different openings from which on a paragraph that they share is common. Few outlets edit one story so often."""
BACKGROUND_STORIES = 2
"""Other stories, of different openings, between whose paragraphs a first paragraph stands if it is background."""
BITS_PER_PREFIX = 32
"""Bits of the prefix filter for each prefix hash, at least: at most one unknown line in thirty costs a query."""


def write_shared_paragraphs(connection: sqlite3.Connection) -> None:
    """Write the paragraphs that stories of different openings share, into `common` and `background`.

    Common paragraphs are prompts and notices. A first paragraph that stands between the paragraphs of several other stories is
    background, whereas leads of other stories stand side by side below a story.
    """
    import numpy as np

    rows = connection.execute(
        "SELECT min(key), first, others FROM story JOIN opening ON story = id GROUP BY id HAVING length(others) > 0"
    ).fetchall()
    if not rows:
        return
    counts = [len(others) // 4 for _, _, others in rows]
    openings = np.repeat(np.array([key & 0xFFFFFFFF for key, _, _ in rows], np.uint64), counts)
    paragraphs = np.frombuffer(b"".join(others for _, _, others in rows), ">u4").astype(np.uint64)
    pairs = paragraphs << np.uint64(32) | openings
    _write_paragraphs(connection, "common", pairs, COMMON_STORIES)
    is_first = np.isin(paragraphs, np.frombuffer(b"".join(first for _, first, _ in rows), ">u4"))
    between = _has_own_below(is_first, counts)
    _write_paragraphs(connection, "background", pairs[is_first & between], BACKGROUND_STORIES)


def _has_own_below(is_first: npt.NDArray[np.bool_], counts: list[int]) -> npt.NDArray[np.bool_]:
    """Return of each paragraph whether one that begins no other story stands below it in the same story.

    Args:
        is_first: of each paragraph, story after story, whether it is the first one of another story.
        counts: the number of paragraphs of each story.
    """
    import numpy as np

    places = np.arange(len(is_first))
    begins = np.cumsum([0, *counts[:-1]])
    last_own = np.maximum.reduceat(np.where(is_first, -1, places), begins)
    return np.asarray(places < np.repeat(last_own, counts))


def _write_paragraphs(connection: sqlite3.Connection, table: str, pairs: npt.NDArray[np.uint64], least: int) -> None:
    """Write the paragraphs that stand in stories of at least `least` different openings.

    Args:
        connection: the memory.
        table: `common` or `background`.
        pairs: 64-bit integers: the hash of a paragraph in the upper half, the key of its story's opening in the lower.
        least: the number of openings.
    """
    import numpy as np

    paragraphs, counts = np.unique(np.unique(pairs) >> np.uint64(32), return_counts=True)
    connection.execute(f"DELETE FROM {table}")
    found = ((paragraph,) for paragraph in paragraphs[counts >= least].tolist())
    connection.executemany(f"INSERT INTO {table} VALUES (?)", found)


def write_prefix_filter(connection: sqlite3.Connection) -> None:
    """Write the prefix filter: one bit for the prefix hash of each opening, headline and frequent segment."""
    import numpy as np

    query = (
        f"SELECT key FROM opening UNION ALL SELECT title FROM story WHERE title IS NOT NULL"
        f" UNION ALL SELECT key FROM segment WHERE documents >= {EXAMPLE_DOCUMENTS}"
    )
    keys = np.fromiter((row[0] for row in connection.execute(query)), np.int64)
    size = max(MIN_FILTER_BITS, 1 << (BITS_PER_PREFIX * len(keys)).bit_length())
    bits = np.zeros(size, bool)
    bits[(keys.view(np.uint64) >> np.uint64(32)).astype(np.int64) & (size - 1)] = True
    connection.execute("UPDATE sieve SET bits = ?", (np.packbits(bits).tobytes(),))
