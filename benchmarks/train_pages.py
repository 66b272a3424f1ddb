"""Train the page model without one source after another, choose its limit, judge it, and write its models.

    pip install lightgbm
    python benchmarks/train_pages.py DATA_DIR [--without SOURCE] [--write] [--cache FILE]

DATA_DIR holds fundus-dev, wcxb-dev, naeb-dev, daniel-dev and snippets-dev (.jsonl.gz). The model is trained on the first four,
each left out in turn, and snippets-dev only judges. The model of all sources goes to cleaners/markup/model.json, those without
a source to benchmarks/folds/SOURCE/markup/model.json, a folder that `BODYCOPY_MODELS` can name. The same data, seed and
versions give the same files. Needs lightgbm, which the library never loads.
"""

from __future__ import annotations

import argparse
import pickle
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
from boosted_trees import BOOSTING, exported, write_model
from labels import align
from scoring import overlap, tokens
from sources import DANIEL, FUNDUS, NAEB, WCXB, Row, fold, read, source_of

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
SOURCE_WEIGHT = {FUNDUS: 4.0, WCXB: 1.0, NAEB: 3.0, DANIEL: 2.0}
"""Weight of a page by source. The library is for news; WCXB has four times as many pages as the others, DAnIEL's are old."""
PART_WEIGHT = 0.25
"""Weight of a page with a part of its vote: trafilatura sometimes fails, and then other features must decide."""
LENGTH_POWER = 0.5
"""A block counts by the root of its words: F1 counts words, exactness counts blocks."""
PARAMS = BOOSTING | {
    "min_data_in_leaf": 200,
    "feature_fraction": 0.2,  # most evidence says the same thing several times
    "force_row_wise": True,
}


ROUNDS = 250
FAR_WORSE = 0.05
"""F1 below trafilatura's from which on a page is far worse."""
LIMITS = (0.2, 0.3, 0.4, 0.5)
"""Candidates for the least probability of a kept block; the best one over the sources, each left out, is taken."""
BARS = {
    "recall of guides": 2.0,
    "unvoted": 0.7,
    "careful": 0.03,
    "share": 0.6,
    "share of guides": 0.9,
    "certain": 0.7,
    "careful article": 0.1,
    "careful ending": 0.1,
    "differ": 0.32,
    "doubtful": 0.2,
}
"""Limits of the guard and of the choice of the body (see cleaners/markup/story_guard.py and gaps.py); `differ`, the
disagreement (see signals.py) from which on a person should look at a page: with the confidence and all else that is for review
at most one page in twelve of each source; and `doubtful`, the probability above which the removal of a block is only `likely`.
All models have the same.

They were chosen with all four sources in view, each judged by a model without it: a stricter guard costs old portals, of whose
pages trafilatura takes half, more than it gives to guides.
"""
ABOUT = "page block verdicts: gradient-boosted trees; a node is [feature, limit, value, if at most, if more]"
Floats = npt.NDArray[np.float32]


@dataclass(slots=True)
class Example:
    """A page with its features and, in training sets, its labels.

    Attributes:
        source: The source.
        id: The id of the row.
        page: The page, without its tree.
        facts: Its metadata.
        evidence: Its features, with the whole vote.
        part: Its features with a part of the vote.
        words: The words of each block.
        shares: For each block, the share of its words that the gold body holds.
        gold: The words of the gold body.
        vote: The words of trafilatura's extraction.
        present: Snippets that must be in the body.
        absent: Snippets that must not.
    """

    source: str
    id: str
    page: Page
    facts: Facts
    evidence: Evidence
    part: Floats
    words: list[list[str]]
    shares: Floats
    gold: list[str]
    vote: list[str]
    present: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)


