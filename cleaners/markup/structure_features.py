"""Features of a block's surroundings: blocks like it, the containers around it, its neighbours, its section.

Most of the evidence on a page is structural: what became of the *other* blocks with the same chain of elements and classes,
in the same container, around the block.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cleaners.markup.block_sums import UNKNOWN, Group, codes_of, shifted_by
from cleaners.markup.block_vectors import BlockVectors, Rows
from cleaners.markup.containers import class_path, container_ranges

_NEVER = 1_000
"""Blocks; the distance to a block that does not exist, before it is cut to `_MAX_DISTANCE`."""
_MAX_DISTANCE = 100
"""Blocks; what is further away is equally far."""
_LEVELS = ("level0", "level1", "level2", "level3", "region")


def add_path_rows(rows: Rows, vectors: BlockVectors) -> None:
    """Describe the other blocks with the same chain of tags and classes."""
    own, second, third, fourth = zip(*[class_path(block.scope) for block in vectors.blocks], strict=True)
    two, three = list(zip(own, second, strict=True)), list(zip(own, second, third, strict=True))
    outer = list(zip(second, third, fourth, strict=True))
    chains: tuple[tuple[str, Sequence[object]], ...] = (("path1", own), ("path2", two), ("path3", three), ("outer", outer))
    for name, keys in chains:
        group = Group(codes_of(keys))
        found: Rows = {
            "voted": group.share_of_others(vectors.voted),
            "voted_chars": group.weighted_share_of_others(vectors.votes, vectors.chars),
            "count": group.size,
        }
        if name != "path1":
            found |= {
                "links": group.weighted_share_of_others(vectors.links, vectors.chars),
                "prose": group.weighted_share_of_others(vectors.prose, vectors.chars),
                "chars": group.share_of_others(vectors.chars),
            }
        rows |= {f"{name}_{kind}": row for kind, row in found.items()}


def add_container_rows(rows: Rows, vectors: BlockVectors) -> None:
    """Describe what stands in the elements around a block; each level is the next element that holds more blocks."""
    memo: dict[int, tuple[int, ...]] = {}
    ranges = np.array([container_ranges(block.scope, memo) for block in vectors.blocks], np.int64)
    ranges = ranges.reshape(vectors.count, 2 * len(_LEVELS))
    total_voted = max(1.0, vectors.total("voted_chars"))
    for level, name in enumerate(_LEVELS):
        start, end = ranges[:, 2 * level], ranges[:, 2 * level + 1]
        count = end - start
        chars = vectors.within("chars", start, end)
        others = np.maximum(1.0, chars - vectors.chars)
        voted = vectors.within("voted_chars", start, end)
        prose = vectors.within("prose_chars", start, end)
        alone = chars - vectors.chars < 1
        rows |= {
            f"{name}_count": count,
            f"{name}_links": vectors.within("links", start, end) / np.maximum(1.0, chars),
            f"{name}_voted_chars": np.where(alone, UNKNOWN, (voted - vectors.chars * vectors.votes) / others),
            f"{name}_prose": np.where(alone, UNKNOWN, (prose - vectors.chars * vectors.prose) / others),
        }
        if level:
            rows |= {
                f"{name}_of_vote": voted / total_voted,
                f"{name}_chars": chars / np.maximum(1, count),
                f"{name}_position": (vectors.index - start) / np.maximum(1, count - 1),
            }
        if level in (1, 2):
            rows[f"{name}_from_start"] = vectors.index - start
            rows[f"{name}_from_end"] = end - vectors.index


def add_neighbour_rows(rows: Rows, vectors: BlockVectors) -> None:
    """Describe the two blocks on either side, and the stretch of blocks around."""
    for step in (-2, -1, 1, 2):
        name = f"{'next' if step > 0 else 'last'}{abs(step)}"
        rows[f"{name}_voted"] = shifted_by(vectors.votes, step)
        rows[f"{name}_chars"] = shifted_by(vectors.chars, step)
        if abs(step) == 1:
            rows[f"{name}_links"] = shifted_by(vectors.links, step)
            rows[f"{name}_heading"] = shifted_by(rows["heading"].astype(np.float32), step)
            rows[f"{name}_sentence_end"] = shifted_by(vectors.ends.astype(np.float32), step)
    for reach in (4, 10):
        start, end = np.maximum(0, vectors.index - reach), np.minimum(vectors.count, vectors.index + reach + 1)
        chars = vectors.within("chars", start, end) - vectors.chars
        voted = vectors.within("voted_chars", start, end) - vectors.chars * vectors.votes
        rows[f"around{reach}_voted"] = voted / np.maximum(1, chars)
        rows[f"around{reach}_links"] = vectors.within("links", start, end) / np.maximum(1, chars + vectors.chars)


def add_span_rows(rows: Rows, vectors: BlockVectors) -> None:
    """Describe where the block stands in relation to the voted running text and to the container of that."""
    index, count = vectors.index, vectors.count
    for name, which in (("story", vectors.story), ("prose", vectors.prose)):
        sums = vectors.sums[f"{name}_chars"]
        total = max(1.0, float(sums[-1]))
        rows[f"{name}_behind"] = sums[:-1] / total
        rows[f"{name}_ahead"] = (total - sums[1:]) / total
        last = np.maximum.accumulate(np.where(which, index, -_NEVER))
        following = np.minimum.accumulate(np.where(which, index, count + _NEVER)[::-1])[::-1]
        past = np.concatenate(([-_NEVER], last[:-1]))
        to_come = np.concatenate((following[1:], [count + _NEVER]))
        rows[f"since_{name}"] = np.minimum(index - past, _MAX_DISTANCE)
        rows[f"until_{name}"] = np.minimum(to_come - index, _MAX_DISTANCE)
    scopes = vectors.page.scopes
    starts = np.array([scope.start for scope in scopes], np.int64)
    ends = np.array([scope.end for scope in scopes], np.int64)
    depths = np.array([scope.depth for scope in scopes], np.float32)
    depth = rows["depth"]
    for name in ("story", "prose"):
        held = vectors.within(f"{name}_chars", starts, ends) / max(1.0, vectors.total(f"{name}_chars"))
        for share in (0.6, 0.95):
            at = int(np.argmax(held >= share))  # scopes close from the inside out, so the first is the innermost
            inside = (index >= starts[at]) & (index < ends[at]) & bool(held[at] >= share)
            rows[f"home_{name}_{share:.0%}"] = inside
            rows[f"below_{name}_{share:.0%}"] = np.where(inside, depth - depths[at], UNKNOWN)


def add_section_rows(rows: Rows, vectors: BlockVectors) -> None:
    """Describe what stands under the same heading: from one heading to the next."""
    levels = rows["heading"].astype(np.float32)
    heading = levels > 0
    codes = np.cumsum(heading, dtype=np.int64)
    group = Group(codes)
    last = np.maximum.accumulate(np.where(heading, vectors.index, 0))
    rows |= {
        "section_voted": group.weighted_share_of_others(vectors.votes, vectors.chars),
        "section_links": group.weighted_share_of_others(vectors.links, vectors.chars),
        "section_count": group.size,
        "since_heading": vectors.index - last,
        "heading_voted": vectors.votes[last],
        "heading_links": vectors.links[last],
        "over_level": np.where(codes > 0, levels[last], UNKNOWN),
    }
