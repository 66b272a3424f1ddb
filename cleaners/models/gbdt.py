"""Gradient-boosted decision trees: read from JSON, evaluated with numpy, explained one by one.

The items that a model judges are blocks of a page, or lines or paragraphs of a text.

A node asks whether a feature is at most its limit. A tree has at most 16 leaves, numbered from left to right:

                 words <= 12?
                yes /    \\ no
          links <= 0.5?   leaf 2
          yes /   \\ no
        leaf 0   leaf 1

The evaluation is QuickScorer (Lucchese et al. 2015). The leaves that an item can still reach are a 16-bit number, at first all
ones. Each condition that fails clears the bits of the leaves on its `yes` side: where `words <= 12` fails, those of the leaves
0 and 1. The lowest bit that is left is the leaf. So all conditions of all trees are tested for all items at once, and no tree
is walked.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NotRequired, TypedDict, cast

import numpy as np
import numpy.typing as npt

from cleaners.disk_cache import code_in, hash_of, kept

Floats = npt.NDArray[np.float32]
MODELS = "BODYCOPY_MODELS"
"""Environment variable for development: a folder whose models replace those that the package ships."""
LEAVES = 16
"""Leaves of a tree, at most: the bits of the numbers that are compared."""
NODES = LEAVES - 1
"""Inner nodes of a tree, at most."""
_ALL_LEAVES = np.uint16(0xFFFF)
_STOPS = (40, 120, 240)
"""Numbers of trees after which hopeless items leave the evaluation."""
_HOPELESS_LOG_ODDS = -4.0
"""An item below it is hopeless: further trees hardly ever raise one to doubt."""
_MAX_EXPLAINED = 128
"""Items that are explained at once."""
_MAX_EVALUATED = 4096
"""Items that are evaluated at once, so that endless pages need no endless memory."""


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Trees as flat arrays. The nodes of tree t are those from 15 t to 15 t + 14; a node that a tree lacks always holds.

    Attributes:
        names: the features, in the order in which they are given.
        base: log odds before any tree.
        threshold: the probability from which on an item counts as found.
        features: the feature that each node asks for, by its place in `names`.
        limits: the limit of each node; the condition is `feature <= limit`.
        masks: the leaves that stay possible where the condition fails, a bit each.
        leaves: log odds that each leaf adds, shape (trees, 16).
        trees: the trees as the file nests them, from which explanations are read.
        bars: probabilities that decisions need, by name; the script that trained the model chose them.
        version: a hash of its file and of what reads it; empty for a model that is no file's.
    """

    names: tuple[str, ...]
    base: float
    threshold: float
    features: npt.NDArray[np.intp]
    limits: Floats
    masks: npt.NDArray[np.uint16]
    leaves: Floats
    trees: Sequence[object]
    bars: Mapping[str, float] = field(default_factory=dict)
    version: str = ""

    def scores(self, rows: Floats) -> Floats:
        """Return the probability of each item: that a block is body, that a line is noise.

        Args:
            rows: the features of the items, shape (features, items), in the order of `names`.

        Returns:
            Probabilities, shape (items,).
        """
        raw = np.full(rows.shape[1], self.base, np.float32)
        last = 0
        for stop in (*_STOPS, len(self.leaves)):
            first, last = last, min(stop, len(self.leaves))
            open_items = np.flatnonzero(raw > _HOPELESS_LOG_ODDS)
            self._add(raw, open_items, rows[:, open_items], first, last)
        return (1 / (1 + np.exp(-raw))).astype(np.float32)

    def _add(self, raw: Floats, items: npt.NDArray[np.intp], rows: Floats, first: int, last: int) -> None:
        """Add what the trees from `first` to before `last` say about items, whose features are `rows`, to their log odds."""
        if first == last:
            return
        leaves = self.leaves[first:last].ravel()
        trees = LEAVES * np.arange(last - first)[:, None]
        for start in range(0, len(items), _MAX_EVALUATED):
            reached = self._reached(rows[:, start : start + _MAX_EVALUATED], first, last)
            raw[items[start : start + _MAX_EVALUATED]] += leaves.take(reached + trees).sum(axis=0, dtype=np.float32)

    def _reached(self, rows: Floats, first: int, last: int) -> npt.NDArray[np.uint8]:
        """Return the leaf that each item reaches in the trees from `first` to before `last`, shape (trees, items)."""
        features, limits, which = _conditions(self, first, last)
        holds = (rows.take(features, axis=0) <= limits) * _ALL_LEAVES
        possible = holds.take(which, axis=0)
        possible |= self.masks[NODES * first : NODES * last, None]
        of_trees = possible.reshape(last - first, NODES, -1)
        left: npt.NDArray[np.uint16] = np.bitwise_and.reduce(of_trees, axis=1)
        return np.take(_LOWEST_BIT, left)

    def contributions(self, rows: Floats, groups: tuple[int, ...], count: int) -> Floats:
        """Return how far each group of features moved the score of each item.

        Args:
            rows: the features of the items, shape (features, items).
            groups: the group of each feature, a number below `count`.
            count: the number of groups.

        Returns:
            Log odds, shape (groups, items): the steps on the paths of the item, summed.
        """
        table = _contribution_table(self, groups, count)
        trees = LEAVES * np.arange(len(self.leaves))[:, None]
        out = np.zeros((count, rows.shape[1]), np.float32)
        for start in range(0, rows.shape[1], _MAX_EXPLAINED):
            reached = self._reached(rows[:, start : start + _MAX_EXPLAINED], 0, len(self.leaves))
            out[:, start : start + _MAX_EXPLAINED] = table.take(reached + trees, axis=0).sum(axis=0).T
        return out


