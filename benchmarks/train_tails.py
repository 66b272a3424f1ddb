"""Train the model of paragraphs that end in a full sentence and belong to another story; write cleaners/tail_model/model.json.

    pip install lightgbm
    python benchmarks/train_tails.py DATA_DIR [--folds DIR] [--write] [--rounds 200]

DATA_DIR holds fundus-dev, wcxb-dev and naeb-dev: the clean bodies of stories. They are learnt from as they are, and followed by
the beginnings of others, drawn anew in each of a few turns; judged are the bodies, and those with what
`benchmarks/tails.py --kind full` draws. Each source is judged by a model and limits that were made without it. A limit is the
lowest at which the upper 95 % bound of story words lost is within its budget, on sources that the model has not seen: what it
is sure of at home is less sure elsewhere. Needs lightgbm, which the library never loads.
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
ROUNDS = 200
PARTS = 5
"""Of the publishers: a story is followed by those of its own part."""
CLEAN, NEWS = 3.0, 1.5
"""What stories without others below them weigh more than the rest, and news more than guides."""
BUDGET = {"more": 0.00002, "two": 0.00002, "one": 0.00002, "first": 0.0001}
"""Share of the story's words that may be lost: by runs of three paragraphs or more, of two and of one at the end of stories
that nothing follows, each asking for no less than the one before; by stories that others follow."""
MARGIN = {"more": 1.0, "two": 1.0, "one": 1.0}
"""Log-odds on top: texts as public scrapers left them are less alike than edited bodies. At about the limits without it, 3 to 6
last paragraphs of 3,359 such texts went (and were the stories' own), with it none: so it was chosen."""
GRID = [step / 4 for step in range(4, 37)]
NEVER = 99.0
"""A limit that nothing reaches."""
LEAST = -1.0
"""Log-odds that each paragraph of a run has at least."""
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
    """A story, with others' beginnings below it or none, and what is said of each run that may be cut off its end."""

    source: str
    group: str
    own: int
    leads: int
    judged: bool
    words: list[int]
    runs: list[list[int]]
    told: list[list[tuple[float, ...]]]


def collect(folder: Path) -> list[Text]:
    """The texts of all sources, each with its evidence."""
    return [text for source in SOURCES for text in texts(folder, source)]


def texts(folder: Path, source: str) -> Iterator[Text]:
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
    own = paragraphs(story["gold"])
    lines = [*own, *leads]
    run = unrelated.run_at_end(lines)
    runs = [run[len(run) - size :] for size in range(1, len(run) + 1)]
    told = [gather(lines, part, read_vocabulary(lines[: part[0]])) for part in runs]
    words = [len(line.split()) for line in lines]
    return Text(source, publisher_of(source, story), len(own), len(leads), judged, words, runs, told)


def fit(taught: list[Text], rounds: int) -> lgb.Booster:
    rows, foreign, weights = [], [], []
    for each in taught:
        weight = (1.0 if each.source == GUIDES else NEWS) * (1.0 if each.leads else CLEAN)
        for run, told in zip(each.runs, each.told, strict=True):
            rows += told
            foreign += [index >= each.own for index in run]
            weights += [weight / len(each.runs) / len(run)] * len(run)
    w = np.array(weights)
    data = lgb.Dataset(np.array(rows, np.float32), np.array(foreign, int), weight=w * len(w) / w.sum(), params=PARAMS)
    return lgb.train(PARAMS, data, num_boost_round=rounds)


def out_of_source(taught: list[Text], rounds: int) -> Iterator[tuple[Text, list[list[float]]]]:
    """What models that have not seen their source say of the judged texts: the log-odds of each run."""
    for source in SOURCES:
        others = [each for each in taught if each.source != source]
        chosen = [each for each in taught if each.source == source and each.judged]
        if chosen:
            part = gbdt.build(exported(NAMES, fit(others, rounds), EVEN))
            yield from ((each, weigh(each.told, part)) for each in chosen)


def chosen(scored: Sequence[tuple[Text, list[list[float]]]]) -> dict[str, float]:
    """The limits, one after the other: for each the lowest at which every source's stories lose no more than its budget."""
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
    """What runs of so many paragraphs take from each story; `first`: what any run takes where others follow the story."""
    for text, scores in scored:
        if bool(text.leads) == (name == "first"):
            size = unrelated.paragraphs_of_others(scores, bars)
            counts = name == "first" or unrelated.SIZES[min(size, 3)] == name
            yield text.group, lost(text, size) if counts else 0, sum(text.words[: text.own])


def lost(text: Text, size: int) -> int:
    """The words of a story that go with so many of its last paragraphs."""
    return sum(text.words[index] for index in text.runs[size - 1] if index < text.own) if size else 0


def fitted(texts: Sequence[Text], without: str | None, rounds: int = ROUNDS) -> dict[str, Any]:
    """What the library's file holds, made without a source."""
    taught = [text for text in texts if text.source != without]
    bars = chosen(list(out_of_source(taught, rounds)))
    data = {"about": ABOUT} | exported(NAMES, fit(taught, rounds), EVEN)
    made = {source: sum(text.source == source for text in taught) for source in SOURCES if source != without}
    return data | {"made_from": made, "budget": BUDGET, "bars": bars | {"unseen": UNSEEN, "usual": USUAL}}


def judged(texts: Sequence[Text], data: Mapping[str, Any]) -> dict[str, float]:
    """The share of others' paragraphs that go, of words that are lost of stories, and of stories that lose a paragraph."""
    model = gbdt.build(dict(data))
    count: Counter[str] = Counter()
    for text in (text for text in texts if text.judged):
        size = unrelated.paragraphs_of_others(weigh(text.told, model), model.bars)
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
