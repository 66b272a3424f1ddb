"""Train the page model without one source after another, choose its limit, judge it, and write its models.

    pip install lightgbm
    python benchmarks/train_pages.py DATA_DIR [--without SOURCE] [--write] [--cache FILE]

DATA_DIR holds fundus-dev, wcxb-dev, naeb-dev, daniel-dev and snippets-dev (.jsonl.gz). The first four are learnt from, each
left out in turn; snippets-dev is only ever judged. The model of all goes to cleaners/markup/model.json, those without a
source to benchmarks/folds/SOURCE/markup/model.json, which `BODYCOPY_MODELS` can name. The same data, seed and versions
give the same files. Needs lightgbm, which the library itself never loads.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pickle
import statistics
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
from labels import align, tokens
from sources import DANIEL, FUNDUS, NAEB, WCXB, Row, read, source_of

from cleaners.markup import trafilatura_vote
from cleaners.markup.classifier import weigh
from cleaners.markup.features import Evidence, gather
from cleaners.markup.marks import Mark
from cleaners.markup.resolved_metadata import resolve_metadata
from cleaners.markup.segmenter import Page, read_page
from cleaners.metadata import Facts
from cleaners.models import gbdt
from cleaners.page import judged_document
from cleaners.pipeline import clean
from cleaners.settings import Settings

SOURCES = (FUNDUS, WCXB, NAEB, DANIEL)
SNIPPETS = "snippets"
LEAVES = gbdt.LEAVES
# News is what the library is for, and WCXB has four times as many pages as each other source; DAnIEL's are of 2012.
SOURCE_WEIGHT = {FUNDUS: 4.0, WCXB: 1.0, NAEB: 3.0, DANIEL: 2.0}
PART_WEIGHT = 0.25  # of a page with a part of its vote only: trafilatura fails now and then, and then others must speak
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


ROUNDS = 250
LIMITS = (0.2, 0.3, 0.4, 0.5)
"""The least chance of a kept block: the one of these that does best, over the sources that are learnt from, each left out."""
BARS = {
    "recall of guides": 2.0,
    "unvoted": 0.7,
    "careful": 0.03,
    "share": 0.6,
    "share of guides": 0.9,
    "certain": 0.7,
    "careful article": 0.1,
    "careful ending": 0.1,
    "differ": 0.5,
}
"""What the guard and the choice of the body ask for (see cleaners/markup/story_guard.py), and from which disagreement on (see
signals.py) a person should look at a page: one in thirteen, among them half of those that are far worse than trafilatura's.
The same in all models.

Chosen with all four sources in view, each judged by a model without it: a stricter guard costs old portals, of whose pages
trafilatura takes half, more than it gives to guides.
"""
ABOUT = "page block verdicts: gradient-boosted trees; a node is [feature, limit, value, if at most, if more]"
Floats = npt.NDArray[np.float32]


@dataclass(slots=True)
class Example:
    """A page with its evidence and, for training sets, its labels."""

    source: str
    id: str
    page: Page
    facts: Facts
    proof: Evidence
    part: Floats  # the evidence with a part of the vote
    words: list[list[str]]
    shares: Floats
    gold: list[str]
    vote: list[str]
    present: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)


def fold(group: str, folds: int) -> int:
    """The part to which a group belongs, of so many."""
    return int(hashlib.md5(group.encode(), usedforsecurity=False).hexdigest(), 16) % folds


def collect(folder: Path) -> list[Example]:
    """All pages with their evidence; labels where there is gold."""
    rows: list[tuple[str, Row]] = []
    for name in (*SOURCES, SNIPPETS):
        found = read(folder / f"{name}-dev.jsonl.gz")
        rows += ((name if name == SNIPPETS else source_of(name, row), row) for row in found)
    with ProcessPoolExecutor(2) as pool:
        return [pickle.loads(each) for each in pool.map(_example, rows, chunksize=8)]


def _example(job: tuple[str, Row]) -> bytes:
    """One page; pickled here, since its scopes hang deep in each other."""
    source, row = job
    page = read_page(row["html"])
    facts = resolve_metadata(page, row.get("url"))
    lines = trafilatura_vote.ask(page).lines
    page.tree, page.without_story = None, []  # the trees of all pages would fill the memory
    words = [tokens(block.text) for block in page.blocks]
    gold = tokens(row.get("gold") or "")
    shares = align(words, gold, [block.hidden for block in page.blocks]) if gold else [0.0] * len(words)
    example = Example(
        source,
        row["id"],
        page,
        facts,
        gather(page, lines),
        gather(page, _part(row["id"], lines)).rows,
        words,
        np.array(shares, np.float32),
        gold,
        tokens("\n".join(lines)),
        row.get("present") or [],
        row.get("absent") or [],
    )
    sys.setrecursionlimit(100_000)
    return pickle.dumps(example)


def _part(name: str, lines: Sequence[str]) -> Sequence[str]:
    """The first half of the lines, the second, or none: by the page's name."""
    half = len(lines) // 2
    return ([], [], lines[:half], lines[half:])[fold(name, 4)]


