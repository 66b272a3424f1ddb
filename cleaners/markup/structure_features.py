"""Features of a block's surroundings: blocks like it, the containers around it, its neighbours, its section.

Most of the evidence on a page is structural: what became of the *other* blocks with the same chain of elements and classes,
in the same container, around the block.
"""

from __future__ import annotations

import numpy as np

from cleaners.markup.block_sums import UNKNOWN, Group, codes_of_pairs, shifted_by
from cleaners.markup.block_vectors import BlockVectors, Rows

_NEVER = 1_000
"""Blocks; the distance to a block that does not exist, before it is cut to `_MAX_DISTANCE`."""
_MAX_DISTANCE = 100
"""Blocks; what is further away is equally far."""
_LEVELS = ("level0", "level1", "level2", "level3", "region")


def add_path_rows(rows: Rows, vectors: BlockVectors) -> None:
    """Describe the other blocks with the same chain of tags and classes."""
    elements = vectors.elements
    chain = [elements.of_blocks]  # the element of each block, and the three around it
    for _ in range(3):
        chain.append(elements.parents[chain[-1]])
    own, second, third, fourth = (elements.keys[numbers] for numbers in chain)
    two, around = codes_of_pairs(own, second), codes_of_pairs(second, third)
    chains = (("path1", own), ("path2", two), ("path3", codes_of_pairs(two, third)), ("outer", codes_of_pairs(around, fourth)))
    for name, codes in chains:
        group = Group(codes)
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
    elements = vectors.elements
    levels = [elements.of_blocks]
    for _ in range(3):
        levels.append(elements.larger[levels[-1]])
    levels.append(elements.regions[elements.of_blocks])
    starts, ends = elements.starts[levels], elements.ends[levels]  # shape (levels, blocks)
    counts, chars = ends - starts, vectors.within("chars", starts, ends)
    voted, prose = vectors.within("voted_chars", starts, ends), vectors.within("prose_chars", starts, ends)
    others, alone = np.maximum(1.0, chars - vectors.chars), chars - vectors.chars < 1
    links = vectors.within("links", starts, ends) / np.maximum(1.0, chars)
    votes_of_others = np.where(alone, UNKNOWN, (voted - vectors.chars * vectors.votes) / others)
    prose_of_others = np.where(alone, UNKNOWN, (prose - vectors.chars * vectors.prose) / others)
    of_vote, mean_chars = voted / max(1.0, vectors.total("voted_chars")), chars / np.maximum(1, counts)
    from_start, from_end = vectors.index - starts, ends - vectors.index
    positions = from_start / np.maximum(1, counts - 1)
    for level, name in enumerate(_LEVELS):
        rows |= {
            f"{name}_count": counts[level],
            f"{name}_links": links[level],
            f"{name}_voted_chars": votes_of_others[level],
            f"{name}_prose": prose_of_others[level],
        }
        if level:
            rows |= {
                f"{name}_of_vote": of_vote[level],
                f"{name}_chars": mean_chars[level],
                f"{name}_position": positions[level],
            }
        if level in (1, 2):
            rows[f"{name}_from_start"] = from_start[level]
            rows[f"{name}_from_end"] = from_end[level]


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
