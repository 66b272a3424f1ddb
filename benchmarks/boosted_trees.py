"""Boosted trees: the parameters that all models share, and the file that the library reads.

Needs lightgbm, which the library never loads.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import lightgbm as lgb

from cleaners.models import gbdt

BOOSTING: dict[str, Any] = {
    "objective": "binary",
    "learning_rate": 0.05,
    "num_leaves": gbdt.LEAVES,
    "lambda_l2": 5.0,
    "max_bin": 63,
    "num_threads": 1,
    "seed": 7,
    "deterministic": True,
    "verbose": -1,
}
"""The parameters of lightgbm that all models of the library are trained with."""


def exported(names: Sequence[str], booster: lgb.Booster, threshold: float) -> dict[str, Any]:
    """Write a booster as nested lists, without the features that it never uses.

    Args:
        names: The names of all features.
        booster: The trained trees.
        threshold: The probability from which on an item counts as positive.

    Returns:
        What `model.json` holds of it: `features`, `base`, `threshold`, `trees`.
    """
    used = [i for i, count in enumerate(booster.feature_importance("split")) if count]
    at = {feature: place for place, feature in enumerate(used)}

    def node(tree: dict[str, Any]) -> Any:
        if "leaf_value" in tree:
            return round(tree["leaf_value"], 4)
        limit = float(f"{tree['threshold']:.6g}")
        value = round(tree["internal_value"], 3)
        return [at[tree["split_feature"]], limit, value, node(tree["left_child"]), node(tree["right_child"])]

    trees = [node(tree["tree_structure"]) for tree in booster.dump_model()["tree_info"]]
    return {
        "features": [names[i] for i in used],
        "base": sum(tree for tree in trees if not isinstance(tree, list)),
        "threshold": threshold,
        "trees": [tree for tree in trees if isinstance(tree, list)],
    }


def write_model(data: dict[str, Any], path: Path) -> str:
    """Write a model, one line a tree.

    Returns:
        A summary of the file.
    """
    head = json.dumps({name: value for name, value in data.items() if name != "trees"}, indent=0)
    grown = ",\n".join(json.dumps(tree, separators=(",", ":")) for tree in data["trees"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'{head[:-2]},\n"trees": [\n{grown}\n]}}\n', encoding="utf-8")
    return f"{path}: {path.stat().st_size / 1000:.0f} kB, {len(data['trees'])} trees, {len(data['features'])} features"