def collect(folder: Path) -> list[Example]:
    """Read all pages with their features, and labels where there is a gold body."""
    rows: list[tuple[str, Row]] = []
    for name in (*SOURCES, SNIPPETS):
        found = read(folder / f"{name}-dev.jsonl.gz")
        rows += ((name if name == SNIPPETS else source_of(name, row), row) for row in found)
    with ProcessPoolExecutor(2) as pool:
        return [pickle.loads(each) for each in pool.map(_example, rows, chunksize=8)]


def _example(job: tuple[str, Row]) -> bytes:
    """Make an example, pickled here because its nested scopes need a higher recursion limit."""
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
    """Give the first half of the lines, the second, or none, by the page's name."""
    half = len(lines) // 2
    return ([], [], lines[:half], lines[half:])[fold(name, 4)]


def weights(example: Example, rows: Floats) -> Floats:
    """Weigh each block. All pages of a source have the same weight, and a block that is half in the gold body proves little.

    Blocks that only show a convention of one source have no weight. Gold bodies of news leave lists and tables out even where
    they belong to the story, so they are no evidence against lists, unless these are lists of links; FUNDUS leaves out nearly
    all. DAnIEL's gold bodies hold titles, which are metadata in the library, and lack subheads. The library keeps
    standfirsts, which most gold bodies lack.
    """
    if not example.words:
        return np.zeros(0, np.float32)
    features = {
        name: rows[example.evidence.names.index(name)]
        for name in ("links", "vote", "home_story_95%", "standfirst", "title", "heading")
    }
    sizes = np.array([1 + len(words) for words in example.words], np.float32) ** LENGTH_POWER
    sizes *= np.maximum(0.1, np.abs(2 * example.shares - 1))
    absent = example.shares < 0.5
    listed = np.array([block.inside(Mark.LIST | Mark.TABLE) for block in example.page.blocks], np.bool_)
    voted, home = features["vote"] > 0.5, features["home_story_95%"] > 0
    if example.source == FUNDUS:
        sizes[absent & listed & (voted | home) & (features["links"] < 0.5)] = 0
    else:
        sizes[absent & (features["standfirst"] > 0)] = 0
    if example.source in (NAEB, DANIEL):
        sizes[absent & listed & voted & home & (features["links"] < 0.3)] = 0
    if example.source == DANIEL:
        sizes[absent & voted & (features["heading"] > 1)] = 0
    sizes[~absent & (features["title"] > 0)] = 0
    return sizes * (SOURCE_WEIGHT[example.source] / max(float(sizes.sum()), 1e-9))


def fit(pages: Sequence[Example]) -> dict[str, Any]:
    """Train a model on pages, each with its whole vote and with a part of it; the limits are not chosen yet."""
    pages = [page for page in pages if page.words]
    names = pages[0].evidence.names
    x = np.concatenate([page.evidence.rows.T for page in pages] + [page.part.T for page in pages])
    y = np.concatenate([page.shares >= 0.5 for page in pages] * 2).astype(np.int8)
    whole = [weights(page, page.evidence.rows) for page in pages]
    w = np.concatenate(whole + [PART_WEIGHT * weights(page, page.part) for page in pages])
    use = w > 0
    w *= len(w) / w.sum()
    data = lgb.Dataset(x[use], y[use], weight=w[use], feature_name=[f"f{i}" for i in range(len(names))], params=PARAMS)
    return exported(names, lgb.train(PARAMS, data, num_boost_round=ROUNDS), LIMITS[0])


_known: dict[frozenset[str], dict[str, Any]] = {}
_at_hand: Sequence[Example] = ()  # for forked processes, because pages are slow to send


def models(examples: Sequence[Example], wanted: Sequence[frozenset[str]]) -> list[dict[str, Any]]:
    """Train a model for each set of sources; each is made once."""
    global _at_hand
    _at_hand = examples
    lacking = [sources for sources in wanted if sources not in _known]
    with ProcessPoolExecutor(2, get_context("fork")) as pool:
        _known.update(zip(lacking, pool.map(_fit, lacking), strict=True))
    return [_known[sources] for sources in wanted]


