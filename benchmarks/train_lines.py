"""Train the model of a text's lines without one source after another, choose its limits by risk, and judge it.

    pip install lightgbm
    python benchmarks/train_lines.py DATA_DIR [--without SOURCE] [--write] [--cache FILE]

DATA_DIR holds text-fundus-dev, text-naeb-dev, text-daniel-dev and corpora-dev (noisy texts with their bodies), and fundus-dev,
naeb-dev, daniel-dev and wcxb-dev, whose clean bodies serve as texts without noise. Each page of the first three gives two more
noisy texts: all visible text, and trafilatura's extraction when it favours recall. Needs lightgbm, which the library never
loads. `benchmarks/left_out.py` judges the whole library.
"""

from __future__ import annotations

import argparse
import multiprocessing
import pickle
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
import trafilatura
from boosted_trees import BOOSTING, exported, write_model
from class_limits import Budget, Choice, Limits, chosen
from labels import align
from scoring import tokens
from sources import CORPORA, DANIEL, FUNDUS, NAEB, WCXB, is_left_out, read, site_of, source_of

from cleaners import clean_text
from cleaners.document import Document
from cleaners.line import Line
from cleaners.line_model.classes import classes
from cleaners.line_model.features import gather
from cleaners.page import page_document
from cleaners.stages import context

Floats = npt.NDArray[np.float64]

TEXTS = ("text-fundus-dev", "text-naeb-dev", "text-daniel-dev", "corpora-dev")
CLEAN = ("fundus-dev", "naeb-dev", "daniel-dev", "corpora-dev", "wcxb-dev")
PAGES = ("fundus-dev", "naeb-dev", "daniel-dev")
FOLDS = (FUNDUS, NAEB, DANIEL, WCXB, CORPORA)
"""The sources whose models are checked in, to be judged without them; all scrapers together are the strictest case."""
LENGTH_POWER = 0.7
"""A line counts by this power of its words: F1 counts words, but each line has one label."""
KIND_WEIGHT = {"noisy": 1.0, "clean": 3.0, "visible": 0.7, "generous": 0.7}
"""Weights of kinds of texts: a lost sentence is worse than a left caption."""
SOURCE_WEIGHT = {FUNDUS: 1.0, NAEB: 1.0, DANIEL: 0.7, CORPORA: 1.2, WCXB: 0.5}
"""Weights of sources: news and real scrapes count most."""
MAX_CHARS = 120_000
"""Characters of a page's text; longer ones are left out."""
ROUNDS = 250
PARAMS = BOOSTING | {
    "min_data_in_leaf": 150,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "force_col_wise": True,
}
ABOUT = "which lines of a text are noise: gradient-boosted trees; a node is [feature, limit, value, if at most, if more]"
DOUBTFUL = 0.5
"""Probability from which a line counts as noise where the class of its text is decided."""

STANDARD = {
    ("fundus-dev", "clean"): 0.0006, ("naeb-dev", "clean"): 0.0006, ("corpora-dev", "clean"): 0.0012,
    ("wcxb-dev", "clean"): 0.0013, ("daniel-dev", "clean"): 0.0012, ("corpora-dev", "noisy"): 0.0030,
    ("text-naeb-dev", "noisy"): 0.0018, ("text-daniel-dev", "noisy"): 0.0032, ("text-fundus-dev", "noisy"): 0.0017,
}  # fmt: skip
"""Share of each set's story words that the model may lose in the profile `standard`: what is left when the rules have acted.
Scraped texts have twice their share, because the models that judge them know none, and lose about twice as much."""
WORTH = {("corpora-dev", "noisy"): 2.0, ("text-naeb-dev", "noisy"): 2.0, ("text-fundus-dev", "noisy"): 0.5}
"""What the noise of a set is worth: real scrapes and the newest pages count most."""
NEVER = 1.0
"""A limit that no probability reaches."""
FLOORS = {
    "lead": NEVER, "ending": NEVER, "sentence": NEVER, "label": NEVER, "row": NEVER, "line": 0.84, "below": 0.84, "above": 0.82,
    "sentence below": 0.80, "paragraph": 0.74, "heading": 0.82, "amid": 0.86, "below amid": 0.50,
    "ended": 0.40,
}  # fmt: skip
"""The least limit by the place of a line. The first and last words of the story, its sentences, short subheads and the rows of
its lists go in the profile `thorough` only, because they are seldom noise and no form shows it."""
LAST = 0.85
"""The least limit of the last paragraph, which otherwise has that of other paragraphs: noise below it speaks against it."""
MARGIN, MARGIN_KINDS, MAX_LIMIT = 0.06, ("line",), 0.99
"""Short lines look different in each source: their limits are raised by so much. With all scrapers left out, that and the floor
of rows saved a fifth of the story's words that were lost, and cost a thirtieth of the noise."""
THOROUGH_FACTOR, THOROUGH_FLOOR = 5, 0.2
"""The profile `thorough` may lose so many times more (one word in a hundred on the worst source, all rules together), and the
least limits are lower by this."""


