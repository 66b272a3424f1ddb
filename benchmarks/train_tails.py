"""Train the model of paragraphs that end in a full sentence and belong to another story; write cleaners/tail_model/model.json.

    pip install lightgbm
    python benchmarks/train_tails.py DATA_DIR [--folds DIR] [--write] [--rounds 200]

DATA_DIR holds fundus-dev, wcxb-dev and naeb-dev: the clean bodies of stories. The model is trained on the bodies as they are,
and followed by the beginnings of others, drawn anew in each of a few turns; it is judged on the bodies, and on bodies with the
leads that `benchmarks/tails.py --kind full` draws. Each source is judged by a model and limits that were made without it. A
limit is the lowest at which the upper 95 % bound of story words lost is within its budget, on sources that the model has not
seen. Needs lightgbm, which the library never loads.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
from boosted_trees import BOOSTING, exported, write_model
from site_bootstrap import Loss, upper_share_lost
from sources import FUNDUS, NAEB, WCXB, Row, fold, publisher_of, read
from tails import LEADS, beginning, full, paragraphs

from cleaners.models import gbdt
from cleaners.stages import unrelated
from cleaners.tail_model.features import NAMES, gather, read_vocabulary
from cleaners.tail_model.log_odds import MODEL, weigh

SOURCES = (FUNDUS, WCXB, NAEB)
GUIDES = WCXB
TURNS = 4
"""Times that each story gets the beginnings of others."""
ROUNDS = 200
PARTS = 5
"""Parts of the publishers; a story is followed by stories of its own part."""
CLEAN, NEWS = 3.0, 1.5
"""Weights of stories without others below them, and of news; other stories and guides have the weight 1."""
BUDGET = {"more": 0.00002, "two": 0.00002, "one": 0.00002, "first": 0.0001}
"""Share of the story's words that may be lost: by runs of three paragraphs or more, of two, and of one at the end of stories
that nothing follows, where no limit is below the one before; and by stories that others follow."""
MARGIN = {"more": 1.0, "two": 1.0, "one": 1.0}
"""Log-odds that are added to a limit, because texts of public scrapers differ more than edited bodies: without it, 3 to 6 last
paragraphs of 3,359 such texts went, all of them the stories' own, and with it none."""
GRID = [step / 4 for step in range(4, 37)]
"""Log-odds that a limit can be."""
NEVER = 99.0
"""A limit that nothing reaches."""
LEAST = -1.0
"""Log-odds that each paragraph of a run needs."""
PARAMS = BOOSTING | {
    "min_data_in_leaf": 100,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "force_row_wise": True,
}
UNSEEN = 0.45
"""Share of the last paragraph's rarer words that stand nowhere above; with less, no model ever spoke for another story."""
USUAL = 0.1
"""Share of the rarer words of the story's paragraphs that its other paragraphs have; with less, the model proves nothing."""
EVEN = 0.5
"""The threshold of the trees; the limits above decide instead of it."""
ABOUT = "which last paragraphs are other stories': boosted trees; a node is [feature, limit, value, if at most, if more]"


@dataclass(slots=True)
class Text:
    """A story with the beginnings of others below it or without, and the runs that may be cut off its end.

    Attributes:
        source: The source.
        group: The publisher.
        own: Paragraphs of the story.
        leads: Paragraphs of others below it.
        judged: Whether the text is for judging too, not for training only.
        words: Words of each paragraph.
        runs: Indexes of the paragraphs of each run, the shortest run first.
        evidence: For each run, the features of its paragraphs.
    """

    source: str
    group: str
    own: int
    leads: int
    judged: bool
    words: list[int]
    runs: list[list[int]]
    evidence: list[list[tuple[float, ...]]]


def collect(folder: Path) -> list[Text]:
    """Make the texts of all sources, each with its features."""
    return [text for source in SOURCES for text in texts(folder, source)]


def texts(folder: Path, source: str) -> Iterator[Text]:
    """Make the texts of a source."""
    rows = {row["gold"]: row for row in read(folder / f"{source}-dev.jsonl.gz", corrected=False) if row["gold"].strip()}
    stories = list(rows.values())
    for story in stories:
        yield text(source, story, [], judged=True)
    for row in full(stories, []):
        yield text(source, row, row["leads"], judged=True)
    for turn in range(TURNS):
        leads = [(story, lead) for story in stories if (lead := beginning({**story, "id": f"{story['id']} {turn}"}))]
        for story in stories:
            dice = random.Random(f"{story['id']} {turn}")
            part = fold(publisher_of(source, story), PARTS)
            others = [
                lead
                for other, lead in leads
                if other is not story and other["lang"] == story["lang"] and fold(publisher_of(source, other), PARTS) == part
            ]
            if len(paragraphs(story["gold"])) >= 4 and len(others) > max(LEADS):
                yield text(source, story, dice.sample(others, dice.choice(LEADS)), judged=False)


def text(source: str, story: Row, leads: Sequence[str], judged: bool) -> Text:
    """Make a text of a story and leads, and compute its features."""
    own = paragraphs(story["gold"])
    lines = [*own, *leads]
    run = unrelated.run_at_end(lines)
    runs = [run[len(run) - size :] for size in range(1, len(run) + 1)]
    evidence = [gather(lines, part, read_vocabulary(lines[: part[0]])) for part in runs]
    words = [len(line.split()) for line in lines]
    return Text(source, publisher_of(source, story), len(own), len(leads), judged, words, runs, evidence)


