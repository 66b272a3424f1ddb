"""Fit and judge the confidence of documents: the probability that no run of eight words of the story is missing.

    python benchmarks/train_confidence.py DATA_DIR [--kind text|page] [--cache FILE] [--write]

Every document is cleaned with the models of benchmarks/folds/SOURCE, which never saw its source; the weights by which it is
judged were fitted on the other sources. --write fits on all and writes cleaners/confidence.json. What a page can lack of its
story is running text that it shows outside its lists, tables and captions, in which gold bodies differ. Printed for texts and
for pages: the area under the curve with its 95 % interval over sites drawn anew, how often the story is whole in ten bins of
confidence, and what share of documents each threshold puts on review.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from quality import WORSE, WRECKED, fold_of
from ridge import fit_standardised
from scoring import overlap, tokens
from site_bootstrap import site_choices
from sources import Row, is_left_out, read, site_of, source_of

from cleaners import clean_html, clean_text, confidence
from cleaners.document import Document
from cleaners.markup.marks import Mark
from cleaners.markup.segmenter import read_page
from cleaners.models.gbdt import MODELS

Floats = npt.NDArray[np.float64]

TEXTS = ("corpora-dev", "text-naeb-dev", "text-daniel-dev", "text-fundus-dev")
PAGES = ("naeb-dev", "daniel-dev", "wcxb-dev", "fundus-dev")
FEATURES = {
    "text": ("gone", "weighed", "weighed_any", "words"),
    "page": ("news", "prose_missed", "subheads", "kept_doubt", "lost_words"),
}
"""Features that indicate losses in every source, by kind of document."""
KINDS = tuple(FEATURES)
NOT_RUNNING = Mark.LIST | Mark.TABLE | Mark.FIGCAPTION
"""Places of a page whose words no gold body agrees about."""
GRAM = 4
"""Words in a row by which a place of the story is found in a text."""
BINS, DRAWS = 10, 500
"""Parts of the documents by confidence, and draws of sites."""
REVIEW_BELOW = {"text": 0.87, "page": 0.64}
"""Confidence below which a person should look: at most one text in twenty, and one page in twenty of each source."""
THRESHOLDS = np.round(np.arange(0.1, 1.0, 0.05), 2)
ABOUT = "the chance that the story is whole: log-odds, a weight for each evidence that cleaners/confidence.py names"


@dataclass(frozen=True, slots=True)
class Case:
    """A document, cleaned by models that have not seen its source.

    Attributes:
        kind: `text` or `page`.
        name: The set.
        source: The source.
        site: The site.
        evidence: The features of the confidence.
        whole: Whether the story is whole.
        wrecked: Whether much of it is lost.
    """

    kind: str
    name: str
    source: str
    site: str
    evidence: dict[str, float]
    whole: bool
    wrecked: bool


def has_run(flags: Iterable[bool]) -> bool:
    """Tell whether eight flags in a row are set."""
    run = 0
    for flag in flags:
        run = run + 1 if flag else 0
        if run == confidence.LONG:
            return True
    return False


def is_whole(gold: Sequence[str], held: Sequence[str], body: Sequence[str]) -> bool:
    """Tell whether no run of eight words of the gold body that the input held is missing from the body."""
    seen, before = covered(gold, body), covered(gold, held)
    return not has_run(had and not has for has, had in zip(seen, before, strict=True))


def is_page_whole(gold: str, html: str, body: Sequence[str]) -> bool:
    """Tell whether no run of eight words of a gold body's running text that the page shows as such is missing from the body.

    Second copies need not be there: what a page shows twice is in the body once.
    """
    shown = [b.text for b in read_page(html).blocks if not b.inside(NOT_RUNNING) and 2 * b.link_chars < len(b.text)]
    words = tokens(prose(gold))
    stands, stood = (anywhere(words, text) for text in (body, tokens("\n".join(shown))))
    return not has_run(had and not has for has, had in zip(stands, stood, strict=True))


def anywhere(gold: Sequence[str], text: Sequence[str]) -> list[bool]:
    """Find the words of a gold body that stand anywhere in a text, in a row of four."""
    grams = set(grams_of(text))
    found = [False] * len(gold)
    for at, gram in enumerate(grams_of(gold)):
        if gram in grams:
            found[at : at + GRAM] = [True] * GRAM
    return found


def grams_of(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield the words four in a row."""
    yield from zip(*(words[step:] for step in range(GRAM)), strict=False)