def weights(example: Example, rows: Floats) -> Floats:
    """How much each block counts. All pages of a source weigh the same; a block half in gold says little.

    What is a convention of one gold is not learnt from it. News golds leave lists and tables out even where they belong to
    the story: they are no evidence against lists, unless they are lists of links; FUNDUS leaves out nearly all. DAnIEL's
    golds hold titles, which are metadata here, and lack sub-heads. The library keeps standfirsts, which most golds drop.
    """
    if not example.words:
        return np.zeros(0, np.float32)
    told = {
        name: rows[example.proof.names.index(name)]
        for name in ("links", "vote", "home_story_95%", "standfirst", "title", "heading")
    }
    sizes = np.array([1 + len(words) for words in example.words], np.float32) ** LENGTH_POWER
    sizes *= np.maximum(0.1, np.abs(2 * example.shares - 1))
    absent = example.shares < 0.5
    listed = np.array([block.inside(Mark.LIST | Mark.TABLE) for block in example.page.blocks], np.bool_)
    voted, home = told["vote"] > 0.5, told["home_story_95%"] > 0
    if example.source == FUNDUS:
        sizes[absent & listed & (voted | home) & (told["links"] < 0.5)] = 0
    else:
        sizes[absent & (told["standfirst"] > 0)] = 0
    if example.source in (NAEB, DANIEL):
        sizes[absent & listed & voted & home & (told["links"] < 0.3)] = 0
    if example.source == DANIEL:
        sizes[absent & voted & (told["heading"] > 1)] = 0
    sizes[~absent & (told["title"] > 0)] = 0
    return sizes * (SOURCE_WEIGHT[example.source] / max(float(sizes.sum()), 1e-9))


def fit(pages: Sequence[Example]) -> dict[str, Any]:
    """A model of these pages, each with its whole vote and with a part of it; without limits."""
    pages = [page for page in pages if page.words]
    names = pages[0].proof.names
    x = np.concatenate([page.proof.rows.T for page in pages] + [page.part.T for page in pages])
    y = np.concatenate([page.shares >= 0.5 for page in pages] * 2).astype(np.int8)
    whole = [weights(page, page.proof.rows) for page in pages]
    w = np.concatenate(whole + [PART_WEIGHT * weights(page, page.part) for page in pages])
    use = w > 0
    w *= len(w) / w.sum()
    data = lgb.Dataset(x[use], y[use], weight=w[use], feature_name=[f"f{i}" for i in range(len(names))], params=PARAMS)
    return exported(names, lgb.train(PARAMS, data, num_boost_round=ROUNDS), LIMITS[0])


_known: dict[frozenset[str], dict[str, Any]] = {}
_at_hand: Sequence[Example] = ()  # for processes that are forked, since pages are slow to send


def models(examples: Sequence[Example], wanted: Sequence[frozenset[str]]) -> list[dict[str, Any]]:
    """A model for each set of sources; each is made once."""
    global _at_hand
    _at_hand = examples
    lacking = [sources for sources in wanted if sources not in _known]
    with ProcessPoolExecutor(2, get_context("fork")) as pool:
        _known.update(zip(lacking, pool.map(_fit, lacking), strict=True))
    return [_known[sources] for sources in wanted]


def _fit(sources: frozenset[str]) -> dict[str, Any]:
    return fit([example for example in _at_hand if example.source in sources])


def fitted(examples: Sequence[Example], without: str | None) -> dict[str, Any]:
    """What a model.json holds that knows nothing of a source: trees, limits, what it was made from."""
    sources = sorted(set(SOURCES) - {without})
    whole = frozenset(sources)
    data, *others = models(examples, [whole, *(whole - {source} for source in sources)])
    unseen = dict(zip(sources, others, strict=True))
    limit = max(LIMITS, key=lambda limit: _worth(examples, unseen, limit))
    return {"about": ABOUT, "made_from": sources} | data | {"threshold": limit, "bars": BARS}