def _fit(sources: frozenset[str]) -> dict[str, Any]:
    return fit([example for example in _at_hand if example.source in sources])


def fitted(examples: Sequence[Example], without: str | None) -> dict[str, Any]:
    """Make the contents of model.json without a source: trees, limits, what it was made from."""
    sources = sorted(set(SOURCES) - {without})
    whole = frozenset(sources)
    data, *others = models(examples, [whole, *(whole - {source} for source in sources)])
    unseen = dict(zip(sources, others, strict=True))
    limit = max(LIMITS, key=lambda limit: _worth(examples, unseen, limit))
    return {"about": ABOUT, "made_from": sources} | data | {"threshold": limit, "bars": BARS}


def _worth(examples: Sequence[Example], unseen: Mapping[str, dict[str, Any]], limit: float) -> float:
    """Measure how good bodies are at a limit: the mean over sources, each judged by the model that has not seen it.

    The value of a page is the mean of its F1 and its recall, because a lost sentence is worse than a left caption, minus a
    half if the page is far worse than trafilatura's.
    """
    worth = []
    for source, data in unseen.items():
        model = gbdt.build(data | {"threshold": limit, "bars": BARS})
        rows = [_judged(example, model) for example in examples if example.source == source and example.gold]
        worth.append(statistics.fmean((f1 + recall - wrecked) / 2 for f1, recall, wrecked in rows))
    return statistics.fmean(worth)


def _judged(example: Example, model: gbdt.Model) -> tuple[float, float, bool]:
    """Give F1 and recall of the blocks that a model keeps, and whether F1 is far below the vote's."""
    if not example.words:
        return 0.0, 0.0, False
    verdicts = weigh(example.page, example.evidence, model).verdicts
    kept = [word for words, verdict in zip(example.words, verdicts, strict=True) if verdict.keep for word in words]
    _, recall, f1 = overlap(kept, example.gold)
    return f1, recall, f1 < overlap(example.vote, example.gold)[2] - FAR_WORSE


def body(example: Example, model: gbdt.Model) -> str:
    """Clean a page with a model, all stages included."""
    document, repairs = judged_document(example.page, weigh(example.page, example.evidence, model), example.facts, None)
    return clean(document, Settings(), repairs).body


def judge_snippets(pages: Sequence[Example], model: gbdt.Model) -> tuple[float, ...]:
    """Give F1, accuracy, precision and recall of the snippets."""
    present = absent = found = leaked = 0
    for page in pages:
        text = body(page, model)
        present, absent = present + len(page.present), absent + len(page.absent)
        found += sum(snippet in text for snippet in page.present)
        leaked += sum(snippet in text for snippet in page.absent)
    p, r = found / max(1, found + leaked), found / max(1, present)
    return 2 * p * r / (p + r), (found + absent - leaked) / (present + absent), p, r


def report(examples: Sequence[Example], without: str | None, data: dict[str, Any]) -> Iterator[str]:
    """Yield lines about how the model does on what it has not seen."""
    model = gbdt.build(data)
    yield f"without {without or 'nothing'}: limit {data['threshold']}"
    if without:
        pages = [page for page in examples if page.source == without and page.gold]
        bodies = [tokens(body(page, model)) for page in pages]
        rows = [overlap(words, page.gold) for words, page in zip(bodies, pages, strict=True)]
        p, r, f1 = (statistics.fmean(column) for column in zip(*rows, strict=True))
        exact = statistics.fmean(words == page.gold for words, page in zip(bodies, pages, strict=True))
        wrecked = sum(f < overlap(page.vote, page.gold)[2] - FAR_WORSE for (*_, f), page in zip(rows, pages, strict=True))
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
        print(*report(examples, without, data), sep="\n", flush=True)
        if args.write:
            folder = here / "folds" / without if without else here.parent / "cleaners"
            print(write_model(data, folder / "markup" / "model.json"), flush=True)


if __name__ == "__main__":
    main()