_LOWEST_BIT = np.zeros(1 << LEAVES, np.uint8)
for _place in range(LEAVES):
    _LOWEST_BIT[1 << _place :: 1 << _place] = _place  # multiples of a power; those of higher powers follow
"""The place of the lowest bit of every 16-bit number."""


class ModelData(TypedDict):
    """What `model.json` holds of a model.

    Attributes:
        features: names of the features, in the order that the trees count them.
        base: log odds before any tree.
        threshold: probability from which an item counts as noise.
        bars: other limits, by name.
        trees: a tree is a number for a leaf, and `[feature, limit, value, yes, no]` for a node, where `value` is the mean log
            odds of the node.
    """

    features: Sequence[str]
    base: float
    threshold: float
    bars: NotRequired[Mapping[str, float]]
    trees: Sequence[object]


class _Builder:
    """Flattens nested trees into the arrays of a `Model`."""

    def __init__(self, count: int) -> None:
        self.features: list[int] = []
        self.limits: list[float] = []
        self.masks: list[int] = []
        self.leaves = np.zeros((count, LEAVES), np.float32)

    def add(self, number: int, tree: object) -> None:
        """Add tree number `number`, and nodes that always hold for those that it lacks."""
        self._add(number, tree, 0)
        lacking = NODES * (number + 1) - len(self.features)
        self.features += [0] * lacking
        self.limits += [np.inf] * lacking
        self.masks += [int(_ALL_LEAVES)] * lacking

    def _add(self, number: int, tree: object, leaf: int) -> int:
        """Add a subtree.

        Args:
            number: the number of its tree.
            tree: a number for a leaf; `[feature, limit, value, yes, no]` for a node.
            leaf: the number of its first leaf.

        Returns:
            The number behind its last leaf.
        """
        if not isinstance(tree, list):
            self.leaves[number, leaf] = _value(tree)
            return leaf + 1
        feature, limit, _, yes, no = tree
        node = len(self.features)
        self.features.append(feature)
        self.limits.append(limit)
        self.masks.append(0)
        middle = self._add(number, yes, leaf)
        self.masks[node] = int(_ALL_LEAVES) & ~((1 << middle) - (1 << leaf))
        return self._add(number, no, middle)


_Flat = tuple[tuple[str, ...], float, float, bytes, bytes, bytes, bytes, Sequence[object], Mapping[str, float]]
"""The fields of a `Model` but its version, arrays as their bytes."""


def build(data: ModelData) -> Model:
    """Return the model that a `model.json` describes.

    Args:
        data: what the file holds.
    """
    return _model(_flat(data), "")