def _worth(examples: Sequence[Example], unseen: Mapping[str, dict[str, Any]], limit: float) -> float:
    """How good bodies are at a limit: the mean over sources, each judged by the model that has not seen it.

    A page is worth the mean of its F1 and its recall, since a lost sentence is worse than a left caption, less a half if
    it is far worse than trafilatura's.
    """
    worth = []
    for source, data in unseen.items():
        model = gbdt.build(data | {"threshold": limit, "bars": BARS})
        rows = [_judged(example, model) for example in examples if example.source == source and example.gold]
        worth.append(statistics.fmean((f1 + recall - wrecked) / 2 for f1, recall, wrecked in rows))
    return statistics.fmean(worth)


def _judged(example: Example, model: gbdt.Model) -> tuple[float, float, bool]:
    """F1 and recall of the blocks that a model keeps, and whether F1 is .05 or more below the vote's."""
    if not example.words:
        return 0.0, 0.0, False
    verdicts = weigh(example.page, example.proof, model).verdicts
    kept = [word for words, verdict in zip(example.words, verdicts, strict=True) if verdict.keep for word in words]
    f1, _, recall, _ = figures(kept, example.gold)
    return f1, recall, f1 < figures(example.vote, example.gold)[0] - 0.05


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
        "about": ABOUT,
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


def body(example: Example, model: gbdt.Model) -> str:
    """What the library makes of the page with these trees, all stages included."""
    document, repairs = judged_document(example.page, weigh(example.page, example.proof, model), example.facts, None)
    return clean(document, Settings(), repairs).body


def figures(predicted: list[str], gold: list[str]) -> tuple[float, float, float, float]:
    """Word F1, precision, recall, and whether the words are the same: as benchmarks/score.py counts."""
    if not predicted or not gold:
        same = float(not predicted and not gold)
        return same, same, same, same
    overlap = sum((Counter(predicted) & Counter(gold)).values())
    p, r = overlap / len(predicted), overlap / len(gold)
    return (2 * p * r / (p + r) if overlap else 0.0), p, r, float(predicted == gold)


def judge_snippets(pages: Sequence[Example], model: gbdt.Model) -> tuple[float, ...]:
    present = absent = found = leaked = 0
    for page in pages:
        text = body(page, model)
        present, absent = present + len(page.present), absent + len(page.absent)
        found += sum(snippet in text for snippet in page.present)
        leaked += sum(snippet in text for snippet in page.absent)
    p, r = found / max(1, found + leaked), found / max(1, present)
    return 2 * p * r / (p + r), (found + absent - leaked) / (present + absent), p, r


def told(examples: Sequence[Example], without: str | None, data: dict[str, Any]) -> Iterator[str]:
    """How the model does on what it has not seen."""
    model = gbdt.build(data)
    yield f"without {without or 'nothing'}: limit {data['threshold']}"
    if without:
        pages = [page for page in examples if page.source == without and page.gold]
        rows = [figures(tokens(body(page, model)), page.gold) for page in pages]
        f1, p, r, exact = (statistics.fmean(column) for column in zip(*rows, strict=True))
        wrecked = sum(f[0] < figures(page.vote, page.gold)[0] - 0.05 for f, page in zip(rows, pages, strict=True))
        yield f"{without:>12}  F1 {f1:.4f}  P {p:.4f}  R {r:.4f}  exact {exact:.4f}  wrecked {wrecked} of {len(pages)}"
    f1, accuracy, p, r = judge_snippets([page for page in examples if page.source == SNIPPETS], model)
    yield f"{SNIPPETS:>12}  F1 {f1:.4f}  accuracy {accuracy:.4f}  P {p:.4f}  R {r:.4f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--without", choices=SOURCES, help="one source; default: each in turn, and none")
    parser.add_argument("--write", action="store_true", help="write the models")
    parser.add_argument("--cache", type=Path, help="where evidence is kept from one run to the next")
    args = parser.parse_args()
    sys.setrecursionlimit(100_000)
    if args.cache and args.cache.is_file():
        examples = pickle.loads(args.cache.read_bytes())
    else:
        examples = collect(args.data)
        if args.cache:
            args.cache.write_bytes(pickle.dumps(examples))
    here = Path(__file__).parent
    for without in [args.without] if args.without else [*SOURCES, None]:
        data = fitted(examples, without)
        print(*told(examples, without, data), sep="\n", flush=True)
        if args.write:
            folder = here / "folds" / without if without else here.parent / "cleaners"
            (folder / "markup").mkdir(parents=True, exist_ok=True)
            print(written(data, folder / "markup" / "model.json"), flush=True)


if __name__ == "__main__":
    main()