def prose(gold: str) -> str:
    """Give the running text of a gold body: gold bodies of pages differ in titles, captions and lists."""
    return "\n".join(line.text for line in Document.of(gold).lines if line.is_prose)


def covered(gold: Sequence[str], text: Sequence[str]) -> list[bool]:
    """Find the words of a gold body that stand in a text, in a row of four."""
    grams = Counter(grams_of(text))
    found = [False] * len(gold)
    for at in range(len(gold) - GRAM + 1):
        gram = tuple(gold[at : at + GRAM])
        if grams[gram] > 0:
            grams[gram] -= 1
            found[at : at + GRAM] = [True] * GRAM
    return found


def begin(models: str | None) -> None:
    """Choose the models of a process."""
    if models:
        os.environ[MODELS] = models


def case(row: Row, name: str, kind: str) -> Case | None:
    """Clean a row, and compare its body with the gold body; None if no confidence was computed."""
    seen: list[dict[str, float]] = []
    confidence.confidence = lambda evidence, _: seen.append(dict(evidence)) or 0.5  # type: ignore[assignment,func-returns-value]
    gold = tokens(row["gold"])
    baseline = 0.0
    if kind == "page":
        import trafilatura

        cleaned = clean_html(row["html"], url=row.get("url"))
        held, baseline = gold, overlap(tokens(trafilatura.extract(row["html"], include_comments=False) or ""), gold)[2]
    else:
        cleaned, held = clean_text(row["text"]), tokens(row["text"])
    if not seen:
        return None
    body = tokens(cleaned.body)
    lost, had = (Counter(gold) & Counter(held)) - Counter(body), Counter(gold) & Counter(held)
    far = overlap(body, gold)[2] < baseline - WORSE if kind == "page" else lost.total() > WRECKED * had.total()
    whole = is_page_whole(row["gold"], row["html"], body) if kind == "page" else is_whole(gold, held, body)
    return Case(kind, name, source_of(name, row), site_of(row), seen[-1], whole, far)


def collect(folder: Path, kinds: Sequence[str] = KINDS, cache: Path | None = None, jobs: int = 2) -> list[Case]:
    """Clean all documents of some kinds; `cache` keeps the results."""
    if cache and cache.exists():
        return list(pickle.loads(cache.read_bytes()))
    found: list[Case] = []
    for kind, names in (("text", TEXTS), ("page", PAGES)):
        for name in names if kind in kinds else ():
            rows = [row for row in read(folder / f"{name}.jsonl.gz") if row["gold"].strip()]
            with ProcessPoolExecutor(jobs, initializer=begin, initargs=(fold_of(name, rows[0]),)) as pool:
                found += filter(None, pool.map(partial(case, name=name, kind=kind), rows, chunksize=4))
    if cache:
        cache.write_bytes(pickle.dumps(found))
    return found


def fitted(cases: Sequence[Case], without: str | None = None) -> dict[str, object]:
    """Make the contents of confidence.json without a source, for the kinds of documents that there are."""
    data: dict[str, object] = {"about": ABOUT}
    for kind in KINDS:
        training = [each for each in cases if each.kind == kind and not is_left_out(each.source, without)]
        if not training:
            continue
        names = FEATURES[kind]
        x = np.array([[each.evidence.get(name, 0.0) for name in names] for each in training])
        counts = equal_sources(training) if kind == "page" else None
        weights, bias = fit_standardised(x, np.array([each.whole for each in training], np.float64), counts)
        data[kind] = {
            "review_below": REVIEW_BELOW[kind],
            "bias": round(bias, 4),
            "weights": {name: round(weight, 4) for name, weight in zip(names, weights.tolist(), strict=True)},
        }
    data["made_from"] = sorted({each.source for each in cases if not is_left_out(each.source, without)})
    return data


