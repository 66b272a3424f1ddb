"""The learned verdict: gradient-boosted trees in a readable file, evaluated with numpy, explained block by block.

A tree has at most 16 leaves, so the leaves that a block can still reach fit into 16 bits. Every condition that fails
clears the bits of the leaves on its "yes" side; the lowest bit that is left is the leaf (QuickScorer, Lucchese et al.
2015). All conditions of all trees are thus asked for all blocks at once, without walking any tree.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
LEAVES = 16
_FIRST = 60  # trees that are asked for every block …
_HOPELESS = -3.5  # … and log odds after them from which no later tree has ever raised one to doubt
_CHUNK = 4096  # blocks at once: keeps memory flat on endless pages


@dataclass(frozen=True, slots=True)
class Model:
    """Trees as flat arrays; `nodes` of tree t are `starts[t]` up to `starts[t + 1]`."""

    names: tuple[str, ...]
    base: float
    threshold: float
    features: npt.NDArray[np.intp]  # a node asks whether this feature …
    limits: Floats  # … is at most this
    masks: npt.NDArray[np.uint16]  # the leaves that stay possible if it is not
    starts: npt.NDArray[np.intp]
    leaves: Floats  # trees x 16
    parents: npt.NDArray[np.intp]  # the node above, or -1
    sides: npt.NDArray[np.bool_]  # is the node on its parent's "yes" side?
    yes: Floats  # how far a "yes" moves the expected score …
    no: Floats  # … and how far a "no" does
    order: tuple[npt.NDArray[np.intp], ...]  # nodes by depth

    def scores(self, rows: Floats) -> Floats:
        """The probability that each block belongs to the body; one row a feature, in the order of `names`."""
        raw = np.full(rows.shape[1], self.base, np.float32)
        first = min(_FIRST, len(self.leaves))
        self._add(raw, np.arange(rows.shape[1]), rows, 0, first)
        doubtful = np.flatnonzero(raw > _HOPELESS)
        self._add(raw, doubtful, rows[:, doubtful], first, len(self.leaves))
        return (1 / (1 + np.exp(-raw))).astype(np.float32)

    def _add(self, raw: Floats, at: npt.NDArray[np.intp], rows: Floats, first: int, last: int) -> None:
        """Add what the trees from `first` up to `last` say of the blocks `at`, whose evidence is `rows`."""
        if first == last:
            return
        begin = int(self.starts[first])
        end = int(self.starts[last]) if last < len(self.starts) else len(self.features)
        features, limits, masks = self.features[begin:end], self.limits[begin:end, None], self.masks[begin:end, None]
        starts, leaves = self.starts[first:last] - begin, self.leaves[first:last]
        trees = np.arange(last - first)[:, None]
        for start in range(0, len(at), _CHUNK):
            holds = rows[features, start : start + _CHUNK] <= limits
            left = np.where(holds, np.uint16(0xFFFF), masks)
            lowest = _LOWEST[np.bitwise_and.reduceat(left, starts, axis=0)]
            raw[at[start : start + _CHUNK]] += leaves[trees, lowest].sum(axis=0, dtype=np.float32)

    def contributions(self, rows: Floats, groups: Sequence[int], count: int) -> Floats:
        """How far each group of features moved each block's score, in log odds: the steps of its paths, summed."""
        out = np.zeros((count, rows.shape[1]), np.float32)
        codes = np.array(groups, np.intp)[self.features]
        by_code = np.argsort(codes, kind="stable")
        present, firsts = np.unique(codes[by_code], return_index=True)
        for start in range(0, rows.shape[1], _CHUNK):
            holds = rows[self.features, start : start + _CHUNK] <= self.limits[:, None]
            on_path = np.ones_like(holds)
            for nodes in self.order[1:]:
                above = self.parents[nodes]
                on_path[nodes] = on_path[above] & (holds[above] == self.sides[nodes][:, None])
            steps = np.where(holds, self.yes[:, None], self.no[:, None])
            steps *= on_path
            out[present, start : start + _CHUNK] = np.add.reduceat(steps[by_code], firsts, axis=0)
        return out


_LOWEST = np.array([(i & -i).bit_length() - 1 if i else 0 for i in range(1 << 16)], np.uint8)


def build(data: dict[str, Any]) -> Model:
    """A model from what `model.json` holds: nested trees `[feature, limit, value, yes, no]`, leaves as numbers."""
    names = tuple(data["features"])
    features: list[int] = []
    limits: list[float] = []
    masks: list[int] = []
    parents: list[int] = []
    sides: list[bool] = []
    yes: list[float] = []
    no: list[float] = []
    depths: list[int] = []
    starts: list[int] = []
    leaves = np.zeros((len(data["trees"]), LEAVES), np.float32)

    def read(tree: Any, at: int, leaf: int, parent: tuple[int, bool, int]) -> int:
        """Add a subtree whose first leaf has this number; gives the number after its last leaf."""
        if not isinstance(tree, list):
            leaves[at, leaf] = tree
            return leaf + 1
        node = len(features)
        features.append(tree[0])
        limits.append(tree[1])
        masks.append(0)
        above, side, depth = parent
        parents.append(above)
        sides.append(side)
        yes.append(_value(tree[3]) - tree[2])
        no.append(_value(tree[4]) - tree[2])
        depths.append(depth)
        middle = read(tree[3], at, leaf, (node, True, depth + 1))
        masks[node] = 0xFFFF & ~((1 << middle) - (1 << leaf))
        return read(tree[4], at, middle, (node, False, depth + 1))

    for at, tree in enumerate(data["trees"]):
        starts.append(len(features))
        read(tree, at, 0, (-1, False, 0))
    levels = np.array(depths, np.intp)
    order = tuple(np.flatnonzero(levels == depth) for depth in range(int(levels.max(initial=0)) + 1))
    return Model(
        names,
        float(data["base"]),
        float(data["threshold"]),
        np.array(features, np.intp),
        np.array(limits, np.float32),
        np.array(masks, np.uint16),
        np.array(starts, np.intp),
        leaves,
        np.array(parents, np.intp),
        np.array(sides, np.bool_),
        np.array(yes, np.float32),
        np.array(no, np.float32),
        order,
    )


def _value(tree: Any) -> float:
    return float(tree[2] if isinstance(tree, list) else tree)


@cache
def load() -> Model:
    """The model that ships with the library."""
    return build(json.loads(files("cleaners.markup").joinpath("model.json").read_text(encoding="utf-8")))
