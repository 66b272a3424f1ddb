"""Train the model of a text's lines, judge it on publishers it has not seen, and write cleaners/context/model.json.

    pip install lightgbm
    python benchmarks/train_lines.py DATA_DIR [--write] [--folds 5] [--rounds 400] [--limit 0.55]

DATA_DIR holds text-fundus-dev (noisy texts with their bodies), and fundus-dev and wcxb-dev, whose clean bodies are learnt
from as texts in which nothing is noise. The pages of fundus-dev give two more noisy texts each: all that is visible, and
what trafilatura takes when it is generous. All figures are the whole library's. Needs lightgbm, which the library never loads.
"""

from __future__ import annotations

import argparse
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
import trafilatura
from labels import align, tokens
from train_pages import BOOSTING, exported, figures, fold, read, written

from cleaners import clean_text, trees
from cleaners.context.evidence import gather
from cleaners.document import Document
from cleaners.page import page_document
from cleaners.stages import context

NOISY, CLEAN = "text-fundus-dev", ("fundus-dev", "wcxb-dev")
PAGES = "fundus-dev, visible", "fundus-dev, generous"
LENGTH_POWER = 0.7  # a line counts by a power of its words: F1 counts words, but labels are sure by the line
LATER = 0.6  # the weight of a text as a later pass sees it; its first pass counts 1
WHOLE = 0.7  # the weight of a page's text, of which most is noise
BODY = 3.0  # the weight of a clean body from news: a lost sentence is worse than a left caption
GUIDES = 1.8  # … and of one from blogs and guides
MOST_CHARACTERS = 120_000  # of a page's text
PARAMS = BOOSTING | {
    "min_data_in_leaf": 150,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "force_col_wise": True,
}
ABOUT = "which lines of a text are noise: gradient-boosted trees; a node is [feature, limit, value, if at most, if more]"


@dataclass(slots=True)
class Text:
    """A noisy or a clean text."""

    source: str
    id: str
    group: str
    text: str
    gold: str


@dataclass(slots=True)
class Example:
    """A text's lines as the stage sees them in one pass."""

    group: str
    names: tuple[str, ...]
    rows: npt.NDArray[np.float32]
    noise: npt.NDArray[np.int8]
    weights: npt.NDArray[np.float32]


def texts(folder: Path) -> Iterator[Text]:
    for source in (NOISY, *CLEAN):
        for row in read(folder / f"{source}.jsonl.gz"):
            if row["gold"].strip():
                group = re.sub(r"_\d{4}_.*|~.*", "", row["id"]) if "fundus" in source else row["id"]
                yield Text(source, row["id"], group, row["text"] if source == NOISY else row["gold"], row["gold"])
                for name, whole in page_texts(row["html"]) if source == "fundus-dev" else ():
                    yield Text(name, row["id"], group, whole, row["gold"])


def page_texts(html: str) -> Iterator[tuple[str, str]]:
    """The texts of a page, with what is noise in them."""
    visible = "\n".join(line.text for line in page_document(html)[0].lines)
    generous = trafilatura.extract(html, include_comments=True, favor_recall=True) or ""
    for name, text in zip(PAGES, (visible, generous), strict=True):
        if text and len(text) < MOST_CHARACTERS:
            yield name, text


def examples(text: Text, seen: list[Document]) -> Iterator[Example]:
    """The first and the last pass over a text; `seen` is filled with what the stage was shown."""
    seen.clear()
    clean_text(text.text)
    for number, doc in enumerate(seen[:1] + seen[1:][-1:]):
        if not context.is_asked(doc):
            continue
        names, rows = gather(doc)
        words = [tokens(line.text) for line in doc.lines]
        noisy = text.source not in CLEAN
        shares = np.array(align(words, tokens(text.gold)) if noisy else [1.0] * len(words), np.float32)
        weights = np.array([len(own) for own in words], np.float32) ** LENGTH_POWER
        weights *= np.maximum(0.05, np.abs(2 * shares - 1))  # a line half in gold says little
        weights /= max(1e-9, float(weights.sum()))
        weights *= (LATER if number else 1.0) if noisy else BODY if "fundus" in text.source else GUIDES
        weights *= WHOLE if text.source in PAGES else 1.0
        yield Example(text.group, names, rows, (shares < 0.5).astype(np.int8), weights)


def fit(pages: list[Example], rounds: int) -> lgb.Booster:
    x = np.concatenate([page.rows.T for page in pages])
    y = np.concatenate([page.noise for page in pages])
    w = np.concatenate([page.weights for page in pages])
    return lgb.train(PARAMS, lgb.Dataset(x, y, weight=w * len(w) / w.sum(), params=PARAMS), num_boost_round=rounds)


def judged(chosen: list[Text], model: trees.Model | None) -> dict[str, dict[str, Any]]:
    """What the library makes of these texts with this model (None: without any), by id."""
    context.load = lambda _: model  # type: ignore[assignment]
    context.find = find if model else (lambda _: ())  # type: ignore[assignment]
    out = {}
    for text in chosen:
        if text.source in PAGES:
            continue
        words, gold = tokens(clean_text(text.text).body), tokens(text.gold)
        lost = sum((Counter(gold) - Counter(words)).values())
        out[f"{text.source} {text.id}"] = {"text": text, "f1": figures(words, gold)[0], "lost": lost, "words": len(gold)}
    return out


def report(rows: dict[str, dict[str, Any]], name: str) -> None:
    means: dict[str, list[float]] = defaultdict(list)
    lost, words = Counter[str](), Counter[str]()
    for row in rows.values():
        text = row["text"]
        if text.source == NOISY:
            half = "one half" if fold(text.group, 2) else "other half"
            for part in ("all", half, text.id.partition("~")[2]):
                means[part].append(row["f1"])
        else:
            lost[text.source] += row["lost"]
            words[text.source] += row["words"]
    print(f"{name:>16}  " + "  ".join(f"{part} {statistics.fmean(values):.4f}" for part, values in means.items()))
    print(" " * 18 + "  ".join(f"lost of {source} {lost[source] / words[source]:.5f}" for source in CLEAN), flush=True)


find = context.find


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--folds", type=int, default=5, help="0: no cross-validation")
    parser.add_argument("--rounds", type=int, default=400)
    parser.add_argument("--limit", type=float, default=0.55, help="the least chance of being noise")
    parser.add_argument("--write", action="store_true", help="write the library's model.json")
    args = parser.parse_args()
    taught = list(texts(args.data))
    seen: list[Document] = []
    context.find = lambda doc: seen.append(doc) or ()  # type: ignore[assignment,func-returns-value]
    pages = [page for text in taught for page in examples(text, seen)]
    names = pages[0].names
    print(f"{len(taught)} texts, {sum(len(page.noise) for page in pages)} lines, {len(names)} features", flush=True)
    if args.folds:
        report(judged(taught, None), "without")
        rows = {}
        for number in range(args.folds):
            booster = fit([page for page in pages if fold(page.group, args.folds) != number], args.rounds)
            part = trees.build(exported(names, booster, args.limit))
            rows |= judged([text for text in taught if fold(text.group, args.folds) == number], part)
        report(rows, "cross-validated")
    data = exported(names, fit(pages, args.rounds), args.limit) | {"about": ABOUT}
    report(judged(taught, trees.build(data)), "fit")
    if args.write:
        print(written(data, Path(__file__).parent.parent / "cleaners" / "context" / "model.json"))


if __name__ == "__main__":
    main()