def equal_sources(cases: Sequence[Case]) -> Floats:
    """Weigh documents so that all sources count alike: one set of pages has more pages than the other three together."""
    sizes = Counter(each.source for each in cases)
    counts = np.array([1 / sizes[each.source] for each in cases])
    return counts * (len(cases) / counts.sum())


def judged(cases: Sequence[Case]) -> Iterator[tuple[Case, float]]:
    """Yield every document with its confidence by weights that were fitted without its source."""
    for source in sorted({each.source.partition(":")[0] for each in cases}):
        data = fitted(cases, source)
        for each in cases:
            if is_left_out(each.source, source):
                own = data[each.kind]
                assert isinstance(own, dict)
                odds = own["bias"] + sum(w * each.evidence.get(name, 0.0) for name, w in own["weights"].items())
                yield each, float(1 / (1 + np.exp(-np.clip(odds, -30, 30))))


def area(scores: Floats, whole: npt.NDArray[np.bool_]) -> float:
    """Give the area under the curve: how often a whole story has more confidence than one that is not."""
    order = np.argsort(scores, kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    for value in np.unique(scores):
        same = scores == value
        ranks[same] = ranks[same].mean()
    good, bad = int(whole.sum()), int((~whole).sum())
    return float((ranks[whole].sum() - good * (good + 1) / 2) / max(1, good * bad))


def report(found: Sequence[tuple[Case, float]]) -> None:
    """Print how well the confidence separates whole stories from others."""
    for kind in KINDS:
        rows = [(each, score) for each, score in found if each.kind == kind]
        if not rows:
            continue
        scores = np.array([score for _, score in rows])
        whole = np.array([each.whole for each, _ in rows])
        sites: dict[str, list[int]] = defaultdict(list)
        for index, (each, _) in enumerate(rows):
            sites[each.site].append(index)
        groups = list(sites.values())
        draws = [np.concatenate([groups[i] for i in choice]) for choice in site_choices(len(groups), DRAWS)]
        low, high = np.percentile([area(scores[draw], whole[draw]) for draw in draws], [2.5, 97.5])
        print(
            f"{kind}: {len(rows)} documents, {whole.mean():.3f} whole, area {area(scores, whole):.3f} ({low:.3f} to {high:.3f})"
        )
        for part in np.array_split(np.argsort(scores, kind="stable"), BINS):
            print(f"    {len(part):5} with confidence {scores[part].mean():.3f}: {whole[part].mean():.3f} whole")
        wrecked = np.array([each.wrecked for each, _ in rows])
        for limit in THRESHOLDS:
            under = scores < limit
            print(
                f"    below {limit:.2f}: {under.mean():.3f} of all, {under[~whole].mean():.3f} of those not whole, "
                f"{under[wrecked].sum()} of {wrecked.sum()} wrecked",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--kind", choices=KINDS, help="only this kind of document; --write leaves the other as it stands")
    parser.add_argument("--cache", type=Path, help="keep what cleaning says of the documents in this file")
    parser.add_argument("--write", action="store_true", help="write cleaners/confidence.json")
    args = parser.parse_args()
    cases = collect(args.data, [args.kind] if args.kind else KINDS, args.cache)
    report(list(judged(cases)))
    if args.write:
        path = Path(confidence.__file__).with_name(confidence.MODEL)
        was = json.loads(path.read_text("utf-8")) if args.kind else {}
        now = fitted(cases)
        now["made_from"] = sorted({*was.get("made_from", ()), *(each.source for each in cases)})
        path.write_text(json.dumps(was | now, indent=1) + "\n", encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