@dataclass(slots=True)
class Text:
    """One text as the stage sees it in its first pass.

    Attributes:
        source: The source.
        name: The set.
        site: The site.
        kind: `noisy`, `clean`, or for texts of pages `visible` and `generous`.
        doc: The standing lines, and what rules removed before.
        shares: For each line, the share of its words that is story.
        sizes: Words of each line.
        rows: Features; shape (features, lines).
        names: The names of the features.
    """

    source: str
    name: str
    site: str
    kind: str
    doc: Document
    shares: Floats
    sizes: Floats
    rows: npt.NDArray[np.float32] | None = None
    names: tuple[str, ...] = ()

    @property
    def group(self) -> str:
        """The source, with all scrapers as one."""
        return CORPORA if self.source.startswith(CORPORA) else self.source


def inputs(folder: Path) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield set, kind and row of all texts; the kind of a page is `page`."""
    for name in TEXTS:
        for row in read(folder / f"{name}.jsonl.gz"):
            if row["gold"].strip():
                yield name, "noisy", row
    for name in CLEAN:
        seen: set[str] = set()
        for row in read(folder / f"{name}.jsonl.gz"):
            if row["gold"].strip() and row["gold"] not in seen:
                seen.add(row["gold"])
                yield name, "clean", row
                if name in PAGES:
                    yield name, "page", row


def collect(folder: Path, cache: Path | None = None, jobs: int = 2) -> list[Text]:
    """Read all texts with their features.

    Args:
        folder: The data sets.
        cache: A file that keeps the documents, since to clean all texts takes long; None keeps none.
        jobs: Processes.
    """
    if cache and cache.exists():
        texts = pickle.loads(cache.read_bytes())
    else:
        with ProcessPoolExecutor(jobs) as pool:
            texts = [text for found in pool.map(seen_by_the_stage, inputs(folder), chunksize=8) for text in found]
        if cache:
            cache.write_bytes(pickle.dumps(texts))
    with ProcessPoolExecutor(jobs) as pool:
        for text, (names, rows) in zip(texts, pool.map(gather, [text.doc for text in texts], chunksize=32), strict=True):
            text.names, text.rows = names, rows
    return texts


def seen_by_the_stage(given: tuple[str, str, dict[str, Any]]) -> list[Text]:
    """Give the texts of a row as the stage sees them in the first pass; later passes hardly ever have noise that rules know."""
    name, kind, row = given
    if kind == "page":
        texts = list(page_texts(row["html"]))
    else:
        texts = [(kind, row["gold"] if kind == "clean" else row["text"])]
    seen: list[Document] = []
    context.find = lambda doc: seen.append(doc) or ()  # type: ignore[assignment,func-returns-value]
    out = []
    for what, whole in texts:
        seen.clear()
        clean_text(whole)
        if seen and context.tells_story(doc := seen[0]):
            words = [tokens(line.text) for line in doc.lines]
            shares = [1.0] * len(words) if what == "clean" else align(words, tokens(row["gold"]))
            plain = Document(
                doc.text, tuple(Line(line.pieces, line.text) for line in doc.lines), doc.language,
                removals=doc.removals, captures=doc.captures, is_part=doc.is_part,
            )  # fmt: skip
            sizes = np.array([len(own) for own in words], np.float64)
            out.append(Text(source_of(name, row), name, site_of(row), what, plain, np.array(shares), sizes))
    return out


def page_texts(html: str) -> Iterator[tuple[str, str]]:
    """Yield the noisy texts of a page, each with its kind."""
    visible = "\n".join(line.text for line in page_document(html)[0].lines)
    generous = trafilatura.extract(html, include_comments=True, favor_recall=True) or ""
    for kind, text in (("visible", visible), ("generous", generous)):
        if text and len(text) < MAX_CHARS:
            yield kind, text


def weights(texts: Sequence[Text]) -> list[Floats]:
    """Weigh each line: the texts of a source together have the weight of the source."""
    found, total = [], dict.fromkeys(SOURCE_WEIGHT, 0.0)
    for text in texts:
        own = text.sizes**LENGTH_POWER * np.maximum(
            0.05, np.abs(2 * text.shares - 1)
        )  # a line that is half story proves little
        own *= KIND_WEIGHT[text.kind] / max(1e-9, own.sum())
        if text.group == FUNDUS:  # its gold bodies lack the lists of the story
            own[(text.shares < 0.5) & np.array([line.is_item for line in text.doc.lines])] = 0
        total[text.group] += own.sum()
        found.append(own)
    return [own * (SOURCE_WEIGHT[text.group] / total[text.group]) for text, own in zip(texts, found, strict=True)]


def fit(texts: Sequence[Text], rounds: int = ROUNDS) -> lgb.Booster:
    """Train the trees."""
    x = np.concatenate([text.rows.T for text in texts if text.rows is not None])
    y = np.concatenate([text.shares < 0.5 for text in texts]).astype(np.int8)
    w = np.concatenate(weights(texts))
    use = w > 0
    data = lgb.Dataset(x[use], y[use], weight=w[use] * use.sum() / w[use].sum(), params=PARAMS)
    return lgb.train(PARAMS, data, num_boost_round=rounds)


class Training:
    """The texts, and the models made of some of them; each model is made once."""

    def __init__(self, texts: list[Text], jobs: int = 2) -> None:
        self.texts = texts
        self.names = texts[0].names
        self.scrapers = sorted({text.source for text in texts if text.group == CORPORA})
        self.boosters: dict[frozenset[str], lgb.Booster] = {}
        self.jobs = jobs

    def prepare(self, folds: Iterable[str | None]) -> None:
        """Train all models that these folds need, several at once."""
        keys = dict.fromkeys(key for fold in folds for key in (_key(fold), *(_key(*pair) for pair in self._pairs(fold))))
        wanted = [key for key in keys if key not in self.boosters]
        _SHARED[:] = self.texts
        with ProcessPoolExecutor(self.jobs, mp_context=multiprocessing.get_context("fork")) as pool:
            for key, text in zip(wanted, pool.map(_fit_without, wanted), strict=True):
                self.boosters[key] = lgb.Booster(model_str=text)

    def _pairs(self, without: str | None) -> list[tuple[str, str | None]]:
        """Give the sources whose texts choose a fold's limits, each with what else the model that judges it must not know.

        All scrapers are one source: the models that judge scraped texts know none.
        """
        known = CORPORA if without and without.startswith(CORPORA) else without
        return [(source, known) for source in FOLDS if source != without]

    def choices(self, without: str | None) -> Iterator[Choice]:
        """Yield the lines of all texts but those of the source left out, judged by models that have not seen their source."""
        for source, known in self._pairs(without):
            booster = self.boosters[_key(source, known)]
            for text in self.texts:
                judged = (text.name, text.kind) in STANDARD
                if judged and is_left_out(text.source, source) and not is_left_out(text.source, without):
                    yield choice(text, booster)

    def fitted(self, without: str | None) -> dict[str, Any]:
        """Make the contents of model.json without a source."""
        self.prepare([without])
        data = {"about": ABOUT} | exported(self.names, self.boosters[_key(without)], DOUBTFUL)
        found = list(self.choices(without))
        standard = _with_margin(chosen(found, budget(1, 0)))
        thorough = chosen(found, budget(THOROUGH_FACTOR, THOROUGH_FLOOR))
        data["made_from"] = sorted({text.source for text in self.texts if not is_left_out(text.source, without)})
        lower = {name: min(limit, standard.limits.get(name, 1.0)) for name, limit in thorough.limits.items()}
        data["bars"] = {f"likely: {name}": limit for name, limit in _with_last(standard.limits, LAST).items()}
        data["bars"] |= {f"unsure: {name}": limit for name, limit in _with_last(lower, LAST - THOROUGH_FLOOR).items()}
        data["expected"] = {"likely": standard.expected, "unsure": thorough.expected}
        return data


def _with_margin(limits: Limits) -> Limits:
    """Raise the limits of kinds of lines that differ most between sources."""
    raised = {
        name: round(min(MAX_LIMIT, limit + MARGIN), 2) if name.partition(",")[0] in MARGIN_KINDS else limit
        for name, limit in limits.limits.items()
    }
    return replace(limits, limits=raised)


def _with_last(limits: dict[str, float], least: float) -> dict[str, float]:
    """Add the limits of last paragraphs."""
    texts = {name.partition(", ")[2]: limit for name, limit in limits.items() if name.startswith("paragraph, ")}
    return limits | {f"last, {text}": max(limit, least) for text, limit in texts.items()}


def budget(factor: float, lower: float) -> Budget:
    """Give what may be lost where limits are chosen.

    Args:
        factor: What the budget of the profile `standard` is multiplied by.
        lower: How far the least limits are lowered.
    """
    shares = {key: share * factor for key, share in STANDARD.items()}
    return Budget(shares, WORTH, {kind: floor - lower for kind, floor in FLOORS.items()})


_SHARED: list[Text] = []
"""The texts, for the processes that train models: they are forked, so that nothing is copied."""


def _key(*without: str | None) -> frozenset[str]:
    return frozenset(source for source in without if source)


def _fit_without(key: frozenset[str]) -> str:
    training = [text for text in _SHARED if not any(is_left_out(text.source, source) for source in key)]
    return str(fit(training).model_to_string())


def choice(text: Text, booster: lgb.Booster) -> Choice:
    """Give a text's lines with their probabilities of being noise, for choosing limits.

    The stage skips texts from which no other rule takes anything. Their lines have no class here: they only count as story
    that is not lost.
    """
    assert text.rows is not None
    scores = np.asarray(booster.predict(text.rows.T))
    found = classes(text.doc, scores >= DOUBTFUL) if text.doc.removals else [None] * len(scores)
    kinds = [kind and kind.replace("last, ", "paragraph, ") for kind in found]
    story = text.sizes * text.shares
    if text.group == DANIEL and (kinds[0] or "").startswith(
        "heading"
    ):  # its gold bodies hold the title, which is metadata in the library
        story[0] = 0
    return Choice((text.name, text.kind), text.site, kinds, scores, story, text.sizes * (1 - text.shares))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--without", action="append", help="leave out this source (more than once: each in turn)")
    parser.add_argument("--cache", type=Path, help="keep what cleaning shows of the texts in this file")
    parser.add_argument("--write", action="store_true", help="write model.json: the library's, or the fold's")
    args = parser.parse_args()
    training = Training(collect(args.data, args.cache))
    training.prepare(args.without or [None])
    print(f"{len(training.texts)} texts, {len(training.names)} kinds of evidence", flush=True)
    for without in args.without or [None]:
        data = training.fitted(without)
        print(f"without {without}")
        report(data)
        if args.write:
            folder = Path(__file__).parent / "folds" / without if without else Path(__file__).parent.parent / "cleaners"
            print(write_model(data, folder / "line_model" / "model.json"))


def report(data: dict[str, Any]) -> None:
    """Print the limits of the classes, and what the sets are expected to lose."""
    for strength, expected in data["expected"].items():
        print(f"  {strength}")
        for name, figures in expected.items():
            limit = data["bars"].get(f"{strength}: {name}")
            described = "  ".join(f"{key} {value:.5f}" for key, value in figures.items())
            print(f"    {name:28} {'' if limit is None else f'{limit:.2f}':5} {described}", flush=True)


if __name__ == "__main__":
    main()
