"""Train the model of paragraphs that end in a full sentence and belong to another story; write cleaners/foreign/model.json.

    pip install lightgbm
    python benchmarks/train_tails.py DATA_DIR [--write] [--folds 5] [--rounds 300]

DATA_DIR holds fundus-dev and wcxb-dev: the clean bodies of stories. They are learnt from as they are, and followed by the
beginnings of others, drawn anew in each of a few turns; judged, by models that have not seen their publishers, with those that
`benchmarks/tails.py --kind full` draws. Needs lightgbm, which the library never loads.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import lightgbm as lgb
import numpy as np
from tails import LEADS, Row, beginning, full, load, paragraphs
from train_pages import BOOSTING, exported, fold, written

from cleaners import trees
from cleaners.foreign.evidence import NAMES, gather, read_own
from cleaners.foreign.odds import weigh
from cleaners.stages import unrelated

SETS = ("fundus-dev", "wcxb-dev")
TURNS = 5
CLEAN, NEWS = 3.0, 1.5
"""What stories without others below them weigh more than the rest, and news more than guides."""
PARAMS = BOOSTING | {
    "min_data_in_leaf": 100,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "force_row_wise": True,
}
ABOUT = "which last paragraphs are other stories': boosted trees; a node is [feature, limit, value, if at most, if more]"


@dataclass(slots=True)
class Text:
    """A story, with others' beginnings below it or none, and what is said of each run that may be cut off its end."""

    source: str
    group: str
    own: int
    leads: int
    judged: bool
    runs: list[list[int]]
    told: list[list[tuple[float, ...]]]


def texts(folder: Path) -> Iterator[Text]:
    for source in SETS:
        rows = {row["gold"]: row for row in load(folder / f"{source}.jsonl.gz") if row["gold"].strip()}
        stories = list(rows.values())
        for story in stories:
            yield text(source, story, [], judged=True)
        for row in full(stories, []):
            yield text(source, row, row["leads"], judged=True)
        for turn in range(TURNS):
            leads = [(story, lead) for story in stories if (lead := beginning({**story, "id": f"{story['id']} {turn}"}))]
            for story in stories:
                dice = random.Random(f"{story['id']} {turn}")
                half = fold(group(source, story), 2)
                others = [
                    lead
                    for other, lead in leads
                    if other is not story and other["lang"] == story["lang"] and fold(group(source, other), 2) == half
                ]
                if len(paragraphs(story["gold"])) >= 4 and len(others) > max(LEADS):
                    yield text(source, story, dice.sample(others, dice.choice(LEADS)), judged=False)


def group(source: str, story: Row) -> str:
    """The publisher: no model is judged by stories of one that it was trained on."""
    if source == SETS[0]:
        return re.sub(r"_\d{4}_.*|~.*", "", story["id"])
    return urlsplit(story["url"] or "").netloc or story["id"]


def text(source: str, story: Row, leads: Sequence[str], judged: bool) -> Text:
    own = paragraphs(story["gold"])
    lines = [*own, *leads]
    run = unrelated.run_at_end(lines)
    runs = [run[len(run) - size :] for size in range(1, len(run) + 1)]
    told = [gather(lines, part, read_own(lines[: part[0]])) for part in runs]
    return Text(source, group(source, story), len(own), len(leads), judged, runs, told)


def fit(taught: list[Text], rounds: int) -> lgb.Booster:
    rows, foreign, weights = [], [], []
    for each in taught:
        weight = (NEWS if each.source == SETS[0] else 1.0) * (1.0 if each.leads else CLEAN)
        for run, told in zip(each.runs, each.told, strict=True):
            rows += told
            foreign += [index >= each.own for index in run]
            weights += [weight / len(each.runs) / len(run)] * len(run)
    w = np.array(weights)
    data = lgb.Dataset(np.array(rows, np.float32), np.array(foreign, int), weight=w * len(w) / w.sum(), params=PARAMS)
    return lgb.train(PARAMS, data, num_boost_round=rounds)


def report(judged: list[tuple[Text, int]], name: str) -> None:
    """Print what goes of the leads, how many stories lose a paragraph, and how many that nothing follows."""
    count: Counter[tuple[str, str]] = Counter()
    for each, size in judged:
        for part in (each.source, f"{each.source}, {'other' if fold(each.group, 2) else 'one'} half"):
            if each.leads:
                count[part, "rows"] += 1
                count[part, "leads"] += each.leads
                count[part, "removed"] += min(size, each.leads)
                count[part, "hurt"] += size > each.leads
            else:
                count[part, "bodies"] += 1
                count[part, "alarms"] += size > 0
    print(name)
    for part in sorted({part for part, _ in count}):
        of = {what: count[part, what] for what in ("rows", "leads", "removed", "hurt", "bodies", "alarms")}
        print(
            f"  {part:<24} removed {of['removed'] / of['leads']:.4f}  hurt {of['hurt'] / of['rows']:.4f} ({of['hurt']})"
            f"  false alarms {of['alarms'] / of['bodies']:.4f} ({of['alarms']})",
            flush=True,
        )


def sizes(chosen: list[Text], model: trees.Model) -> list[tuple[Text, int]]:
    return [(each, unrelated.foreign(weigh(each.told, model))) for each in chosen if each.judged]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--folds", type=int, default=5, help="0: no cross-validation")
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--write", action="store_true", help="write the library's model.json")
    args = parser.parse_args()
    taught = list(texts(args.data))
    print(f"{len(taught)} texts, {sum(len(run) for each in taught for run in each.runs)} paragraphs", flush=True)
    if args.folds:
        found = []
        for number in range(args.folds):
            booster = fit([each for each in taught if fold(each.group, args.folds) != number], args.rounds)
            part = trees.build(exported(NAMES, booster, 0.5))
            found += sizes([each for each in taught if fold(each.group, args.folds) == number], part)
        report(found, "cross-validated by publisher")
    data = exported(NAMES, fit(taught, args.rounds), 0.5) | {"about": ABOUT}
    report(sizes(taught, trees.build(data)), "fit")
    if args.write:
        print(written(data, Path(__file__).parent.parent / "cleaners" / "foreign" / "model.json"))


if __name__ == "__main__":
    main()
