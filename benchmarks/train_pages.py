"""Train the page model, judge it on publishers it has not seen, and write cleaners/markup/model.json.

    pip install lightgbm
    python benchmarks/train_pages.py DATA_DIR [--write] [--folds 5] [--rounds 400]

DATA_DIR holds fundus-dev, wcxb-dev and snippets-dev (.jsonl.gz). The first two are learnt from; snippets-dev is only
ever judged. The same data, seed and versions give the same file. Needs lightgbm, which the library itself never loads.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
from labels import align, tokens

from cleaners import trees
from cleaners.document import Facts
from cleaners.markup import vote
from cleaners.markup.evidence import gather
from cleaners.markup.facts import read_facts
from cleaners.markup.marks import Mark
from cleaners.markup.page import Page, read_page
from cleaners.markup.verdict import judge
from cleaners.page import judged_document
from cleaners.pipeline import clean
from cleaners.settings import Settings

FUNDUS, WCXB, SNIPPETS = "fundus-dev", "wcxb-dev", "snippets-dev"
LEAVES = trees.LEAVES
# News is what the library is for, and FUNDUS has five times fewer pages than WCXB.
SOURCE_WEIGHT = {FUNDUS: 4.0, WCXB: 1.0}
LENGTH_POWER = 0.5  # a block counts by the root of its words: F1 counts words, exactness counts blocks
BOOSTING: dict[str, Any] = {
    "objective": "binary",
    "learning_rate": 0.05,
    "num_leaves": LEAVES,
    "lambda_l2": 5.0,
    "max_bin": 63,
    "num_threads": 1,
    "seed": 7,
    "deterministic": True,
    "verbose": -1,
}
"""What all models of the library are trained with."""
PARAMS = BOOSTING | {
    "min_data_in_leaf": 200,
    "feature_fraction": 0.2,  # most evidence says the same thing several times
    "force_row_wise": True,
}


@dataclass(slots=True)
class Example:
    """A page with its evidence and, for training sets, its labels."""

    source: str
    group: str
    page: Page
    rows: npt.NDArray[np.float32]
    lines: list[str]
    facts: Facts
    words: list[list[str]]
    shares: npt.NDArray[np.float32]
    gold: list[str]
    present: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)


def read(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def publisher(source: str, row: dict[str, Any]) -> str:
    """Who made the page: FUNDUS names it in the id, WCXB in the host."""
    if source == FUNDUS:
        return "fundus:" + re.sub(r"_\d{4}_.*", "", row["id"])
    host = urlsplit(row.get("url") or "").hostname or row["id"]
    parts = host.split(".")
    keep = 3 if len(parts) > 2 and len(parts[-2]) <= 3 else 2
    return ".".join(parts[-keep:])


def examples(folder: Path) -> tuple[tuple[str, ...], list[Example]]:
    """All pages with evidence; labels where there is gold."""
    names: tuple[str, ...] = ()
    found = []
    for source in (FUNDUS, WCXB, SNIPPETS):
        for row in read(folder / f"{source}.jsonl.gz"):
            page = read_page(row["html"])
            facts = read_facts(page, row.get("url"))
            lines = vote.ask(page)
            page.tree, page.hopeless = None, []  # the trees of all pages would fill the memory
            proof = gather(page, lines)
            names = proof.names or names
            words = [tokens(block.text) for block in page.blocks]
            gold = tokens(row["gold"])
            shares = align(words, gold, [block.hidden for block in page.blocks]) if gold else [0.0] * len(words)
            found.append(
                Example(
                    source,
                    publisher(source, row),
                    page,
                    proof.rows,
                    lines,
                    facts,
                    words,
                    np.array(shares, np.float32),
                    gold,
                    row.get("present") or [],
                    row.get("absent") or [],
                )
            )
    return names, found


def weights(names: Sequence[str], example: Example) -> npt.NDArray[np.float32]:
    """How much each block counts. All pages of a source weigh the same; a block half in gold says little.

    What is a convention of one gold is not learnt from it. FUNDUS leaves lists and tables out of its golds even where
    they belong to the story: they are no evidence against lists, unless they are lists of links.
    """
    if not example.words:
        return np.zeros(0, np.float32)
    sizes = np.array([1 + len(words) for words in example.words], np.float32) ** LENGTH_POWER
    sizes *= np.maximum(0.1, np.abs(2 * example.shares - 1))
    if example.source == FUNDUS:
        rows = {name: example.rows[names.index(name)] for name in ("links", "vote", "home_story_95%")}
        listed = np.array([block.inside(Mark.LIST | Mark.TABLE) for block in example.page.blocks], np.bool_)
        near = (rows["vote"] > 0.5) | (rows["home_story_95%"] > 0)
        sizes[listed & near & (rows["links"] < 0.5) & (example.shares < 0.5)] = 0
    else:
        # WCXB drops most standfirsts, FUNDUS keeps them; the library keeps them, so their absence teaches nothing.
        standfirst = example.rows[names.index("standfirst")] > 0
        sizes[standfirst & (example.shares < 0.5)] = 0
    total = max(float(sizes.sum()), 1e-9)
    return sizes * (SOURCE_WEIGHT[example.source] / total)


def fit(names: Sequence[str], pages: Sequence[Example], rounds: int) -> lgb.Booster:
    pages = [page for page in pages if page.words]
    x = np.concatenate([page.rows.T for page in pages])
    y = np.concatenate([page.shares >= 0.5 for page in pages]).astype(np.int8)
    w = np.concatenate([weights(names, page) for page in pages])
    use = w > 0
    w *= len(w) / w.sum()
    data = lgb.Dataset(x[use], y[use], weight=w[use], feature_name=[f"f{i}" for i in range(len(names))], params=PARAMS)
    return lgb.train(PARAMS, data, num_boost_round=rounds)


def exported(names: Sequence[str], booster: lgb.Booster, threshold: float) -> dict[str, Any]:
    """The booster as nested lists, without the features that it never asks for."""
    used = [i for i, count in enumerate(booster.feature_importance("split")) if count]
    at = {feature: place for place, feature in enumerate(used)}

    def node(tree: dict[str, Any]) -> Any:
        if "leaf_value" in tree:
            return round(tree["leaf_value"], 4)
        limit = float(f"{tree['threshold']:.6g}")
        return [
            at[tree["split_feature"]],
            limit,
            round(tree["internal_value"], 3),
            node(tree["left_child"]),
            node(tree["right_child"]),
        ]

    dumped = [node(tree["tree_structure"]) for tree in booster.dump_model()["tree_info"]]
    grown = [tree for tree in dumped if isinstance(tree, list)]
    return {
        "about": "page block verdicts: gradient-boosted trees; a node is [feature, limit, value, if at most, if more]",
        "features": [names[i] for i in used],
        "base": sum(tree for tree in dumped if not isinstance(tree, list)),
        "threshold": threshold,
        "trees": grown,
    }


def written(data: dict[str, Any], path: Path) -> str:
    """Write a model, a tree a line; gives a summary."""
    head = json.dumps({name: value for name, value in data.items() if name != "trees"}, indent=0)
    grown = ",\n".join(json.dumps(tree, separators=(",", ":")) for tree in data["trees"])
    path.write_text(f'{head[:-2]},\n"trees": [\n{grown}\n]}}\n', encoding="utf-8")
    return f"{path}: {path.stat().st_size / 1000:.0f} kB, {len(data['trees'])} trees, {len(data['features'])} features"


def body(example: Example, model: trees.Model) -> str:
    """What the library makes of the page with these trees, all stages included."""
    document, repairs = judged_document(example.page, judge(example.page, example.lines, model), example.facts, None)
    return clean(document, Settings(), repairs).body


def figures(predicted: list[str], gold: list[str]) -> tuple[float, float, float, float]:
    """Word F1, precision, recall, and whether the words are the same: as benchmarks/score.py counts."""
    if not predicted or not gold:
        same = float(not predicted and not gold)
        return same, same, same, same
    overlap = sum((Counter(predicted) & Counter(gold)).values())
    p, r = overlap / len(predicted), overlap / len(gold)
    return (2 * p * r / (p + r) if overlap else 0.0), p, r, float(predicted == gold)


def judge_gold(pages: Sequence[Example], bodies: dict[int, str]) -> tuple[float, ...]:
    rows = [figures(tokens(bodies[id(page)]), page.gold) for page in pages if page.gold]
    return tuple(statistics.fmean(column) for column in zip(*rows, strict=True))


def judge_snippets(pages: Sequence[Example], model: trees.Model) -> tuple[float, ...]:
    present = absent = found = leaked = 0
    for page in pages:
        text = body(page, model)
        present, absent = present + len(page.present), absent + len(page.absent)
        found += sum(snippet in text for snippet in page.present)
        leaked += sum(snippet in text for snippet in page.absent)
    p, r = found / max(1, found + leaked), found / max(1, present)
    return 2 * p * r / (p + r), (found + absent - leaked) / (present + absent), p, r


def fold(group: str, folds: int) -> int:
    return int(hashlib.md5(group.encode(), usedforsecurity=False).hexdigest(), 16) % folds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--folds", type=int, default=5, help="0: no cross-validation")
    parser.add_argument("--rounds", type=int, default=400)
    parser.add_argument("--limit", type=float, default=0.55, help="the least chance of a kept block")
    parser.add_argument("--write", action="store_true", help="write the library's model.json")
    args = parser.parse_args()
    started = time.process_time()
    names, pages = examples(args.data)
    print(
        f"{len(pages)} pages, {sum(len(p.words) for p in pages)} blocks, {len(names)} features,"
        f" {time.process_time() - started:.0f} s"
    )
    taught = [page for page in pages if page.source != SNIPPETS]
    out: dict[int, str] = {}
    for number in range(args.folds):
        booster = fit(names, [p for p in taught if fold(p.group, args.folds) != number], args.rounds)
        part = trees.build(exported(names, booster, args.limit))
        out |= {id(p): body(p, part) for p in taught if fold(p.group, args.folds) == number}
    if args.folds:
        for source in (FUNDUS, WCXB):
            chosen = [page for page in taught if page.source == source]
            row = judge_gold(chosen, out)
            print(f"{source:>12} cross-validated   F1 {row[0]:.4f}  P {row[1]:.4f}  R {row[2]:.4f}  exact {row[3]:.4f}")
    booster = fit(names, taught, args.rounds)
    data = exported(names, booster, args.limit)
    final = trees.build(data)
    chosen = [page for page in pages if page.source == SNIPPETS]
    row = judge_snippets(chosen, final)
    print(f"{SNIPPETS:>12} never trained on  F1 {row[0]:.4f}  accuracy {row[1]:.4f}  P {row[2]:.4f}  R {row[3]:.4f}")
    gains = booster.feature_importance("gain")
    for i in np.argsort(-gains)[:25]:
        print(f"    {gains[i] / gains.sum():6.1%}  {names[i]}")
    if args.write:
        print(written(data, Path(__file__).parent.parent / "cleaners" / "markup" / "model.json"))


if __name__ == "__main__":
    main()