def fit(training: list[Text], rounds: int) -> lgb.Booster:
    """Train the trees."""
    rows, foreign, weights = [], [], []
    for each in training:
        weight = (1.0 if each.source == GUIDES else NEWS) * (1.0 if each.leads else CLEAN)
        for run, features in zip(each.runs, each.evidence, strict=True):
            rows += features
            foreign += [index >= each.own for index in run]
            weights += [weight / len(each.runs) / len(run)] * len(run)
    w = np.array(weights)
    data = lgb.Dataset(np.array(rows, np.float32), np.array(foreign, int), weight=w * len(w) / w.sum(), params=PARAMS)
    return lgb.train(PARAMS, data, num_boost_round=rounds)


def out_of_source(training: list[Text], rounds: int) -> Iterator[tuple[Text, list[list[float]]]]:
    """Weigh the judged texts by models that have not seen their source.

    Yields:
        A text, and the log-odds of each run.
    """
    for source in SOURCES:
        others = [each for each in training if each.source != source]
        chosen = [each for each in training if each.source == source and each.judged]
        if chosen:
            part = gbdt.build(exported(NAMES, fit(others, rounds), EVEN))
            yield from ((each, weigh(each.evidence, part)) for each in chosen)


def chosen(scored: Sequence[tuple[Text, list[list[float]]]]) -> dict[str, float]:
    """Choose the limits, one after the other: each the lowest at which the stories of every source keep within its budget."""
    bars = dict.fromkeys(BUDGET, NEVER) | {"least": LEAST, "first": GRID[0]}
    grid = GRID
    sources = [[pair for pair in scored if pair[0].source == source] for source in SOURCES]
    for name, budget in BUDGET.items():
        for bar in GRID if name == "first" else grid:
            bars[name] = bar
            if all(upper_share_lost(losses(of, bars, name)) <= budget for of in sources if of):
                break
        bars[name] += MARGIN.get(name, 0.0)
        grid = [bar for bar in GRID if bar >= bars[name] - MARGIN.get(name, 0.0)]
    return bars


def losses(scored: Sequence[tuple[Text, list[list[float]]]], bars: Mapping[str, float], name: str) -> Iterator[Loss]:
    """Yield what runs of so many paragraphs take from each story; for `first`, what any run takes where others follow."""
    for text, scores in scored:
        if bool(text.leads) == (name == "first"):
            size = unrelated.paragraphs_of_others(scores, bars)
            counts = name == "first" or unrelated.SIZES[min(size, 3)] == name
            yield text.group, lost(text, size) if counts else 0, sum(text.words[: text.own])


def lost(text: Text, size: int) -> int:
    """Count the words of a story that go with so many of its last paragraphs."""
    return sum(text.words[index] for index in text.runs[size - 1] if index < text.own) if size else 0


def fitted(texts: Sequence[Text], without: str | None, rounds: int = ROUNDS) -> dict[str, Any]:
    """Make the contents of the library's file without a source."""
    training = [text for text in texts if text.source != without]
    bars = chosen(list(out_of_source(training, rounds)))
    data = {"about": ABOUT} | exported(NAMES, fit(training, rounds), EVEN)
    made = {source: sum(text.source == source for text in training) for source in SOURCES if source != without}
    return data | {"made_from": made, "budget": BUDGET, "bars": bars | {"unseen": UNSEEN, "usual": USUAL}}


def judged(texts: Sequence[Text], data: Mapping[str, Any]) -> dict[str, float]:
    """Judge a model: shares of others' paragraphs that go, of story words that are lost, of stories that lose a paragraph."""
    model = gbdt.build(dict(data))
    count: Counter[str] = Counter()
    for text in (text for text in texts if text.judged):
        size = unrelated.paragraphs_of_others(weigh(text.evidence, model), model.bars)
        kind = "led" if text.leads else "clean"
        count.update({"leads": text.leads, "gone": min(size, text.leads), f"{kind} hurt": size > text.leads, kind: 1})
        count.update({f"{kind} lost": lost(text, size), f"{kind} words": sum(text.words[: text.own])})
    return {
        "removed": round(count["gone"] / count["leads"], 4),
        **{f"{kind} words lost": round(count[f"{kind} lost"] / count[f"{kind} words"], 6) for kind in ("clean", "led")},
        **{f"{kind} stories hurt": round(count[f"{kind} hurt"] / count[kind], 4) for kind in ("clean", "led")},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--folds", type=Path, help="a folder for the models that were made without each source")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--write", action="store_true", help="write the library's model.json")
    args = parser.parse_args()
    texts = collect(args.data)
    print(f"{len(texts)} texts, {sum(len(run) for text in texts for run in text.runs)} paragraphs", flush=True)
    expected = {}
    for source in SOURCES:
        data = fitted(texts, source, args.rounds)
        expected[source] = judged([text for text in texts if text.source == source], data)
        print(f"without {source}: limits {data['bars']}, {expected[source]}", flush=True)
        if args.folds:
            print(write_model(data, args.folds / source / MODEL))
    if args.write:
        data = fitted(texts, None, args.rounds) | {"expected": expected}
        print(write_model(data, Path(gbdt.__file__).parent / MODEL))


if __name__ == "__main__":
    main()