def _flat(data: ModelData) -> _Flat:
    builder = _Builder(len(data["trees"]))
    for number, tree in enumerate(data["trees"]):
        builder.add(number, tree)
    return (
        tuple(data["features"]),
        float(data["base"]),
        float(data["threshold"]),
        np.array(builder.features, np.intp).tobytes(),
        np.array(builder.limits, np.float32).tobytes(),
        np.array(builder.masks, np.uint16).tobytes(),
        builder.leaves.tobytes(),
        data["trees"],
        data.get("bars", {}),
    )


def _model(flat: _Flat, version: str) -> Model:
    names, base, threshold, features, limits, masks, leaves, trees, bars = flat
    return Model(
        names,
        base,
        threshold,
        np.frombuffer(features, np.intp),
        np.frombuffer(limits, np.float32),
        np.frombuffer(masks, np.uint16),
        np.frombuffer(leaves, np.float32).reshape(-1, LEAVES),
        trees,
        bars,
        version,
    )


@lru_cache(maxsize=16)
def _conditions(model: Model, first: int, last: int) -> tuple[npt.NDArray[np.intp], Floats, npt.NDArray[np.intp]]:
    """Return the distinct conditions of the trees from `first` to before `last`: features, limits, and the one of each node."""
    nodes = slice(NODES * first, NODES * last)
    pairs = np.empty(NODES * (last - first), np.complex128)  # numbers that numpy sorts by one part, then by the other
    pairs.real, pairs.imag = model.features[nodes], model.limits[nodes]
    conditions, which = np.unique(pairs, return_inverse=True)
    return conditions.real.astype(np.intp), conditions.imag.astype(np.float32)[:, None], which


@lru_cache(maxsize=4)
def _contribution_table(model: Model, groups: tuple[int, ...], count: int) -> Floats:
    """Return what each leaf owes to each group of features, shape (trees * 16, groups)."""
    compute = partial(_contributions, model, groups, count)
    inputs = hash_of([(model.version, repr((groups, count)).encode())])
    table = kept("contributions", inputs, compute) if model.version else compute()
    return np.frombuffer(table, np.float32).reshape(-1, count)


def _contributions(model: Model, groups: tuple[int, ...], count: int) -> bytes:
    """Return the numbers of that table, row by row."""
    table = np.zeros((len(model.leaves) * LEAVES, count), np.float32)
    for number, tree in enumerate(model.trees):
        for leaf, path in enumerate(_paths(tree, ())):
            for feature, step in path:
                table[LEAVES * number + leaf, groups[feature]] += step
    return table.tobytes()


def _paths(tree: object, path: tuple[tuple[int, float], ...]) -> Iterator[tuple[tuple[int, float], ...]]:
    """Yield the features on the way to each leaf, from the left, each with how far it moves the score.

    Args:
        tree: a number for a leaf; `[feature, limit, value, yes, no]` for a node.
        path: the way to it.
    """
    if not isinstance(tree, list):
        yield path
        return
    feature, _, value, yes, no = tree
    for side in (yes, no):
        yield from _paths(side, (*path, (feature, _value(side) - value)))


def _value(tree: object) -> float:
    """Return the log odds of a leaf, or the mean log odds of a node."""
    return float(tree[2] if isinstance(tree, list) else cast(float, tree))


@cache
def load(name: str) -> Model:
    """Return a model, by its path in the package: `line_model/model.json`."""
    data = _file(name).read_bytes()
    version = hash_of([(name, data), *code_in("models")])
    return _model(kept("model", version, lambda: _flat(json.loads(data))), version)


def read(name: str) -> object:
    """Return what the file of a model holds: that of the package, or of the folder that `BODYCOPY_MODELS` names, if it has one.

    Raises:
        ValueError: the variable does not name a folder.
    """
    data: object = json.loads(_file(name).read_text(encoding="utf-8"))
    return data


def others() -> Path | None:
    """Return the folder of models that replace those of the package; None where there is none.

    Raises:
        ValueError: the variable does not name a folder.
    """
    name = os.environ.get(MODELS)
    if name and not Path(name).is_dir():
        raise ValueError(f"{MODELS} is {name!r}, which is no folder; name one that holds line_model/model.json, or unset it")
    return Path(name) if name else None


def _file(name: str) -> Traversable | Path:
    folder = others()
    return folder / name if folder and (folder / name).is_file() else files("cleaners").joinpath(name)
